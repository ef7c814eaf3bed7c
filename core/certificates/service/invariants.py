"""What must always hold of certificates and stock, as queries over live data: each gives the rows that break it.

Numbers are those of the promises. `check` runs them within the scope in force; an empty answer is a promise kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from core.certificates.models import (
    LINE,
    Certificate,
    CertificateNumber,
    CertificatePiece,
    LogEntry,
    NumberSeries,
    StockMovement,
    StockOrder,
    StockRequest,
    StockSegment,
)
from core.certificates.rules import COUNTED, LIVE, Account, Cause, Item
from core.certificates.service import transparency
from core.foundation.db import session

MOST = 1000


@dataclass(frozen=True, slots=True)
class Invariant:
    """One promise: its number, name, what it says, its clause, and what finds the rows that break it."""

    number: int
    name: str
    text: str
    clause: str
    offending: Callable[[int], list[str]]


INVARIANTS: dict[str, Invariant] = {}
Finder = Callable[[int], list[str]]


def _holds(number: int, clause: str) -> Callable[[Finder], Finder]:
    def register(finder: Finder) -> Finder:
        name = finder.__name__
        INVARIANTS[name] = Invariant(number, name, (finder.__doc__ or name).strip(), clause, finder)
        return finder

    return register


def _rows(statement: Any) -> list[str]:
    return [" ".join(str(part) for part in row) for row in session().execute(statement.limit(MOST))]


@_holds(3, "§4.1")
def one_record_of_each_recognised_case(threshold: int) -> list[str]:
    """No case has two certificate records that are not voided."""
    return _rows(
        select(Certificate.case_id, func.count())
        .where(Certificate.state != "voided")
        .group_by(Certificate.case_id)
        .having(func.count() > 1)
    )


@_holds(4, "§2.4")
def numbers_without_gaps(threshold: int) -> list[str]:
    """Each institution's year has as many numbers as its last sequence, and the highest is that sequence."""
    institution = func.substr(CertificateNumber.number, 5, 5)
    year = func.substr(CertificateNumber.number, 1, 4)
    top = func.max(func.substr(CertificateNumber.number, 12, 6))
    given = select(institution, year, func.count(), top).group_by(institution, year)
    found = {(code, int(y)): (count, int(last)) for code, y, count, last in session().execute(given)}
    series = {(row.institution_code, row.year): row.last for row in session().scalars(select(NumberSeries))}
    wrong = []
    for key in sorted({*found, *series}):
        count, last = found.get(key, (0, 0))
        if not count == last == series.get(key, 0):
            wrong.append(f"{key[0]} {key[1]}: {count} numbers, highest {last}, series at {series.get(key, 0)}")
    return wrong[:MOST]


@_holds(4, "§2.4")
def voided_numbers_have_their_reason(threshold: int) -> list[str]:
    """A voided number stays in the series, with its reason; its public row says the same as its record."""
    joined = and_(CertificateNumber.certificate_id == Certificate.id, CertificateNumber.number == Certificate.number)
    return _rows(
        select(Certificate.number, Certificate.state, CertificateNumber.state)
        .outerjoin(CertificateNumber, joined)
        .where(
            or_(
                CertificateNumber.state.is_(None),
                CertificateNumber.state != Certificate.state,
                and_(Certificate.state == "voided", Certificate.void_reason == ""),
            )
        )
    )


@_holds(5, "R-CERT-06")
def one_live_piece(threshold: int) -> list[str]:
    """At most one live piece to a certificate, and none to a voided one."""
    several = (
        select(CertificatePiece.certificate_id, func.count())
        .where(CertificatePiece.state.in_(LIVE))
        .group_by(CertificatePiece.certificate_id)
        .having(func.count() > 1)
    )
    voided = (
        select(Certificate.number, CertificatePiece.state)
        .join(CertificatePiece, CertificatePiece.certificate_id == Certificate.id)
        .where(Certificate.state == "voided", CertificatePiece.state.in_(LIVE))
    )
    return [*_rows(several), *_rows(voided)]


@_holds(6, "二(三)")
def no_serial_in_two_places(threshold: int) -> list[str]:
    """No two stretches meet."""
    other = aliased(StockSegment)
    return _rows(
        select(StockSegment.holder_code, StockSegment.low, StockSegment.high, other.holder_code, other.low, other.high)
        .join(other, and_(other.low <= StockSegment.high, other.high >= StockSegment.low, other.id != StockSegment.id))
        .where(StockSegment.low <= other.low)
    )


@_holds(6, "二(三)")
def every_balance_is_its_movements(threshold: int) -> list[str]:
    """What lies in each place is the sum of its movements, series by series; none is negative; none vanished."""
    lying = _sums(StockSegment, StockSegment.low / LINE, func.sum(StockSegment.high - StockSegment.low + 1))
    moved = _sums(StockMovement, StockMovement.series, func.sum(StockMovement.quantity))
    wrong = [
        f"{' '.join(map(str, key))}: {lying.get(key, 0)} lie there, movements say {moved.get(key, 0)}"
        for key in sorted({*lying, *moved})
        if lying.get(key, 0) != moved.get(key, 0) or moved.get(key, 0) < 0
    ]
    return wrong[:MOST]


def _sums(model: Any, series: Any, total: Any) -> dict[tuple[str, str, str, int], int]:
    number = series if model is StockMovement else StockSegment.low // LINE
    keys = (model.holder_code, model.item, model.account, number)
    rows = session().execute(select(*keys, total).group_by(*keys))
    return {(row[0], row[1], row[2], int(row[3])): int(row[4]) for row in rows if row[4]}


@_holds(6, "二(三)")
def used_blanks_have_their_piece(threshold: int) -> list[str]:
    """As many blanks stand as used as pieces of paper are out: each piece has its blank, each used blank its piece."""
    spent = ("spoiled", "returned_damaged", "corrected_away", "surrendered")
    used = dict(
        session()
        .execute(
            select(StockSegment.holder_code, func.sum(StockSegment.high - StockSegment.low + 1))
            .where(StockSegment.item == Item.BLANK, StockSegment.account == Account.USED)
            .group_by(StockSegment.holder_code)
        )
        .all()
    )
    out = dict(
        session()
        .execute(
            select(CertificatePiece.holder_code, func.count())
            .where(CertificatePiece.state.not_in(spent))
            .group_by(CertificatePiece.holder_code)
        )
        .all()
    )
    wrong = [
        f"{code}: {used.get(code, 0)} blanks used, {out.get(code, 0)} pieces out"
        for code in sorted({*used, *out})
        if int(used.get(code, 0)) != int(out.get(code, 0))
    ]
    line = cast(CertificatePiece.series, BigInteger) * LINE + CertificatePiece.serial
    astray = select(CertificatePiece.certificate_id, CertificatePiece.blank).where(
        CertificatePiece.state.not_in(spent),
        ~exists().where(
            StockSegment.low <= line,
            StockSegment.high >= line,
            StockSegment.holder_code == CertificatePiece.holder_code,
            StockSegment.account == Account.USED,
        ),
    )
    return [*wrong, *_rows(astray)][:MOST]


@_holds(7, "二(三)")
def no_issue_above_need_without_its_decision(threshold: int) -> list[str]:
    """Every approval by the cases stayed within its figures, or has its reason."""
    statement = select(StockRequest).where(
        StockRequest.purpose == "batch", StockRequest.approved > 0, StockRequest.excess_reason == ""
    )
    rows = session().scalars(statement.execution_options(yield_per=500))
    return [f"{row.id} {row.approved}" for row in rows if not row.supply or row.approved > row.supply["room"]][:MOST]


@_holds(7, "R-STOCK-05")
def no_batch_above_the_threshold_without_the_reply(threshold: int) -> list[str]:
    """Orders at the province's own word stay within the threshold; a granted one has application and reply on file."""
    own = (
        select(StockOrder.province_code, StockOrder.season_key, func.sum(StockOrder.quantity))
        .where(StockOrder.state == "placed")
        .group_by(StockOrder.province_code, StockOrder.season_key)
        .having(func.sum(StockOrder.quantity) > threshold)
    )
    bare = select(StockOrder.province_code, StockOrder.season_key, StockOrder.quantity).where(
        StockOrder.state.in_(COUNTED),
        StockOrder.total_with > threshold,
        or_(StockOrder.application_key == "", StockOrder.reply_key == "", StockOrder.reply_reference == ""),
    )
    return [*_rows(own), *_rows(bare)]


@_holds(8, "二(三)")
def every_printed_piece_has_its_printer(threshold: int) -> list[str]:
    """No piece is past printing without the person who printed it; `mark_printed` lets only trained ones."""
    return _rows(
        select(CertificatePiece.certificate_id, CertificatePiece.state).where(
            CertificatePiece.state.in_(("printed", "handed_over", "reported_lost", "recalled")),
            CertificatePiece.printed_by.is_(None),
        )
    )


@_holds(25, "R-REG-11")
def every_used_sticker_has_one_registration(threshold: int) -> list[str]:
    """A used sticker names one registration, and a registration used one sticker."""
    used = (
        StockMovement.item == Item.STICKER,
        StockMovement.kind == "use",
        StockMovement.account == Account.USED,
    )
    nameless = select(StockMovement.series, StockMovement.first).where(*used, StockMovement.subject_id.is_(None))
    twice = (
        select(StockMovement.subject_id, func.count())
        .where(*used)
        .group_by(StockMovement.subject_id)
        .having(func.count() > 1)
    )
    return [*_rows(nameless), *_rows(twice)]


@_holds(6, "R-STOCK-04")
def every_spoilage_has_its_record(threshold: int) -> list[str]:
    """Every movement to the spoiled names a cause and who did it."""
    return _rows(
        select(StockMovement.holder_code, StockMovement.series, StockMovement.first).where(
            StockMovement.account == Account.SPOILED,
            StockMovement.quantity > 0,
            or_(StockMovement.cause.not_in([cause.value for cause in Cause]), StockMovement.subject_id.is_(None)),
        )
    )


@_holds(5, "R-CERT-06")
def the_public_row_names_the_last_paper(threshold: int) -> list[str]:
    """The public row's piece is the certificate's last paper, so that an older one reads as replaced."""
    last = func.max(CertificatePiece.number)
    return _rows(
        select(CertificateNumber.number, CertificateNumber.piece, last)
        .join(CertificatePiece, CertificatePiece.certificate_id == CertificateNumber.certificate_id)
        .group_by(CertificateNumber.number, CertificateNumber.piece)
        .having(last != CertificateNumber.piece)
    )


@_holds(4, "二(三)")
def every_paper_is_in_the_log(threshold: int) -> list[str]:
    """The transparency log holds an event for each paper of a certificate, its text as the tree's hash has it."""
    events = select(LogEntry.number, func.count().label("count")).group_by(LogEntry.number).subquery()
    short = (
        select(CertificateNumber.number, CertificateNumber.piece, events.c.count)
        .outerjoin(events, events.c.number == CertificateNumber.number)
        .where(func.coalesce(events.c.count, 0) < CertificateNumber.piece)
    )
    return [*_rows(short), *map(str, transparency.altered_entries())][:MOST]


def check(threshold: int) -> Iterator[tuple[Invariant, list[str]]]:
    """Each invariant with the rows that break it; `threshold` is the rule set's number of extra blanks."""
    for invariant in INVARIANTS.values():
        yield invariant, invariant.offending(threshold)
