"""Who may be a named user, filed by whom, approved by whom, and until when (R-FILE-01 … -04)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.accounts.rules import Role, judge_roles
from core.filing.rules.schools import is_school
from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.people.rules import judge_document, judge_mobile, judge_name, normalise_number, years_on


class FilingState(StrEnum):
    """Where a named filing stands (rulebook § 4.3)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"
    CHANGING = "changing"
    SUSPENDED = "suspended"
    ENDED = "ended"


FILING_MOVES = Moves(
    N_("实名备案"),
    {
        "draft": N_("草稿"),
        "submitted": N_("已提交"),
        "returned": N_("已退回"),
        "withdrawn": N_("已撤回"),
        "in_force": N_("已备案"),
        "changing": N_("变更中"),
        "suspended": N_("已暂停"),
        "ended": N_("已终止"),
    },
    {
        "draft": {"submitted": "H", "withdrawn": "H"},
        "submitted": {"in_force": "P", "returned": "P", "withdrawn": "H"},
        "returned": {"submitted": "H", "withdrawn": "H"},
        "in_force": {"changing": "H", "suspended": "PX", "ended": "P"},
        "changing": {"in_force": "P", "suspended": "P", "ended": "P"},
        "suspended": {"in_force": "P", "ended": "P"},
    },
    {
        "draft": ("H", N_("补齐后提交备案")),
        "submitted": ("P", N_("由另一人审核备案")),
        "returned": ("H", N_("按退回理由修改后再提交")),
        "in_force": ("H", N_("到期前做年度确认")),
        "changing": ("P", N_("登记变更")),
        "suspended": ("P", N_("恢复或终止")),
    },
)

# Which posts there are at which level: nobody is filed above the own level.
LEVEL_ROLES: dict[str, frozenset[str]] = {
    "school": frozenset({Role.SCHOOL_OFFICER}),
    "institution": frozenset({Role.CASE_OFFICER, Role.INSTITUTION_HEAD}),
    "province": frozenset({Role.PROVINCE_OFFICER, Role.AUDITOR, Role.EXAM_OFFICER}),
    "nation": frozenset({Role.NATIONAL_OFFICER, Role.AUDITOR, Role.OPERATOR, Role.EXAM_OFFICER}),
}

UNDERTAKING_MOST = 5 * 1024 * 1024
UNDERTAKING_DAYS = 366


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a filing says of a person (R-FILE-04); numbers are in clear here and nowhere else."""

    name: str
    document_kind: str
    document_number: str
    mobile: str
    mail: str
    username: str
    roles: tuple[str, ...]
    territory: str
    institution_code: str
    valid_until: date | None = None


def level_of(territory: str, institution_code: str = "") -> str:
    """Where a person sits: school, institution, province or nation."""
    if is_school(territory):
        return "school"
    if institution_code or len(territory) > 2:
        return "institution"
    return "province" if territory else "nation"


def confirm_due(day: date) -> date:
    """The last day until which a filing made or confirmed on `day` stands without being confirmed again."""
    return years_on(day, 1)


def in_force_until(state: str, confirm_by: date | None, valid_until: date | None) -> date | None:
    """The last day on which a filing lets its person in; None when it lets nobody in."""
    if state != FilingState.IN_FORCE or confirm_by is None:
        return None
    return min(confirm_by, valid_until) if valid_until else confirm_by


def _said(code: str, message: str, field: str = "", remedy: str = "", **params: Any) -> Finding:
    return Finding(code, message, clause="三(二)", field=field, remedy=remedy, params=params)


@clause("三(二)", "R-FILE-03", "R-FILE-04")
def judge_particulars(who: Particulars, today: date) -> list[Finding]:
    """Name, document, mobile, user name and posts must be those one person can have at that level."""
    found = [
        *judge_name(who.name),
        *judge_document(who.document_kind, who.document_number, today),
        *judge_contact(who.mobile, who.mail),
    ]
    if not re.fullmatch(r"[a-z][a-z0-9._-]{2,39}", who.username):
        found.append(
            _said(
                "username_form",
                N_("用户名以小写字母开头，3至40位，可用小写字母、数字、点、横线"),
                "username",
                N_("一人一个用户名，例如姓名的拼音"),
            )
        )
    return found + judge_posts(who.roles, who.territory, who.institution_code) + _judge_end(who, today)


@clause("三(二)", "R-FILE-04")
def judge_contact(mobile: str, mail: str) -> list[Finding]:
    """A mobile is needed; a mail, where given, looks like one."""
    found = judge_mobile(normalise_number(mobile))
    if mail and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", mail):
        found.append(_said("mail_form", N_("电子邮箱格式不正确"), "mail", N_("例如 name@example.cn")))
    return found


@clause("三(二)", "R-FILE-04")
def judge_posts(roles: Iterable[str], territory: str, institution_code: str) -> list[Finding]:
    """Posts that one person may hold there, and that exist at that level."""
    asked = list(roles)
    found = judge_roles(asked, territory)
    if not found and not set(asked) <= LEVEL_ROLES[level_of(territory, institution_code)]:
        return [_said("roles_above_level", N_("所选岗位不属于该单位的层级"), "roles", N_("请只选本级的岗位"))]
    return found


def _judge_end(who: Particulars, today: date) -> list[Finding]:
    if who.valid_until is None or who.valid_until > today:
        return []
    return [_said("valid_until_past", N_("备案有效期应晚于今天"), "valid_until")]


@clause("三(二)", "R-FILE-04")
def judge_undertaking(kind: str, size: int, signed_on: date | None, today: date) -> list[Finding]:
    """The signed undertaking: PDF or JPEG by content (`kind`, "" when there is none), signed lately."""
    if not kind:
        return [
            _said("undertaking_missing", N_("请上传本人签名的保密承诺书"), "undertaking", N_("PDF或JPEG，不超过5兆"))
        ]
    found = []
    if kind not in ("PDF", "JPEG"):
        found.append(
            _said(
                "undertaking_kind", N_("承诺书应为PDF或JPEG，此文件内容是%(kind)s"), "undertaking",
                N_("请扫描或拍照后重新上传"), kind=kind,
            )
        )  # fmt: skip
    if size > UNDERTAKING_MOST:
        found.append(_said("undertaking_size", N_("承诺书不超过5兆"), "undertaking", N_("请压缩后重新上传")))
    if signed_on is None:
        found.append(_said("signed_on_missing", N_("请填写承诺书的签署日期"), "signed_on"))
    elif signed_on > today or (today - signed_on).days > UNDERTAKING_DAYS:
        found.append(_said("signed_on_range", N_("签署日期应在最近一年内，不晚于今天"), "signed_on"))
    return found


@clause("三(二)", "R-FILE-01")
def judge_filer(prefix: str, institution: str, territory: str, institution_code: str) -> list[Finding]:
    """A filing is proposed by the head of the own institution, or from above within the territory.

    People of a school, which has no head here, are proposed by the institution that decides on its teachers.
    """
    own = not institution or institution == institution_code or is_school(territory)
    if territory.startswith(prefix) and own:
        return []
    return [_said("filing_not_own", N_("只能为本单位和所辖单位的人员办理备案"), "institution_code")]


@clause("三(二)", "R-FILE-01", "R-FILE-04")
def judge_approver(
    approver: Any, prefix: str, territory: str, institution_code: str, others: Iterable[Any]
) -> list[Finding]:
    """Approved by another person at the level above: the province for institutions, the centre above them.

    `approver` is an account's id; `others` are those of the proposer and of the person filed.
    """
    wanted = territory[:2] if level_of(territory, institution_code) in ("school", "institution") else ""
    if prefix != wanted:
        return [
            _said("filing_level", N_("此备案应由上一级审核"), remedy=N_("机构人员由省级审核，省级以上由国家中心审核"))
        ]
    if approver is not None and approver in {one for one in others if one is not None}:
        return [_said("filing_same_person", N_("不能审核自己提出或关于自己的备案"), remedy=N_("请同级的另一人审核"))]
    return []
