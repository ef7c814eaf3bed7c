"""Rules of accounts: which role may do what, passwords, sessions. Pure."""

from core.accounts.rules.grants import (
    GRANTS,
    PLACES,
    ROLE_NAMES,
    SEPARATE,
    Role,
    Separation,
    judge_four_eyes,
    judge_roles,
    permissions_of,
    writes,
)
from core.accounts.rules.passwords import (
    LEAST_PASSWORD,
    MOST_PASSWORD,
    judge_password,
)
from core.accounts.rules.sessions import (
    END_WORDS,
    EndReason,
    SessionFacts,
    browser_of,
    device_name,
    judge_cidr,
    judge_network,
    network_of,
    session_fault,
)

__all__ = [
    "END_WORDS",
    "GRANTS",
    "LEAST_PASSWORD",
    "MOST_PASSWORD",
    "PLACES",
    "ROLE_NAMES",
    "SEPARATE",
    "EndReason",
    "Role",
    "Separation",
    "SessionFacts",
    "browser_of",
    "device_name",
    "judge_cidr",
    "judge_four_eyes",
    "judge_network",
    "judge_password",
    "judge_roles",
    "network_of",
    "permissions_of",
    "session_fault",
    "writes",
]
