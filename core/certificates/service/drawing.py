"""The job of a print run: each piece is checked on its own, then the good ones are drawn as one PDF."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import segno

from core.calendar import service as calendar
from core.certificates.models import Certificate, CertificatePiece, PrintLine, PrintRun
from core.certificates.rules.codes import CodeContent
from core.certificates.rules.printing import FIELD_NAMES, NATIONAL, Sheet, Spot, judge_sheet
from core.certificates.service.codes import code_of
from core.certificates.service.printing import lines
from core.foundation import pdf
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.findings import Finding
from core.foundation.storage import storage

_STEP = 10
_FORMS = {"sex": "sex", "birth_date": "date", "issued_on": "date"}


def draw(run_id: UUID, public_url: str) -> None:
    """Check and draw a run; run again after a fall, it goes on where it stood, and a drawn run stays as it is.

    `public_url` is where a code on paper leads who scans it; "" prints the code alone.
    """
    if not pdf.available():
        _fail(run_id, pdf.PdfUnavailable.code)
        return
    while _check(run_id):
        pass
    _draw(run_id, public_url)


@one_transaction
def _check(run_id: UUID) -> bool:
    """Check the next few pieces; whether more wait. Progress is visible after each step."""
    row = locked(PrintRun, run_id)
    open_lines = [line for line in lines(run_id) if line.state == "waiting"]
    if row.state != "waiting" or not open_lines:
        return False
    for line in open_lines[:_STEP]:
        piece, certificate = _of(line)
        texts = texts_of(certificate, piece)
        missing = {name: pdf.named(gone) for name, text in texts.items() if (gone := pdf.missing(text))}
        sheet = Sheet(certificate.state, piece.state, texts, missing, bool(certificate.photo_key))
        findings = judge_sheet(sheet)
        line.findings = [_named(finding) for finding in findings]
        line.state = "refused" if findings else "drawn"
    row.checked = row.total - len(open_lines[_STEP:])
    return len(open_lines) > _STEP


def _named(finding: Finding) -> dict[str, Any]:
    """A finding to keep; a field's name stays a gettext source until it is shown."""
    params = dict(finding.params)
    if "name" in params:
        params["name"] = FIELD_NAMES[params["name"]]
    return finding.as_dict() | {"params": params}


@one_transaction
def _draw(run_id: UUID, public_url: str) -> None:
    row = locked(PrintRun, run_id)
    if row.state != "waiting":
        return
    drawn = [line for line in lines(run_id) if line.state == "drawn"]
    if not drawn:
        row.state = "settled"
        return
    fronts, backs, pictures = [], [], {}
    for line in drawn:
        piece, certificate = _of(line)
        name = str(line.position)
        pictures[f"{name}.jpg"] = storage().get(certificate.photo_key)
        pictures[f"{name}.svg"] = code_picture(certificate, piece, public_url)
        fronts.append(front(texts_of(certificate, piece), name, row.layout))
        backs.append(back(piece.remark, row.layout))
    sheets, step = fronts, 1
    if row.layout["duplex"]:
        sheets, step = [side for pair in zip(fronts, backs, strict=True) for side in pair], 2
    elif any(side["texts"] for side in backs):
        sheets = fronts + backs
    for count, line in enumerate(drawn):
        line.page = count * step + 1
    size = {"width": NATIONAL.width, "height": NATIONAL.height}
    kept = storage().put(pdf.render("certificate", size | {"sheets": sheets}, pictures), ".pdf")
    row.key, row.sha256, row.state = kept.key, kept.sha256, "ready"


@one_transaction
def _fail(run_id: UUID, fault: str) -> None:
    row = locked(PrintRun, run_id)
    if row.state == "waiting":
        row.state, row.fault = "failed", fault


def _of(line: PrintLine) -> tuple[CertificatePiece, Certificate]:
    return found(CertificatePiece, line.piece_id), found(Certificate, line.certificate_id)


def texts_of(certificate: Certificate, piece: CertificatePiece) -> dict[str, str]:
    """What the paper says, by field; sex and days as codes that the template words."""
    kinds = {kind.code: kind.name for kind in calendar.rules_on(certificate.issued_on)[1].kinds}
    return {
        "name": certificate.name,
        "sex": certificate.sex,
        "ethnic_group": certificate.ethnic_group,
        "birth_date": certificate.birth_date.isoformat(),
        "document_number": certificate.document_number,
        "kind": kinds.get(certificate.kind, ""),
        "subject": certificate.subject,
        "number": certificate.number,
        "institution": certificate.institution_name,
        "issued_on": certificate.issued_on.isoformat(),
        "remark": piece.remark,
    }


def code_picture(certificate: Certificate, piece: CertificatePiece, public_url: str) -> bytes:
    """The signed code of this very piece as an SVG, with its quiet margin: an older paper reads as replaced."""
    content = CodeContent(
        certificate.number, piece.number, certificate.name, certificate.kind, certificate.subject, certificate.issued_on
    )
    made = io.BytesIO()
    segno.make_qr(code_of(content, public_url), error="m").save(made, kind="svg", border=4)
    return made.getvalue()


def front(texts: dict[str, str], pictures: str, offsets: dict[str, Any]) -> dict[str, Any]:
    """The front of one sheet for the template, the printer's offsets (0.1 mm) added.

    `pictures` names the photo (.jpg) and the code (.svg).
    """
    right, down = offsets["front_x"] / 10, offsets["front_y"] / 10
    left, top, width, height = NATIONAL.photo
    items = [
        _item(spot, texts[name], right, down, _FORMS.get(name, "text"))
        for name, spot in NATIONAL.spots.items()
        if texts.get(name)
    ]
    return {
        "texts": items, "photo": f"{pictures}.jpg", "photo_x": left + right, "photo_y": top + down,
        "photo_width": width, "photo_height": height, "code": f"{pictures}.svg", "code_x": NATIONAL.code[0] + right,
        "code_y": NATIONAL.code[1] + down, "code_side": NATIONAL.code[2],
    }  # fmt: skip


def back(remark: str, offsets: dict[str, Any]) -> dict[str, Any]:
    """The back: the remarks page, where a replacement says why and when (R-CERT-05)."""
    right, down = offsets["back_x"] / 10, offsets["back_y"] / 10
    return {"texts": [_item(NATIONAL.remark, remark, right, down, "text")] if remark else []}


def _item(spot: Spot, text: str, right: float, down: float, form: str) -> dict[str, Any]:
    return {
        "x": spot.x + right, "y": spot.y + down, "width": spot.width, "size": spot.size, "text": text, "form": form,
    }  # fmt: skip


@one_transaction
def drop_print(run_id: UUID) -> None:
    """The file of a run that is over goes: what was printed is known by the pieces."""
    row = locked(PrintRun, run_id)
    if row.key and row.state in ("settled", "cancelled"):
        storage().drop(row.key)
        row.key = ""
    session().flush()
