"""Workbooks of a school: faulty lines are named and nothing is taken; mended, they are checked, confirmed, written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.demonstration.season.acting import Cast
from core.foundation import outbox, tables
from core.foundation.access import Actor
from core.foundation.db import new_id
from core.registration import service as registration
from core.registration import workbook
from core.registration.rules import POST_NAMES

_Rows = Sequence[tuple[object, ...]]
_GRADES = {"passed": "合格", "failed": "不合格"}


def survey(cast: Cast, school: Actor, survey_id: UUID, rows: _Rows, now: datetime) -> None:
    """The school's list for the survey: a document number is short, a name is missing."""
    faulty = [(rows[0][0], str(rows[0][1])[:-1], rows[0][2]), ("", *rows[1][1:]), *rows[2:]]
    _hand_in(cast, school, "survey", survey_id, [faulty, rows], now)


def cases(cast: Cast, school: Actor, plan_id: UUID, entries: list[registration.Entry], now: datetime) -> None:
    """The school's applications: one person stands in two lines."""
    rows = [_line(entry) for entry in entries]
    _hand_in(cast, school, "cases", plan_id, [[*rows, rows[0]], rows], now)


def _line(entry: registration.Entry) -> tuple[object, ...]:
    form = entry.form
    grades = "、".join(_GRADES[form["appraisals"][year]] for year in sorted(form["appraisals"]))
    return (
        entry.name, entry.document_number, entry.certificate_number, POST_NAMES[form["post"]], form["subject"],
        form["appointed_on"], form["probation_passed_on"], form["registered_on"], form["training_hours"], grades,
        form["absence_terms"], None, "是", None,
    )  # fmt: skip


def _hand_in(
    cast: Cast, school: Actor, kind: str, subject_id: UUID, tries: Sequence[_Rows], now: datetime
) -> None:  # fmt: skip
    headings = [column.heading for column in workbook.SHEETS[kind]]
    for rows in tries:
        data, upload_id = tables.workbook({"登记表": (headings, rows)}), new_id()
        cast.act(school, registration.start_upload, upload_id, kind, subject_id, "教师名单.xlsx", data, now)
        outbox.drain()
        cast.attempt(school, registration.confirm_upload, upload_id, now)
        outbox.drain()
