"""三(二) 一(五) Rules of named filing and of hand-over, one subject a file. Pure."""

from core.filing.rules.bodies import KIND_NAMES, LEVEL_NAMES, judge_institution
from core.filing.rules.handing import (
    HANDOVER_MOVES,
    RETURNED,
    Matter,
    judge_counts,
    judge_returned,
    judge_signer,
    judge_successor,
)
from core.filing.rules.naming import (
    FILING_MOVES,
    LEVEL_ROLES,
    FilingState,
    Particulars,
    confirm_due,
    in_force_until,
    judge_approver,
    judge_filer,
    judge_particulars,
    judge_undertaking,
    level_of,
)

__all__ = [
    "FILING_MOVES",
    "HANDOVER_MOVES",
    "KIND_NAMES",
    "LEVEL_NAMES",
    "LEVEL_ROLES",
    "RETURNED",
    "FilingState",
    "Matter",
    "Particulars",
    "confirm_due",
    "in_force_until",
    "judge_approver",
    "judge_counts",
    "judge_filer",
    "judge_institution",
    "judge_particulars",
    "judge_returned",
    "judge_signer",
    "judge_successor",
    "judge_undertaking",
    "level_of",
]
