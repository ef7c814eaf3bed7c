"""Stock of blanks and stickers: what may be sent, what stands in the way (二(三), R-STOCK-01 … -08)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from core.foundation.findings import N_, Finding, Severity, clause
from core.foundation.moves import Moves

LAST_SERIAL = 99_999_999
WIDTH = 8
CENTRE = "CN000"


class Item(StrEnum):
    """What is kept in stock."""

    BLANK = "blank"
    STICKER = "sticker"


ITEM_NAMES = {Item.BLANK: N_("空白证书"), Item.STICKER: N_("注册贴")}


class Account(StrEnum):
    """Where a serial can be: at a holder usable or not, on its way to one, or gone for good."""

    HELD = "held"
    TRANSIT = "transit"
    USED = "used"
    SPOILED = "spoiled"
    DESTROYED = "destroyed"
    LOST = "lost"
    WRITTEN_OFF = "written_off"


ACCOUNT_NAMES = {
    Account.HELD: N_("库存"),
    Account.TRANSIT: N_("在途"),
    Account.USED: N_("已使用"),
    Account.SPOILED: N_("损毁待销毁"),
    Account.DESTROYED: N_("已销毁"),
    Account.LOST: N_("遗失"),
    Account.WRITTEN_OFF: N_("已核销"),
}

KIND_NAMES = {
    "receive": N_("印制入库"),
    "dispatch": N_("发出"),
    "arrive": N_("签收"),
    "use": N_("使用"),
    "take_back": N_("收回废证"),
    "spoil": N_("损毁"),
    "destroy": N_("销毁"),
    "lose": N_("遗失"),
    "find": N_("找回"),
    "write_off": N_("核销"),
}

STOCK_MOVES = Moves(
    N_("出入库"),
    {
        "requested": N_("已申领"),
        "approved": N_("已核准"),
        "dispatched": N_("在途"),
        "disputed": N_("有争议"),
        "received": N_("已签收"),
        "refused": N_("不予核准"),
        "withdrawn": N_("已撤回"),
        "written_off": N_("已核销"),
    },
    {
        "requested": {"approved": "PN", "refused": "PN", "withdrawn": "OP"},
        "approved": {"dispatched": "OPN", "withdrawn": "OPN"},
        "dispatched": {"received": "OP", "disputed": "OP"},
        "disputed": {"received": "OP", "written_off": "PN"},
    },
    {
        "requested": ("P", N_("上一级审核数量")),
        "approved": ("P", N_("保管人发出")),
        "dispatched": ("O", N_("清点后签收")),
        "disputed": ("P", N_("核对数量：更正签收，或两人核销")),
    },
)


@dataclass(frozen=True, slots=True)
class Supply:
    """What speaks for sending to a holder: `need` cases not supplied, `held` usable, `waiting` approved or on its way.

    `margin` is what recorded spoilage lets one add; `uncovered` counts blanks already used for misprints,
    replacements and the like beyond those ordered: these are for an order to make good, not for the cases.
    """

    need: int
    held: int
    waiting: int
    margin: int = 0
    uncovered: int = 0

    @property
    def room(self) -> int:
        """How many may still be sent without a further reason (R-STOCK-02)."""
        return max(self.need + self.margin - self.held - self.waiting - self.uncovered, 0)

    def as_dict(self) -> dict[str, int]:
        """JSON-able, pinned to the decision."""
        return {
            "need": self.need,
            "held": self.held,
            "waiting": self.waiting,
            "margin": self.margin,
            "uncovered": self.uncovered,
            "room": self.room,
        }


@clause("二(三)", "R-STOCK-02", "R-STOCK-04")
def margin(need: int, used: int, spoiled: int, most: float) -> int:
    """What recorded spoilage adds to `need`: its own share of all blanks consumed, at most the share `most`."""
    if not need or not used + spoiled:
        return 0
    return -int(-need * min(spoiled / (used + spoiled), most) // 1)


@clause("二(三)", "R-STOCK-01", "R-STOCK-02")
def judge_allotment(asked: int, supply: Supply, reason: str = "") -> list[Finding]:
    """Items sent to a holder stay within need; more only by a decision with its reason at the level above."""
    if asked <= 0:
        return [Finding("stock_quantity", N_("数量应为正整数"), clause="二(三)", field="quantity")]
    if asked <= supply.room:
        return []
    reasoned = len(reason.strip()) >= 4
    return [
        Finding(
            "stock_above_need",
            N_("按报名数据最多可发%(room)s份，申请%(asked)s份"),
            clause="二(三)",
            severity=Severity.WARNING if reasoned else Severity.REFUSAL,
            field="quantity",
            remedy=N_("请改为%(room)s份以内；确需增加的，由上一级写明理由"),
            params={"room": supply.room, "asked": asked},
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


@clause("二(三)", "R-STOCK-08")
def judge_range(first: int, last: int) -> list[Finding]:
    """A range counts both ends and runs upwards within eight digits."""
    if 0 < first <= last <= LAST_SERIAL:
        return []
    return [Finding("stock_range", N_("起止号码不正确"), clause="二(三)", field="last")]


@clause("二(三)", "R-STOCK-03")
def judge_holding(held: int, need: int, idle_days: int, low_share: float, idle_limit: int) -> list[Finding]:
    """Stock is kept small and does not lie idle; too little for the cases at hand is said as well. Advice only."""
    found = []
    if need and held < need * low_share:
        found.append(
            Finding(
                "stock_low",
                N_("库存%(held)s份，待发放%(need)s件，不足"),
                clause="二(三)",
                severity=Severity.WARNING,
                remedy=N_("请及时申领"),
                params={"held": held, "need": need},
            )
        )
    if held and not need and idle_days >= idle_limit:
        found.append(
            Finding(
                "stock_idle",
                N_("库存%(held)s份，已%(days)s日没有动用，也没有待发放的申请"),
                clause="二(三)",
                severity=Severity.WARNING,
                remedy=N_("请退回上一级，减少留存"),
                params={"held": held, "days": idle_days},
            )
        )
    return found


def ranges_of(text: str) -> list[tuple[int, int]]:
    """Serials as people write them: "12-40, 57" becomes [(12, 40), (57, 57)]; raises `ValueError`.

    Ranges that overlap are an error; both ends count.
    """
    ranges = []
    for part in re.split(r"[,，;；、\s]+", text.strip()):
        match = re.fullmatch(r"(\d{1,8})(?:[-–—~～](\d{1,8}))?", part, re.ASCII)
        if not match:
            raise ValueError(part)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last:
            raise ValueError(part)
        ranges.append((first, last))
    ranges.sort()
    if any(low <= before for (_f, before), (low, _l) in pairwise(ranges)):
        raise ValueError(text)
    return ranges


@clause("二(三)", "R-STOCK-08")
def judge_ranges(text: str, field: str = "serials") -> list[Finding]:
    """Typed serials must be readable: numbers and ranges, none named twice."""
    try:
        ranges_of(text)
    except ValueError:
        return [
            Finding(
                "stock_serials_unreadable",
                N_("号码无法识别：应为数字或起止号，起号不大于止号，不得重复"),
                clause="二(三)",
                field=field,
                remedy=N_("例如：12-40，57"),
            )
        ]
    return []


@clause("二(三)", "R-STOCK-04")
def judge_count(
    series: int, mark: str, expected: int, counted: int | None, missing: str, surplus: str, explanation: str
) -> list[Finding]:
    """A stock-taking's line: every series is counted, and named serials with a reason make up each difference."""
    field, params = f"counted-{series}", {"mark": mark}
    if counted is None:
        return [Finding("count_missing", N_("请填写%(mark)s的实盘数量"), clause="二(三)", field=field, params=params)]
    found = [
        finding
        for name, text in (("missing", missing), ("found", surplus))
        if text
        for finding in judge_ranges(text, f"{name}-{series}")
    ]
    if found:
        return found
    explained = _size(surplus) - _size(missing)
    if counted - expected != explained:
        return [
            Finding(
                "count_unexplained",
                N_("%(mark)s账面%(expected)s份，实盘%(counted)s份，短缺和找回的号码须与差额相符"),
                clause="二(三)",
                field=f"missing-{series}",
                remedy=N_("请列明短缺或找回的号码"),
                params=params | {"expected": expected, "counted": counted},
            )
        ]
    if (missing or surplus) and len(explanation.strip()) < 4:
        return [
            Finding(
                "count_reason_missing",
                N_("请说明%(mark)s差额的原因"),
                clause="二(三)",
                field=f"explanation-{series}",
                params=params,
            )
        ]
    return []


def _size(text: str) -> int:
    return sum(last - first + 1 for first, last in ranges_of(text)) if text else 0
