"""Workbooks of schools: checked in a job with progress, previewed, confirmed, then written, all lines or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from core.accounts import service as accounts
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, PlatformError, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import joined
from core.foundation.paging import Page, Paging, paged
from core.foundation.shapes import Shape
from core.foundation.storage import storage
from core.foundation.tables import expected_rows
from core.foundation.web import flat_errors
from core.people.rules import judge_identity_number, judge_name, masked_number, normalise_number
from core.plans import service as plans
from core.registration import workbook
from core.registration.models import RegistrationSurvey, RegistrationUpload
from core.registration.rules import cycle_years
from core.registration.schemas import CaseLineShape, SurveyLineShape
from core.registration.service.applying import apply_many, form_of
from core.registration.service.entering import Entry, Ground, ground, judge_entries, judge_open, own_school, refuse
from core.registration.service.surveying import Listed, add_lines, compared

SHAPES: dict[str, Shape] = {"survey": SurveyLineShape(), "cases": CaseLineShape()}
SHOWN_FAULTS, SHOWN_LINES, STEP = 200, 20, 500
RUNNING = ("waiting", "checking", "writing")
_LOST = re.compile(r"\d{12,}\.0|\d(\.\d+)?e\+\d+")  # a long number in a cell, as it is read
_NO_TEXT = N_("“%(column)s”应为文本单元格：数字格式会丢失号码末位")


@one_transaction
def start_upload(
    actor: Actor, upload_id: UUID, kind: str, subject_id: UUID, file_name: str, data: bytes, now: datetime
) -> RegistrationUpload:
    """A school hands a workbook in for a survey ("survey") or a plan ("cases"): kept, and checked in a job."""
    actor.must("registration.endorse")
    known = session().scalars(select(RegistrationUpload).where(RegistrationUpload.id == upload_id)).one_or_none()
    if known is not None:
        return known
    school = own_school(actor, actor.prefix)
    if not data:
        raise Refused([Finding("file_missing", N_("请选择XLSX文件"), clause="二(二)", field="file")])
    if kind == "cases":
        refuse(judge_open(ground(subject_id, school, now)))
    elif survey_of(school, now) != subject_id:
        raise NotFound()
    kept = storage().put(data, ".registration")
    row = RegistrationUpload(
        id=upload_id, province_code=actor.province_code, territory=school, kind=kind, subject_id=subject_id,
        file_name=file_name[:200], file_key=kept.key, file_sha256=kept.sha256, state="waiting",
        started_by=actor.id, started_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "upload", row, now)
    outbox.post("registration.check_upload", row.province_code, now=now, registration_upload_id=row.id)
    return row


def survey_of(school_code: str, now: datetime) -> UUID | None:
    """The open survey that a school hands its list in to."""
    area = plans.area_of(school_code, clock.beijing(now).date())
    if area is None or area.surveyed_at is not None:
        return None
    statement = select(RegistrationSurvey.id).where(RegistrationSurvey.pilot_area_id == area.id)
    with within(territory(area.province_code)):
        return session().scalar(statement)


def upload(registration_upload_id: UUID) -> RegistrationUpload:
    """One upload of the present scope; raises `NotFound`."""
    return found(RegistrationUpload, registration_upload_id)


def uploads(paging: Paging) -> Page[RegistrationUpload]:
    """Uploads of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "started_at", True)
    return paged(select(RegistrationUpload), ordered, {"started_at": RegistrationUpload.started_at})


def preview(row: RegistrationUpload) -> list[tuple[int, tuple[str, ...]]]:
    """The first lines of a workbook as they will be kept, numbers masked; none once its file is gone."""
    if not row.file_key or row.state not in ("checked", "done"):
        return []
    told = list[tuple[int, tuple[str, ...]]]()
    for line, raw in workbook.lines(row.kind, storage().get(row.file_key)):
        number = masked_number(normalise_number(str(raw.get("document_number", ""))))
        told.append((line, (str(raw.get("name", "")), number, str(raw.get("certificate_number", "")))))
        if len(told) == SHOWN_LINES:
            break
    return told


def run_check(registration_upload_id: UUID, now: datetime) -> None:
    """The job: judge every line; one faulty line and nothing can be confirmed. Repeating it changes nothing."""
    row = upload(registration_upload_id)
    if row.state not in ("waiting", "checking"):
        return
    data = storage().get(row.file_key)
    session().rollback()
    _progress(row.id, "checking", 0, expected_rows(data))
    try:
        given, faults = _read(row, data, now)
        summary, said = _judged(row, [item for _line, item in given], now)
        faults += [_fault(given[number][0], finding) for number, finding in said]
    except PlatformError as refusal:
        said_ = refusal.findings if isinstance(refusal, Refused) else (_gone(),)
        given, summary, faults = [], {}, [_fault(1, finding) for finding in said_]
    if not given and not faults:
        faults = [_fault(1, Finding("import_empty", N_("表中没有数据行"), clause="二(二)"))]
    _checked(row.id, len(given), sorted(faults, key=lambda item: item["line"]), summary, now)


def _gone() -> Finding:
    return Finding("upload_gone", N_("计划或摸底已不存在"), clause="二(二)")


def _read(row: RegistrationUpload, data: bytes, now: datetime) -> tuple[list[tuple[int, Any]], list[dict[str, Any]]]:
    """The lines in shape, each with its number, and what is wrong with the others."""
    heading = {column.field: column.heading for column in workbook.SHEETS[row.kind]}
    given, faults, today = [], list[dict[str, Any]](), clock.beijing(now).date()
    for number, raw in workbook.lines(row.kind, data):
        lost = [
            heading[name] for name in ("document_number", "certificate_number") if _LOST.fullmatch(str(raw.get(name)))
        ]
        if lost:
            faults.append(_fault(number, Finding("import_number_cell", _NO_TEXT, params={"column": lost[0]})))
            continue
        try:
            item = dict(SHAPES[row.kind].load(raw))
        except ValidationError as wrong:
            for field, texts in flat_errors(wrong.normalized_messages()).items():
                params = {"column": heading.get(field.split("-")[0], field), "text": joined(texts, sign=N_("；"))}
                faults.append(_fault(number, Finding("import_line", N_("“%(column)s”：%(text)s"), params=params)))
            continue
        wrong_ = judge_name(item["name"]) + judge_identity_number(item["document_number"], today)
        faults += [_fault(number, finding) for finding in wrong_]
        if not wrong_:
            given.append((number, item))
        if (len(given) + len(faults)) % STEP == 0:
            _progress(row.id, "checking", len(given) + len(faults))
    return given, faults


def _fault(line: int, finding: Finding) -> dict[str, Any]:
    params = {name: str(value) for name, value in finding.params.items()}
    return {"line": line, "message": finding.message, "remedy": finding.remedy, "params": params}


def _judged(
    row: RegistrationUpload, given: Sequence[dict[str, Any]], now: datetime
) -> tuple[dict[str, int], list[tuple[int, Finding]]]:
    """What the lines come to, and what refuses them, by their place."""
    if row.kind == "survey":
        listed = [_listed(item) for item in given]
        said = compared(listed, clock.beijing(now).date())
        states = [said[item.id][0] for item in listed]
        return {state: states.count(state) for state in sorted(set(states))}, _twice(listed)
    on = ground(row.subject_id, row.territory, now)
    entries = [_entry(item, on) for item in given]
    found_ = judge_entries(entries, on)
    faults = [(n, f) for n, entry in enumerate(entries) for f in found_[entry.id] if f.refuses]
    firsts = sum(not entry.form.get("registered_on") for entry in entries)
    return {"first": firsts, "again": len(entries) - firsts}, faults


def _twice(listed: Sequence[Listed]) -> list[tuple[int, Finding]]:
    """Lines that say again what an earlier one said: the same person's same certificate."""
    message, remedy = N_("此人的此证书在名单中重复"), N_("请删去重复的行")
    seen, found_ = set[tuple[str, str]](), list[tuple[int, Finding]]()
    for place, item in enumerate(listed):
        line = (normalise_number(item.document_number), item.certificate_number)
        if line in seen:
            found_.append((place, Finding("line_listed_twice", message, clause="二(二)", remedy=remedy)))
        seen.add(line)
    return found_


def _listed(item: dict[str, Any]) -> Listed:
    return Listed(item["name"], item["document_number"], item["certificate_number"])


def _entry(item: dict[str, Any], on: Ground) -> Entry:
    years = cycle_years(on.today, on.rules)
    results = dict(zip((str(year) for year in years), item["appraisals"], strict=False))
    return Entry(
        item["name"], item["document_number"], item["certificate_number"],
        form_of(item | {"appraisals": results}), conduct=item["conduct"],
    )  # fmt: skip


@one_transaction
def _progress(registration_upload_id: UUID, state: str, done: int, expected: int | None = None) -> None:
    row = locked(RegistrationUpload, registration_upload_id)
    row.state, row.done = state, done
    row.total = max(row.total if expected is None else expected, done)


@one_transaction
def _checked(
    registration_upload_id: UUID, total: int, faults: list[dict[str, Any]], summary: dict[str, int], now: datetime
) -> None:
    row = locked(RegistrationUpload, registration_upload_id)
    row.state, row.total, row.done, row.summary = "refused" if faults else "checked", total, total, summary
    row.fault_count, row.faults = len(faults), faults[:SHOWN_FAULTS]
    if faults:
        row.finished_at = now


@one_transaction
def confirm_upload(actor: Actor, registration_upload_id: UUID, now: datetime) -> RegistrationUpload:
    """The school has seen the preview: every line is written in a job."""
    actor.must("registration.endorse")
    row = locked(RegistrationUpload, registration_upload_id)
    if row.state in ("writing", "done"):
        return row
    if row.state != "checked":
        raise Refused([Finding("upload_not_checked", N_("此文件尚未校验通过，不能导入"), clause="二(二)")])
    row.state, row.done, row.confirmed_by, row.confirmed_at = "writing", 0, actor.id, now
    _written(actor, "upload_confirm", row, now)
    outbox.post("registration.write_upload", row.province_code, now=now, registration_upload_id=row.id)
    return row


def run_write(registration_upload_id: UUID, now: datetime) -> None:
    """The job: write what was confirmed in one transaction, as the officer who confirmed it; twice is once."""
    row = upload(registration_upload_id)
    if row.state != "writing" or row.confirmed_by is None:
        return
    data, actor = storage().get(row.file_key), accounts.actor_of(accounts.account(row.confirmed_by))
    given = [dict(SHAPES[row.kind].load(raw)) for _line, raw in workbook.lines(row.kind, data)]
    session().rollback()
    try:
        _write(actor, registration_upload_id, given, now)
    except Refused as refusal:  # something has changed since it was checked: say what, by line
        faults = [_fault(_line(finding), finding) for finding in refusal.findings]
        _checked(registration_upload_id, len(given), faults, {}, now)


def _line(finding: Finding) -> int:
    place = finding.field.removeprefix("line-")
    return int(place) + 2 if place.isdigit() else 1


@one_transaction
def _write(actor: Actor, registration_upload_id: UUID, given: list[dict[str, Any]], now: datetime) -> None:
    row = locked(RegistrationUpload, registration_upload_id)
    if row.state != "writing":
        return
    if row.kind == "survey":
        with within(territory(row.province_code)):  # the survey is its county's, wider than the school
            row.summary = add_lines(actor, row.subject_id, row.territory, [_listed(item) for item in given], now)
    else:
        on = ground(row.subject_id, row.territory, now)
        apply_many(actor, row.subject_id, row.territory, [_entry(item, on) for item in given], now)
    row.state, row.done, row.total, row.finished_at = "done", len(given), len(given), now
    _written(actor, "upload_done", row, now, lines=len(given))


def _written(actor: Actor, verb: str, row: RegistrationUpload, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"registration.{verb}", "registration_upload", row.id, province_code=row.province_code, now=now,
        clause="二(二)", kind=row.kind, sha256=row.file_sha256, **detail,
    )  # fmt: skip
