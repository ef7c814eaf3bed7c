"""Looks through every text of the database for identity numbers that stand in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, MetaData, String, Table, Text, cast, func, inspect, select

from core.foundation.db import session
from core.foundation.dialects import HoldsDigits
from core.people.rules import birth_date_of, check_character

NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
# Fingerprints and keys are hexadecimal: eighteen digits in a row are chance there.
_HEXADECIMAL = re.compile(r"(^|_)(sha256|hash|code|mark|index|key)$")


def numbers_in(metadata: MetaData) -> Iterator[str]:
    """Table, column and row of each identity number in clear; the number itself is never said. Reads a table once."""
    there = set(inspect(session().connection()).get_table_names())
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if _may_hold(column)]
        if columns and table.name in there:
            yield from _in_table(table, columns)


def _may_hold(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text | JSON) and not _HEXADECIMAL.search(column.name)


def _in_table(table: Table, columns: list[Column[Any]]) -> Iterator[str]:
    texts: list[ColumnElement[str]] = [func.coalesce(cast(column, Text), "") for column in columns]
    whole = reduce(lambda one, other: one + " " + other, texts)
    statement = select(*texts, *table.primary_key.columns).where(HoldsDigits(whole))
    for row in session().execute(statement.execution_options(yield_per=1000)):
        for place, column in enumerate(columns):
            if any(is_number(found) for found in NUMBER.findall(row[place])):
                own = [str(row[len(columns) + n]) for n, key in enumerate(table.primary_key) if key is not column]
                yield " ".join([f"{table.name}.{column.name}", *own])


def is_number(text: str) -> bool:
    """Whether eighteen characters are an identity number: a birth date inside, the check character right."""
    number = text.upper()
    return birth_date_of(number) is not None and check_character(number[:17]) == number[17]
