"""Looks through every text of the database for identity numbers that stand in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, MetaData, String, Text, cast, inspect, select

from core.foundation.db import session
from core.foundation.dialects import HoldsDigits
from core.people.rules import birth_date_of, check_character

NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
# Fingerprints and keys are hexadecimal: eighteen digits in a row are chance there.
_HEXADECIMAL = re.compile(r"(^|_)(sha256|hash|code|mark|index|key)$")


def numbers_in(metadata: MetaData) -> Iterator[str]:
    """Table, column and row of each identity number in clear; the number itself is never said."""
    there = set(inspect(session().connection()).get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in there:
            continue
        for column in table.columns:
            if isinstance(column.type, String | Text | JSON) and not _HEXADECIMAL.search(column.name):
                yield from _in_column(table, column)


def _in_column(table: Any, column: Any) -> Iterator[str]:
    text = cast(column, Text)
    keys = [key for key in table.primary_key.columns if key is not column]
    statement = select(text, *keys).where(HoldsDigits(text)).execution_options(yield_per=1000)
    for row in session().execute(statement):
        if any(is_number(found) for found in NUMBER.findall(row[0])):
            yield f"{table.name}.{column.name} " + " ".join(str(part) for part in row[1:])


def is_number(text: str) -> bool:
    """Whether eighteen characters are an identity number: a birth date inside, the check character right."""
    number = text.upper()
    return birth_date_of(number) is not None and check_character(number[:17]) == number[17]
