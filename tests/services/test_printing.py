"""Certificates on paper: where each word lies, in millimetres; runs in a job; nothing printed twice or with a box."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from core.certificates.models import Certificate, CertificatePiece
from core.certificates.rules.printing import CROSS, NATIONAL, Sheet, corrected, judge_offset, judge_run, judge_sheet
from core.certificates.service import codes as codes_service
from core.certificates.service import drawing, printing
from core.demonstration import story
from core.foundation import clock, outbox, pdf
from core.foundation.access import Actor
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotFound, Refused

MM = 72 / 25.4
CHECK = Path(__file__).parents[2] / "docs" / "verifier" / "check.py"
RARE = "𠮷㛃·䶮买买提"


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


def spots(page: pypdf.PageObject) -> dict[str, tuple[float, float]]:
    """Texts of a page with their baselines' left ends, in mm from the top left."""
    found: dict[str, tuple[float, float]] = {}
    height = float(page.mediabox.height)

    def visit(text, current, matrix, *rest):
        if text.strip():
            x = matrix[4] * current[0] + matrix[5] * current[2] + current[4]
            y = matrix[4] * current[1] + matrix[5] * current[3] + current[5]
            found.setdefault(text.strip(), (x / MM, (height - y) / MM))

    page.extract_text(visitor_text=visit)
    return found


@pytest.fixture
def desk(house):
    """Two recognised people's pieces at the printer of the clerk's institution."""
    for serial in (11, 12):
        story.play(serial, "recognised", house.plan)
    clerk = story.officer("clerk")
    device = printing.add_printer(clerk, new_id(), "左侧", True, clock.now())
    pieces = list(session().scalars(select(CertificatePiece).order_by(CertificatePiece.serial)))
    return house, clerk, device, pieces


def opened(clerk: Actor, device, pieces):
    run = printing.open_run(clerk, new_id(), device.id, [piece.id for piece in pieces], clock.now())
    outbox.drain()
    session().expire_all()
    return printing.run(run.id)


def test_words_lie_where_the_layout_says_plus_the_printers_offset(desk):
    _house, clerk, device, pieces = desk
    printing.calibrate(clerk, device.id, "front", 28.5, 30.7, clock.now())
    assert (device.front_x, device.front_y) == (15, -7)
    certificate = session().scalars(select(Certificate).where(Certificate.id == pieces[0].certificate_id)).one()
    certificate.name = RARE
    session().commit()
    row = opened(clerk, device, pieces)
    assert (row.state, row.checked, row.total) == ("ready", 2, 2)
    pages = pypdf.PdfReader(io.BytesIO(printing.run_file(row))).pages
    assert len(pages) == 4, "front and back of two sheets"
    assert float(pages[0].mediabox.width) == pytest.approx(NATIONAL.width * MM, abs=0.1)
    here = spots(pages[0])
    for name, text in {"number": certificate.number, "name": RARE}.items():
        spot = NATIONAL.spots[name]
        assert here[text] == pytest.approx((spot.x + 1.5, spot.y - 0.7), abs=0.1)
    (picture,) = pages[0].images
    assert picture.image.size[0] > 200
    assert pages[1].extract_text().strip() == ""
    assert [line.page for line in printing.lines(row.id)] == [1, 3]
    again = drawing.front(drawing.texts_of(certificate, pieces[0]), "1", row.layout)
    assert again["photo_x"] == NATIONAL.photo[0] + 1.5


def test_a_run_is_opened_once_drawn_once_and_each_piece_printed_once(desk):
    _house, clerk, device, pieces = desk
    run_id, ids = new_id(), [piece.id for piece in pieces]
    first = printing.open_run(clerk, run_id, device.id, ids, clock.now())
    assert printing.open_run(clerk, run_id, device.id, ids, clock.now()).id == first.id
    with pytest.raises(Refused) as refusal:
        printing.open_run(clerk, new_id(), device.id, ids, clock.now())
    assert codes(refusal) == {"print_piece_taken"}
    session().rollback()
    outbox.drain()
    session().expire_all()
    row = printing.run(run_id)
    key = row.key
    drawing.draw(run_id, "")
    session().expire_all()
    assert printing.run(run_id).key == key, "a message that comes twice draws nothing anew"
    lines = printing.lines(run_id)
    printing.printed(clerk, run_id, [lines[0].id], clock.now())
    printing.printed(clerk, run_id, [lines[0].id], clock.now())
    bad = printing.misprinted(clerk, lines[1].id, new_id(), "墨粉脱落", b"", True, clock.now())
    assert bad.state == "spoiled"
    with pytest.raises(Conflict):
        printing.misprinted(clerk, lines[1].id, new_id(), "墨粉脱落", b"", True, clock.now())
    session().rollback()
    outbox.drain()
    drawing.drop_print(run_id)
    session().expire_all()
    row = printing.run(run_id)
    assert (row.state, row.key) == ("settled", "")
    with pytest.raises(NotFound):
        printing.run_file(row)
    states = sorted(piece.state for piece in session().scalars(select(CertificatePiece)))
    assert states == ["assigned", "printed", "spoiled"], "the next blank waits for another run"


def scanned(data: bytes, folder) -> str:
    """What a scanner reads of the first page as a printer of 300 dpi draws it."""
    (folder / "run.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", "300", "-f", "1", "-l", "1", "-png", "-singlefile", "run.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    (code,) = zxingcpp.read_barcodes(Image.open(folder / "page.png"))
    corners = (code.position.top_left, code.position.bottom_right)
    left, top, right, bottom = (place * 25.4 / 300 for corner in corners for place in (corner.x, corner.y))
    x, y, side = NATIONAL.code
    assert x < left < right < x + side, "the quiet margin lies within"
    assert y < top < bottom < y + side
    assert right - left > 22
    return code.text


def check_outside(text: str, folder) -> subprocess.CompletedProcess[str]:
    """The published verifier's word on a code, with the published keys and snapshot."""
    (folder / "keys.json").write_text(json.dumps(codes_service.keys()))
    (folder / "revoked.json").write_text(json.dumps(codes_service.snapshot(clock.now())))
    command = [sys.executable, str(CHECK), "code", text, "--keys", "keys.json", "--revoked", "revoked.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler's pdftoppm")
def test_the_printed_code_is_read_back_and_an_older_paper_reads_replaced(desk, tmp_path):
    _house, clerk, device, pieces = desk
    piece = pieces[0]
    run = opened(clerk, device, [piece])
    text = scanned(printing.run_file(run), tmp_path)
    certificate = session().scalars(select(Certificate).where(Certificate.id == piece.certificate_id)).one()
    assert codes_service.check_code(text).result == "in_force"
    assert codes_service.check_code(text).content.number == certificate.number
    good = check_outside(text, tmp_path)
    assert good.returncode == 0, good.stderr
    (line,) = printing.lines(run.id)
    printing.misprinted(clerk, line.id, new_id(), "墨粉脱落", b"", True, clock.now())
    assert codes_service.check_code(text).result == "replaced"
    assert check_outside(text, tmp_path).returncode == 1
    (fresh,) = session().scalars(
        select(CertificatePiece).where(
            CertificatePiece.certificate_id == certificate.id, CertificatePiece.state == "assigned"
        )
    )
    again = scanned(printing.run_file(opened(clerk, device, [fresh])), tmp_path)
    assert codes_service.check_code(again).content.piece == 2
    assert codes_service.check_code(again).result == "in_force"
    assert check_outside(again, tmp_path).returncode == 0


def test_only_the_trained_open_a_run(desk):
    _house, clerk, device, pieces = desk
    stranger = Actor(
        "officer", id=new_id(), prefix=clerk.prefix, institution_code=clerk.institution_code,
        permissions=clerk.permissions,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        printing.open_run(stranger, new_id(), device.id, [pieces[0].id], clock.now())
    assert codes(refusal) == {"printer_not_trained"}


def test_a_name_without_a_glyph_never_reaches_paper_and_stops_nobody_else(desk):
    _house, clerk, device, pieces = desk
    certificate = session().scalars(select(Certificate).where(Certificate.id == pieces[0].certificate_id)).one()
    certificate.name = "王𪚥"
    session().commit()
    row = opened(clerk, device, pieces)
    first, second = printing.lines(row.id)
    assert (first.state, first.page, second.state, second.page) == ("refused", 0, "drawn", 1)
    (finding,) = first.findings
    assert finding["code"] == "print_glyph_missing"
    assert "U+2A6A5" in finding["params"]["characters"][0]
    assert "王" not in pypdf.PdfReader(io.BytesIO(printing.run_file(row))).pages[0].extract_text()
    printing.cancel_run(clerk, row.id, clock.now())
    outbox.drain()
    assert len(opened(clerk, device, pieces).layout) == 6, "what was not printed waits for another run"


def test_without_the_component_a_run_says_so_and_can_be_tried_again(desk, monkeypatch):
    _house, clerk, device, pieces = desk
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "available", lambda: False)
        row = opened(clerk, device, pieces)
        assert (row.state, row.fault) == ("failed", "pdf_unavailable")
    printing.redraw(clerk, row.id, clock.now())
    outbox.drain()
    session().expire_all()
    assert printing.run(row.id).state == "ready"


def test_the_calibration_page_has_its_cross_where_it_says(desk):
    _house, clerk, device, _pieces = desk
    made = printing.calibration_page(device)
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 2
    assert spots(pages[0])["+"] == pytest.approx(CROSS, abs=0.1)
    printing.set_offsets(clerk, device.id, {"front_x": 20, "front_y": 0, "back_x": 0, "back_y": -5}, 1, clock.now())
    pages = pypdf.PdfReader(io.BytesIO(printing.calibration_page(device))).pages
    assert spots(pages[0])["+"] == pytest.approx((CROSS[0] + 2, CROSS[1]), abs=0.1)
    assert spots(pages[1])["+"] == pytest.approx((CROSS[0], CROSS[1] - 0.5), abs=0.1)
    with pytest.raises(Conflict):
        printing.set_offsets(clerk, device.id, {}, 1, clock.now())
    session().rollback()
    with pytest.raises(Refused) as refusal:
        printing.calibrate(clerk, device.id, "front", 90, 30, clock.now())
    assert codes(refusal) == {"print_offset_too_far"}


def test_offsets_add_up():
    assert corrected(0, 30, 28.5) == 15
    assert corrected(15, 30, 30) == 15
    assert judge_offset(200, "across") == []


def test_a_sheet_is_drawn_only_whole():
    whole = dict.fromkeys(NATIONAL.spots, "字")

    def found(state="in_force", piece="assigned", texts=None, missing=None, photo=True) -> set[str]:
        return {item.code for item in judge_sheet(Sheet(state, piece, texts or whole, missing or {}, photo))}

    assert found() == set()
    assert found(texts=whole | {"ethnic_group": "", "subject": ""}) == set()
    assert found(state="revoked") == {"print_not_in_force"}
    assert found(piece="printed") == {"print_not_waiting"}
    assert found(photo=False) == {"print_without_photo"}
    assert found(texts=whole | {"name": ""}) == {"print_field_empty"}
    assert found(missing={"name": "𪚥", "sex": ""}) == {"print_glyph_missing"}
    assert [item.code for item in judge_run(0, 0)] == [item.code for item in judge_run(101, 101)] == ["print_run_size"]
    assert [item.code for item in judge_run(3, 2)] == ["print_piece_taken"]
    assert judge_run(100, 100) == []
