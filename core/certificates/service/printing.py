"""Printing on the blanks: printers and their offsets, runs drawn in a job, each page bound to its piece and serial."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates.models import Certificate, CertificatePiece, Printer, PrintLine, PrintRun
from core.certificates.rules.printing import CROSS, NATIONAL, RUN_MOVES, corrected, judge_offset, judge_run
from core.certificates.service.pieces import mark_printed, misprint, require_trained
from core.foundation import audit, outbox, pdf
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage

OPEN = ("waiting", "drawn")


@one_transaction
def add_printer(actor: Actor, printer_id: UUID, name: str, duplex: bool, now: datetime) -> Printer:
    """Name a printer of the own institution; its offsets begin at nought."""
    known = session().scalars(select(Printer).where(Printer.id == printer_id)).one_or_none()
    if known is not None:
        return known
    if not actor.institution_code:
        raise NotAllowed()
    row = Printer(
        id=printer_id, province_code=actor.province_code, territory=actor.prefix,
        institution_code=actor.institution_code, name=name, duplex=duplex, changed_by=actor.id, changed_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "printer", row, now, name=name)
    return row


@one_transaction
def calibrate(actor: Actor, printer_id: UUID, side: str, across: float, down: float, now: datetime) -> Printer:
    """Correct the offsets of a side ("front", "back") by where the calibration page's cross was measured (mm)."""
    row = locked(Printer, printer_id)
    for axis, nominal, measured in (("x", CROSS[0], across), ("y", CROSS[1], down)):
        offset = corrected(getattr(row, f"{side}_{axis}"), nominal, measured)
        if findings := judge_offset(offset, "across" if axis == "x" else "down"):
            raise Refused(findings)
        setattr(row, f"{side}_{axis}", offset)
    row.changed_by, row.changed_at = actor.id, now
    _written(actor, "calibrate", row, now, side=side, across=across, down=down)
    return row


@one_transaction
def set_offsets(actor: Actor, printer_id: UUID, offsets: dict[str, int], version: int, now: datetime) -> Printer:
    """Set the offsets (0.1 mm) by hand; `version` guards against a stale form."""
    row = locked(Printer, printer_id)
    if row.version != version:
        raise Conflict()
    for name in ("front_x", "front_y", "back_x", "back_y"):
        setattr(row, name, offsets[name])
    row.changed_by, row.changed_at = actor.id, now
    _written(actor, "offsets", row, now, **offsets)
    return row


def printer(printer_id: UUID) -> Printer:
    """One printer of the present scope; raises `NotFound`."""
    return found(Printer, printer_id)


def printers(institution_code: str) -> list[Printer]:
    """An institution's printers."""
    statement = select(Printer).where(Printer.institution_code == institution_code).order_by(Printer.name)
    return list(session().scalars(statement.limit(50)))


def calibration_page(row: Printer) -> bytes:
    """The PDF to print and measure: one page a side, with the offsets in force."""
    left, top, width, height = NATIONAL.photo
    across, down, side = NATIONAL.code
    frames = [
        {"x": left, "y": top, "width": width, "height": height},
        {"x": across, "y": down, "width": side, "height": side},
    ]
    frames += [
        {"x": spot.x, "y": spot.y - spot.size * 0.3528, "width": spot.width, "height": spot.size * 0.3528}
        for spot in NATIONAL.spots.values()
    ]
    sides = [{"title": "A", "x": row.front_x / 10, "y": row.front_y / 10}]
    if row.duplex:
        sides.append({"title": "B", "x": row.back_x / 10, "y": row.back_y / 10})
    size = {"width": NATIONAL.width, "height": NATIONAL.height}
    return pdf.render("calibration", size | {"name": row.name, "cross": CROSS, "frames": frames, "sides": sides})


def waiting(paging: Paging, institution_code: str) -> Page[Any]:
    """Pieces of an institution that wait for print and are in no open run, with their certificates."""
    busy = select(PrintLine.piece_id).where(
        PrintLine.piece_id == CertificatePiece.id,
        PrintLine.province_code == CertificatePiece.province_code,
        PrintLine.state.in_(OPEN),
    )
    statement: Any = (
        select(
            CertificatePiece.id,
            CertificatePiece.blank,
            CertificatePiece.cause,
            CertificatePiece.assigned_at,
            Certificate.id.label("certificate_id"),
            Certificate.number,
            Certificate.name,
            Certificate.kind,
        )
        .join(
            Certificate,
            (Certificate.id == CertificatePiece.certificate_id)
            & (Certificate.province_code == CertificatePiece.province_code),
        )
        .where(
            CertificatePiece.institution_code == institution_code,
            CertificatePiece.state == "assigned",
            ~busy.exists(),
        )
    )
    return paged(statement, paging, {"blank": CertificatePiece.blank, "number": Certificate.number}, entities=False)


@one_transaction
def open_run(actor: Actor, run_id: UUID, printer_id: UUID, piece_ids: Iterable[UUID], now: datetime) -> PrintRun:
    """Open a run of waiting pieces, in the order of their blanks; a job checks and draws them.

    Only somebody trained may (R-TRAIN-04). Repeating it with the same id gives the same run; a piece is in one
    open run at most.
    """
    known = session().scalars(select(PrintRun).where(PrintRun.id == run_id)).one_or_none()
    if known is not None:
        return known
    require_trained(actor, now)
    device = found(Printer, printer_id)
    if device.institution_code != actor.institution_code:
        raise NotFound()
    asked = list(dict.fromkeys(piece_ids))
    rows = _pieces(asked[:1000], device.institution_code)
    findings = judge_run(len(asked), len(rows))
    if findings:
        raise Refused(findings)
    run = PrintRun(
        id=run_id, province_code=device.province_code, territory=device.territory,
        institution_code=device.institution_code, printer_id=device.id, layout=_offsets(device), total=len(rows),
        state="waiting", opened_by=actor.id, opened_at=now,
    )  # fmt: skip
    session().add(run)
    session().flush()
    for position, (piece, number) in enumerate(rows, 1):
        session().add(
            PrintLine(
                id=new_id(), province_code=run.province_code, territory=piece.territory, person_id=piece.person_id,
                run_id=run.id, piece_id=piece.id, certificate_id=piece.certificate_id, position=position,
                number=number, blank=piece.blank, state="waiting", findings=[],
            )
        )  # fmt: skip
    outbox.post("certificates.draw", run.province_code, now=now, run_id=run.id)
    _written(actor, "open_run", run, now, pieces=len(rows))
    return run


def _pieces(asked: list[UUID], institution_code: str) -> list[Any]:
    statement = (
        select(CertificatePiece, Certificate.number)
        .join(Certificate, Certificate.id == CertificatePiece.certificate_id)
        .where(
            CertificatePiece.id.in_(asked),
            CertificatePiece.institution_code == institution_code,
            CertificatePiece.state == "assigned",
            ~select(PrintLine.id).where(PrintLine.piece_id == CertificatePiece.id, PrintLine.state.in_(OPEN)).exists(),
        )
        .order_by(CertificatePiece.series, CertificatePiece.serial)
    )
    return list(session().execute(statement))


def _offsets(device: Printer) -> dict[str, Any]:
    names = ("front_x", "front_y", "back_x", "back_y", "duplex", "name")
    return {name: getattr(device, name) for name in names}


def run(run_id: UUID) -> PrintRun:
    """One run of the present scope; raises `NotFound`."""
    return found(PrintRun, run_id)


def runs(paging: Paging, institution_code: str) -> Page[PrintRun]:
    """An institution's runs, the newest first."""
    statement = select(PrintRun).where(PrintRun.institution_code == institution_code)
    ordered = Paging(paging.number, paging.size, "opened_at", True)
    return paged(statement, ordered, {"opened_at": PrintRun.opened_at})


def lines(run_id: UUID) -> list[PrintLine]:
    """A run's lines in order; a run is bounded."""
    statement = select(PrintLine).where(PrintLine.run_id == run_id).order_by(PrintLine.position)
    return list(session().scalars(statement.limit(200)))


def line(line_id: UUID) -> PrintLine:
    """One line of the present scope; raises `NotFound`."""
    return found(PrintLine, line_id)


def run_file(row: PrintRun) -> bytes:
    """The PDF of a run: what is previewed is what is printed. Raises `NotFound` before it is drawn."""
    if not row.key:
        raise NotFound()
    return storage().get(row.key)


@one_transaction
def taken(actor: Actor, row: PrintRun, now: datetime) -> None:
    """Record who took the file to print it."""
    _written(actor, "take_file", row, now, sha256=row.sha256)


@one_transaction
def printed(actor: Actor, run_id: UUID, line_ids: Iterable[UUID], now: datetime) -> PrintRun:
    """These pages came well out of the printer; those settled before are passed over."""
    row = locked(PrintRun, run_id)
    wanted = set(line_ids)
    for line in lines(run_id):
        if line.id in wanted and line.state == "drawn":
            mark_printed(actor, line.piece_id, now)
            _settle(actor, line, "printed", now)
    _close(row, now)
    return row


@one_transaction
def misprinted(
    actor: Actor, line_id: UUID, spoilage_id: UUID, note: str, photo: bytes, returned: bool, now: datetime
) -> PrintLine:
    """One step for a misprint: the blank is spoiled, the next one taken, which waits for another run."""
    line = locked(PrintLine, line_id)
    if line.state != "drawn":
        raise Conflict()
    row = locked(PrintRun, line.run_id)
    misprint(actor, line.piece_id, spoilage_id, note, photo, returned, now)
    _settle(actor, line, "spoiled", now)
    _close(row, now)
    return line


@one_transaction
def cancel_run(actor: Actor, run_id: UUID, now: datetime) -> PrintRun:
    """Give up what was not printed yet; its pieces wait for another run."""
    row = locked(PrintRun, run_id)
    findings = RUN_MOVES.judge(row.state, "cancelled", "O")
    if findings:
        raise Refused(findings)
    for line in lines(run_id):
        if line.state in OPEN:
            _settle(actor, line, "cancelled", now)
    row.state = "cancelled"
    outbox.post("certificates.drop_print", row.province_code, now=now, run_id=row.id)
    _written(actor, "cancel_run", row, now)
    return row


@one_transaction
def redraw(actor: Actor, run_id: UUID, now: datetime) -> PrintRun:
    """Try a failed run again."""
    row = locked(PrintRun, run_id)
    findings = RUN_MOVES.judge(row.state, "waiting", "O")
    if findings:
        raise Refused(findings)
    row.state, row.fault = "waiting", ""
    outbox.post("certificates.draw", row.province_code, now=now, run_id=row.id)
    return row


def _settle(actor: Actor, line: PrintLine, state: str, now: datetime) -> None:
    line.state, line.settled_by, line.settled_at = state, actor.id, now


def _close(row: PrintRun, now: datetime) -> None:
    session().flush()
    left = select(func.count()).select_from(PrintLine).where(PrintLine.run_id == row.id, PrintLine.state.in_(OPEN))
    if row.state == "ready" and not session().scalar(left):
        row.state = "settled"
        outbox.post("certificates.drop_print", row.province_code, now=now, run_id=row.id)


def _written(actor: Actor, verb: str, row: Printer | PrintRun, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"printing.{verb}", row.__tablename__, row.id, province_code=row.province_code, now=now,
        clause="R-CERT-02", **detail,
    )  # fmt: skip
