"""Invented people in any number: serials 1, 2, 3 … with numbers valid in form, of a region nobody lives in."""

from __future__ import annotations

from datetime import date, timedelta

from core.people.rules import check_character
from core.testing.people import name as short_name

APPLICANTS = "9902"
OFFICERS = "990301"
_BORN = date(1985, 1, 1)
_DAYS = 5000
_SEQUENCES = 999


def number(serial: int, region: str = "") -> str:
    """The identity number of a serial: up to some 490 million of them are apart."""
    turn, sequence = divmod(serial, _SEQUENCES)
    round_, day = divmod(turn, _DAYS)
    place = region or f"{APPLICANTS}{round_ + 1:02d}"
    first = f"{place}{_BORN + timedelta(days=day):%Y%m%d}{sequence + 1:03d}"
    return first + check_character(first)


def name(serial: int) -> str:
    """A name for the serial; as in life, many share one."""
    return short_name(serial)


def mobile(serial: int) -> str:
    """A mobile number in form, the serial's own up to a hundred million."""
    return f"198{serial:08d}"


def officers_mobile(serial: int) -> str:
    """The mobile of an officer."""
    return f"197{serial:08d}"
