"""Items asked for, approved at the level above, sent, received or disputed, and sent back (§ 4.2, stock)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.accounts.rules import judge_four_eyes
from core.certificates.models import StockOrder, StockRequest
from core.certificates.rules import (
    CENTRE,
    STOCK_MOVES,
    Account,
    Item,
    Supply,
    judge_allotment,
    judge_ranges,
    ranges_of,
)
from core.certificates.service import holders, ledger
from core.certificates.service.holders import Place, province_holder
from core.certificates.service.ledger import Act, Range
from core.certificates.service.supply import supply
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import NotAllowed, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.rulesets.loader import RuleSet


@one_transaction
def ask(
    actor: Actor, request_id: UUID, item: str, quantity: int, season_key: str, note: str, now: datetime
) -> StockRequest:
    """Ask the level above for items; it decides how many."""
    known = session().scalars(select(StockRequest).where(StockRequest.id == request_id)).one_or_none()
    if known is not None:
        return known
    holder = holders.keeping(actor, holders.own_code(actor))
    if not holder.above:
        raise NotAllowed()
    return _open(actor, request_id, holder, holder.above, item, "batch", quantity, season_key, note, now)


def _open(
    actor: Actor, request_id: UUID, holder: Place, source: str, item: str, purpose: str, quantity: int,
    season_key: str, note: str, now: datetime, order_id: UUID | None = None,
) -> StockRequest:  # fmt: skip
    low = holders.place(source) if purpose == "return" else holder
    row = StockRequest(
        id=request_id, province_code=low.province_code, territory=low.territory, item=item, purpose=purpose,
        holder_code=holder.code, source_code=source, season_key=season_key, order_id=order_id, asked=quantity,
        note=note, state="requested", ranges=[], missing=[], requested_by=actor.id, requested_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "request", row, now, quantity=quantity, item=item)
    return row


def for_order(actor: Actor, order: StockOrder, now: datetime) -> StockRequest:
    """The request by which an order in force reaches the centre; the order itself justifies it."""
    holder = holders.place(province_holder(order.province_code))
    quantity = order.granted or order.quantity
    return _open(
        actor, new_id(), holder, CENTRE, Item.BLANK, "extra", quantity, order.season_key, order.note, now, order.id
    )


@one_transaction
def approve(actor: Actor, request_id: UUID, quantity: int, reason: str, rules: RuleSet, now: datetime) -> StockRequest:
    """The level above decides how many: within need, or above it with a reason that stays on record."""
    row = _moving(request_id, "approved", actor)
    if row.requested_by == actor.id:
        raise Refused(judge_four_eyes(row.requested_by, actor.id))
    holder = holders.place(row.holder_code)
    ledger.lock(row.item, row.holder_code, row.source_code)
    if row.purpose == "batch":
        figures = supply(row.item, holder, row.season_key, rules)
        findings = judge_allotment(quantity, figures, reason)
        if any(finding.refuses for finding in findings):
            raise Refused(findings)
        row.supply, row.excess_reason = figures.as_dict(), reason if findings else ""
    elif not 0 < quantity <= row.asked:
        raise Refused(judge_allotment(0, Supply(0, 0, 0)))
    row.state, row.approved, row.decided_by, row.decided_at = "approved", quantity, actor.id, now
    row.decision_reason = reason
    _written(actor, "approve", row, now, quantity=quantity, reason=row.excess_reason)
    return row


@one_transaction
def allot(
    actor: Actor, request_id: UUID, holder_code: str, item: str, quantity: int, season_key: str, reason: str,
    rules: RuleSet, now: datetime,
) -> StockRequest:  # fmt: skip
    """The level above sends of its own accord, by the figures of the registered cases; approved at once."""
    known = session().scalars(select(StockRequest).where(StockRequest.id == request_id)).one_or_none()
    if known is not None:
        return known
    holder = holders.seen(actor, holder_code)
    if holder.above != holders.own_code(actor):
        raise NotAllowed()
    row = _open(Actor("system"), request_id, holder, holder.above, item, "batch", quantity, season_key, reason, now)
    session().flush()
    return approve(actor, row.id, quantity, reason, rules, now)


@one_transaction
def refuse(actor: Actor, request_id: UUID, reason: str, now: datetime) -> StockRequest:
    """The level above refuses a request, with its reason."""
    row = _moving(request_id, "refused", actor)
    row.state, row.decided_by, row.decided_at, row.decision_reason = "refused", actor.id, now, reason
    _written(actor, "refuse", row, now, reason=reason)
    return row


@one_transaction
def withdraw(actor: Actor, request_id: UUID, reason: str, now: datetime) -> StockRequest:
    """Take back a request, or an approval that nothing was sent upon."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "withdrawn")
    if holders.own_code(actor) not in (row.holder_code, row.source_code):
        raise NotAllowed()
    row.state, row.decision_reason = "withdrawn", reason
    _written(actor, "withdraw", row, now, reason=reason)
    return row


@one_transaction
def send_back(
    actor: Actor, request_id: UUID, item: str, quantity: int, season_key: str, note: str, now: datetime
) -> StockRequest:
    """Return usable items to the level above: approved as it is opened, for nobody needs to ask for it."""
    known = session().scalars(select(StockRequest).where(StockRequest.id == request_id)).one_or_none()
    if known is not None:
        return known
    source = holders.keeping(actor, holders.own_code(actor))
    if not source.above:
        raise NotAllowed()
    target = holders.place(source.above)
    row = _open(actor, request_id, target, source.code, item, "return", quantity, season_key, note, now)
    row.state, row.approved, row.decided_at = "approved", quantity, now
    return row


@one_transaction
def dispatch(actor: Actor, request_id: UUID, serials: str, mark: str, now: datetime) -> StockRequest:
    """The keeper sends what was approved: the oldest, or the serials named; they are now on their way."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "dispatched")
    source, target = holders.keeping(actor, row.source_code), holders.place(row.holder_code)
    ledger.lock(row.item, source.code, target.code)
    ranges = _chosen(row, source, serials, mark)
    act = Act("dispatch", actor.id, now, season_key=row.season_key, subject_id=row.id)
    for stretch in ranges:
        ledger.shift(row.item, stretch, (source, Account.HELD), (target, Account.TRANSIT), act)
    row.state, row.ranges = "dispatched", [list(stretch) for stretch in ranges]
    row.dispatched_by, row.dispatched_at = actor.id, now
    _written(actor, "dispatch", row, now, quantity=row.approved)
    return row


def _chosen(row: StockRequest, source: Place, serials: str, mark: str) -> list[Range]:
    if serials.strip():
        findings = judge_ranges(serials)
        if findings:
            raise Refused(findings)
        number = ledger.series_named(row.item, mark).number
        ranges = [(number, first, last) for first, last in ranges_of(serials)]
    else:
        ranges = ledger.lowest(row.item, source, row.approved)
    have = ledger.quantity_of(ranges)
    if have != row.approved:
        raise Refused(
            [
                Finding(
                    "stock_short",
                    N_("核准%(approved)s份，可发%(have)s份"),
                    clause="二(三)",
                    field="serials",
                    remedy=N_("请核对号码或库存"),
                    params={"approved": row.approved, "have": have},
                )
            ]
        )
    return ranges


@one_transaction
def accept(actor: Actor, request_id: UUID, now: datetime) -> StockRequest:
    """The keeper there signs for everything that was sent; also when a dispute ends in agreement."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "received")
    target = holders.keeping(actor, row.holder_code)
    ledger.lock(row.item, target.code)
    act = Act("arrive", actor.id, now, season_key=row.season_key, subject_id=row.id)
    for stretch in row.ranges:
        ledger.shift(row.item, tuple(stretch), (target, Account.TRANSIT), (target, Account.HELD), act)
    row.state, row.received_by, row.received_at = "received", actor.id, now
    _written(actor, "receive", row, now, quantity=row.approved)
    return row


@one_transaction
def dispute(actor: Actor, request_id: UUID, counted: int, reason: str, now: datetime) -> StockRequest:
    """The keeper there counts otherwise; everything stays on its way until the two agree."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "disputed")
    holders.keeping(actor, row.holder_code)
    row.state, row.disputed_quantity, row.dispute_reason = "disputed", counted, reason
    _written(actor, "dispute", row, now, counted=counted, reason=reason)
    return row


@one_transaction
def propose_write_off(
    actor: Actor, request_id: UUID, serials: str, mark: str, reason: str, now: datetime
) -> StockRequest:
    """The upper of the two levels names what never arrived; a second person must confirm."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "written_off")
    _upper(actor, row)
    findings = judge_ranges(serials)
    if findings:
        raise Refused(findings)
    number = ledger.series_named(row.item, mark).number
    missing = [(number, first, last) for first, last in ranges_of(serials)]
    if not all(any(_inside(item, sent) for sent in row.ranges) for item in missing):
        raise Refused([Finding("stock_not_sent", N_("这些号码不在本次发出的号段内"), clause="二(三)", field="serials")])
    row.missing, row.write_off_by, row.write_off_reason = [list(item) for item in missing], actor.id, reason
    _written(actor, "propose_write_off", row, now, reason=reason)
    return row


@one_transaction
def confirm_write_off(actor: Actor, request_id: UUID, now: datetime) -> StockRequest:
    """A second person confirms: the missing are written off, the rest arrives."""
    row = locked(StockRequest, request_id)
    _judge_move(row, "written_off")
    _upper(actor, row)
    if not row.missing:
        raise Refused([Finding("write_off_not_proposed", N_("尚未提出核销"), clause="二(三)")])
    findings = judge_four_eyes(row.write_off_by, actor.id)
    if findings:
        raise Refused(findings)
    target = holders.place(row.holder_code)
    ledger.lock(row.item, target.code)
    lost = Act("write_off", actor.id, now, subject_id=row.id, reason=row.write_off_reason)
    arrive = Act("arrive", actor.id, now, season_key=row.season_key, subject_id=row.id)
    for stretch in row.missing:
        ledger.shift(row.item, tuple(stretch), (target, Account.TRANSIT), (target, Account.WRITTEN_OFF), lost)
    for rest in remaining(row.ranges, row.missing):
        ledger.shift(row.item, rest, (target, Account.TRANSIT), (target, Account.HELD), arrive)
    row.state, row.received_by, row.received_at = "written_off", actor.id, now
    _written(actor, "write_off", row, now, quantity=ledger.quantity_of(row.missing), reason=row.write_off_reason)
    return row


def remaining(sent: list[Any], missing: list[Any]) -> list[Range]:
    """What is left of `sent` stretches without the `missing` ones."""
    left: list[Range] = []
    for number, first, last in sent:
        for _n, low, high in sorted(m for m in map(tuple, missing) if _inside(m, (number, first, last))):
            if first < low:
                left.append((number, first, low - 1))
            first = high + 1
        if first <= last:
            left.append((number, first, last))
    return left


def _inside(inner: Any, outer: Any) -> bool:
    return bool(inner[0] == outer[0] and outer[1] <= inner[1] and inner[2] <= outer[2])


def _upper(actor: Actor, row: StockRequest) -> None:
    upper = row.holder_code if row.purpose == "return" else row.source_code
    holders.keeping(actor, upper)


def _moving(request_id: UUID, state: str, actor: Actor) -> StockRequest:
    """The request, locked, when `actor` keeps the level above; raises `NotAllowed` otherwise."""
    row = locked(StockRequest, request_id)
    _judge_move(row, state)
    holders.keeping(actor, row.source_code)
    return row


def _judge_move(row: StockRequest, state: str) -> None:
    findings = STOCK_MOVES.judge(row.state, state)
    if findings:
        raise Refused(findings)


def _written(actor: Actor, verb: str, row: StockRequest, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"stock.{verb}", "stock_request", row.id, province_code=row.province_code, now=now, clause="二(三)",
        after=row.state, **detail,
    )  # fmt: skip


def request(request_id: UUID) -> StockRequest:
    """One request of the present scope; raises `NotFound`."""
    return found(StockRequest, request_id)


def requests(paging: Paging, state: str = "", holder_code: str = "") -> Page[StockRequest]:
    """Requests of the present scope, the newest first."""
    statement = select(StockRequest)
    if state:
        statement = statement.where(StockRequest.state == state)
    if holder_code:
        statement = statement.where(
            or_(StockRequest.holder_code == holder_code, StockRequest.source_code == holder_code)
        )
    ordered = Paging(paging.number, paging.size, "at", True)
    return paged(statement, ordered, {"at": StockRequest.requested_at})
