"""The code's one form, and what a leaf of the log says."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.certificates.rules import codes

CONTENT = codes.CodeContent("20203310231000123", 2, "阿卜杜拉·艾力𠮷", "3", "语文", date(2020, 5, 29))


@given(
    st.text(st.characters(codec="utf-8"), max_size=60), st.text(st.characters(codec="utf-8"), max_size=60),
    st.integers(1, 99), st.dates(), st.binary(min_size=1, max_size=72),
)  # fmt: skip
def test_what_is_composed_is_read_again(name, subject, piece, day, signature):
    content = codes.CodeContent("20203310231000123", piece, name, "3", subject, day)
    read = codes.read_code("https://example.invalid/verify/code#" + codes.compose_code(content, "0A1B2C3D", signature))
    assert (read.content, read.key_id, read.signature) == (content, "0A1B2C3D", signature)
    assert read.payload == content.payload()


@pytest.mark.parametrize(
    "text",
    ["", "XT1", "XT1.a.b.c", "XT2.W10.0A1B2C3D.AA", "XT1.W10.0A1B2C3D.AA.AA", "https://example.invalid/#XT1.!.x.!",
     "XT1." + "A" * 2000 + ".0A1B2C3D.AA", "XT1.bnVsbA.0A1B2C3D.AA"],
)  # fmt: skip
def test_anything_else_is_unreadable(text):
    with pytest.raises(ValueError, match="code"):
        codes.read_code(text)


def test_a_payload_in_another_form_is_unreadable():
    loose = json.dumps(json.loads(CONTENT.payload())).encode()
    text = ".".join(("XT1", codes._pack(loose), "0A1B2C3D", "AA"))
    with pytest.raises(ValueError, match="one form"):
        codes.read_code(text)


def test_a_code_fits_a_small_square():
    """With an address before it, about 60 modules a side: a third of a millimetre each on 25 mm."""
    segno = pytest.importorskip("segno")
    text = "https://xingtan.example/verify/code#" + codes.compose_code(CONTENT, "0A1B2C3D", b"\0" * 64)
    assert segno.make(text, error="m").symbol_size(border=0)[0] <= 69


def test_a_leaf_is_canonical_and_tells_nothing_without_its_nonce():
    leaf = codes.leaf_data("20203310231000123", codes.LogEvent.ISSUED, 1, "王", date(2020, 5, 29), "ab" * 16)
    assert leaf.decode() == (
        '{"event":"issued","name":"王","nonce":"' + "ab" * 16 + '","number":"20203310231000123",'
        '"on":"2020-05-29","piece":1,"v":1}'
    )


def test_a_snapshot_names_papers_by_a_hash():
    assert codes.snapshot_mark("20203310231000123", 1) != codes.snapshot_mark("20203310231000123", 2)
    assert len(codes.snapshot_mark("20203310231000123", 0)) == 20
