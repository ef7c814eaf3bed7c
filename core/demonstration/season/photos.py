"""A pool of drawn portraits, made once: people share them in turn, so that drawing is not what a year costs."""

from __future__ import annotations

from functools import cache

from core.testing.photos import drawing, jpeg, portrait

_SHARE = 40  # as many people have the same picture, in a large year
_FEWEST, _MOST = 24, 1000
_GREY = (178, 178, 178)


class Pool:
    """Portraits by the serial of their person."""

    def __init__(self, people: int) -> None:
        self._size = min(max(people // _SHARE, _FEWEST), _MOST)

    def good(self, serial: int) -> bytes:
        """A photo that passes every rule."""
        return _good(serial % self._size)

    def bad(self, serial: int, fault: str) -> bytes:
        """One before a grey wall, or far too small."""
        return _grey(serial % _FEWEST) if fault == "grey" else _small(serial % _FEWEST)


@cache
def _good(seed: int) -> bytes:
    return portrait(seed + 1)


@cache
def _grey(seed: int) -> bytes:
    return jpeg(drawing(background=_GREY, seed=seed + 1))


@cache
def _small(seed: int) -> bytes:
    return jpeg(drawing(width=90, height=126, seed=seed + 1))
