"""What must always hold of certificates, papers, stock and the transparency log (promises 3 to 8, 25)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, literal, null, or_, select, union_all

from core.calendar import service as calendar
from core.certificates.models import (
    LINE,
    Certificate,
    CertificateNumber,
    CertificatePiece,
    Destruction,
    LogEntry,
    NumberSeries,
    PrintRun,
    Spoilage,
    StockCount,
    StockMovement,
    StockOrder,
    StockRequest,
    StockSegment,
)
from core.certificates.rules import COUNTED, LIVE, Account, Cause, Item
from core.certificates.service import transparency
from core.foundation.db import session
from core.foundation.dialects import BeijingDay
from core.foundation.invariants import Broken, Query, holds
from core.training import service as training

SPENT = ("spoiled", "returned_damaged", "corrected_away", "surrendered")


@holds(3, "§4.1")
def one_record_of_each_recognised_case() -> Query:
    """No case has two certificate records that are not voided."""
    return (
        select(Certificate.case_id, func.count())
        .where(Certificate.state != "voided")
        .group_by(Certificate.case_id)
        .having(func.count() > 1)
    )


@holds(4, "§2.4")
def numbers_without_gaps() -> Iterator[str]:
    """Each institution's year has as many numbers as its last sequence, and the highest is that sequence."""
    institution = func.substr(CertificateNumber.number, 5, 5)
    year = func.substr(CertificateNumber.number, 1, 4)
    top = func.max(func.substr(CertificateNumber.number, 12, 6))
    given = select(institution, year, func.count(), top).group_by(institution, year)
    found = {(code, int(y)): (count, int(last)) for code, y, count, last in session().execute(given)}
    series = {(row.institution_code, row.year): row.last for row in session().scalars(select(NumberSeries))}
    for key in sorted({*found, *series}):
        count, last = found.get(key, (0, 0))
        if not count == last == series.get(key, 0):
            yield f"{key[0]} {key[1]}: {count} numbers, highest {last}, series at {series.get(key, 0)}"


@holds(4, "§2.4")
def voided_numbers_have_their_reason() -> Query:
    """A voided number stays in the series, with its reason; its public row says the same as its record."""
    joined = and_(CertificateNumber.certificate_id == Certificate.id, CertificateNumber.number == Certificate.number)
    return (
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


@holds(5, "R-CERT-06")
def one_live_piece() -> list[Broken]:
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
    return [several, voided]


@holds(5, "R-CERT-06")
def the_public_row_names_the_last_paper() -> Query:
    """The public row's piece is the certificate's last paper, so that an older one reads as replaced."""
    last = func.max(CertificatePiece.number)
    return (
        select(CertificateNumber.number, CertificateNumber.piece, last)
        .join(CertificatePiece, CertificatePiece.certificate_id == CertificateNumber.certificate_id)
        .group_by(CertificateNumber.number, CertificateNumber.piece)
        .having(last != CertificateNumber.piece)
    )


@holds(4, "二(三)", walks=True)
def every_paper_is_in_the_log() -> list[Broken]:
    """The transparency log holds an event for each paper of a certificate, its text as the tree's hash has it."""
    events = select(LogEntry.number, func.count().label("count")).group_by(LogEntry.number).subquery()
    short = (
        select(CertificateNumber.number, CertificateNumber.piece, events.c.count)
        .outerjoin(events, events.c.number == CertificateNumber.number)
        .where(func.coalesce(events.c.count, 0) < CertificateNumber.piece)
    )
    return [short, map(str, transparency.altered_entries())]


@holds(8, "二(三)")
def every_printed_piece_has_its_printer() -> Query:
    """No piece is past printing without the person who printed it."""
    return select(CertificatePiece.certificate_id, CertificatePiece.state).where(
        CertificatePiece.state.in_(("printed", "handed_over", "reported_lost", "recalled")),
        CertificatePiece.printed_by.is_(None),
    )


@holds(8, "二(三)")
def nobody_untrained_printed() -> list[Broken]:
    """No print run was opened, and no piece printed, by somebody who had no recorded training on that day."""
    trained = training.first_trained().subquery()
    opened, printed = BeijingDay(PrintRun.opened_at), BeijingDay(CertificatePiece.printed_at)
    runs = (
        select(PrintRun.id)
        .outerjoin(trained, trained.c.account_id == PrintRun.opened_by)
        .where(or_(trained.c.since.is_(None), trained.c.since > opened))
    )
    pieces = (
        select(CertificatePiece.certificate_id, CertificatePiece.number)
        .outerjoin(trained, trained.c.account_id == CertificatePiece.printed_by)
        .where(CertificatePiece.printed_by.is_not(None), or_(trained.c.since.is_(None), trained.c.since > printed))
    )
    return [runs, pieces]


@holds(6, "二(三)")
def no_serial_in_two_places() -> Query:
    """No two stretches of serials meet."""
    order = (StockSegment.low, StockSegment.id)
    highest = func.max(StockSegment.high).over(order_by=order, rows=(None, -1))
    stretches = select(
        StockSegment.holder_code, StockSegment.account, StockSegment.low, StockSegment.high, highest.label("before")
    ).subquery()
    return select(*stretches.c).where(stretches.c.before >= stretches.c.low)


@holds(6, "二(三)")
def every_balance_is_its_movements() -> Iterator[str]:
    """What lies in each place is the sum of its movements, series by series; none is negative; none vanished."""
    lying = _sums(StockSegment, func.sum(StockSegment.high - StockSegment.low + 1))
    moved = _sums(StockMovement, func.sum(StockMovement.quantity))
    for key in sorted({*lying, *moved}):
        if lying.get(key, 0) != moved.get(key, 0) or moved.get(key, 0) < 0:
            place = " ".join(map(str, key))
            yield f"{place}: {lying.get(key, 0)} lie there, movements say {moved.get(key, 0)}"


def _sums(model: Any, total: Any) -> dict[tuple[str, str, str, int], int]:
    number = model.series if model is StockMovement else StockSegment.low // LINE
    keys = (model.holder_code, model.item, model.account, number)
    rows = session().execute(select(*keys, total).group_by(*keys))
    return {(row[0], row[1], row[2], int(row[3])): int(row[4]) for row in rows if row[4]}


@holds(6, "二(三)")
def used_blanks_have_their_piece() -> list[Broken]:
    """As many blanks stand as used as pieces of paper are out: each piece has its blank, each used blank its piece."""
    used = _by_holder(
        select(StockSegment.holder_code, func.sum(StockSegment.high - StockSegment.low + 1))
        .where(StockSegment.item == Item.BLANK, StockSegment.account == Account.USED)
        .group_by(StockSegment.holder_code)
    )
    out = _by_holder(
        select(CertificatePiece.holder_code, func.count())
        .where(CertificatePiece.state.not_in(SPENT))
        .group_by(CertificatePiece.holder_code)
    )
    wrong = (
        f"{code}: {used.get(code, 0)} blanks used, {out.get(code, 0)} pieces out"
        for code in sorted({*used, *out})
        if used.get(code, 0) != out.get(code, 0)
    )
    return [wrong, _astray()]


def _by_holder(statement: Query) -> dict[str, int]:
    return {code: int(count) for code, count in session().execute(statement)}


def _astray() -> Query:
    """Pieces whose serial is in no used stretch of their holder: one walk along the line, stretches before pieces."""
    line = cast(CertificatePiece.series, BigInteger) * LINE + CertificatePiece.serial
    stretches = select(
        StockSegment.holder_code.label("holder"), StockSegment.low.label("line"), literal(0).label("kind"),
        StockSegment.high.label("high"), literal("").label("blank"),
    ).where(StockSegment.item == Item.BLANK, StockSegment.account == Account.USED)  # fmt: skip
    pieces = select(
        CertificatePiece.holder_code, line, literal(1), cast(null(), BigInteger), CertificatePiece.blank
    ).where(CertificatePiece.state.not_in(SPENT))
    events = union_all(stretches, pieces).subquery()
    reach = func.max(case((events.c.kind == 0, events.c.high))).over(
        partition_by=events.c.holder, order_by=(events.c.line, events.c.kind), rows=(None, 0)
    )
    walked = select(events.c.holder, events.c.blank, events.c.kind, events.c.line, reach.label("reach")).subquery()
    return select(walked.c.holder, walked.c.blank).where(
        walked.c.kind == 1, or_(walked.c.reach.is_(None), walked.c.reach < walked.c.line)
    )


@holds(7, "二(三)")
def no_issue_above_need_without_its_decision() -> Iterator[str]:
    """Every approval by the cases stayed within its figures, or has its reason."""
    statement = select(StockRequest.id, StockRequest.approved, StockRequest.supply).where(
        StockRequest.purpose == "batch", StockRequest.approved > 0, StockRequest.excess_reason == ""
    )
    for ident, approved, supply in session().execute(statement.execution_options(yield_per=1000)):
        if not supply or approved > supply["room"]:
            yield f"{ident} {approved}"


@holds(7, "R-STOCK-05")
def no_batch_above_the_threshold_without_the_reply() -> list[Broken]:
    """Orders at the province's own word stay within the threshold; a granted one has application and reply on file."""
    found: list[Broken] = []
    for season in session().scalars(select(StockOrder.season_key).distinct().order_by(StockOrder.season_key)):
        yearbook = calendar.in_force(int(season[:4]))
        threshold = calendar.rules_by_id(yearbook.id).v.blank_order_threshold if yearbook else 0
        found += _above(season, threshold)
    return found


def _above(season: str, threshold: int) -> list[Broken]:
    own = (
        select(StockOrder.province_code, StockOrder.season_key, func.sum(StockOrder.quantity))
        .where(StockOrder.state == "placed", StockOrder.season_key == season)
        .group_by(StockOrder.province_code, StockOrder.season_key)
        .having(func.sum(StockOrder.quantity) > threshold)
    )
    bare = select(StockOrder.province_code, StockOrder.season_key, StockOrder.quantity).where(
        StockOrder.state.in_(COUNTED),
        StockOrder.season_key == season,
        StockOrder.total_with > threshold,
        or_(StockOrder.application_key == "", StockOrder.reply_key == "", StockOrder.reply_reference == ""),
    )
    return [own, bare]


@holds(25, "R-REG-11")
def every_used_sticker_has_one_registration() -> list[Broken]:
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
    return [nameless, twice]


@holds(6, "R-STOCK-04")
def every_spoilage_has_its_record() -> Query:
    """Every movement to the spoiled names a cause and who did it."""
    return select(StockMovement.holder_code, StockMovement.series, StockMovement.first).where(
        StockMovement.account == Account.SPOILED,
        StockMovement.quantity > 0,
        or_(StockMovement.cause.not_in([cause.value for cause in Cause]), StockMovement.subject_id.is_(None)),
    )


@holds(6, "R-STOCK-04")
def stock_was_seen_by_two() -> list[Broken]:
    """Who counted, spoiled or destroyed stock did not confirm it as well."""
    return [select(model.id).where(model.second_by == model.by) for model in (StockCount, Spoilage, Destruction)]
