"""Measures a photo and judges nothing. One decode; every pixel is looked at by Pillow's own code."""

from __future__ import annotations

import io
import warnings
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image, ImageChops

BOMB_PIXELS = 40_000_000

# An export that is no JPEG is measured for the applicant's sake; a huge one is not worth its memory.
_FOREIGN_PIXELS = 12_000_000
# A JPEG is decoded at the coarsest of 1/1 … 1/8 that leaves this much of both sides.
_SIDE = 140
_COLOUR_SIDE = 45
# Channels further apart than this are colour: paper yellowed by a scanner stays below, pale skin is above.
_COLOUR_LEVEL = 16
# A progressive JPEG has about ten scans; thousands over one large picture are an attack. (Bytes that only
# look like the marker turn up once in 64 KiB of whatever else a camera stores.)
_SCAN, _SCANS = b"\xff\xda", 100

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = {5, 6, 7, 8}
_GREY = {"1", "L", "LA", "I", "I;16", "I;16B", "F"}

_SIGNATURES = (
    (0, b"\xff\xd8", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (8, b"WEBP", "WEBP"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyp", "HEIC"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
)
# Only these are ever handed to a decoder; the fewer parsers a stranger's file reaches, the better.
_DECODED = {"JPEG", "PNG", "GIF", "BMP", "WEBP"}

# Whatever Pillow would warn of is measured here, and `catch_warnings` is not safe among threads.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What was measured of a photo.

    `format` is that of the content ("" unknown), whatever the name. `fault` says why nothing more is known:
    "empty", "foreign" (no format that is decoded here), "damaged", "bomb" (more pixels than `max_pixels`,
    found before decoding); "" when it was read. `width` and `height` in pixels after the EXIF turn.
    `colourfulness` is the share (0–1) of coloured pixels, `white_*` the share of white ones in a border
    strip; None where not measured.
    """

    bytes: int
    format: str
    fault: str = ""
    width: int = 0
    height: int = 0
    mode: str = ""
    colourfulness: float | None = None
    white_left: float | None = None
    white_right: float | None = None
    white_top: float | None = None

    @property
    def readable(self) -> bool:
        """Whether the picture could be opened and, where it was decoded, was whole."""
        return not self.fault

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FaceFacts:
    """What an optional detector saw: how many faces, and the largest one's share (0–1) of the photo's height."""

    count: int
    height_share: float = 0.0


def content_format(data: bytes) -> str:
    """The format that the first bytes speak of: JPEG, PNG, HEIC …; "" for anything unknown."""
    return next((kind for at, sign, kind in _SIGNATURES if data.startswith(sign, at)), "")


def measure(data: bytes, white_level: int = 225, max_pixels: int = BOMB_PIXELS) -> PhotoFacts:
    """Measure a photo's bytes. Never raises: what cannot be read says so in `fault`.

    A pixel is white when each of its channels is at least `white_level`.
    """
    kind = content_format(data)
    if kind not in _DECODED:
        return PhotoFacts(len(data), kind, "foreign" if data else "empty")
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            if "progressive" in image.info and data.count(_SCAN) > _SCANS + len(data) // 32768:
                return PhotoFacts(len(data), kind, "bomb")
            return _measure_open(image, PhotoFacts(len(data), kind), white_level, max_pixels)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoFacts(len(data), kind, "bomb")
    except Exception:  # Pillow's parsers raise many kinds for damaged files
        return PhotoFacts(len(data), kind, "damaged")


def _measure_open(image: Image.Image, known: PhotoFacts, white_level: int, max_pixels: int) -> PhotoFacts:
    turn, mode = _orientation(image), image.mode
    width, height = reversed(image.size) if turn in _LYING else image.size
    pixels = width * height
    if pixels > max_pixels:
        return PhotoFacts(known.bytes, known.format, "bomb", width, height, mode)
    if known.format != "JPEG" and pixels > _FOREIGN_PIXELS:
        return PhotoFacts(known.bytes, known.format, "", width, height, mode)
    image.draft(None, (_SIDE, _SIDE))  # scales JPEG while decoding, which is faster than decoding it whole
    image.load()
    rgb = _upright(image if mode == "RGB" else image.convert("RGB"), turn)
    left, right, top = _border(rgb, white_level)
    return PhotoFacts(
        bytes=known.bytes,
        format=known.format,
        width=width,
        height=height,
        mode=mode,
        colourfulness=0.0 if mode in _GREY else _colourfulness(rgb),
        white_left=left,
        white_right=right,
        white_top=top,
    )


def _orientation(image: Image.Image) -> int:
    """The EXIF turn, 1–8; broken EXIF leaves the picture as it lies."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # the picture itself may be sound
        return 1


def _upright(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _colourfulness(rgb: Image.Image) -> float:
    """Share of coloured pixels in a small copy, in which the noise of single pixels has cancelled out."""
    factor = min(rgb.size) // _COLOUR_SIDE
    red, green, blue = (rgb.reduce(factor) if factor > 1 else rgb).split()
    highest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    lowest = ImageChops.darker(ImageChops.darker(red, green), blue)
    counts = ImageChops.subtract(highest, lowest).histogram()
    return sum(counts[_COLOUR_LEVEL + 1 :]) / sum(counts)


def _border(rgb: Image.Image, level: int) -> tuple[float, float, float]:
    """White share of the left, right and top strips, a twentieth of the width each.

    The sides are looked at down to three fifths: below, shoulders may reach the edge of a one-inch photo.
    """
    width, height = rgb.size
    strip = max(1, width // 20)
    side = max(1, height * 3 // 5)
    boxes = ((0, 0, strip, side), (width - strip, 0, width, side), (0, 0, width, strip))
    left, right, top = (_white_share(rgb.crop(box), level) for box in boxes)
    return left, right, top


def _white_share(strip: Image.Image, level: int) -> float:
    extrema: Any = strip.getextrema()
    if all(low >= level for low, _ in extrema):
        return 1.0
    red, green, blue = strip.split()
    counts = ImageChops.darker(ImageChops.darker(red, green), blue).histogram()
    return sum(counts[level:]) / sum(counts)


def reencode(data: bytes, quality: int = 92, max_pixels: int = BOMB_PIXELS) -> bytes:
    """The photo as a fresh RGB JPEG: upright, without metadata or anything hidden after the picture.

    Raises `ValueError` for what `measure` calls unreadable.
    """
    if not measure(data, max_pixels=max_pixels).readable:
        raise ValueError("not a photo that can be read")
    with Image.open(io.BytesIO(data), formats=(content_format(data),)) as image:
        upright = _upright(image.convert("RGB"), _orientation(image))
    upright.info.clear()  # JPEG comments and profiles would travel on in it
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
