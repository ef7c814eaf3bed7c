"""Photos by 二(三): measured and judged, each fault by itself and none in a good one."""

from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from core.applications.rules.photo import ALIKE, judge_answers, judge_face, judge_overruled, judge_photo
from core.foundation import faces
from core.foundation.images import FaceFacts, measure, mended, reencode, thumbnail
from core.foundation.portraits import BANDS, bands, distance
from core.rulesets.loader import national
from core.testing.photos import bomb, drawing, jpeg, padded, portrait

RULES = national(2020)


def found(data: bytes) -> set[str]:
    """Codes of what refuses or warns; that no detector looked is no fault."""
    findings = judge_photo(measure(data), RULES)
    assert "photo_face_not_checked" in {item.code for item in findings} or "photo_unreadable" in {
        item.code for item in findings
    }
    return {item.code for item in findings if item.severity != "info"}


def as_format(kind: str, image: Image.Image | None = None, **options) -> bytes:
    target = io.BytesIO()
    (image or drawing()).save(target, kind, **options)
    return target.getvalue()


def panel(colour: tuple[int, int, int]) -> Image.Image:
    """White edges, but a coloured wall behind the head."""
    image = Image.new("RGB", (295, 413), "white")
    image.paste(drawing(background=colour).crop((15, 15, 280, 413)), (15, 15))
    return image


def test_good_photos_have_no_fault():
    assert [found(portrait(seed)) for seed in range(12)] == [set()] * 12
    assert found(portrait(3, width=1180, height=1652)) == set()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (as_format("PNG"), {"photo_not_jpeg"}),
        (as_format("GIF", drawing().convert("P"), save_all=True, append_images=[drawing(seed=2)]), {"photo_not_jpeg"}),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, {"photo_not_jpeg"}),
        (b"", {"photo_unreadable"}),
        (portrait(1)[:3000], {"photo_unreadable"}),
        (bomb(), {"photo_unreadable"}),
        (padded(portrait(1), 204_800), set()),
        (padded(portrait(1), 204_801), {"photo_too_large"}),
        (portrait(1, width=294, height=412), {"photo_too_small"}),
        (portrait(1, width=413, height=413), {"photo_wrong_ratio"}),
        (jpeg(drawing().convert("L")), {"photo_not_colour"}),
        (jpeg(drawing().convert("L").convert("RGB")), {"photo_not_colour"}),
        (jpeg(drawing(background=(90, 140, 220))), {"photo_background_not_white"}),
        (jpeg(panel((90, 140, 220))), {"photo_background_not_white"}),
        (jpeg(drawing().filter(ImageFilter.GaussianBlur(10))), {"photo_blurred"}),
        (jpeg(drawing().filter(ImageFilter.GaussianBlur(4))), {"photo_soft"}),
    ],
)
def test_each_fault_is_named(data, codes):
    assert found(data) == codes


def test_a_dark_and_a_burnt_face_are_refused():
    face = (80, 100, 215, 290)
    image = drawing(seed=3)
    image.paste(ImageEnhance.Brightness(image.crop(face)).enhance(0.1), face)
    assert found(jpeg(image)) == {"photo_too_dark"}
    image = drawing(seed=3)
    ImageDraw.Draw(image).rectangle(face, fill="white")
    assert "photo_too_bright" in found(jpeg(image))


def test_cmyk_is_converted_and_a_turned_picture_is_righted():
    assert found(jpeg(drawing().convert("CMYK"))) == set()
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = jpeg(drawing().transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert found(lying) == set()
    with Image.open(io.BytesIO(reencode(lying))) as kept:
        assert kept.size == (295, 413)
        assert not kept.getexif()


def test_what_is_kept_has_nothing_hidden_and_bounded_size():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    data = jpeg(drawing(width=4000, height=5600), exif=exif, comment=b"secret") + b"trailing secret"
    kept = reencode(data)
    assert b"secret" not in kept and b"where I live" not in kept  # noqa: PT018
    with Image.open(io.BytesIO(kept)) as image:
        assert image.width < 2400


def test_a_crop_or_a_squeeze_mends_and_nothing_is_enlarged():
    wide = Image.new("RGB", (900, 826), "white")
    wide.paste(drawing(width=590, height=826), (155, 0))
    for data in (jpeg(wide), as_format("PNG", drawing(width=590, height=826)), padded(portrait(1), 300_000)):
        assert found(data) != set()
        better = mended(data, (295, 413), 204_800)
        assert better is not None
        assert found(better) == set()
    assert mended(portrait(1, width=250, height=350), (295, 413), 204_800) is None
    assert mended(b"\xff\xd8 nothing", (295, 413), 204_800) is None
    clear = drawing().convert("RGBA")
    clear.putalpha(Image.eval(drawing().convert("L"), lambda level: 0 if level > 250 else 255))
    assert found(mended(as_format("PNG", clear), (295, 413), 204_800)) == set(), "what shines through is white"
    assert thumbnail(bomb()) is None


def test_the_same_picture_is_known_again_and_other_faces_are_not():
    marks = [measure(portrait(seed)).portrait.mark for seed in range(40)]
    assert min(distance(*pair) for pair in itertools.combinations(marks, 2)) > ALIKE
    for seed in range(10):
        image = drawing(seed=seed)
        again = [jpeg(image, quality=60), jpeg(image.resize((413, 578))), reencode(jpeg(image))]
        for data in again:
            other = measure(data).portrait.mark
            assert distance(marks[seed], other) <= ALIKE
            assert set(bands(marks[seed])) & set(bands(other))
    assert ALIKE < BANDS, "or a near picture might share no band"


def test_a_face_is_advice_and_nobody_looking_is_said():
    def codes(face: FaceFacts | None) -> dict[str, str]:
        return {item.code: str(item.severity) for item in judge_face(face)}

    assert codes(None) == {"photo_face_not_checked": "info"}
    assert codes(FaceFacts(1, 0.5)) == {}
    assert codes(FaceFacts(0)) == {"photo_no_face": "warning"}
    assert codes(FaceFacts(2, 0.5)) == {"photo_many_faces": "warning"}
    assert codes(FaceFacts(1, 0.2, 0.2, 0.8)) == {"photo_face_size": "warning", "photo_face_place": "warning"}
    assert codes(FaceFacts(1, 0.5, standing=False)) == {"photo_face_turned": "warning"}


def test_the_detector_says_nothing_where_it_is_missing(monkeypatch):
    assert faces.look_for_faces(jpeg(Image.new("RGB", (295, 413), "white"))) == FaceFacts(0)
    monkeypatch.setattr(faces, "installed", lambda: False)
    assert faces.look_for_faces(portrait(1)) is None


def test_what_a_machine_cannot_know_is_answered():
    def codes(*given) -> set[str]:
        return {item.code for item in judge_answers(*given)}

    assert codes("yes", True, "") == set()
    assert codes("exempt", True, "头巾") == set()
    assert codes("exempt", True, "") == {"photo_reason_missing"}
    assert codes("", False, "") == {"photo_not_bareheaded", "photo_not_recent_person"}
    assert [item.code for item in judge_overruled(["photo_background_not_white"], "")] == ["photo_reason_missing"]
    assert judge_overruled(["photo_background_not_white"], "白发反光") == judge_overruled([], "") == []
