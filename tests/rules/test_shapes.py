"""What people type into fields: digits of an input method, days as they are written, what is no such thing."""

from __future__ import annotations

from datetime import date

import pytest
from marshmallow import ValidationError

from core.foundation.shapes import Day, Text, Whole

SEVENTH = date(2020, 4, 7)


def test_a_day_as_people_write_it():
    for typed in ("2020-04-07", "2020/4/7", "2020.4.7", "2020年4月7日", "２０２０－０４－０７", " 2020-4-07 "):
        assert Day().deserialize(typed) == SEVENTH


def test_what_is_no_day(world):
    for typed in ("", "2020-13-01", "2020-02-30", "07.04.2020", "2020", "20200407", "0020-01-01", "٢٠٢٠-٠٤-٠٧"):
        with pytest.raises(ValidationError):
            Day().deserialize(typed)


def test_wide_digits_are_the_digits_meant_where_numbers_are_asked_for():
    assert Whole().deserialize("３７２") == 372
    assert Text(6, narrow=True).deserialize("０００１０１") == "000101"
    assert Text(6).deserialize("（一）") == "（一）"
