"""Which role may do what: one table that a person can read. Pure."""

from __future__ import annotations

from enum import StrEnum

from core.foundation.findings import N_, Finding, clause


class Role(StrEnum):
    """The posts of product.md that sign in to the officers' site."""

    CASE_OFFICER = "case_officer"
    INSTITUTION_HEAD = "institution_head"
    PROVINCE_OFFICER = "province_officer"
    NATIONAL_OFFICER = "national_officer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


ROLE_NAMES = {
    Role.CASE_OFFICER: N_("认定机构工作人员"),
    Role.INSTITUTION_HEAD: N_("机构负责人"),
    Role.PROVINCE_OFFICER: N_("省级管理员"),
    Role.NATIONAL_OFFICER: N_("国家中心"),
    Role.AUDITOR: N_("审计员"),
    Role.OPERATOR: N_("系统运维"),
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
_CASES = frozenset({"applications.view", "checks.view", "certificates.view", "stock.view"})

GRANTS: dict[Role, frozenset[str]] = {
    Role.CASE_OFFICER: _READ
    | _CASES
    | {
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
        "certificates.handle",
    },
    Role.INSTITUTION_HEAD: _READ
    | _CASES
    | _FILING
    | {
        "plans.draft",
        "applications.assign",
        "applications.note",
        "applications.conclude",
        "applications.reveal",
        "checks.enter",
        "checks.decide",
        "checks.details",
    },
    Role.PROVINCE_OFFICER: _READ
    | _CASES
    | _FILING
    | {
        "filing.approve",
        "filing.reveal",
        "institutions.change",
        "notices.draft",
        "notices.file",
        "notices.publish",
        "tables.file",
        "plans.approve",
        "plans.publish",
        "plans.cancel",
        "training.plan",
        "training.record",
        "applications.reopen",
        "checks.send",
        "stock.receive",
        "stock.allot",
        "provinces.view",
    },
    Role.NATIONAL_OFFICER: _READ
    | _FILING
    | {
        "filing.approve",
        "filing.reveal",
        "calendar.draft",
        "calendar.publish",
        "notices.receive",
        "tables.receive",
        "evidence.import",
        "evidence.view",
        "stock.view",
        "stock.issue",
        "bars.record",
        "provinces.view",
    },
    Role.AUDITOR: _READ | _CASES | {"evidence.view", "audit.view", "checks.details", "provinces.view", "filing.view"},
    Role.OPERATOR: frozenset({"operations.view", "operations.act", "provinces.view", "calendar.view"}),
}


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Everything that `roles` grant; an unknown role grants nothing."""
    known = {role.value: grants for role, grants in GRANTS.items()}
    return frozenset().union(*(known.get(role, frozenset()) for role in roles))


LEAST_PASSWORD = 10
MOST_PASSWORD = 128
KNOWN_BAD = frozenset(
    {"1234567890", "12345678910", "qwertyuiop", "password123", "1q2w3e4r5t", "aa12345678", "0123456789"}
)


@clause("三(二)", "R-SEC-03")
def judge_password(password: str, mobile: str = "", name: str = "") -> list[Finding]:
    """A password must be long enough, not well known and not made of the person's own data (R-SEC-03)."""
    lowered = password.lower()
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        return [
            Finding(
                "password_length",
                N_("密码应为%(least)s至%(most)s个字符"),
                clause="三(二)",
                field="password",
                remedy=N_("可以用几个不相关的词连成一句"),
                params={"least": LEAST_PASSWORD, "most": MOST_PASSWORD},
            )
        ]
    if lowered in KNOWN_BAD or len(set(lowered)) < 4 or (mobile and mobile in password) or (name and name in password):
        return [
            Finding(
                "password_guessable",
                N_("此密码容易被猜到"),
                clause="三(二)",
                field="password",
                remedy=N_("不要使用手机号、姓名、连续或重复的字符"),
            )
        ]
    return []
