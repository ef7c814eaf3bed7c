"""What is owed of penalties (一(三)): quarterly reports of provinces, steps of institutions past their limit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from core.foundation.db import session
from core.foundation.findings import N_, Finding
from core.foundation.obligations import Asked, Obligation, owes
from core.penalties import service
from core.penalties.models import Penalty
from core.penalties.rules import ENDED, Quarter

CLAUSE = "一(三)"


@owes("penalties", "province")
def reports(asked: Asked) -> Iterable[Obligation]:
    """The report of the quarter that is over, of each province that has not filed it; and earlier ones of its year."""
    over = Quarter.of(asked.today).before
    if over.year < 2020:
        return
    for code, lines in service.board(list(asked.provinces), over.year, asked.today):
        for line in lines:
            sent = line.report is not None and line.report.state in ("filed", "accepted")
            if sent or not line.over:
                continue
            words = N_("%(year)s年第%(quarter)s季度行政处罚统计报告尚未上报")
            params = {"year": line.quarter.year, "quarter": line.quarter.number}
            finding = Finding("penalty_report_owed", words, CLAUSE, remedy=N_("请核对、签发并上报"), params=params)
            yield Obligation(
                finding, "P", code, due_on=line.due_on, subject=f"{line.quarter.year}-{line.quarter.number}",
                endpoint="penalties.reports",
            )  # fmt: skip


@owes("penalties", "institution")
def steps(asked: Asked) -> Iterable[Obligation]:
    """Cases past what they owe, counted by institution."""
    statement = (
        select(Penalty.province_code, Penalty.institution_code, func.count(), func.min(Penalty.due_on))
        .where(Penalty.state.not_in(ENDED), Penalty.due_on < asked.today)
        .where(Penalty.province_code.in_(asked.provinces))
        .group_by(Penalty.province_code, Penalty.institution_code)
    )
    for province, institution, count, due_on in session().execute(statement):
        finding = Finding(
            "penalty_step_late",
            N_("%(count)s件处罚案件逾期"),
            CLAUSE,
            remedy=N_("请按期限办理"),
            params={"count": count},
        )
        yield Obligation(
            finding, "O", province, institution, due_on=due_on, count=count, endpoint="penalties.late"
        )  # fmt: skip
