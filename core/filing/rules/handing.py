"""Hand-over of a post: what is on the list, who signs, when it takes effect (R-HAND-01, R-HAND-02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves

HANDOVER_MOVES = Moves(
    N_("工作交接"),
    {
        "draft": N_("编制中"),
        "leaver_signed": N_("交出人已签"),
        "successor_signed": N_("接收人已签"),
        "confirmed": N_("已监交"),
        "filed": N_("已备案"),
        "cancelled": N_("已取消"),
    },
    {
        "draft": {"leaver_signed": "OH", "cancelled": "OHP"},
        "leaver_signed": {"successor_signed": "O", "cancelled": "OHP"},
        "successor_signed": {"confirmed": "H", "cancelled": "OHP"},
        "confirmed": {"filed": "P", "cancelled": "HP"},
    },
    {
        "draft": ("O", N_("交出人核对清单并签字")),
        "leaver_signed": ("O", N_("接收人核对清单并签字")),
        "successor_signed": ("H", N_("负责人监交")),
        "confirmed": ("P", N_("省级备案")),
    },
)

# What a leaver gives back by hand; each is ticked by the successor or the head.
RETURNED = {
    "passwords": N_("系统账号口令、动态口令设备"),
    "keys": N_("钥匙、柜锁、密钥设备"),
    "seals": N_("印章"),
    "papers": N_("纸质档案、操作手册"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of a hand-over list, from facts.

    `own` lines carry the leaver's account in their rows and pass to the successor in the filing transaction; others
    belong to the institution and are shown. `counted` lines (stock) are counted by hand: the count must equal `count`.
    `detail` is plain: serial ranges, references.
    """

    kind: str
    label: str
    count: int
    detail: str = ""
    own: bool = False
    counted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As kept on the list."""
        return {
            "kind": self.kind, "label": self.label, "count": self.count, "detail": self.detail,
            "own": self.own, "counted": self.counted,
        }  # fmt: skip


def _said(code: str, message: str, field: str = "", remedy: str = "", **params: Any) -> Finding:
    return Finding(code, message, clause="一(五)", field=field, remedy=remedy, params=params)


@clause("一(五)", "R-HAND-01", "R-FILE-01")
def judge_successor(leaver: Mapping[str, Any], successor: Mapping[str, Any]) -> list[Finding]:
    """The successor is another person of the same unit, filed and in force, with the posts that pass on.

    Both have `id`, `state`, `territory`, `institution_code`, `roles`.
    """
    if leaver["id"] == successor["id"]:
        return [_said("successor_same", N_("接收人不能是交出人本人"), "successor_id")]
    if successor["state"] != "in_force":
        return [
            _said("successor_not_in_force", N_("接收人的备案尚未生效"), "successor_id", N_("请先办理接收人的实名备案"))
        ]
    unit = ("territory", "institution_code")
    if any(leaver[name] != successor[name] for name in unit):
        return [_said("successor_elsewhere", N_("接收人应是同一单位的人员"), "successor_id")]
    if not set(leaver["roles"]) <= set(successor["roles"]):
        return [
            _said(
                "successor_roles", N_("接收人没有交出人的岗位，不能接手其事项"), "successor_id",
                N_("请先为接收人登记岗位变更"),
            )
        ]  # fmt: skip
    return []


@clause("一(五)", "R-HAND-02")
def judge_counts(matters: Iterable[Matter], counts: Mapping[str, int]) -> list[Finding]:
    """Stock is counted by hand and must be what the ledger says: nothing takes effect with stock unaccounted for."""
    found = []
    listed = [matter for matter in matters if matter.counted]
    strays = counts.keys() - {matter.kind for matter in listed}
    listed += [Matter(kind, kind, 0, counted=True) for kind in sorted(strays) if counts[kind]]
    for matter in listed:
        given = counts.get(matter.kind)
        if given is None:
            found.append(
                _said(
                    "stock_not_counted", N_("请清点“%(label)s”并填写实存数"), f"count-{matter.kind}",
                    label=matter.label,
                )
            )  # fmt: skip
        elif given != matter.count:
            found.append(
                _said(
                    "stock_unaccounted",
                    N_("“%(label)s”账存%(book)s，实存%(given)s，差额未说明，不能交接"),
                    f"count-{matter.kind}",
                    N_("请先在库存中登记差额的去向，再交接"),
                    label=matter.label,
                    book=matter.count,
                    given=given,
                )
            )
    return found


@clause("一(五)", "R-HAND-02")
def judge_signer(signer: Any, parties: Iterable[Any]) -> list[Finding]:
    """Who supervises or files a hand-over is neither of its two people, nor the one who signed before."""
    if signer is not None and signer in {one for one in parties if one is not None}:
        return [_said("handover_same_person", N_("监交和备案应由交接双方以外的另一人办理"))]
    return []


@clause("一(五)", "R-HAND-02")
def judge_returned(returned: Iterable[str], remarks: str) -> list[Finding]:
    """Passwords, keys, seals and papers are given back; what is not is explained in the remarks."""
    missing = [words for key, words in RETURNED.items() if key not in set(returned)]
    if not missing or remarks.strip():
        return []
    return [
        _said(
            "returned_unexplained", N_("尚未交回：%(missing)s"), "returned",
            N_("交回后勾选，没有的请在备注中说明"), missing="、".join(missing),
        )
    ]  # fmt: skip
