"""What an application states, as the national rules look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.applications.rules.life import Stage
from core.foundation.findings import N_
from core.people.rules import Bar

FORM_FIELDS = (
    "kind", "subject", "place_basis", "institution_code", "confirmation_point", "ethnic_group",
    "political_affiliation", "education_level", "degree", "school", "major", "graduated_on", "study_form",
    "education_certificate", "teacher_training", "putonghua_level", "putonghua_certificate", "putonghua_on",
    "putonghua_body", "skill", "ability_basis", "exam_certificate", "exam_kind", "exam_subject", "exam_valid_until",
    "occupation", "unit", "photo_taken_on",
)  # fmt: skip
CONTACT_FIELDS = ("household_place", "address", "post_code", "telephone", "mail", "cv")
# What nobody may leave out (rulebook § 2.8); what depends on other answers is a rule of its own.
REQUIRED = (
    "kind", "place_basis", "political_affiliation", "occupation", "education_level", "degree", "school", "major",
    "graduated_on", "study_form", "education_certificate", "teacher_training", "putonghua_level",
    "putonghua_certificate", "ability_basis", "photo_taken_on", "household_place", "address", "post_code",
)  # fmt: skip


class PlaceBasis(StrEnum):
    """On what ground one applies at a place (rulebook § 2.3)."""

    HOUSEHOLD = "household"
    RESIDENCE = "residence"
    STUDY = "study"
    STATION = "station"
    WORKPLACE = "workplace"


PLACE_NAMES = {
    PlaceBasis.HOUSEHOLD: N_("户籍所在地"),
    PlaceBasis.RESIDENCE: N_("居住地（持有效居住证）"),
    PlaceBasis.STUDY: N_("就读学校所在地"),
    PlaceBasis.STATION: N_("部队驻地"),
    PlaceBasis.WORKPLACE: N_("任教学校所在地"),
}


class AbilityBasis(StrEnum):
    """How teaching ability is shown (R-COND-06)."""

    EXAM = "exam"
    DIRECT = "direct"
    CERTIFICATE = "certificate"


class Skill(StrEnum):
    """A title or grade besides the education: an instructor's (Law art. 11), a university teacher's (§ 2.1)."""

    ENGINEER = "engineer"
    WORKER = "worker"
    PROFESSOR = "professor"


SKILL_NAMES = {
    Skill.ENGINEER: N_("助理工程师以上专业技术职务"),
    Skill.WORKER: N_("中级以上工人技术等级"),
    Skill.PROFESSOR: N_("拟聘任副教授以上教师职务"),
}


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """The facts of an application that the national rules look at; `today` is the day of submission."""

    today: date
    document_kind: str
    kind: str
    subject: str
    place_basis: str
    education_level: str
    putonghua_level: str
    ability_basis: str
    teacher_training: bool
    exam_kind: str
    exam_subject: str
    exam_certificate: str
    exam_valid_until: date | None
    photo_taken_on: date | None
    has_photo: bool
    undertaking: bool
    ethnic_group: str = ""
    skill: str = ""
    post_code: str = ""
    telephone: str = ""
    mail: str = ""
    stages: tuple[Stage, ...] = ()
    missing: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = field(default=())
    open_elsewhere: bool = False
