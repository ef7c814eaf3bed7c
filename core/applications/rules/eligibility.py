"""Who may be recognised, for which kind, where, with what evidence (Law art. 10–14, Measures, HMT notice)."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.applications.rules.ability import judge_ability
from core.applications.rules.form import ApplicationForm, PlaceBasis, Skill
from core.applications.rules.life import judge_life
from core.evidence.rules import (
    EDUCATION_LEVELS,
    EDUCATION_NAMES,
    PUTONGHUA_LEVELS,
    PUTONGHUA_NAMES,
)
from core.foundation.findings import N_, Finding, Verdict, clause, verdict
from core.people.rules import DocumentKind, judge_bars, judge_mail
from core.rulesets.loader import Kind, RuleSet

POST_CODE = re.compile(r"\d{6}", re.ASCII)
TELEPHONE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?|\+(852|853|886)-?\d{8,10}", re.ASCII)

Judge = Callable[[ApplicationForm, Kind, RuleSet], list[Finding]]


def judge_application(form: ApplicationForm, rules: RuleSet) -> Verdict:
    """Judge a whole application by every national rule; all faults together, each beside its field."""
    kind = rules.kind(form.kind)
    if kind is None:
        finding = Finding("kind_unknown", N_("请选择资格种类"), clause="条例4", field="kind")
        return verdict(("judge_kind", [finding]), *((j.__name__, j(form, None, rules)) for j in _WHATEVER_THE_KIND))
    return verdict(*((judge.__name__, judge(form, kind, rules)) for judge in _JUDGES))


def rank(order: tuple[str, ...], level: str) -> int:
    """Place of a level in its order, from the lowest; -1 for one that is not in it."""
    return order.index(level) if level in order else -1


@clause("R-APPL-01", "§2.8")
def judge_complete(form: ApplicationForm, kind: Kind | None, rules: RuleSet) -> list[Finding]:
    """Every field the form asks for is filled in; the undertaking is given (rulebook § 2.8)."""
    free = ("putonghua_level", "putonghua_certificate") if kind and putonghua_free(form, kind) else ()
    missing = [name for name in form.missing if name not in ("kind", *free)]
    if form.document_kind == DocumentKind.RESIDENT_ID and not form.ethnic_group:
        missing.append("ethnic_group")
    found = [Finding("field_missing", N_("请填写此项"), clause="§2.8", field=name) for name in missing]
    if not form.undertaking:
        found.append(
            Finding(
                "undertaking_missing",
                N_("请阅读并签署个人承诺书"),
                clause="§2.8",
                field="undertaking",
                remedy=N_("勾选“本人承诺”"),
            )
        )
    if not form.has_photo:
        found.append(
            Finding("photo_missing", N_("请上传照片"), clause="二(三)", field="photo", remedy=N_("见照片要求"))
        )
    return found


@clause("§3.3")
def judge_contact(form: ApplicationForm, kind: Kind | None, rules: RuleSet) -> list[Finding]:
    """Post codes have six digits; telephones an area code or that of Hong Kong, Macao or Taiwan (rulebook § 3.3)."""
    found = []
    if form.post_code and not POST_CODE.fullmatch(form.post_code):
        found.append(Finding("post_code_form", N_("邮编应为6位数字"), clause="§3.3", field="post_code"))
    if form.telephone and not TELEPHONE.fullmatch(form.telephone):
        found.append(
            Finding(
                "telephone_form",
                N_("固定电话应带区号，例如0571-87654321"),
                clause="§3.3",
                field="telephone",
            )
        )
    return found + (judge_mail(form.mail) if form.mail else [])


@clause("§2.8")
def judge_cv(form: ApplicationForm, kind: Kind | None, rules: RuleSet) -> list[Finding]:
    """The applicant's life is told without gaps (rulebook § 2.8)."""
    return judge_life(form.stages, form.today)


@clause("§2.1", "Law art. 11")
def judge_skill(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """An instructor of practice has a technical title or a worker's grade besides the education (Law art. 11)."""
    if kind.code != "6" or form.skill in (Skill.ENGINEER, Skill.WORKER):
        return []
    return [
        Finding(
            "skill_missing",
            N_("中等职业学校实习指导教师须有助理工程师以上职务或中级以上工人技术等级"),
            clause="教师法11",
            field="skill",
        )
    ]


@clause("R-HMT-01", "R-COND-01")
def judge_document_kind(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """Residents of Hong Kong, Macao and Taiwan may be recognised for kinds 1–6 (R-HMT-01)."""
    if kind.hmt or form.document_kind == DocumentKind.RESIDENT_ID:
        return []
    return [
        Finding(
            "kind_not_for_hmt",
            N_("港澳台居民可以申请幼儿园至中等职业学校的教师资格，不含高等学校"),
            clause="R-HMT-01",
            field="kind",
        )
    ]


@clause("R-COND-06", "§2.1")
def judge_subject(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """The subject is one of the kind's list; a kindergarten's certificate has none."""
    if (form.subject in kind.subjects) or (not kind.subjects and not form.subject):
        return []
    return [
        Finding(
            "subject_not_of_kind",
            N_("请选择%(kind)s的任教学科") if kind.subjects else N_("%(kind)s不分学科"),
            clause="§2.1",
            field="subject",
            params={"kind": kind.name},
        )
    ]


@clause("§2.1", "Law art. 11")
def judge_education(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """The education reaches what the law asks for the kind (Law art. 11)."""
    if rank(EDUCATION_LEVELS, form.education_level) >= rank(EDUCATION_LEVELS, kind.least_education):
        return []
    return [
        Finding(
            "education_too_low",
            N_("%(kind)s要求学历不低于%(least)s"),
            clause="教师法11",
            field="education_level",
            remedy=N_("可以改为申请学历要求相符的资格种类"),
            params={"kind": kind.name, "least": EDUCATION_NAMES[kind.least_education]},
        )
    ]


def putonghua_free(form: ApplicationForm, kind: Kind) -> bool:
    """Whether Putonghua need not be shown: kind 7, a doctor or one to be appointed associate professor (§ 2.1)."""
    return bool(kind.exempt_education) and (
        form.education_level == kind.exempt_education or form.skill == Skill.PROFESSOR
    )


@clause("R-COND-02", "§2.1")
def judge_putonghua(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """Putonghua reaches the kind's level, unless the person is free of it (R-COND-02)."""
    if putonghua_free(form, kind):
        return []
    if rank(PUTONGHUA_LEVELS, form.putonghua_level) >= rank(PUTONGHUA_LEVELS, kind.least_putonghua):
        return []
    return [
        Finding(
            "putonghua_too_low",
            N_("普通话水平应达到%(least)s以上"),
            clause="R-COND-02",
            field="putonghua_level",
            remedy=N_("请重新参加普通话水平测试"),
            params={"least": PUTONGHUA_NAMES[kind.least_putonghua]},
        )
    ]


@clause("§2.3", "R-APPL-03", "R-HMT-04")
def judge_place(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """The ground for applying here fits the kind and the document (rulebook § 2.3)."""
    wrong = ""
    if kind.code == "7" and form.place_basis != PlaceBasis.WORKPLACE:
        wrong = N_("高等学校教师资格通过任教的高等学校申请")
    elif form.document_kind != DocumentKind.RESIDENT_ID and form.place_basis == PlaceBasis.HOUSEHOLD:
        wrong = N_("港澳台居民没有户籍途径，请按居住地或就读地申请")
    elif form.place_basis not in set(PlaceBasis):
        wrong = N_("请选择申请地类型")
    if not wrong:
        return []
    return [Finding("place_basis_not_allowed", wrong, clause="§2.3", field="place_basis")]


@clause("二(三)", "R-PHOTO-07")
def judge_photo_recent(form: ApplicationForm, kind: Kind | None, rules: RuleSet) -> list[Finding]:
    """The photo was taken within the last six months, as declared (R-PHOTO-07)."""
    if form.photo_taken_on is None:
        return []
    months = (form.today.year - form.photo_taken_on.year) * 12 + form.today.month - form.photo_taken_on.month
    months -= form.today.day < form.photo_taken_on.day
    recent = form.photo_taken_on <= form.today and months < rules.v.photo_recent_months
    exact = months == rules.v.photo_recent_months and form.today.day == form.photo_taken_on.day
    if recent or exact:
        return []
    return [
        Finding(
            "photo_not_recent",
            N_("照片应在近%(months)s个月内拍摄"),
            clause="二(三)",
            field="photo_taken_on",
            params={"months": rules.v.photo_recent_months},
        )
    ]


@clause("一(三)", "R-COND-09")
def judge_no_bar(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """No bar is in force, looked up nationally (R-COND-09)."""
    return judge_bars(form.bars, form.today)


@clause("R-APPL-01")
def judge_only_one(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """One open application of a person in a season, in the whole nation."""
    if not form.open_elsewhere:
        return []
    return [
        Finding(
            "application_open_already",
            N_("本时段您已有一份申请，每人每次只能申请一种资格"),
            clause="R-APPL-01",
            remedy=N_("请先撤回原申请"),
        )
    ]


_JUDGES: tuple[Judge, ...] = (
    judge_complete,
    judge_contact,
    judge_cv,
    judge_skill,
    judge_document_kind,
    judge_subject,
    judge_education,
    judge_putonghua,
    judge_ability,
    judge_place,
    judge_photo_recent,
    judge_no_bar,
    judge_only_one,
)

_WHATEVER_THE_KIND: tuple[Callable[[ApplicationForm, Kind | None, RuleSet], list[Finding]], ...] = (
    judge_complete,
    judge_contact,
    judge_cv,
    judge_photo_recent,
)
