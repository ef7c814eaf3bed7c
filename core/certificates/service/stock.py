"""Blanks received and taken: the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates.models import BlankLot, StockMovement
from core.certificates.rules import judge_blank_available
from core.certificates.service.values import Recognition
from core.foundation import audit
from core.foundation.access import NATION, Actor, within
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged


def province_holder(province_code: str) -> str:
    """The code under which a province's own stock is kept."""
    return f"{province_code}000"


@one_transaction
def receive_blanks(
    actor: Actor,
    lot_id: UUID,
    holder_code: str,
    territory: str,
    prefix: str,
    first: int,
    last: int,
    now: datetime,
) -> BlankLot:
    """Take a range of blanks into a holder's stock; both serials count. No serial may be in two places."""
    known = session().scalars(select(BlankLot).where(BlankLot.id == lot_id)).one_or_none()
    if known is not None:
        return known
    if not 0 < first <= last:
        raise Refused([Finding("stock_range", N_("起止号码不正确"), clause="二(三)", field="last")])
    with within(NATION):  # a serial is one in the nation, whatever territory the officer sees
        overlap = session().scalar(
            select(func.count())
            .select_from(BlankLot)
            .where(BlankLot.prefix == prefix, BlankLot.first <= last, BlankLot.last >= first)
        )
    if overlap:
        raise Refused(
            [
                Finding(
                    "stock_serial_known",
                    N_("号段与已登记的号段重叠"),
                    clause="二(三)",
                    field="first",
                    remedy=N_("请核对起止号码"),
                )
            ]
        )
    lot = BlankLot(
        id=lot_id, province_code=holder_code[:2], territory=territory, holder_code=holder_code, prefix=prefix,
        first=first, last=last, next_serial=first, received_at=now,
    )  # fmt: skip
    session().add(lot)
    _movement(lot, "receive", last - first + 1, first, last, actor, now)
    audit.record(
        actor, "stock.receive", "blank_lot", lot.id, province_code=lot.province_code, now=now, clause="二(三)",
        prefix=prefix, first=first, last=last, holder=holder_code,
    )  # fmt: skip
    return lot


def _movement(
    lot: BlankLot, kind: str, quantity: int, first: int, last: int, actor: Actor, now: datetime, **more: Any
) -> None:
    session().add(
        StockMovement(
            id=new_id(), province_code=lot.province_code, territory=lot.territory, lot_id=lot.id,
            holder_code=lot.holder_code, kind=kind, quantity=quantity, first=first, last=last, by=actor.id,
            at=now, **more,
        )
    )  # fmt: skip


def balances() -> list[tuple[str, int]]:
    """Stock of each holder in scope: a sum of movements, never a number that is edited."""
    statement = (
        select(StockMovement.holder_code, func.sum(StockMovement.quantity))
        .group_by(StockMovement.holder_code)
        .order_by(StockMovement.holder_code)
        .limit(2000)
    )
    return [(holder, int(total)) for holder, total in session().execute(statement)]


def movements(paging: Paging) -> Page[StockMovement]:
    """The ledger of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "at", True)
    return paged(select(StockMovement), ordered, {"at": StockMovement.at})


def take_blank(recognition: Recognition, certificate_id: UUID, actor: Actor, now: datetime) -> tuple[UUID, str]:
    """The next blank of the institution's stock, else of its province's; inside the conclusion's transaction."""
    holders = (recognition.institution_code, province_holder(recognition.province_code))
    with within(NATION):  # the province's stock lies above a county's territory
        for holder in holders:
            statement = (
                select(BlankLot)
                .where(
                    BlankLot.province_code == recognition.province_code,
                    BlankLot.holder_code == holder,
                    BlankLot.next_serial <= BlankLot.last,
                )
                .order_by(BlankLot.received_at, BlankLot.id)
                .limit(1)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            lot = session().scalars(statement).one_or_none()
            if lot is None:
                continue
            serial = lot.next_serial
            lot.next_serial += 1
            _movement(lot, "use", -1, serial, serial, actor, now, certificate_id=certificate_id)
            session().flush()
            return lot.id, f"{lot.prefix}{serial:0{lot.width}d}"
    raise Refused(judge_blank_available(0))
