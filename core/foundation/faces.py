"""Finds faces where the extra `photo-ai` (dlib) is installed; elsewhere nobody says that a face was seen."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import threading
from functools import cache
from typing import Any

from PIL import Image

from core.foundation.images import FaceFacts, content_format, upright

# The detector finds heads leaning up to about 30°; a picture lying on its side is turned to be sure.
_TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180)
_SIDE = 280
_detecting = threading.Lock()
_REMEMBERED = 2000
_seen: dict[bytes, FaceFacts] = {}


def installed() -> bool:
    """Whether a detector is here."""
    return all(importlib.util.find_spec(name) for name in ("dlib", "numpy"))


def look_for_faces(data: bytes) -> FaceFacts | None:
    """What the detector sees in a photo that `images.measure` could read; None without a detector.

    A photo is judged when it comes, when it is offered and when it is taken: the same bytes are looked at once.
    """
    if not installed():
        return None
    key = hashlib.sha256(data).digest()
    known = _seen.get(key)
    if known is None:
        known = _look(data)
        if len(_seen) >= _REMEMBERED:
            _seen.clear()
        _seen[key] = known
    return known


def _look(data: bytes) -> FaceFacts:
    with Image.open(io.BytesIO(data), formats=(content_format(data),)) as image:
        image.draft("RGB", (_SIDE, _SIDE))
        picture = upright(image)
    factor = min(picture.size) // _SIDE
    picture = picture.reduce(factor) if factor > 1 else picture
    seen = _faces(picture)
    if seen:
        return _facts(seen, picture, standing=True)
    for turn in _TURNS:
        turned = picture.transpose(turn)
        if seen := _faces(turned):
            return _facts(seen, turned, standing=False)
    return FaceFacts(0)


@cache
def _detector() -> Any:
    import dlib

    return dlib.get_frontal_face_detector()


def _faces(picture: Image.Image) -> list[Any]:
    import numpy

    with _detecting:  # the detector keeps scratch memory of its own
        return list(_detector()(numpy.asarray(picture), 0))


def _facts(seen: list[Any], picture: Image.Image, *, standing: bool) -> FaceFacts:
    largest = max(seen, key=lambda box: box.height())
    width, height = picture.size
    middle = largest.center()
    return FaceFacts(len(seen), largest.height() / height, middle.x / width, middle.y / height, standing)
