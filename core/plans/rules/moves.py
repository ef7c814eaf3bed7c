"""How a plan and a province's annual table move from state to state (rulebook § 4.3)."""

from __future__ import annotations

from core.foundation.findings import N_
from core.foundation.moves import Moves

PLAN_MOVES = Moves(
    N_("工作计划"),
    {
        "draft": N_("草稿"),
        "submitted": N_("已提交"),
        "returned": N_("退回"),
        "approved": N_("已审定"),
        "published": N_("已发布"),
        "running": N_("进行中"),
        "closed": N_("已结束"),
        "withdrawn": N_("撤回"),
        "superseded": N_("已变更"),
        "cancelled": N_("已取消"),
    },
    {
        "draft": {"submitted": "OH", "withdrawn": "OH"},
        "submitted": {"approved": "P", "returned": "P", "withdrawn": "OH"},
        "returned": {"submitted": "OH", "withdrawn": "OH"},
        "approved": {"published": "P", "running": "P", "returned": "P"},
        "published": {"running": "X", "superseded": "P", "cancelled": "P"},
        "running": {"closed": "X", "superseded": "P", "cancelled": "P"},
    },
    {
        "draft": ("O", N_("填写完整后提交省级")),
        "submitted": ("P", N_("由提交人以外的人审定，或退回")),
        "returned": ("O", N_("按退回原因修改后重新提交")),
        "approved": ("P", N_("发布")),
        "published": ("X", N_("到网报开始日自动开始")),
        "running": ("X", N_("到现场确认结束日自动结束")),
    },
)

TABLE_MOVES = Moves(
    N_("网报及培训计划表"),
    {
        "draft": N_("草稿"),
        "filed": N_("已上报"),
        "received": N_("已接收"),
        "returned": N_("退回"),
        "superseded": N_("已替代"),
    },
    {
        "draft": {"filed": "P"},
        "filed": {"received": "N", "returned": "N", "superseded": "P"},
        "received": {"superseded": "P"},
        "returned": {"filed": "P", "superseded": "P"},
    },
    {
        "draft": ("P", N_("填写完整后上报国家中心")),
        "filed": ("N", N_("接收，或说明理由退回")),
        "received": ("P", N_("安排有变化时上报新的计划表")),
        "returned": ("P", N_("按退回原因修改后重新上报")),
    },
)
