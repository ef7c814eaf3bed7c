"""What provinces owe of the year's meetings (一(五)): told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.foundation.errors import Refused
from core.foundation.obligations import Asked, Obligation, owes
from core.training import service


@owes("training", "province")
def meetings(asked: Asked) -> Iterable[Obligation]:
    """Meetings, contents and institutions still lacking: due by the end of the year (R-TRAIN-01 … -03)."""
    year = asked.today.year
    try:
        found = service.years(asked.provinces, year, asked.now)
    except Refused:  # a year without a yearbook asks for nothing that anybody could judge
        return
    for province in found:
        for finding in province.findings:
            yield Obligation(
                finding, "P", province.province_code, due_on=date(year, 12, 31), subject=str(year),
                endpoint="training.index",
            )  # fmt: skip
