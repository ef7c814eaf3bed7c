"""Stock: what may be issued, what must be there."""

from __future__ import annotations

from core.foundation.findings import N_, Finding, clause


@clause("二(三)", "R-STOCK-01", "R-STOCK-02")
def judge_issue(asked: int, need: int, held: int, waiting: int) -> list[Finding]:
    """Blanks sent to a holder stay within need: cases not supplied minus stock held and on its way (R-STOCK-02)."""
    room = max(need - held - waiting, 0)
    if 0 < asked <= room:
        return []
    if asked <= 0:
        return [Finding("stock_quantity", N_("数量应为正整数"), clause="二(三)", field="quantity")]
    return [
        Finding(
            "stock_above_need",
            N_("按报名数据最多可发%(room)s份，申请%(asked)s份"),
            clause="二(三)",
            field="quantity",
            remedy=N_("请改为%(room)s份以内；确需增加的，由上一级说明理由"),
            params={"room": room, "asked": asked},
        )
    ]


@clause("二(三)", "R-STOCK-08")
def judge_blank_available(available: int) -> list[Finding]:
    """A certificate needs a blank in stock at the concluding institution or its province."""
    if available > 0:
        return []
    return [
        Finding(
            "no_blank_in_stock",
            N_("本机构和本省均无可用空白证书，不能作出认定结论"),
            clause="二(三)",
            remedy=N_("请先向省级申领空白证书"),
        )
    ]
