"""What holders of stock owe: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import func, select

from core.calendar import service as calendar
from core.certificates.models import StockCount, StockRequest
from core.certificates.rules import CENTRE, ITEM_NAMES, STOCK_MOVES, Item
from core.certificates.rules.owing import judge_counted, judge_deliveries
from core.foundation.clock import BEIJING
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes
from core.foundation.tallies import sums


@owes("stock-takings", "institution")
def takings(asked: Asked) -> Iterable[Obligation]:
    """Holders with stock that nobody took this year; a province's own keeper is the province."""
    yearbook = calendar.in_force(asked.today.year)
    if yearbook is None:
        return
    rules, year = calendar.rules_of(yearbook), asked.today.year
    held: dict[tuple[str, str, str], int] = {}
    province = asked.provinces[0] if len(asked.provinces) == 1 else ""
    found = sums("stock", "province_code", "place", "key", places=True, province=province)
    for (code, place, key), amount in found.items():
        item, _kind, account, _cause = key.split("/")
        if account == "held":
            held[(code, place, item)] = held.get((code, place, item), 0) + amount
    counted = _counted(year)
    for (code, place, item), amount in sorted(held.items()):
        for finding in judge_counted(amount, counted.get((place, item), 0), ITEM_NAMES[Item(item)], rules):
            yield Obligation(
                finding, _keeper(place), code if place != CENTRE else "", "" if place.endswith("000") else place,
                due_on=date(year, 12, 31), subject=f"{year}-{place}-{item}", endpoint="certificates.counts",
            )  # fmt: skip


def _counted(year: int) -> dict[tuple[str, str], int]:
    begun = datetime.combine(date(year, 1, 1), time(), BEIJING)
    statement = (
        select(StockCount.holder_code, StockCount.item, func.count())
        .where(StockCount.second_at.is_not(None), StockCount.at >= begun)
        .group_by(StockCount.holder_code, StockCount.item)
        .limit(20_000)
    )
    return {(row[0], row[1]): row[2] for row in session().execute(statement)}


def _keeper(place: str) -> str:
    return "N" if place == CENTRE else "P" if place.endswith("000") else "H"


@owes("stock-requests", "institution")
def requests(asked: Asked) -> Iterable[Obligation]:
    """Requests asked, approved, on their way or in dispute, by holder and state."""
    statement = (
        select(StockRequest.province_code, StockRequest.holder_code, StockRequest.state, func.count())
        .where(StockRequest.province_code.in_(asked.provinces), StockRequest.state.in_(tuple(STOCK_MOVES.steps)))
        .group_by(StockRequest.province_code, StockRequest.holder_code, StockRequest.state)
        .limit(5000)
    )
    for code, holder, state, count in session().execute(statement):
        for finding in judge_deliveries(count, state, STOCK_MOVES.next_step(state)):
            yield Obligation(
                finding, STOCK_MOVES.owner(state), code, "" if holder.endswith("000") else holder,
                subject=f"{holder}-{state}", count=count, endpoint="certificates.requests", values={"state": state},
            )  # fmt: skip
