"""The PDF port: named fonts embedded, the same bytes each time, and what cannot be drawn is known beforehand."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from core.foundation import pdf

ROOT = Path(__file__).parents[2]
REGISTER = {
    "title": "用户备案登记表",
    "lines": ["杏林市教育局", "𠮷田㛃、䶮、买买提·艾力"],
    "columns": [1, 3],
    "head": ["姓名", "单位"],
    "rows": [["甲", "#pagebreak() $x$ *星* \\ <b>"]] + [[f"乙{n}", "杏林市"] for n in range(60)],
}


@pytest.fixture(autouse=True)
def _places():
    pdf.use(pdf.Places(ROOT / "templates" / "pdf"))


def test_a_register_is_drawn_with_its_own_fonts_and_the_same_twice():
    made = pdf.render("register", REGISTER)
    assert made == pdf.render("register", REGISTER)
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 1
    text = "".join(page.extract_text() for page in pages)
    assert "𠮷田㛃" in text
    assert "买买提·艾力" in text
    assert "#pagebreak() $x$ *星* \\ <b>" in text, "data is text, never Typst"
    assert all("单位" in page.extract_text() for page in pages), "the head returns on each page"
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        (inner,) = font["/DescendantFonts"]
        described = inner.get_object()["/FontDescriptor"]
        assert "NotoSansCJKsc" in described["/FontName"]
        assert "/FontFile2" in described or "/FontFile3" in described


def test_what_no_font_can_draw_is_named():
    assert pdf.missing("𠮷㛃䶮 买买提·艾力 〇 ABC 1 X") == ""
    assert pdf.missing("王𪚥𪚥\ue863") == "𪚥\ue863"
    assert pdf.named("𪚥") == ["𪚥 (U+2A6A5)"]


def test_a_folder_of_fonts_adds_what_the_base_lacks(tmp_path):
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0)), pen.lineTo((0, 800)), pen.lineTo((800, 800)), pen.closePath()
    glyph = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "rare"])
    made.setupCharacterMap({0x2A6A5: "rare"})
    made.setupGlyf({".notdef": glyph, "rare": glyph})
    made.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 0)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Rare Han", "styleName": "Regular", "psName": "RareHan"})
    made.setupOS2(), made.setupPost()
    made.save(tmp_path / "rare.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    pdf.use(pdf.Places(ROOT / "templates" / "pdf", tmp_path))
    assert pdf.missing("王𪚥") == ""
    reader = pypdf.PdfReader(io.BytesIO(pdf.render("register", REGISTER | {"title": "王𪚥", "rows": []})))
    names = str([font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()])
    assert "RareHan" in names


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    with pytest.raises(pdf.PdfUnavailable, match=r"xingtan\[pdf\]"):
        pdf.render("register", REGISTER)
    pdf._drawable.cache_clear()
    with pytest.raises(pdf.PdfUnavailable):
        pdf.missing("王")
