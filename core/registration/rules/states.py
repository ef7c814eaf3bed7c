"""The states of a registration, of a line of the survey and of an objection, and who acts next (rulebook § 4.2)."""

from __future__ import annotations

from enum import StrEnum

from core.foundation.findings import N_
from core.foundation.moves import Moves


class RegistrationState(StrEnum):
    """Where a registration stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHOOL_ENDORSED = "school_endorsed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    IN_REVIEW = "in_review"
    PROPOSED = "proposed"
    PUBLICISED = "publicised"
    PASSED = "passed"
    POSTPONED = "postponed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


# Besides § 4.2: the school hands its teachers in together (R-REG-08), so it may submit too; and a cancelled
# registration stands again when the decision that ended it is annulled (§ 2.6).
REGISTRATION_MOVES = Moves(
    N_("定期注册"),
    {
        "draft": N_("草稿"), "submitted": N_("已申报"), "school_endorsed": N_("学校已审"), "returned": N_("退回补正"),
        "confirmed": N_("已确认"), "in_review": N_("审核中"), "proposed": N_("拟定结论"), "publicised": N_("公示中"),
        "passed": N_("合格"), "postponed": N_("暂缓注册"), "failed": N_("不合格"), "cancelled": N_("已撤销注册"),
        "expired": N_("已到期"), "lapsed": N_("逾期失效"), "withdrawn": N_("已撤回"),
    },
    {
        "draft": {"submitted": "AS"},
        "submitted": {"school_endorsed": "S", "returned": "S", "withdrawn": "A"},
        "school_endorsed": {"confirmed": "O", "returned": "O"},
        "returned": {"submitted": "AS", "lapsed": "X"},
        "confirmed": {"in_review": "O"},
        "in_review": {"proposed": "O"},
        "proposed": {"publicised": "H", "in_review": "H"},
        "publicised": {"passed": "H", "postponed": "H", "failed": "H", "in_review": "H"},
        "passed": {"cancelled": "HX", "expired": "X"},
        "cancelled": {"passed": "P", "expired": "P"},
    },
    {
        "draft": ("A", N_("填写完整后提交学校")),
        "submitted": ("S", N_("学校核对材料、出具师德意见后上报")),
        "school_endorsed": ("O", N_("核对材料，确认受理")),
        "returned": ("A", N_("按退回原因修改后重新提交")),
        "confirmed": ("O", N_("开始审核")),
        "in_review": ("O", N_("审核后拟定结论")),
        "proposed": ("H", N_("复核后公示")),
        "publicised": ("H", N_("公示期满后作出结论")),
    },
)  # fmt: skip

OPEN = frozenset(
    RegistrationState(state) for state, (letter, _step) in REGISTRATION_MOVES.steps.items() if letter
)  # fmt: skip
CONCLUDED = frozenset({RegistrationState.PASSED, RegistrationState.POSTPONED, RegistrationState.FAILED})
EDITABLE = frozenset({RegistrationState.DRAFT, RegistrationState.RETURNED})
OWNER_NAMES = {"A": N_("教师本人"), "S": N_("学校"), "O": N_("认定机构工作人员"), "H": N_("机构负责人"), "": N_("无")}
