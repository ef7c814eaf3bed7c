"""Measures a portrait more closely: ground behind the head, sharpness, light on the face, a perceptual print.

Judges nothing. All of it is Pillow's own code over whole pictures; no pixel is visited from Python.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

# Widths and heights are shares of the photo; a one-inch portrait's head lies between a fifth and four fifths.
_BORDER = 0.05
_CORRIDOR = (0.05, 0.15)
_CORRIDOR_ROWS = (0.05, 0.40)
_FACE = (0.32, 0.28, 0.68, 0.62)
_SHARP = (0.05, 0.05, 0.95, 0.75)
_PRINTED = (0.25, 0.15, 0.75, 0.68)

_DARK, _BURNT = 35, 252
_EDGE_SHARE = 0.005
_INCH = 295
_GRID = 13
# Neighbours that differ less are alike: flat ground and JPEG's noise then give the same print each time.
_STEP = 6

BANDS = 18
BAND_BITS = 16


@dataclass(frozen=True, slots=True)
class PortraitFacts:
    """What a closer look measured; shares are 0–1.

    `behind_left`, `behind_right`: white share of the corridors beside the head, inside the border strips.
    `sharpness`: the steepest step between neighbouring pixels against the picture's whole range, at one-inch
    size: 0.4 is crisp, an edge smeared over 8 pixels gives about 0.1. `face_dark`, `face_burnt`: share of
    nearly black and of burnt-out pixels where the face is. `mark`: 288 bits as 72 hex digits, alike for
    alike pictures, compared by how many bits differ.
    """

    behind_left: float
    behind_right: float
    sharpness: float
    face_dark: float
    face_burnt: float
    mark: str


def look(grey: Image.Image, small: Image.Image, low: Image.Image, level: int) -> PortraitFacts:
    """Look at an upright picture in grey, at half its size in grey and in its darkest channel; white is `level`."""
    face = _zone(small, _FACE).histogram()
    count = sum(face)
    first, last = _CORRIDOR
    top, bottom = _CORRIDOR_ROWS
    return PortraitFacts(
        behind_left=white_share(_zone(low, (first, top, last, bottom)), level),
        behind_right=white_share(_zone(low, (1 - last, top, 1 - first, bottom)), level),
        sharpness=_sharpness(_zone(grey, _SHARP), grey.width),
        face_dark=sum(face[:_DARK]) / count,
        face_burnt=sum(face[_BURNT:]) / count,
        mark=_mark(grey),
    )


def darkest_channel(rgb: Image.Image) -> Image.Image:
    """The least of each pixel's three channels: white where it is high."""
    red, green, blue = rgb.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)


def border(low: Image.Image, level: int) -> tuple[float, float, float]:
    """White share of the left, right and top strips, a twentieth of the width each.

    The sides are looked at down to three fifths: below, shoulders may reach the edge of a one-inch photo.
    """
    width, height = low.size
    strip = max(1, width // 20)
    side = max(1, height * 3 // 5)
    boxes = ((0, 0, strip, side), (width - strip, 0, width, side), (0, 0, width, strip))
    left, right, top = (white_share(low.crop(box), level) for box in boxes)
    return left, right, top


def white_share(low: Image.Image, level: int) -> float:
    """Share (0–1) of pixels whose darkest channel is at least `level`."""
    counts = low.histogram()
    return sum(counts[level:]) / sum(counts)


def distance(one: str, other: str) -> int:
    """In how many of their bits two marks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(mark: str) -> list[int]:
    """The mark cut into pieces, each with its place in it: of two marks within `BANDS` - 1 bits one piece is equal."""
    bits = int(mark, 16)
    piece = (1 << BAND_BITS) - 1
    return [band << BAND_BITS | bits >> band * BAND_BITS & piece for band in range(BANDS)]


def _zone(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    width, height = image.size
    left, top = int(box[0] * width), int(box[1] * height)
    return image.crop((left, top, max(left + 1, int(box[2] * width)), max(top + 1, int(box[3] * height))))


def _sharpness(grey: Image.Image, full_width: int) -> float:
    width, height = grey.size
    if width < 3 or height < 3:
        return 0.0
    here = grey.crop((0, 0, width - 1, height - 1))
    across = ImageChops.difference(here, grey.crop((1, 0, width, height - 1)))
    down = ImageChops.difference(here, grey.crop((0, 1, width - 1, height)))
    steepest = _percentile(ImageChops.lighter(across, down).histogram(), 1 - _EDGE_SHARE)
    counts = grey.histogram()
    reach = _percentile(counts, 0.99) - _percentile(counts, 0.01)
    return steepest / reach * full_width / _INCH if reach else 0.0


def _percentile(counts: list[int], share: float) -> int:
    left = sum(counts) * share
    for level, count in enumerate(counts):
        left -= count
        if left <= 0:
            return level
    return len(counts) - 1


def _mark(grey: Image.Image) -> str:
    width, height = grey.size
    left, top, right, bottom = _PRINTED
    box = (left * width, top * height, right * width, bottom * height)
    cells = grey.resize((_GRID, _GRID), Image.Resampling.BOX, box).tobytes()
    bits = 0
    for row in range(_GRID - 1):
        for column in range(_GRID - 1):
            at = row * _GRID + column
            bits = bits << 2 | (cells[at] > cells[at + 1] + _STEP) << 1 | (cells[at] > cells[at + _GRID] + _STEP)
    return f"{bits:072x}"
