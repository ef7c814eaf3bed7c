"""The ledger's one movement: a stretch of serials out of one place into another, with its two lines.

Every change of stock goes through `shift` or `enter`. The holders' rows are locked first, in the order of their
codes; segments are cut before they are joined, so that the database's rule of no overlap holds at each statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates.models import LINE, StockHolder, StockMovement, StockSegment, StockSeries
from core.certificates.rules import WIDTH, Account, Item
from core.certificates.service.holders import Place
from core.foundation.access import NATION, within
from core.foundation.db import insert_missing, new_id, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding

Range = tuple[int, int, int]  # series, first, last


@dataclass(frozen=True, slots=True)
class Act:
    """What every line of a movement carries."""

    kind: str
    by: UUID | None
    at: datetime
    cause: str = ""
    season_key: str = ""
    subject_id: UUID | None = None
    reason: str = ""


def lock(item: str, *codes: str) -> None:
    """Take the holders' locks, always in the same order."""
    for code in sorted(set(codes)):
        key = (code, item)
        if session().get(StockHolder, key, with_for_update=True, populate_existing=True) is None:
            insert_missing(StockHolder, holder_code=code, item=item)
            session().get(StockHolder, key, with_for_update=True, populate_existing=True)


def series_of(item: str, mark: str, counted: bool, now: datetime) -> StockSeries:
    """The series of a mark, begun if it is new; the caller holds the centre's lock."""
    statement = select(StockSeries).where(StockSeries.item == item, StockSeries.mark == mark)
    known = session().scalars(statement).one_or_none()
    if known is not None:
        return known
    last = session().scalar(select(func.max(StockSeries.number))) or 0
    row = StockSeries(number=last + 1, item=item, mark=mark, counted=counted, created_at=now)
    session().add(row)
    session().flush()
    return row


def series(numbers: Iterable[int]) -> dict[int, StockSeries]:
    """Series by number."""
    wanted = set(numbers)
    if not wanted:
        return {}
    return {row.number: row for row in session().scalars(select(StockSeries).where(StockSeries.number.in_(wanted)))}


def series_named(item: str, mark: str) -> StockSeries:
    """The series of a mark; raises `Refused` beside the field `mark`."""
    statement = select(StockSeries).where(StockSeries.item == item, StockSeries.mark == mark)
    known = session().scalars(statement).one_or_none()
    if known is None:
        raise Refused([Finding("stock_series_unknown", N_("没有此字头或批次"), clause="二(三)", field="mark")])
    return known


def serial_text(row: StockSeries, serial: int) -> str:
    """A serial as printed on the paper; of a counted lot only the lot's mark, since nothing is printed."""
    return row.mark if row.counted else f"{row.mark}{serial:0{WIDTH}d}"


def known_serials(stretch: Range) -> bool:
    """Whether any serial of the stretch was ever received, anywhere in the nation."""
    low, high = _line(stretch)
    with within(NATION):
        statement = select(StockSegment.id).where(StockSegment.low <= high, StockSegment.high >= low).limit(1)
        return session().scalar(statement) is not None


def enter(item: str, there: Place, stretch: Range, act: Act) -> None:
    """Serials that come from outside the ledger: the printer, or a beginning. Nothing else adds serials."""
    with within(NATION):
        _join(item, there, Account.HELD, *_line(stretch))
        _write(item, stretch, act, [(there, Account.HELD, 1, "")])
        session().flush()


def shift(item: str, stretch: Range, source: tuple[Place, Account], target: tuple[Place, Account], act: Act) -> None:
    """Move a stretch from one place to another; raises `Refused` unless all of it is there.

    The caller holds the locks of both holders.
    """
    with within(NATION):
        _cut(item, *source, *_line(stretch))
        _join(item, *target, *_line(stretch))
        lines = [(*source, -1, target[0].code), (*target, 1, source[0].code)]
        _write(item, stretch, act, lines)
        session().flush()


def shift_each(
    item: str, stretch: Range, source: tuple[Place, Account], target: tuple[Place, Account], acts: Sequence[Act]
) -> None:
    """`shift` a stretch of which each serial has its own act, in order: one cut, a pair of lines a serial."""
    number, first, last = stretch
    if len(acts) != last - first + 1:
        raise ValueError("a serial needs its act")
    with within(NATION):
        _cut(item, *source, *_line(stretch))
        _join(item, *target, *_line(stretch))
        lines = [(*source, -1, target[0].code), (*target, 1, source[0].code)]
        for serial, act in enumerate(acts, first):
            _write(item, (number, serial, serial), act, lines)
        session().flush()


def lowest(item: str, holder: Place, quantity: int) -> list[Range]:
    """The stretches that hold the `quantity` oldest usable serials; fewer when there are not so many."""
    with within(NATION):
        statement = (
            select(StockSegment)
            .where(
                StockSegment.province_code == holder.province_code,
                StockSegment.holder_code == holder.code,
                StockSegment.item == item,
                StockSegment.account == Account.HELD,
            )
            .order_by(StockSegment.low)
            .limit(1 if quantity == 1 else 1000)
            .execution_options(populate_existing=True)
        )
        taken, left = [], quantity
        for row in session().scalars(statement):
            count = min(left, row.quantity)
            taken.append((row.series, row.first, row.first + count - 1))
            left -= count
            if not left:
                break
        return taken


def quantity_of(ranges: Iterable[Any]) -> int:
    """How many serials stretches hold."""
    return sum(last - first + 1 for _series, first, last in ranges)


def _line(stretch: Range) -> tuple[int, int]:
    number, first, last = stretch
    return number * LINE + first, number * LINE + last


def _at(item: str, holder: Place, account: Account, low: int, high: int) -> list[StockSegment]:
    statement = (
        select(StockSegment)
        .where(
            StockSegment.province_code == holder.province_code,
            StockSegment.holder_code == holder.code,
            StockSegment.item == item,
            StockSegment.account == account,
            StockSegment.low <= high,
            StockSegment.high >= low,
        )
        .order_by(StockSegment.low)
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(statement))


def _segment(item: str, holder: Place, account: Account, low: int, high: int) -> StockSegment:
    return StockSegment(
        id=new_id(), province_code=holder.province_code, territory=holder.territory, holder_code=holder.code,
        item=item, account=account, low=low, high=high,
    )  # fmt: skip


def _cut(item: str, holder: Place, account: Account, low: int, high: int) -> None:
    rows = _at(item, holder, account, low, high)
    if sum(min(row.high, high) - max(row.low, low) + 1 for row in rows) != high - low + 1:
        raise Refused(
            [
                Finding(
                    "stock_not_there",
                    N_("号码不全在此处：%(first)s至%(last)s"),
                    clause="二(三)",
                    field="serials",
                    remedy=N_("请核对库存号段"),
                    params={"first": low % LINE, "last": high % LINE},
                )
            ]
        )
    for row in rows:
        before, after = (row.low, low - 1), (high + 1, row.high)
        if before[0] <= before[1] and after[0] <= after[1]:
            row.high = before[1]
            session().flush()
            session().add(_segment(item, holder, account, *after))
        elif before[0] <= before[1]:
            row.high = before[1]
        elif after[0] <= after[1]:
            row.low = after[0]
        else:
            session().delete(row)
    session().flush()


def _join(item: str, holder: Place, account: Account, low: int, high: int) -> None:
    near = _at(item, holder, account, low - 1, high + 1)
    left = next((row for row in near if row.high == low - 1 and row.high // LINE == low // LINE), None)
    right = next((row for row in near if row.low == high + 1 and row.low // LINE == high // LINE), None)
    if left is not None and right is not None:
        top = right.high
        session().delete(right)
        session().flush()
        left.high = top
    elif left is not None:
        left.high = high
    elif right is not None:
        right.low = low
    else:
        session().add(_segment(item, holder, account, low, high))
    session().flush()


def _write(item: str, stretch: Range, act: Act, lines: list[tuple[Place, Account, int, str]]) -> None:
    move, count = new_id(), stretch[2] - stretch[1] + 1
    for there, account, sign, other in lines:
        session().add(
            StockMovement(
                id=new_id(), province_code=there.province_code, territory=there.territory, move_id=move, item=item,
                kind=act.kind, holder_code=there.code, account=account, other_code=other, series=stretch[0],
                first=stretch[1], last=stretch[2], quantity=sign * count, cause=act.cause,
                season_key=act.season_key, subject_id=act.subject_id, reason=act.reason, by=act.by, at=act.at,
            )
        )  # fmt: skip


def item_of(text: str) -> Item:
    """An item by its name; raises `NotFound`."""
    try:
        return Item(text)
    except ValueError as fault:
        raise NotFound() from fault
