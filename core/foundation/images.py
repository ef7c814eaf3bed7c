"""Measures a photo and judges nothing. One decode; every pixel is looked at by Pillow's own code."""

from __future__ import annotations

import io
import warnings
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image, ImageChops, ImageOps

BOMB_PIXELS = 40_000_000
_ORIENTATION = 0x0112
_TURNED = {5, 6, 7, 8}
_THUMB = 96


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What was measured: bytes, format by content, size after the EXIF turn, colour and white border.

    `readable` False means nothing but `bytes`, `format` and the declared size is known. `colourfulness` is
    the share (0–1) of clearly coloured pixels; `white_*` the share of white pixels in a border strip.
    """

    bytes: int
    format: str
    readable: bool
    width: int = 0
    height: int = 0
    mode: str = ""
    colourfulness: float = 0.0
    white_left: float = 0.0
    white_right: float = 0.0
    white_top: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return asdict(self)


def measure(data: bytes, white_level: int = 225, max_pixels: int = BOMB_PIXELS) -> PhotoFacts:
    """Measure a photo's bytes. Never raises: what cannot be read says so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                return _measure_open(image, data, white_level, max_pixels)
    except Exception:  # Pillow's parsers raise many kinds for damaged files
        return PhotoFacts(bytes=len(data), format=_format_by_content(data), readable=False)


def _format_by_content(data: bytes) -> str:
    return "JPEG" if data[:3] == b"\xff\xd8\xff" else ""


def _measure_open(image: Image.Image, data: bytes, white_level: int, max_pixels: int) -> PhotoFacts:
    kind = "JPEG" if image.format in ("JPEG", "MPO") else str(image.format)
    width, height = image.size
    if width * height > max_pixels:
        return PhotoFacts(len(data), kind, False, width, height, image.mode)
    turned = kind == "JPEG" and image.getexif().get(_ORIENTATION) in _TURNED
    mode = image.mode
    image.load()
    if turned:
        image = ImageOps.exif_transpose(image)
        width, height = image.size
    rgb = image if mode == "RGB" else image.convert("RGB")
    left, right, top = _border(rgb, white_level)
    return PhotoFacts(
        bytes=len(data),
        format=kind,
        readable=True,
        width=width,
        height=height,
        mode=mode,
        colourfulness=0.0 if mode in ("L", "1", "LA", "I;16") else _colourfulness(rgb),
        white_left=left,
        white_right=right,
        white_top=top,
    )


def _colourfulness(rgb: Image.Image) -> float:
    """Share of pixels of a small copy whose channels differ by more than 24 of 255."""
    small = rgb.reduce(max(1, min(rgb.size) // _THUMB)) if min(rgb.size) > _THUMB else rgb
    red, green, blue = small.split()
    widest = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    counts = widest.histogram()
    return sum(counts[25:]) / max(sum(counts), 1)


def _border(rgb: Image.Image, level: int) -> tuple[float, float, float]:
    """White share of the left, right and top strips: a twentieth of the width, sides to two thirds down."""
    width, height = rgb.size
    strip = max(1, width // 20)
    side = max(1, height * 2 // 3)
    boxes = ((0, 0, strip, side), (width - strip, 0, width, side), (0, 0, width, strip))
    left, right, top = (_white_share(rgb.crop(box), level) for box in boxes)
    return left, right, top


def _white_share(strip: Image.Image, level: int) -> float:
    red, green, blue = strip.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    counts = darkest.histogram()
    return sum(counts[level:]) / max(sum(counts), 1)


def reencode(data: bytes, quality: int = 92) -> bytes:
    """The photo as a fresh RGB JPEG: turned upright, without metadata or anything hidden after the picture."""
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


