"""Surveys of certificates before an area's first registration: opened, settled line by line or by letter, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request

from core.accounts import service as accounts
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_, Finding
from core.foundation.i18n import spoken
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.registration import service
from core.registration.schemas import (
    AnswerAllShape,
    AnswerShape,
    AskAllShape,
    AskShape,
    LineShape,
    RegistrationWhyShape,
    SignAllShape,
    SignShape,
)
from core.registration.views.cases import staff
from core.registration.views.words import words

Verb = Callable[[dict[str, Any], datetime], Any]
LINE_VERBS = {
    "registration.survey_correct": N_("更正"), "registration.survey_drop": N_("剔除"),
    "registration.survey_ask": N_("发函核查"), "registration.survey_answer": N_("登记答复"),
    "registration.survey_ask_again": N_("退回重新核查"), "registration.survey_sign": N_("复核签署"),
}  # fmt: skip


@staff.get("/surveys")
@officer("survey.view")
def surveys() -> Any:
    """Surveys of the officer's territory, and areas whose survey is not begun."""
    return _surveys(Form(EmptyShape()))


def _surveys(form: Form) -> Any:
    page = render_template(
        "staff/registration/surveys.html", listing=listing(service.surveys(paging())), form=form,
        waiting=service.areas_to_survey(actor()) if actor().may("registration.conclude") else [], **words(),
    )  # fmt: skip
    return page, form.status


@staff.post("/surveys/areas/<uuid:pilot_area_id>")
@officer("registration.conclude")
def open_survey(pilot_area_id: UUID) -> Any:
    """Begin an area's survey."""
    form = Form(EmptyShape())
    row = form.carry_out(lambda data: service.open_survey(actor(), pilot_area_id, clock.now()))
    if row is None:
        return _surveys(form)
    notify(N_("摸底已开始，请通知各学校报送名单。"))
    return see_other("registration.survey", survey_id=row.id)


@staff.get("/surveys/<uuid:survey_id>")
@officer("survey.view")
def survey(survey_id: UUID) -> Any:
    """One survey: how many lines stand where, and those that are open."""
    return _survey(survey_id, Form(EmptyShape()))


def _survey(survey_id: UUID, form: Form) -> Any:
    row, asked = service.survey(survey_id), request.args
    page = service.survey_lines(row.id, paging(), asked.get("state", ""), asked.get("school", ""))
    shown = render_template(
        "staff/registration/survey.html", row=row, form=form, listing=listing(page, "state", "school"),
        counts=service.survey_counts(row.id), state=asked.get("state", ""),
        schools=filing.schools_of(line.school_code for line in page.rows), **words(),
    )  # fmt: skip
    return shown, form.status


def _all(survey_id: UUID, shape: Any, verb: Verb, said: str) -> Any:
    row, form = service.survey(survey_id), Form(shape)
    done = form.carry_out(lambda data: int(verb(data, clock.now())))
    if done is None:
        return _survey(row.id, form)
    notify(said, count=done)
    return see_other("registration.survey", survey_id=row.id)


@staff.post("/surveys/<uuid:survey_id>/ask")
@officer("registration.review")
def ask_all(survey_id: UUID) -> Any:
    """One letter asks about many certificates."""
    return _all(
        survey_id, AskAllShape(),
        lambda d, now: service.ask_all(actor(), survey_id, d["beginning"], d["asked_of"], now),
        N_("已登记发函核查%(count)s份证书。"),
    )  # fmt: skip


@staff.post("/surveys/<uuid:survey_id>/answer")
@officer("registration.review")
def answer_all(survey_id: UUID) -> Any:
    """One letter answers that many are genuine."""
    return _all(
        survey_id, AnswerAllShape(),
        lambda d, now: service.answer_all(actor(), survey_id, d["asked_of"], d["reference"], now),
        N_("已登记%(count)s份证书核实为真，待另一人复核签署。"),
    )  # fmt: skip


@staff.post("/surveys/<uuid:survey_id>/sign")
@officer("registration.conclude")
def sign_all(survey_id: UUID) -> Any:
    """A second officer signs what a letter said."""
    return _all(
        survey_id, SignAllShape(), lambda d, now: service.sign_all(actor(), survey_id, d["reference"], now),
        N_("已复核签署%(count)s份。"),
    )  # fmt: skip


@staff.post("/surveys/<uuid:survey_id>/close")
@officer("registration.conclude")
def close_survey(survey_id: UUID) -> Any:
    """Close the survey."""
    row, form = service.survey(survey_id), Form(EmptyShape())
    if form.carry_out(lambda data: service.close_survey(actor(), row.id, clock.now())) is None:
        return _survey(row.id, form)
    notify(N_("摸底已办结，可以发布定期注册计划。"))
    return see_other("registration.survey", survey_id=row.id)


@staff.get("/surveys/teachers/<uuid:surveyed_teacher_id>")
@officer("survey.view")
def line(surveyed_teacher_id: UUID) -> Any:
    """One line of a survey."""
    return _line(surveyed_teacher_id, Form(EmptyShape()))


def _line(surveyed_teacher_id: UUID, form: Form) -> Any:
    row = service.surveyed_teacher(surveyed_teacher_id)
    kept = {"name": row.person_name, "certificate_number": row.certificate_number, "version": row.version}
    form.values = kept | form.values
    by = {one for one in (row.asked_by, row.answered_by, row.signed_by) if one}
    page = render_template(
        "staff/registration/line.html", row=row, form=form, school=filing.school(row.school_code),
        survey=service.survey(row.survey_id), names=accounts.names_of(by), timeline=history(LINE_KIND, row.id),
        findings=[spoken(Finding.from_dict(item)) for item in row.findings or []],
        line_verbs=LINE_VERBS, **words(),
    )  # fmt: skip
    return page, form.status


LINE_KIND = "surveyed_teacher"


def _act(surveyed_teacher_id: UUID, shape: Any, verb: Verb, said: str) -> Any:
    row, form = service.surveyed_teacher(surveyed_teacher_id), Form(shape)
    if form.carry_out(lambda data: verb(data, clock.now())) is None:
        return _line(row.id, form)
    notify(said)
    return see_other("registration.line", surveyed_teacher_id=row.id)


@staff.post("/surveys/teachers/<uuid:surveyed_teacher_id>/correct")
@officer("registration.review")
def correct_line(surveyed_teacher_id: UUID) -> Any:
    """Correct what the list said."""
    return _act(
        surveyed_teacher_id, LineShape(),
        lambda d, now: service.correct_line(actor(), surveyed_teacher_id, d, d["version"], now),
        N_("已更正，并重新比对。"),
    )  # fmt: skip


@staff.post("/surveys/teachers/<uuid:surveyed_teacher_id>/drop")
@officer("registration.review")
def drop_line(surveyed_teacher_id: UUID) -> Any:
    """Take somebody off the list."""
    return _act(
        surveyed_teacher_id, RegistrationWhyShape(),
        lambda d, now: service.drop_line(actor(), surveyed_teacher_id, d["reason"], now), N_("已剔除。"),
    )  # fmt: skip


@staff.post("/surveys/teachers/<uuid:surveyed_teacher_id>/ask")
@officer("registration.review")
def ask_line(surveyed_teacher_id: UUID) -> Any:
    """The issuing institution was asked."""
    return _act(
        surveyed_teacher_id, AskShape(),
        lambda d, now: service.ask(actor(), surveyed_teacher_id, d["asked_of"], now), N_("已登记发函。"),
    )  # fmt: skip


@staff.post("/surveys/teachers/<uuid:surveyed_teacher_id>/answer")
@officer("registration.review")
def answer_line(surveyed_teacher_id: UUID) -> Any:
    """What it answered."""
    return _act(
        surveyed_teacher_id, AnswerShape(),
        lambda d, now: service.record_answer(
            actor(), surveyed_teacher_id, d["answer"], d["reference"], d["text"], now
        ),
        N_("已登记答复，待另一人复核签署。"),
    )  # fmt: skip


@staff.post("/surveys/teachers/<uuid:surveyed_teacher_id>/sign")
@officer("registration.conclude")
def sign_line(surveyed_teacher_id: UUID) -> Any:
    """A second officer signs, or has it asked again."""
    return _act(
        surveyed_teacher_id, SignShape(),
        lambda d, now: service.sign(actor(), surveyed_teacher_id, d["agreed"] == "1", d["reason"], now),
        N_("已签署。"),
    )  # fmt: skip
