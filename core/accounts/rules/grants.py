"""Which role may do what: one table that a person can read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.foundation.findings import N_, Finding, clause


class Role(StrEnum):
    """The posts of product.md that sign in to the officers' site."""

    SCHOOL_OFFICER = "school_officer"
    CASE_OFFICER = "case_officer"
    INSTITUTION_HEAD = "institution_head"
    PROVINCE_OFFICER = "province_officer"
    NATIONAL_OFFICER = "national_officer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    EXAM_OFFICER = "exam_officer"


ROLE_NAMES = {
    Role.SCHOOL_OFFICER: N_("学校工作人员"),
    Role.CASE_OFFICER: N_("认定机构工作人员"),
    Role.INSTITUTION_HEAD: N_("机构负责人"),
    Role.PROVINCE_OFFICER: N_("省级管理员"),
    Role.NATIONAL_OFFICER: N_("国家中心"),
    Role.AUDITOR: N_("审计员"),
    Role.OPERATOR: N_("系统运维"),
    Role.EXAM_OFFICER: N_("考试机构人员"),
}
# The lengths of codes at which a role may sit: 0 the nation, 2 a province, 4 a city, 6 a county, 12 a school.
PLACES: dict[Role, tuple[int, ...]] = {
    Role.SCHOOL_OFFICER: (12,),
    Role.CASE_OFFICER: (2, 4, 6),
    Role.INSTITUTION_HEAD: (2, 4, 6),
    Role.PROVINCE_OFFICER: (2,),
    Role.NATIONAL_OFFICER: (0,),
    Role.AUDITOR: (0, 2),
    Role.OPERATOR: (0,),
    Role.EXAM_OFFICER: (0, 2),
}

# What every officer may read in the own territory.
_READ = frozenset(
    {
        "calendar.view",
        "notices.view",
        "tables.view",
        "plans.view",
        "training.view",
        "oversight.view",
        "desk.use",
        "institutions.view",
        "handover.draft",
    }
)
_FILING = frozenset({"filing.view", "filing.propose", "handover.confirm"})
_ENQUIRIES = frozenset({"consultation.view", "consultation.answer"})
_CASES = frozenset(
    {
        "applications.view",
        "registration.view",
        "survey.view",
        "checks.view",
        "certificates.view",
        "stock.view",
        "penalties.view",
    }
)

GRANTS: dict[Role, frozenset[str]] = {
    # A school sees its own teachers' cases and what it needs to hand them in.
    Role.SCHOOL_OFFICER: frozenset(
        {"calendar.view", "notices.view", "handover.draft", "registration.view", "registration.endorse"}
    ),
    Role.CASE_OFFICER: _READ
    | _CASES
    | _ENQUIRIES
    | {
        "training.reply",
        "plans.draft",
        "applications.confirm",
        "applications.review",
        "applications.assign",
        "applications.note",
        "applications.reveal",
        "checks.send",
        "checks.enter",
        "checks.review",
        "checks.details",
        "registration.review",
        "certificates.handle",
        "certificates.print",
        "stock.second",
        "penalties.handle",
        "penalties.reveal",
    },
    Role.INSTITUTION_HEAD: _READ
    | _CASES
    | _FILING
    | _ENQUIRIES
    | {
        "consultation.lines",
        "exam.liaise",
        "training.reply",
        "plans.draft",
        "applications.assign",
        "applications.note",
        "applications.conclude",
        "applications.reveal",
        "registration.conclude",
        "schools.change",
        "checks.enter",
        "checks.decide",
        "checks.details",
        "stock.keep",
        "stock.second",
        "networks.change",
        "penalties.decide",
        "penalties.reveal",
    },
    Role.PROVINCE_OFFICER: _READ
    | _CASES
    | _FILING
    | _ENQUIRIES
    | {
        "consultation.lines",
        "exam.liaise",
        "consultation.articles",
        "filing.approve",
        "filing.reveal",
        "institutions.change",
        "schools.change",
        "pilots.change",
        "notices.draft",
        "notices.file",
        "notices.publish",
        "tables.file",
        "plans.approve",
        "plans.publish",
        "plans.cancel",
        "training.plan",
        "training.record",
        "training.reply",
        "applications.reopen",
        "checks.send",
        "stock.keep",
        "stock.allot",
        "stock.order",
        "stock.second",
        "provinces.view",
        "accounts.reset",
        "networks.change",
        "penalties.supervise",
        "penalties.reveal",
        "reports.view",
        "reports.sign",
    },
    Role.NATIONAL_OFFICER: _READ
    | _FILING
    | _ENQUIRIES
    | {
        "consultation.articles",
        "exam.liaise",
        "exam.screen",
        "filing.approve",
        "filing.reveal",
        "calendar.draft",
        "calendar.publish",
        "notices.receive",
        "tables.receive",
        "evidence.import",
        "evidence.view",
        "stock.view",
        "stock.receive",
        "stock.keep",
        "stock.allot",
        "stock.reply",
        "stock.second",
        "bars.record",
        "reports.view",
        "reports.receive",
        "provinces.view",
        "accounts.reset",
    },
    Role.AUDITOR: _READ
    | _CASES
    | {"evidence.view", "reports.view", "audit.view", "checks.details", "provinces.view", "filing.view"},
    Role.OPERATOR: frozenset({"operations.view", "operations.act", "provinces.view", "calendar.view"}),
    # The exam side belongs to another department: it asks one question and sees nothing else.
    Role.EXAM_OFFICER: frozenset({"exam.screen"}),
}


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Everything that `roles` grant; an unknown role grants nothing."""
    known = {role.value: grants for role, grants in GRANTS.items()}
    return frozenset().union(*(known.get(role, frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class Separation:
    """Two duties that one person never holds together: each is any of its permissions."""

    first: frozenset[str]
    second: frozenset[str]
    first_name: str
    second_name: str


_STOCK = frozenset({"stock.receive", "stock.allot", "stock.keep"})
_READING = re.compile(r".*\.(?:view|details|use|search)|.*\.reveal")

SEPARATE: tuple[Separation, ...] = (
    Separation(frozenset({"applications.review"}), frozenset({"applications.conclude"}), N_("初审"), N_("作出结论")),
    Separation(
        frozenset({"registration.review"}), frozenset({"registration.conclude"}), N_("注册审核"), N_("注册结论")
    ),
    Separation(frozenset({"plans.draft"}), frozenset({"plans.approve"}), N_("提出计划"), N_("审定计划")),
    Separation(_STOCK, frozenset({"certificates.handle", "certificates.print"}), N_("保管空白证书"), N_("制证")),
    Separation(frozenset({"checks.review"}), frozenset({"checks.decide"}), N_("复核背景核查"), N_("决定背景核查")),
    Separation(
        frozenset({"penalties.handle"}), frozenset({"penalties.decide"}), N_("提出处罚意见"), N_("作出处罚决定")
    ),
)


def writes(permission: str) -> bool:
    """Whether a permission lets its holder change anything: all do but those to view, search and reveal."""
    return _READING.fullmatch(permission) is None


@clause("三(二)", "R-FILE-04")
def judge_roles(roles: Iterable[str], prefix: str) -> list[Finding]:
    """Roles that one person may hold together, where they may hold them (separation of duties, 三(二)).

    First review is not conclusion, who proposes does not approve, who keeps blanks does not print; an auditor, an
    operator and the exam side hold nothing else; the centre's and the operator's roles are national, an auditor's
    and the exam side's are national or a whole province's.
    """
    given = sorted(set(roles))
    unknown = [role for role in given if role not in set(Role)]
    if unknown or not given:
        return [_roles("role_unknown", N_("请选择列出的岗位"), N_("从列表中选择"))]
    found = []
    for alone in (Role.AUDITOR, Role.OPERATOR, Role.EXAM_OFFICER):
        if alone in given and len(given) > 1:
            found.append(
                _roles("role_alone", N_("“%(role)s”不能兼任其他岗位"), N_("由另一人担任"), role=ROLE_NAMES[alone])
            )
    held = permissions_of(given)
    found += [
        _roles(
            "duties_separate",
            N_("“%(first)s”与“%(second)s”不能由同一人担任"),
            N_("由另一人担任其中一项"),
            first=pair.first_name,
            second=pair.second_name,
        )
        for pair in SEPARATE
        if held & pair.first and held & pair.second
    ]
    found += [
        _roles("role_place", N_("“%(role)s”不能设在此管辖范围"), N_("请核对管辖范围"), role=ROLE_NAMES[Role(role)])
        for role in given
        if len(prefix) not in PLACES[Role(role)]
    ]
    return found


def _roles(code: str, message: str, remedy: str, **params: str) -> Finding:
    return Finding(code, message, clause="三(二)", field="roles", remedy=remedy, params=dict(params))


@clause("三(二)", "R-FILE-04")
def judge_four_eyes(first: object, second: object) -> list[Finding]:
    """The second of two acts is another person's: `first` and `second` are accounts' ids (None: nobody yet)."""
    if first is None or first != second:
        return []
    return [
        Finding(
            "same_officer",
            N_("两个步骤不能由同一人完成"),
            clause="三(二)",
            remedy=N_("请另一位有权限的工作人员办理"),
        )
    ]
