"""An applicant's part: signing up, the form with its mistakes, the photo, submission; and the visit in person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.accounts import service as accounts
from core.applications import service as cases
from core.applications.service import PhotoAnswers
from core.calendar.rules import WORKING_DAYS
from core.demonstration.season import asking, checking, invented
from core.demonstration.season.house import EXAM_VALID
from core.demonstration.season.life import Life, Stage, case_of
from core.demonstration.season.lots import Course
from core.evidence.rules import needs_original
from core.foundation.access import own, within
from core.foundation.db import new_id

MAINTENANCE_DAY = date(2020, 6, 3)
_LIFE = [
    {"since": "2002-09", "until": "2008-06", "unit": "演示中心小学", "role": "学生", "witness": "陈老师"},
    {"since": "2008-09", "until": "2014-06", "unit": "演示第一中学", "role": "学生", "witness": "李老师"},
    {"since": "2014-09", "until": "2018-06", "unit": "演示师范大学", "role": "学生", "witness": "王老师"},
    {"since": "2018-08", "until": "", "unit": "演示第一中学", "role": "代课教师", "witness": "周老师"},
]
_HOPELESS = ("education_low",)


def apply(stage: Stage, life: Life) -> None:
    """Sign up, begin, fill in, upload, submit: mistakes are refused and mended, or the draft is given up."""
    course = life.course
    life.me = _sign_up(stage, course)
    asking.ask(stage, life)
    plan_id = stage.plans[course.body.code, course.season]
    row = stage.cast.attempt(life.me, cases.start, new_id(), plan_id, stage.today, stage.now)
    if row is None:
        return  # barred
    life.case_id = row.id
    if course.visit == "second_application":
        stage.cast.attempt(life.me, cases.start, new_id(), plan_id, stage.today, stage.now)
    _save(stage, life, form(course, course.form, stage.today))
    if course.form == "abandoned":
        _offered(stage, life)
        return  # the draft lapses
    _photo(stage, life)
    if not _submit(stage, life):
        return
    if course.visit == "back_to_draft":
        stage.cast.act(life.me, cases.to_draft, life.case_id, stage.today, stage.now)
        _save(stage, life, form(course, "", stage.today) | {"unit": "演示第二中学"})
        stage.cast.act(life.me, cases.submit, life.case_id, True, stage.today, stage.now)
    if course.visit != "no_show":
        stage.at(course.comes, come, life)
    if course.applies < MAINTENANCE_DAY < course.comes and course.serial % 4 == 0:
        stage.at(MAINTENANCE_DAY, come_too_early, life)


def _sign_up(stage: Stage, course: Course) -> Any:
    serial = course.serial
    data = {
        "name": invented.name(serial), "document_kind": "resident_id", "document_number": invented.number(serial),
        "mobile": invented.mobile(serial), "mail": "", "password_hash": stage.password_hash,
    }  # fmt: skip
    with within(own(None)):
        return accounts.actor_of(accounts.sign_up(data, stage.today, stage.now))


def _save(stage: Stage, life: Life, data: dict[str, Any]) -> None:
    row = stage.cast.act(life.me, cases.case_of_person, life.case_id)
    stage.cast.act(life.me, cases.save, life.case_id, data, row.version, stage.now)


def _photo(stage: Stage, life: Life) -> None:
    serial, fault = life.course.serial, life.course.photo
    if fault:
        bad = stage.photos.bad(serial, fault)
        stage.cast.attempt(life.me, cases.attach_photo, life.case_id, bad, stage.now)
        made = stage.cast.act(life.me, cases.offer, life.case_id, bad, stage.now)
        if made is not None and serial % 2:
            stage.cast.act(life.me, cases.accept_offer, life.case_id, made.id, stage.now)
            return
    stage.cast.act(life.me, cases.attach_photo, life.case_id, stage.photos.good(serial), stage.now)


def _offered(stage: Stage, life: Life) -> None:
    """A photo that would do when mended is offered, and nobody ever says yes."""
    serial = life.course.serial
    stage.cast.act(life.me, cases.offer, life.case_id, stage.photos.bad(serial, "grey"), stage.now)


def _submit(stage: Stage, life: Life) -> bool:
    course = life.course
    done = stage.cast.attempt(life.me, cases.submit, life.case_id, True, stage.today, stage.now)
    if done is not None:
        return True
    really_expired = course.form == "exam_expired" and course.serial % 2
    if course.form in _HOPELESS or really_expired:
        stage.cast.act(life.me, cases.discard, life.case_id, stage.now)
        return False
    _save(stage, life, form(course, "", stage.today))
    return stage.cast.attempt(life.me, cases.submit, life.case_id, True, stage.today, stage.now) is not None


def form(course: Course, flaw: str, today: date) -> dict[str, Any]:
    """The form as the applicant fills it in; it fits the registers unless the course says otherwise."""
    serial = course.serial
    data: dict[str, Any] = {
        "kind": course.kind, "subject": course.subject,
        "place_basis": "workplace" if course.kind == "7" else "household", "education_level": "bachelor",
        "school": "演示师范大学", "major": "汉语言文学", "graduated_on": date(2018, 6, 30), "study_form": "full_time",
        "education_certificate": f"XL{serial:08d}", "teacher_training": "no", "putonghua_level": "2A",
        "putonghua_certificate": f"PTH{serial:08d}", "ability_basis": "exam", "exam_certificate": f"KS{serial:08d}",
        "exam_kind": course.kind, "exam_subject": course.subject, "exam_valid_until": EXAM_VALID,
        "ethnic_group": "汉族", "photo_taken_on": today - timedelta(days=30), "address": "演示市杏花路1号",
        "political_affiliation": "群众", "occupation": "教师", "unit": "演示第一中学", "degree": "学士",
        "putonghua_on": date(2018, 5, 1), "putonghua_body": "演示语言文字培训测试中心", "post_code": "000101",
        "household_place": "演示市", "skill": "engineer" if course.kind == "6" else "", "cv": _LIFE,
    }  # fmt: skip
    return data | _flaw(flaw, today)


def _flaw(flaw: str, today: date) -> dict[str, Any]:
    flaws: dict[str, dict[str, Any]] = {
        "exam_expired": {"exam_valid_until": today - timedelta(days=20)},
        "incomplete": {"post_code": "", "political_affiliation": ""},
        "education_low": {"education_level": "senior_middle"},
        "cv_gap": {"cv": [_LIFE[0], _LIFE[3]]},
        "photo_old": {"photo_taken_on": today - timedelta(days=400)},
    }
    return flaws.get(flaw, {})


def come_too_early(stage: Stage, life: Life) -> None:
    """The office tries to confirm somebody while the system is in maintenance."""
    clerk = stage.cast.officer(life.clerk)
    if case_of(stage, life).state == "submitted":
        stage.cast.attempt(clerk, cases.confirm, life.case_id, True, True, stage.today, stage.now)


def come(stage: Stage, life: Life) -> None:
    """The day the person means to come: some withdraw instead, some are returned, rejected, or forgot an original."""
    visit, clerk = life.course.visit, stage.cast.officer(life.clerk)
    if case_of(stage, life).state != "submitted":
        return  # lapsed meanwhile
    if visit == "withdrawn":
        stage.cast.act(life.me, cases.withdraw, life.case_id, stage.now)
    elif visit == "rejected":
        stage.cast.act(clerk, cases.reject_on_site, life.case_id, "本人与照片明显不符", stage.now)
    elif visit == "returned" and not life.mended:
        stage.cast.act(clerk, cases.give_back, life.case_id, "工作单位填写有误，请修改", stage.today, stage.now)
        stage.at(WORKING_DAYS.after(stage.today, 1), resubmit, life)
    else:
        _confirm(stage, life)


def resubmit(stage: Stage, life: Life) -> None:
    """What was returned is mended and submitted again, and the person comes once more; every fifth does not bother."""
    if life.course.serial % 5 == 0 or case_of(stage, life).state != "returned":
        return
    life.mended = True
    _save(stage, life, form(life.course, "", stage.today) | {"unit": "演示第三中学"})
    if stage.cast.attempt(life.me, cases.submit, life.case_id, True, stage.today, stage.now) is not None:
        stage.at(WORKING_DAYS.after(stage.today, 1), come, life)


def _confirm(stage: Stage, life: Life) -> None:
    course, clerk = life.course, stage.cast.officer(life.clerk)
    row = case_of(stage, life)
    answers = PhotoAnswers(reason="背景偏灰，其余符合要求" if cases.doubts_of(row) else "")
    if course.visit == "unsigned":
        stage.cast.attempt(clerk, cases.confirm, row.id, True, False, stage.today, stage.now, answers=answers)
    evidence = stage.cast.act(clerk, lambda actor: cases.kept_evidence(row.id))
    wanted = [item.id for item in evidence if needs_original(item.result)]
    if course.visit == "originals_forgotten" and wanted and not life.mended:
        life.mended = True
        stage.cast.attempt(clerk, cases.confirm, row.id, True, True, stage.today, stage.now, answers=answers)
        stage.at(WORKING_DAYS.after(stage.today, 1), come, life)
        return
    for item in wanted:
        stage.cast.act(clerk, cases.mark_original_seen, item, stage.now)
    done = stage.cast.attempt(clerk, cases.confirm, row.id, True, True, stage.today, stage.now, answers=answers)
    if done is not None:
        stage.sends(course.province)
        checking.begin(stage, life)
