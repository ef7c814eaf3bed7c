"""Measures a photo and judges nothing. One decode; every pixel is looked at by Pillow's own code."""

from __future__ import annotations

import io
import warnings
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image, ImageChops

from core.foundation.portraits import PortraitFacts, border, darkest_channel, look

BOMB_PIXELS = 40_000_000

# An export that is no JPEG is measured for the applicant's sake; a huge one is not worth its memory.
_FOREIGN_PIXELS = 12_000_000
# A JPEG is decoded at the coarsest of 1/1 … 1/8 that leaves this much of both sides.
_SIDE = 280
_COLOUR_SIDE = 45
# What is kept of a photo has at least this many pixels a side where the original had; four times the one-inch print.
_KEPT_SIDE = 1180
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
    strip, `portrait` a closer look; None where not measured.
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
    portrait: PortraitFacts | None = None

    @property
    def readable(self) -> bool:
        """Whether the picture could be opened and, where it was decoded, was whole."""
        return not self.fault

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FaceFacts:
    """What an optional detector saw: how many faces; of the largest its share of the photo's height and its middle.

    All shares are 0–1 from the top left; `standing` is False when the picture had to be turned to see a face.
    """

    count: int
    height_share: float = 0.0
    middle_x: float = 0.5
    middle_y: float = 0.45
    standing: bool = True


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
    rgb = _turned(_opaque(image), turn)
    factor = min(rgb.size) // _SIDE
    rgb = rgb.reduce(factor) if factor > 1 else rgb
    small = rgb.reduce(2)  # sharpness alone needs every pixel
    low = darkest_channel(small)
    left, right, top = border(low, white_level)
    return PhotoFacts(
        bytes=known.bytes,
        format=known.format,
        width=width,
        height=height,
        mode=mode,
        colourfulness=0.0 if mode in _GREY else _colourfulness(small),
        white_left=left,
        white_right=right,
        white_top=top,
        portrait=look(rgb.convert("L"), small.convert("L"), low, white_level),
    )


def _orientation(image: Image.Image) -> int:
    """The EXIF turn, 1–8; broken EXIF leaves the picture as it lies."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # the picture itself may be sound
        return 1


def _turned(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _opaque(image: Image.Image) -> Image.Image:
    """RGB; what shines through is white, as it would be on paper. CMYK is converted."""
    if image.mode == "RGB":
        return image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def upright(image: Image.Image) -> Image.Image:
    """An open picture as RGB, turned as its EXIF says."""
    turn = _orientation(image)
    image.load()
    return _turned(_opaque(image), turn)


def _colourfulness(rgb: Image.Image) -> float:
    """Share of coloured pixels in a small copy, in which the noise of single pixels has cancelled out."""
    factor = min(rgb.size) // _COLOUR_SIDE
    red, green, blue = (rgb.reduce(factor) if factor > 1 else rgb).split()
    highest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    lowest = ImageChops.darker(ImageChops.darker(red, green), blue)
    counts = ImageChops.subtract(highest, lowest).histogram()
    return sum(counts[_COLOUR_LEVEL + 1 :]) / sum(counts)


def reencode(data: bytes, quality: int = 92, max_pixels: int = BOMB_PIXELS) -> bytes:
    """The photo as a fresh RGB JPEG: upright, without metadata or anything hidden after the picture.

    Raises `ValueError` for what `measure` calls unreadable.
    """
    return as_jpeg(_decoded(data, max_pixels), quality)


def as_jpeg(image: Image.Image, quality: int = 92) -> bytes:
    """An RGB picture as JPEG bytes without metadata."""
    image.info.clear()  # JPEG comments and profiles would travel on in it
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


def thumbnail(data: bytes, height: int = 413) -> bytes | None:
    """A small fresh JPEG of whatever picture can be read, to be shown beside another; None for the rest."""
    try:
        image = _decoded(data, BOMB_PIXELS)
    except ValueError:
        return None
    image.thumbnail((height * 2, height))
    return as_jpeg(image, 85)


def mended(data: bytes, size: tuple[int, int], most_bytes: int, max_pixels: int = BOMB_PIXELS) -> bytes | None:
    """The photo cropped to the ratio of `size`, at least that many pixels, as a JPEG of at most `most_bytes`.

    The middle is kept across, and the upper part down, where the head is. Nothing is enlarged, so None comes of
    a picture too small for it, as of one that cannot be read or squeezed enough.
    """
    try:
        image = _decoded(data, max_pixels)
    except ValueError:
        return None
    wide, high = size
    width, height = image.size
    if width * high > height * wide:
        kept = height * wide // high
        left = (width - kept) // 2
        image = image.crop((left, 0, left + kept, height))
    else:
        image = image.crop((0, 0, width, width * high // wide))
    if image.width < wide or image.height < high:
        return None
    if image.width > wide * 2:
        image = image.resize((wide * 2, high * 2), Image.Resampling.LANCZOS)
    for quality in (92, 85, 75, 65):
        made = as_jpeg(image, quality)
        if len(made) <= most_bytes:
            return made
    return None


def _decoded(data: bytes, max_pixels: int) -> Image.Image:
    facts = measure(data, max_pixels=max_pixels)
    if not facts.readable or facts.colourfulness is None:
        raise ValueError("not a photo that can be read")
    with Image.open(io.BytesIO(data), formats=(content_format(data),)) as image:
        image.draft(None, (_KEPT_SIDE, _KEPT_SIDE))  # a huge JPEG is never held whole
        return upright(image)
