"""Spoiled, lost, destroyed: each with cause, person and proof, and a second person (R-STOCK-04)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.accounts.rules import judge_four_eyes
from core.certificates.models import Destruction, Spoilage, StockMovement
from core.certificates.rules import (
    CENTRE,
    SPOILING,
    Account,
    Consumption,
    judge_ranges,
    judge_spoilage,
    judge_spoilage_record,
    ranges_of,
)
from core.certificates.service import holders, ledger
from core.certificates.service.files import keep
from core.certificates.service.holders import Place
from core.certificates.service.ledger import Act, Range
from core.foundation import audit
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.rulesets.loader import RuleSet


@one_transaction
def spoil(
    actor: Actor, spoilage_id: UUID, item: str, mark: str, serials: str, cause: str, note: str, photo: bytes,
    returned: bool, season_key: str, now: datetime,
) -> list[Spoilage]:  # fmt: skip
    """Record items of the own stock as spoiled; they are out of use at once and await a second person."""
    known = session().scalars(select(Spoilage).where(Spoilage.id == spoilage_id)).one_or_none()
    if known is not None:
        return [known]
    holder = holders.keeping(actor, holders.own_code(actor))
    findings = judge_ranges(serials) + judge_spoilage_record(cause, note, bool(photo), returned)
    if findings:
        raise Refused(findings)
    number = ledger.series_named(item, mark).number
    stored = keep(photo, "photo") if photo else None
    ledger.lock(item, holder.code)
    rows = []
    for count, (first, last) in enumerate(ranges_of(serials)):
        row = spoiled_row(
            spoilage_id if count == 0 else new_id(), holder, item, (number, first, last), cause, actor, season_key, now
        )
        row.note, row.returned = note, returned
        row.photo_key, row.photo_sha256 = (stored.key, stored.sha256) if stored else ("", "")
        session().add(row)
        act = Act("spoil", actor.id, now, cause, season_key, row.id, note)
        ledger.shift(item, (number, first, last), (holder, Account.HELD), (holder, Account.SPOILED), act)
        _written(actor, "spoil", row, now, cause=cause, first=first, last=last, mark=mark)
        rows.append(row)
    return rows


def spoiled_row(
    row_id: UUID, holder: Place, item: str, stretch: Range, cause: str, actor: Actor, season_key: str, now: datetime
) -> Spoilage:
    """A spoilage, not yet added to the session."""
    return Spoilage(
        id=row_id, province_code=holder.province_code, territory=holder.territory, holder_code=holder.code, item=item,
        series=stretch[0], first=stretch[1], last=stretch[2], cause=cause, season_key=season_key, by=actor.id, at=now,
    )  # fmt: skip


@one_transaction
def confirm_spoilage(actor: Actor, spoilage_id: UUID, now: datetime) -> Spoilage:
    """A second person has seen the spoiled piece or its photo."""
    row = locked(Spoilage, spoilage_id)
    holders.keeping(actor, row.holder_code)
    findings = judge_four_eyes(row.by, actor.id)
    if row.second_by is not None:
        findings.append(Finding("spoilage_confirmed", N_("此损毁已经复核"), clause="二(三)"))
    if findings:
        raise Refused(findings)
    row.second_by, row.second_at = actor.id, now
    _written(actor, "confirm_spoilage", row, now)
    return row


@one_transaction
def destroy(actor: Actor, destruction_id: UUID, item: str, protocol: bytes, note: str, now: datetime) -> Destruction:
    """Begin the destruction of all confirmed spoiled items of the own stock, by its protocol."""
    known = session().scalars(select(Destruction).where(Destruction.id == destruction_id)).one_or_none()
    if known is not None:
        return known
    holder = holders.keeping(actor, holders.own_code(actor))
    ledger.lock(item, holder.code)
    rows = _destroyable(holder.code, item)
    if not rows:
        raise Refused(
            [
                Finding(
                    "nothing_to_destroy", N_("没有已复核待销毁的损毁件"), clause="二(三)", remedy=N_("请先复核损毁记录")
                )
            ]
        )
    stored = keep(protocol, "protocol")
    row = Destruction(
        id=destruction_id, province_code=holder.province_code, territory=holder.territory, holder_code=holder.code,
        item=item, quantity=sum(r.last - r.first + 1 for r in rows), protocol_key=stored.key,
        protocol_sha256=stored.sha256, note=note, by=actor.id, at=now,
    )  # fmt: skip
    session().add(row)
    for spoiled in rows:
        spoiled.destruction_id = row.id
    _written(actor, "destroy", row, now, quantity=row.quantity, sha256=stored.sha256)
    return row


def _destroyable(holder_code: str, item: str) -> list[Spoilage]:
    statement = select(Spoilage).where(
        Spoilage.province_code == holder_code[:2],
        Spoilage.holder_code == holder_code,
        Spoilage.item == item,
        Spoilage.second_by.is_not(None),
        Spoilage.destruction_id.is_(None),
    )
    return list(session().scalars(statement.order_by(Spoilage.at).limit(500)))


@one_transaction
def confirm_destruction(actor: Actor, destruction_id: UUID, now: datetime) -> Destruction:
    """The second person signs: the items are destroyed."""
    row = locked(Destruction, destruction_id)
    holder = holders.keeping(actor, row.holder_code)
    findings = judge_four_eyes(row.by, actor.id)
    if row.second_by is not None:
        findings.append(Finding("destruction_done", N_("此次销毁已经办结"), clause="二(三)"))
    if findings:
        raise Refused(findings)
    ledger.lock(row.item, holder.code)
    act = Act("destroy", actor.id, now, subject_id=row.id)
    statement = select(Spoilage).where(Spoilage.province_code == row.province_code, Spoilage.destruction_id == row.id)
    for spoiled in session().scalars(statement.order_by(Spoilage.at)):
        stretch = (spoiled.series, spoiled.first, spoiled.last)
        ledger.shift(row.item, stretch, (holder, Account.SPOILED), (holder, Account.DESTROYED), act)
    row.second_by, row.second_at = actor.id, now
    _written(actor, "confirm_destruction", row, now, quantity=row.quantity)
    return row


@one_transaction
def lose(actor: Actor, report_id: UUID, item: str, mark: str, serials: str, report: str, now: datetime) -> int:
    """Report usable items of the own stock as lost; returns how many."""
    holder = holders.keeping(actor, holders.own_code(actor))
    findings = judge_ranges(serials)
    if len(report.strip()) < 10:
        findings.append(
            Finding("loss_unexplained", N_("请写明遗失经过和查找情况（至少10个字）"), clause="二(三)", field="report")
        )
    if findings:
        raise Refused(findings)
    ledger.lock(item, holder.code)
    if session().scalars(select(StockMovement.id).where(StockMovement.subject_id == report_id)).first():
        return 0
    number = ledger.series_named(item, mark).number
    act = Act("lose", actor.id, now, subject_id=report_id, reason=report)
    ranges = [(number, first, last) for first, last in ranges_of(serials)]
    for stretch in ranges:
        ledger.shift(item, stretch, (holder, Account.HELD), (holder, Account.LOST), act)
    audit.record(
        actor, "stock.lose", "stock", report_id, province_code=holder.province_code, now=now, clause="二(三)",
        serials=serials, mark=mark, reason=report,
    )  # fmt: skip
    return ledger.quantity_of(ranges)


def _written(actor: Actor, verb: str, row: Spoilage | Destruction, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"stock.{verb}", row.__tablename__, row.id, province_code=row.province_code, now=now, clause="二(三)",
        **detail,
    )  # fmt: skip


def spoilage(spoilage_id: UUID) -> Spoilage:
    """One spoilage of the present scope; raises `NotFound`."""
    return found(Spoilage, spoilage_id)


def spoilages(paging: Paging, open_only: bool = False) -> Page[Spoilage]:
    """Spoilages of the present scope, the newest first."""
    statement = select(Spoilage)
    if open_only:
        statement = statement.where(Spoilage.second_by.is_(None))
    return paged(statement, Paging(paging.number, paging.size, "at", True), {"at": Spoilage.at})


def destruction(destruction_id: UUID) -> Destruction:
    """One destruction of the present scope; raises `NotFound`."""
    return found(Destruction, destruction_id)


def destructions(paging: Paging) -> Page[Destruction]:
    """Destructions of the present scope, the newest first."""
    return paged(select(Destruction), Paging(paging.number, paging.size, "at", True), {"at": Destruction.at})


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A holder on the spoilage board: the last year, the time before, its peers, and what stands out."""

    code: str
    now: Consumption
    history: Consumption
    peers: Consumption
    findings: list[Finding]


YEAR = timedelta(days=365)


def board(actor: Actor, item: str, rules: RuleSet, now: datetime) -> list[BoardLine]:
    """Spoilage of each holder in scope in the last 365 days, against its past and its province's others."""
    beginning = datetime.min.replace(tzinfo=now.tzinfo)
    recent, past = _consumption(item, now - YEAR, now), _consumption(item, beginning, now - YEAR)
    with within(territory(actor.province_code)):  # the peers of a county lie outside its territory; figures alone
        others = _consumption(item, now - YEAR, now)
    lines = []
    for code, here in sorted(recent.items()):
        peers = _sum(other for key, other in others.items() if key != code and key[:2] == code[:2])
        history = past.get(code, Consumption())
        findings = judge_spoilage(here, history, peers, rules.v.spoilage_significance)
        lines.append(BoardLine(code, here, history, peers, findings))
    return sorted(lines, key=lambda line: (-len(line.findings), -line.now.rate, line.code))


def _sum(items: Iterable[Consumption]) -> Consumption:
    total = Consumption()
    for item in items:
        total += item
    return total


def _consumption(item: str, since: datetime, until: datetime) -> dict[str, Consumption]:
    """What each holder in scope used well and what it spoiled; a misprint was used first, so it is taken off."""
    statement = (
        select(
            StockMovement.holder_code,
            StockMovement.kind,
            StockMovement.account,
            func.sum(StockMovement.quantity),
        )
        .where(
            StockMovement.item == item,
            StockMovement.at >= since,
            StockMovement.at < until,
            StockMovement.account.in_((Account.USED, Account.SPOILED)),
            StockMovement.holder_code != CENTRE,
            (StockMovement.kind == "use") | ((StockMovement.kind == "spoil") & StockMovement.cause.in_(SPOILING)),
        )
        .group_by(StockMovement.holder_code, StockMovement.kind, StockMovement.account)
        .limit(8000)
    )
    found: dict[str, Consumption] = {}
    for code, _kind, account, number in session().execute(statement):
        fresh = Consumption(int(number), 0) if account == Account.USED else Consumption(0, int(number))
        found[code] = found.get(code, Consumption()) + fresh
    return found
