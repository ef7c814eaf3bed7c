"""Teaching ability: the national exam, direct recognition, or the certificate of exempted graduates (R-COND-06)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.applications.rules.conclusion import months_after
from core.applications.rules.form import AbilityBasis, ApplicationForm
from core.foundation.findings import N_, Finding, clause
from core.rulesets.loader import Kind, RuleSet

# The first certificates of ability were given in September 2020 (R-COND-06).
ABILITY_CERTIFICATES_SINCE = date(2020, 9, 1)


@clause("R-COND-06", "R-COND-07", "R-COND-08", "一(四)")
def judge_ability(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    """A certificate of the exam or of ability, of the right kind and subject, valid on the day of submission."""
    if form.ability_basis == AbilityBasis.DIRECT:
        if form.teacher_training:
            return []
        return [_ability("ability_not_direct", "ability_basis", N_("直接认定仅限师范类毕业生"))]
    if kind.code == "7":
        return []
    if form.ability_basis == AbilityBasis.CERTIFICATE:
        return _judge_ability_certificate(form, kind, rules)
    found = []
    if not form.exam_certificate:
        found.append(_exam("exam_missing", "exam_certificate", N_("请填写考试合格证明编号")))
    if form.exam_kind != form.kind:
        found.append(_exam("exam_wrong_kind", "exam_kind", N_("考试合格证明的类别与申请的资格种类不符")))
    if kind.subjects and form.exam_subject != form.subject:
        found.append(_exam("exam_wrong_subject", "exam_subject", N_("考试合格证明的学科与申请的学科不符")))
    if form.exam_valid_until is None or form.exam_valid_until < form.today:
        found.append(_exam("exam_out_of_date", "exam_valid_until", N_("考试合格证明在提交当日已过有效期")))
    return found


def _judge_ability_certificate(form: ApplicationForm, kind: Kind, rules: RuleSet) -> list[Finding]:
    if form.today < ABILITY_CERTIFICATES_SINCE:
        since = {"since": ABILITY_CERTIFICATES_SINCE}
        message = N_("师范生教师职业能力证书自%(since)s起才有，请选择其他能力依据")
        return [_ability("ability_certificate_not_yet", "ability_basis", message, **since)]
    found = []
    if not form.teacher_training:
        message = N_("师范生教师职业能力证书仅限师范类毕业生")
        found.append(_ability("ability_certificate_not_training", "teacher_training", message))
    if not form.exam_certificate:
        message = N_("请填写师范生教师职业能力证书编号")
        found.append(_ability("ability_certificate_missing", "exam_certificate", message))
    if form.exam_kind != form.kind:
        message = N_("师范生教师职业能力证书的任教学段与申请的资格种类不符")
        found.append(_ability("ability_certificate_wrong_kind", "exam_kind", message))
    if kind.subjects and form.exam_subject != form.subject:
        message = N_("师范生教师职业能力证书的任教学科与申请的学科不符")
        found.append(_ability("ability_certificate_wrong_subject", "exam_subject", message))
    return found + _judge_ability_validity(form.exam_valid_until, form.today, rules.v.ability_certificate_valid_months)


def _judge_ability_validity(until: date | None, today: date, months: int) -> list[Finding]:
    if until is None or until < today:
        message = N_("师范生教师职业能力证书在提交当日已过有效期")
        return [_ability("ability_certificate_out_of_date", "exam_valid_until", message)]
    first, last = (months_after(day, months) for day in (ABILITY_CERTIFICATES_SINCE, today))
    if first - timedelta(days=1) <= until <= last:  # the last day may be counted in or out
        return []
    message = N_("师范生教师职业能力证书有效期为%(months)s个月，与所填日期不符")
    return [_ability("ability_certificate_validity", "exam_valid_until", message, months=months)]


def _exam(code: str, field_name: str, message: str) -> Finding:
    return Finding(code, message, clause="R-COND-07", field=field_name, remedy=N_("请核对考试合格证明"))


def _ability(code: str, field_name: str, message: str, **params: Any) -> Finding:
    remedy = N_("请核对能力依据和师范生教师职业能力证书")
    return Finding(code, message, clause="R-COND-06", field=field_name, remedy=remedy, params=params)
