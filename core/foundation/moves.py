"""State machines as data: states with Chinese names, who acts next, who may move a thing where. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.foundation.findings import N_, Finding


@dataclass(frozen=True, slots=True)
class Moves:
    """What may become what, by whom. `labels`: state → Chinese; `table`: from → {to: letters of who may}.

    Letters as in the rulebook's § 4: A applicant, S school, O case officer, H institution head,
    P province, N national centre, X automatic job. `steps`: state → (letter of who acts next, what to do).
    """

    thing: str
    labels: Mapping[str, str]
    table: Mapping[str, Mapping[str, str]]
    steps: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def allows(self, before: str, after: str, who: str = "") -> bool:
        """Whether the move is listed (for `who`, where given)."""
        letters = self.table.get(before, {}).get(after)
        return letters is not None and (not who or who in letters)

    def judge(self, before: str, after: str, who: str = "") -> list[Finding]:
        """A move that is not listed is refused with both states named (rulebook § 4)."""
        if self.allows(before, after, who):
            return []
        return [
            Finding(
                "transition_not_allowed",
                N_("%(thing)s现为“%(before)s”，不能变为“%(after)s”"),
                clause="§4",
                remedy=N_("请刷新页面，按当前状态办理"),
                params={
                    "thing": self.thing,
                    "before": self.labels.get(before, before),
                    "after": self.labels.get(after, after),
                },
            )
        ]

    def owner(self, state: str) -> str:
        """Letter of who acts next; "" when nobody need."""
        return self.steps.get(state, ("", ""))[0]

    def next_step(self, state: str) -> str:
        """What the owner is to do, in Chinese; "" when nothing."""
        return self.steps.get(state, ("", ""))[1]

    @property
    def final(self) -> frozenset[str]:
        """States that nothing follows."""
        return frozenset(state for state in self.labels if not self.table.get(state))
