"""Orders of extra blanks of a province and batch: 1000 at its own word, more by written application (R-STOCK-05)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.certificates.models import StockBatch, StockOrder
from core.certificates.rules import EXTRA, ORDER_MOVES, judge_order, judge_reply
from core.certificates.service import requests
from core.certificates.service.files import keep
from core.certificates.service.supply import ordered
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, insert_missing, locked, one_transaction, session
from core.foundation.errors import NotAllowed, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.rulesets.loader import RuleSet


def _lock_batch(province_code: str, season_key: str) -> None:
    """Two officers at 999 queue here: the second counts what the first ordered."""
    key = (province_code, season_key)
    if session().get(StockBatch, key, with_for_update=True, populate_existing=True) is None:
        insert_missing(StockBatch, province_code=province_code, season_key=season_key)
        session().get(StockBatch, key, with_for_update=True, populate_existing=True)


@one_transaction
def order(
    actor: Actor, order_id: UUID, season_key: str, cause: str, quantity: int, note: str, rules: RuleSet, now: datetime
) -> StockOrder:
    """Order extra blanks: in force at once up to 1000 in the batch, else waiting for the written application."""
    if not actor.province_code or actor.institution_code:
        raise NotAllowed()
    _lock_batch(actor.province_code, season_key)
    known = session().scalars(select(StockOrder).where(StockOrder.id == order_id)).one_or_none()
    if known is not None:
        return known
    if quantity <= 0 or cause not in EXTRA:
        raise Refused([Finding("stock_quantity", N_("数量应为正整数"), clause="二(三)", field="quantity")])
    before = ordered(actor.province_code, season_key)
    over = judge_order(before, quantity, rules)
    state = "awaiting_application" if over else "placed"
    row = StockOrder(
        id=order_id, province_code=actor.province_code, territory=actor.province_code, season_key=season_key,
        cause=cause, quantity=quantity, total_with=before + quantity, note=note, state=state, ordered_by=actor.id,
        ordered_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "order", row, now, quantity=quantity, total=row.total_with)
    if state == "placed":
        requests.for_order(actor, row, now)
    return row


@one_transaction
def apply_in_writing(actor: Actor, order_id: UUID, data: bytes, now: datetime) -> StockOrder:
    """Put the signed application to 教师工作司 on file; the order now waits for the reply."""
    row = _moving(order_id, "awaiting_reply", "P")
    stored = keep(data, "application")
    row.application_key, row.application_sha256 = stored.key, stored.sha256
    row.state, row.applied_by, row.applied_at = "awaiting_reply", actor.id, now
    _written(actor, "apply_in_writing", row, now, sha256=stored.sha256)
    return row


@one_transaction
def record_reply(
    actor: Actor, order_id: UUID, granted: int, reference: str, replied_on: date, text: str, data: bytes, now: datetime
) -> StockOrder:
    """Record the department's reply with its reference and file: all, fewer, or (0) none is granted."""
    row = _moving(order_id, "granted" if granted else "declined", "N")
    findings = judge_reply(granted, row.quantity) if granted else []
    if replied_on > clock.beijing(now).date():
        findings.append(Finding("order_reply_date", N_("批复日期不能在今天之后"), clause="二(三)", field="replied_on"))
    if findings:
        raise Refused(findings)
    _lock_batch(row.province_code, row.season_key)
    stored = keep(data, "reply")
    row.reply_key, row.reply_sha256 = stored.key, stored.sha256
    row.state, row.granted = ("granted" if granted else "declined"), granted
    row.reply_reference, row.reply_on, row.reply_text = reference, replied_on, text
    row.replied_by, row.replied_at = actor.id, now
    row.total_with = ordered(row.province_code, row.season_key)
    _written(actor, "record_reply", row, now, granted=granted, reference=reference)
    if granted:
        requests.for_order(actor, row, now)
    return row


@one_transaction
def withdraw_order(actor: Actor, order_id: UUID, reason: str, now: datetime) -> StockOrder:
    """Take back an order that is not in force yet."""
    row = _moving(order_id, "withdrawn", "P")
    row.state, row.reply_text = "withdrawn", reason
    _written(actor, "withdraw_order", row, now, reason=reason)
    return row


def _moving(order_id: UUID, state: str, who: str) -> StockOrder:
    row = locked(StockOrder, order_id)
    findings = ORDER_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row


def _written(actor: Actor, verb: str, row: StockOrder, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"stock.{verb}", "stock_order", row.id, province_code=row.province_code, now=now, clause="二(三)",
        after=row.state, **detail,
    )  # fmt: skip


def one_order(order_id: UUID) -> StockOrder:
    """One order of the present scope; raises `NotFound`."""
    return found(StockOrder, order_id)


def orders(paging: Paging, season_key: str = "", state: str = "") -> Page[StockOrder]:
    """Orders of the present scope, the newest first."""
    statement = select(StockOrder)
    if season_key:
        statement = statement.where(StockOrder.season_key == season_key)
    if state:
        statement = statement.where(StockOrder.state == state)
    ordered_ = Paging(paging.number, paging.size, "at", True)
    return paged(statement, ordered_, {"at": StockOrder.ordered_at})
