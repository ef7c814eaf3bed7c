"""Drawn papers: a signed undertaking of nobody, as a scan."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw


@lru_cache
def signed_undertaking() -> bytes:
    """A scanned page with lines of text and a signature, as JPEG."""
    page = Image.new("RGB", (420, 594), "white")
    pen = ImageDraw.Draw(page)
    for line in range(16):
        pen.rectangle((50, 70 + line * 24, 370 - (line % 4) * 30, 76 + line * 24), fill=(90, 90, 90))
    for turn in range(5):
        pen.arc((240 + turn * 22, 500, 275 + turn * 22, 540), 20 * turn, 300, fill=(20, 30, 120), width=2)
    target = io.BytesIO()
    page.save(target, "JPEG", quality=70)
    return target.getvalue()
