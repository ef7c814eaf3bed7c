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
    """An RGB picture of head and shoulders before `background`."""
    chance = random.Random(seed)
    skin, cloth = chance.choice(_SKINS), chance.choice(_CLOTHES)
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return (left * width, top * height, right * width, bottom * height)

    draw.ellipse(box(0.10, 0.72, 0.90, 1.45), fill=cloth)
    draw.rectangle(box(0.41, 0.58, 0.59, 0.78), fill=skin)
    draw.ellipse(box(0.27, 0.14, 0.73, 0.50), fill=(30, 26, 24))
    draw.ellipse(box(0.30, 0.20, 0.70, 0.68), fill=skin)
    draw.pieslice(box(0.28, 0.14, 0.72, 0.46), 180, 360, fill=(30, 26, 24))
    for left in (0.38, 0.55):
        draw.ellipse(box(left, 0.40, left + 0.07, 0.43), fill=(40, 30, 30))
    draw.arc(box(0.42, 0.50, 0.58, 0.60), 20, 160, fill=(150, 70, 70), width=max(2, width // 100))
    return image.filter(ImageFilter.GaussianBlur(max(1, width // 200)))


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
