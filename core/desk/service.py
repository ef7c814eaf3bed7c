"""Reads what is to be judged, strictly, and asks the rules. An unreadable file names line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.applications.service.photos import judge as judge_photo
from core.calendar.rules import Window
from core.certificates.rules import judge_certificate_number
from core.foundation.errors import PlatformError
from core.foundation.findings import Finding, Verdict, verdict
from core.foundation.tables import inert
from core.people.rules import judge_identity_number
from core.plans.rules import Business, PlanDraft, Yearbooks, judge_windows
from core.rulesets.loader import RuleSet

DAYS = ("entry_start", "entry_end", "confirm_start", "confirm_end")
COLUMNS = ("case", "business", *DAYS)
HEADER = ("case", "verdict", "codes", "warnings")


class Unreadable(PlatformError):
    """The input cannot be read; the text names line and column."""

    status = 422
    code = "unreadable"


@dataclass(frozen=True, slots=True)
class Judged:
    """One case and what was said of it."""

    case: str
    verdict: Verdict

    def row(self) -> tuple[str, str, str, str]:
        """case, accept|refuse, refusing codes, advising codes; codes sorted and joined by `;`."""
        warnings = sorted({finding.code for finding in self.verdict.warnings})
        return (
            self.case,
            "refuse" if self.verdict.refused else "accept",
            ";".join(self.verdict.codes()),
            ";".join(warnings),
        )


def decoded(data: bytes) -> str:
    """Text of a file written by Excel or an editor: UTF-8 with or without BOM, else GB 18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        column = fault.start - (data.rfind(b"\n", 0, fault.start) + 1) + 1
        raise Unreadable(f"line {line}, column {column} (byte): neither UTF-8 nor GB 18030") from fault


def judge_plans(data: bytes, yearbooks: Yearbooks) -> list[Judged]:
    """Judge every plan of a CSV with the columns of `COLUMNS`; raises `Unreadable`, and then judges none."""
    reader = csv.DictReader(io.StringIO(decoded(data), newline=""), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise Unreadable(f"line 1, column {missing[0]}: the column is missing")
        twice = [name for name in COLUMNS if names.count(name) > 1]
        if twice:
            raise Unreadable(f"line 1, column {twice[0]}: the column stands there twice")
        reader.fieldnames = names
        plans = [_plan(row, reader.line_num) for row in reader if any(_cells(row))]
    except csv.Error as fault:
        raise Unreadable(f"line {reader.line_num + 1}, column {COLUMNS[0]} or after: {fault}") from fault
    return [Judged(case, judge_windows(draft, yearbooks)) for case, draft in plans]


def _cells(row: dict[str | None, str | list[str] | None]) -> Iterable[str]:
    return (value.strip() for value in row.values() if isinstance(value, str))


def _plan(row: dict[str, str | None], line: int) -> tuple[str, PlanDraft]:
    beyond = [text for text in row.get(None, ()) if text.strip()]  # type: ignore[call-overload]
    if beyond:
        raise Unreadable(f"line {line}, column {len(row)}: more cells than the header has columns")
    case = (row["case"] or "").strip()
    if not case:
        raise Unreadable(f"line {line}, column case: a case needs a name")
    business = (row["business"] or "").strip()
    if business not in set(Business):
        raise Unreadable(f"line {line}, column business: recognition or registration, not {business!r}")
    days = [_day(row[name], line, name) for name in DAYS]
    return case, PlanDraft(business, Window(days[0], days[1]), Window(days[2], days[3]))


def _day(text: str | None, line: int, column: str) -> date:
    written = (text or "").strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        raise Unreadable(f"line {line}, column {column}: a day is written YYYY-MM-DD, not {written!r}")
    try:
        return date.fromisoformat(written)
    except ValueError as fault:
        raise Unreadable(f"line {line}, column {column}: there is no day {written}") from fault


def judge_photo_bytes(name: str, data: bytes, rules: RuleSet) -> Judged:
    """Judge one photo by every photo rule."""
    return Judged(name, judge_photo(data, rules).verdict)


def judge_photos(paths: Iterable[Path], rules: RuleSet) -> list[Judged]:
    """Judge photo files; raises `Unreadable` for a file that is not there."""
    contents = []
    for path in paths:
        try:
            contents.append((path.name, path.read_bytes()))
        except OSError as fault:
            raise Unreadable(f"{path}: {fault.strerror}") from fault
    return [judge_photo_bytes(name, data, rules) for name, data in contents]


def _lines(data: bytes) -> list[str]:
    return [line.strip() for line in decoded(data).splitlines() if line.strip()]


def judge_identity_numbers(data: bytes, today: date) -> list[Judged]:
    """Judge one identity number a line; blank lines are passed over."""
    return [_said(line, "judge_identity_number", judge_identity_number(line, today)) for line in _lines(data)]


def judge_certificate_numbers(data: bytes, today: date) -> list[Judged]:
    """Judge one certificate number a line; blank lines are passed over."""
    return [_said(line, "judge_certificate_number", judge_certificate_number(line, today)) for line in _lines(data)]


def _said(case: str, rule: str, findings: list[Finding]) -> Judged:
    return Judged(case, verdict((rule, findings)))


def as_csv(judged: Iterable[Judged]) -> str:
    """The answer as CSV with the header of `HEADER`."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([inert(str(cell)) for cell in item.row()] for item in judged)
    return target.getvalue()
