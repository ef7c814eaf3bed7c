"""Orders of extra blanks: 1000 a province and batch; above, the written application (R-STOCK-05, -06)."""

from __future__ import annotations

from core.foundation.findings import N_, Finding, Severity, clause
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet

ORDER_MOVES = Moves(
    N_("追加订购"),
    {
        "drafted": N_("待提交"),
        "placed": N_("已订购"),
        "awaiting_application": N_("待书面申请"),
        "awaiting_reply": N_("待批复"),
        "granted": N_("批复同意"),
        "declined": N_("批复不同意"),
        "withdrawn": N_("已撤回"),
    },
    {
        "drafted": {"placed": "P", "awaiting_application": "P"},
        "awaiting_application": {"awaiting_reply": "P", "withdrawn": "P"},
        "awaiting_reply": {"granted": "N", "declined": "N", "withdrawn": "P"},
    },
    {
        "awaiting_application": ("P", N_("上传签章的书面申请")),
        "awaiting_reply": ("N", N_("登记教师工作司的批复")),
    },
)
COUNTED = ("placed", "granted")


@clause("二(三)", "R-STOCK-05", "R-STOCK-06")
def judge_order(ordered: int, quantity: int, rules: RuleSet) -> list[Finding]:
    """Whether `quantity` more after `ordered` in the province's batch needs the written application: above 1000."""
    most = rules.v.blank_order_threshold
    if ordered + quantity <= most:
        return []
    return [
        Finding(
            "order_needs_application",
            N_("本批次累计%(total)s份，超过%(most)s份，须向教师工作司提出书面申请"),
            clause="二(三)",
            severity=Severity.WARNING,
            field="quantity",
            remedy=N_("请上传签章的书面申请；批复登记后生效"),
            params={"total": ordered + quantity, "most": most},
        )
    ]


@clause("二(三)", "R-STOCK-05")
def judge_reply(granted: int, asked: int) -> list[Finding]:
    """The department may grant all or fewer, never more than was asked."""
    if 0 < granted <= asked:
        return []
    return [
        Finding(
            "order_reply_quantity",
            N_("批复数量应为1至%(asked)s份"),
            clause="二(三)",
            field="quantity",
            params={"asked": asked},
        )
    ]
