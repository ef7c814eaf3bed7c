"""Spoilage: causes, and when so much of it is no longer chance (R-STOCK-04)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from core.foundation.findings import N_, Finding, Severity, clause

FLOOR_RATE = 0.005  # a lower rate than this is not held against anybody: one misprint in two hundred
FEWEST = 3


class Cause(StrEnum):
    """Why an item was spoiled, or why a further one was taken."""

    MISPRINT = "misprint"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    REPLACEMENT = "replacement"
    REISSUE = "reissue"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


CAUSE_NAMES = {
    Cause.MISPRINT: N_("打印错误"),
    Cause.DAMAGED: N_("保管中损坏"),
    Cause.DEFECTIVE: N_("印制缺陷"),
    Cause.REPLACEMENT: N_("换发"),
    Cause.REISSUE: N_("补发"),
    Cause.CORRECTION: N_("信息更正"),
    Cause.WITHDRAWN: N_("收回作废"),
    Cause.OTHER: N_("其他"),
}

# Loss by the keeper's own doing; papers taken back by a procedure are not.
SPOILING = (Cause.MISPRINT, Cause.DAMAGED, Cause.DEFECTIVE, Cause.OTHER)
# What an order of extra blanks may be for (打印错误、补换发和重发等).
EXTRA = (Cause.MISPRINT, Cause.REPLACEMENT, Cause.REISSUE, Cause.CORRECTION, Cause.OTHER)


@dataclass(frozen=True, slots=True)
class Consumption:
    """How many items were used and how many spoiled in a stretch of time."""

    used: int = 0
    spoiled: int = 0

    @property
    def rate(self) -> float:
        """Share spoiled of all consumed; 0 where nothing was."""
        return self.spoiled / (self.used + self.spoiled) if self.used + self.spoiled else 0.0

    def __add__(self, other: Consumption) -> Consumption:
        return Consumption(self.used + other.used, self.spoiled + other.spoiled)


def tail(spoiled: int, consumed: int, rate: float) -> float:
    """P(X ≥ spoiled) for X ~ Binomial(consumed, rate): how likely chance alone spoils so many."""
    if spoiled <= 0:
        return 1.0
    if rate <= 0 or spoiled > consumed:
        return 0.0
    if rate >= 1:
        return 1.0
    logs = math.log(rate), math.log1p(-rate)

    def term(k: int) -> float:
        ways = math.lgamma(consumed + 1) - math.lgamma(k + 1) - math.lgamma(consumed - k + 1)
        return math.exp(ways + k * logs[0] + (consumed - k) * logs[1])

    if spoiled <= consumed * rate:
        return max(1.0 - sum(term(k) for k in range(spoiled)), 0.0)
    total, k = 0.0, spoiled
    while k <= consumed:  # beyond the mean the terms fall; stop when they no longer count
        more = term(k)
        total += more
        if more < total * 1e-12:
            break
        k += 1
    return min(total, 1.0)


@clause("二(三)", "R-STOCK-04")
def judge_spoilage(now: Consumption, history: Consumption, peers: Consumption, significance: float) -> list[Finding]:
    """Whether a holder's recent spoilage is abnormal against its own history and against its peers.

    One-sided exact binomial test against each pooled rate (never lower than 1 in 200), from three pieces on:
    chance alone would do it with a probability under `significance`. Advice only.
    """
    found = []
    consumed = now.used + now.spoiled
    for code, message, base in (
        ("spoilage_above_history", N_("损耗率%(rate)s%%，高于本单位以往的%(base)s%%"), history),
        ("spoilage_above_peers", N_("损耗率%(rate)s%%，高于同类单位的%(base)s%%"), peers),
    ):
        if now.spoiled < FEWEST or not base.used + base.spoiled:
            continue
        if tail(now.spoiled, consumed, max(base.rate, FLOOR_RATE)) < significance:
            found.append(
                Finding(
                    code,
                    message,
                    clause="二(三)",
                    severity=Severity.WARNING,
                    remedy=N_("请查明原因并书面说明"),
                    params={"rate": f"{now.rate * 100:.1f}", "base": f"{base.rate * 100:.1f}"},
                )
            )
    return found


@clause("二(三)", "R-STOCK-04")
def judge_spoilage_record(cause: str, note: str, photo: bool, returned: bool) -> list[Finding]:
    """Each spoiled piece has a cause, a person, and a photo or the piece itself; "other" says what."""
    found = []
    if not photo and not returned:
        found.append(
            Finding(
                "spoilage_without_proof",
                N_("须上传损毁件照片，或交回损毁件"),
                clause="二(三)",
                field="photo",
                remedy=N_("请拍照上传，或在损毁件已收回时勾选"),
            )
        )
    if cause == Cause.OTHER and len(note.strip()) < 4:
        found.append(Finding("spoilage_unexplained", N_("请写明损毁原因"), clause="二(三)", field="note"))
    return found
