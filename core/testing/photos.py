"""Drawn portraits: plausible one-inch photos of nobody, good and bad, made anew at each call."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

_SKINS = ((236, 204, 180), (224, 184, 156), (208, 168, 140), (190, 148, 120))
_CLOTHES = ((40, 60, 110), (90, 40, 50), (50, 80, 60), (60, 60, 70), (120, 80, 40))


def drawing(
    width: int = 295, height: int = 413, background: tuple[int, int, int] = (255, 255, 255), seed: int = 1
) -> Image.Image:
    """An RGB picture of head and shoulders before `background`; each seed is another face."""
    chance = random.Random(seed)
    skin, cloth = chance.choice(_SKINS), chance.choice(_CLOTHES)
    hair = chance.choice(((30, 26, 24), (52, 40, 34), (24, 24, 30), (84, 66, 52)))
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return (left * width, top * height, right * width, bottom * height)

    wide, top, chin = chance.uniform(0.18, 0.22), chance.uniform(0.12, 0.16), chance.uniform(0.64, 0.71)
    left, right = 0.5 - wide, 0.5 + wide
    fringe, locks = chance.uniform(0.24, 0.34), chance.uniform(0.40, 0.66)
    draw.ellipse(box(0.10, 0.74, 0.90, 1.45), fill=cloth)
    draw.rectangle(box(left - 0.03, top + 0.14, right + 0.03, locks), fill=hair)
    draw.rectangle(box(0.42, 0.58, 0.58, 0.80), fill=skin)
    draw.polygon([(0.40 * width, 0.78 * height), (0.60 * width, 0.78 * height), (0.5 * width, 0.9 * height)],
                 fill=chance.choice(((250, 250, 250), (230, 230, 240), skin)))  # fmt: skip
    draw.ellipse(box(left - 0.03, top, right + 0.03, 0.52), fill=hair)
    draw.ellipse(box(left, top + 0.06, right, chin), fill=skin)
    draw.pieslice(box(left - 0.01, top + 0.01, right + 0.01, 2 * fringe - top), 180, 360, fill=hair)
    eyes, apart, brow = chance.uniform(0.38, 0.43), chance.uniform(0.07, 0.10), chance.uniform(0.025, 0.045)
    for middle in (0.5 - apart, 0.5 + apart):
        draw.ellipse(box(middle - 0.035, eyes, middle + 0.035, eyes + 0.03), fill=(40, 30, 30))
        draw.rectangle(box(middle - 0.045, eyes - brow, middle + 0.045, eyes - brow + 0.012), fill=hair)
    if chance.random() < 0.4:
        for middle in (0.5 - apart, 0.5 + apart):
            draw.ellipse(box(middle - 0.06, eyes - 0.02, middle + 0.06, eyes + 0.05), outline=(20, 20, 20), width=3)
    nose, mouth = chance.uniform(0.48, 0.51), chance.uniform(0.54, 0.59)
    draw.line(box(0.5, eyes + 0.03, 0.5 + chance.uniform(-0.02, 0.02), nose), fill=(150, 110, 90), width=3)
    smile = chance.uniform(0.06, 0.10)
    draw.arc(box(0.5 - smile, mouth - 0.05, 0.5 + smile, mouth + 0.03), 20, 160, fill=(150, 70, 70),
             width=max(2, width // 80))  # fmt: skip
    return image.filter(ImageFilter.GaussianBlur(max(1, width // 300)))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    """An image as JPEG bytes (quality 90 unless told)."""
    target = io.BytesIO()
    image.save(target, "JPEG", **({"quality": 90} | options))
    return target.getvalue()


def portrait(seed: int = 1, **size: Any) -> bytes:
    """A photo that passes every rule."""
    return jpeg(drawing(seed=seed, **size))


def padded(data: bytes, total: int) -> bytes:
    """The same JPEG with comment segments, `total` bytes long."""
    missing = total - len(data)
    parts = [data[:2]]
    while missing > 0:
        size = min(missing, 65_537)
        if 0 < missing - size < 4:
            size -= 4
        if size < 4:
            raise ValueError("a comment needs at least four bytes")
        parts.append(b"\xff\xfe" + (size - 2).to_bytes(2, "big") + b"\0" * (size - 4))
        missing -= size
    return b"".join([*parts, data[2:]])


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small JPEG whose header claims far more pixels than it holds."""
    data = bytearray(jpeg(Image.new("RGB", (16, 16), "white")))
    at = next(i for i in range(len(data) - 9) if data[i] == 0xFF and data[i + 1] in (0xC0, 0xC2))
    data[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)
