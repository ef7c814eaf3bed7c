"""Stock-taking (盘点): what the ledger says against what lies there, every difference explained by two persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.accounts.rules import judge_four_eyes
from core.certificates.models import LINE, StockCount, StockSegment
from core.certificates.rules import Account, judge_count, ranges_of
from core.certificates.service import holders, ledger
from core.certificates.service.holders import Place
from core.certificates.service.ledger import Act
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, Refused
from core.foundation.findings import Finding
from core.foundation.paging import Page, Paging, paged


def expected(holder_code: str, item: str) -> dict[int, int]:
    """Usable stock of a holder by series number, as the ledger has it."""
    number = StockSegment.low // LINE
    statement = (
        select(number, func.sum(StockSegment.high - StockSegment.low + 1))
        .where(
            StockSegment.province_code == holder_code[:2],
            StockSegment.holder_code == holder_code,
            StockSegment.item == item,
            StockSegment.account == Account.HELD,
        )
        .group_by(number)
        .limit(500)
    )
    return {int(key): int(count) for key, count in session().execute(statement)}


@one_transaction
def count(actor: Actor, count_id: UUID, item: str, lines: list[dict[str, Any]], now: datetime) -> StockCount:
    """Write down what was counted. `lines`: {series, counted, explanation, missing, found}, one for each series.

    `missing` and `found` name serials ("12-40, 57") and must make up the difference, with its explanation.
    """
    known = session().scalars(select(StockCount).where(StockCount.id == count_id)).one_or_none()
    if known is not None:
        return known
    holder = holders.keeping(actor, holders.own_code(actor))
    ledger.lock(item, holder.code)
    have = expected(holder.code, item)
    marks = {number: row.mark for number, row in ledger.series([*have, *(line["series"] for line in lines)]).items()}
    by_series = {line["series"]: line for line in lines}
    findings: list[Finding] = []
    written = []
    for number in sorted({*have, *by_series}):
        line = by_series.get(number, {"counted": None, "explanation": "", "missing": "", "found": ""})
        findings += judge_count(
            number, marks.get(number, ""), have.get(number, 0), line["counted"], line["missing"], line["found"],
            line["explanation"],
        )  # fmt: skip
        written.append(line | {"series": number, "mark": marks.get(number, ""), "expected": have.get(number, 0)})
    if findings:
        raise Refused(findings)
    row = StockCount(
        id=count_id, province_code=holder.province_code, territory=holder.territory, holder_code=holder.code,
        item=item, lines=written, difference=sum(line["counted"] - line["expected"] for line in written),
        by=actor.id, at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "count", row, now)
    return row


@one_transaction
def confirm_count(actor: Actor, count_id: UUID, now: datetime) -> StockCount:
    """A second person has counted too: what is missing is entered as lost, what turned up as found.

    Raises `Conflict` when stock moved since the count: then it is taken anew.
    """
    row = locked(StockCount, count_id)
    holder = holders.keeping(actor, row.holder_code)
    findings = judge_four_eyes(row.by, actor.id)
    if findings:
        raise Refused(findings)
    ledger.lock(row.item, holder.code)
    if row.second_by is not None or expected(holder.code, row.item) != {
        line["series"]: line["expected"] for line in row.lines if line["expected"]
    }:
        raise Conflict()
    for line in row.lines:
        _settle(row, holder, line, actor, now)
    row.second_by, row.second_at = actor.id, now
    _written(actor, "confirm_count", row, now, difference=row.difference)
    return row


def _settle(row: StockCount, holder: Place, line: dict[str, Any], actor: Actor, now: datetime) -> None:
    for field, kind, source, target in (
        ("missing", "lose", Account.HELD, Account.LOST),
        ("found", "find", Account.LOST, Account.HELD),
    ):
        act = Act(kind, actor.id, now, subject_id=row.id, reason=line["explanation"])
        for first, last in ranges_of(line[field]) if line[field] else []:
            ledger.shift(row.item, (line["series"], first, last), (holder, source), (holder, target), act)


def _written(actor: Actor, verb: str, row: StockCount, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"stock.{verb}", "stock_count", row.id, province_code=row.province_code, now=now, clause="二(三)",
        **detail,
    )  # fmt: skip


def stock_count(count_id: UUID) -> StockCount:
    """One stock-taking of the present scope; raises `NotFound`."""
    return found(StockCount, count_id)


def counts(paging: Paging) -> Page[StockCount]:
    """Stock-takings of the present scope, the newest first."""
    return paged(select(StockCount), Paging(paging.number, paging.size, "at", True), {"at": StockCount.at})
