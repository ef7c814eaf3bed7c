"""Who may be recognised on what proof of ability and of Putonghua (R-COND-02, R-COND-06, R-COND-07, § 2.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.applications.rules.ability import judge_ability
from core.applications.rules.eligibility import judge_complete, judge_contact, judge_putonghua, judge_skill
from core.applications.rules.form import ApplicationForm
from core.rulesets.loader import national

RULES = national(2020)
EXAM = ApplicationForm(
    today=date(2020, 9, 15), document_kind="resident_id", kind="2", subject="语文", place_basis="household",
    education_level="bachelor", putonghua_level="2A", ability_basis="exam", teacher_training=False, exam_kind="2",
    exam_subject="语文", exam_certificate="KS1", exam_valid_until=date(2021, 1, 1), photo_taken_on=None,
    has_photo=True, undertaking=True, ethnic_group="汉族",
)  # fmt: skip
ABILITY = replace(
    EXAM, ability_basis="certificate", teacher_training=True, exam_certificate="ZY1", exam_valid_until=date(2023, 9, 9)
)


def said(judge, form):
    return [finding.code for finding in judge(form, RULES.kind(form.kind), RULES)]


@pytest.mark.parametrize(
    ("form", "changes", "codes"),
    [
        (EXAM, {}, []),
        (EXAM, {"exam_valid_until": date(2020, 9, 15)}, []),
        (EXAM, {"exam_valid_until": date(2020, 9, 14)}, ["exam_out_of_date"]),
        (EXAM, {"exam_kind": "3", "exam_subject": "数学"}, ["exam_wrong_kind", "exam_wrong_subject"]),
        (EXAM, {"ability_basis": "direct"}, ["ability_not_direct"]),
        (EXAM, {"ability_basis": "direct", "teacher_training": True}, []),
        (ABILITY, {}, []),
        (ABILITY, {"today": date(2020, 8, 31)}, ["ability_certificate_not_yet"]),
        (ABILITY, {"today": date(2020, 9, 1), "exam_valid_until": date(2023, 8, 31)}, []),
        (ABILITY, {"exam_valid_until": date(2023, 8, 30)}, ["ability_certificate_validity"]),
        (ABILITY, {"exam_valid_until": date(2023, 9, 15)}, []),
        (ABILITY, {"exam_valid_until": date(2023, 9, 16)}, ["ability_certificate_validity"]),
        (ABILITY, {"today": date(2023, 9, 10)}, ["ability_certificate_out_of_date"]),
        (ABILITY, {"exam_valid_until": None}, ["ability_certificate_out_of_date"]),
        (ABILITY, {"teacher_training": False}, ["ability_certificate_not_training"]),
        (ABILITY, {"exam_certificate": "", "exam_kind": "1"},
         ["ability_certificate_missing", "ability_certificate_wrong_kind"]),
        (ABILITY, {"exam_subject": "数学"}, ["ability_certificate_wrong_subject"]),
    ],
)  # fmt: skip
def test_ability_is_shown_by_the_right_certificate_on_the_day(form, changes, codes):
    assert said(judge_ability, replace(form, **changes)) == codes


@pytest.mark.parametrize(
    ("kind", "education", "skill", "codes"),
    [
        ("7", "bachelor", "", ["putonghua_too_low"]),
        ("7", "doctor", "", []),
        ("7", "bachelor", "professor", []),
        ("2", "doctor", "professor", ["putonghua_too_low"]),
    ],
)
def test_putonghua_is_free_only_for_university_doctors_and_professors(kind, education, skill, codes):
    form = replace(EXAM, kind=kind, education_level=education, skill=skill, putonghua_level="")
    assert said(judge_putonghua, form) == codes
    left_out = replace(form, missing=("putonghua_level", "putonghua_certificate"))
    assert said(judge_complete, left_out) == ["field_missing", "field_missing"] * bool(codes)


@pytest.mark.parametrize(
    ("skill", "codes"), [("worker", []), ("", ["skill_missing"]), ("professor", ["skill_missing"])]
)
def test_an_instructor_shows_a_title_or_a_grade(skill, codes):
    assert said(judge_skill, replace(EXAM, kind="6", skill=skill)) == codes


def test_a_mail_address_that_cannot_be_one_is_told_with_the_telephone():
    form = replace(EXAM, telephone="abc", mail="nobody")
    assert said(judge_contact, form) == ["telephone_form", "mail_form"]
