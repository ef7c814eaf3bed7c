"""Which institution may decide: it follows from the kind and the place (Regulations art. 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.foundation.findings import N_, Finding, clause
from core.rulesets.loader import RuleSet


@dataclass(frozen=True, slots=True)
class Body:
    """An institution as the rule sees it: code, province, level, division code and the kinds it concludes."""

    code: str
    province_code: str
    level: str
    division: str
    kinds: tuple[str, ...]


_LEVELS = {"county": ("county",), "city": ("city",), "province": ("province", "university")}


@clause("条例13", "§2.1")
def competent(kind_code: str, division: str, bodies: Iterable[Body], rules: RuleSet) -> tuple[Body, ...]:
    """The bodies that may decide a kind for a place: those whose table lists the kind and whose division covers it.

    The province's own table decides (directly governed municipalities have no prefecture level, the XPCC has
    a tree of its own); the national level is what `judge_competence` warns about.
    """
    if rules.kind(kind_code) is None:
        return ()
    fitting = [
        body
        for body in bodies
        if kind_code in body.kinds and (division.startswith(body.division) or body.level == "university")
    ]
    return tuple(sorted(fitting, key=lambda body: (-len(body.division), body.code)))


@clause("条例13", "§2.1")
def judge_competence(kind_code: str, body: Body | None, rules: RuleSet) -> list[Finding]:
    """An institution concludes only kinds its table lists, at the level the Regulations give the kind."""
    kind = rules.kind(kind_code)
    if kind is None:
        return []
    municipal = body is not None and body.province_code in {"11", "12", "31", "50", "66"}
    if body is not None and kind_code in body.kinds and (municipal or body.level in _LEVELS[kind.authority]):
        return []
    return [
        Finding(
            "institution_not_competent",
            N_("所选机构不认定%(kind)s"),
            clause="条例13",
            field="institution_code",
            remedy=N_("请从列出的认定机构中选择"),
            params={"kind": kind.name},
        )
    ]
