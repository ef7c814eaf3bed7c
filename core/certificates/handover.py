"""What a post holds of blanks and stickers, and what is open about them (R-HAND-02).

All of it belongs to the holder, an institution, a province or the centre: nothing carries a person's account. What
lies in the cupboard is counted by hand at every hand-over: usable pieces, and spoiled ones that wait for destruction.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from core.certificates.models import CertificatePiece, PrintRun, StockRequest, StockSegment
from core.certificates.rules import CENTRE, ITEM_NAMES, Account, Item, PieceState
from core.certificates.service import province_holder, stock
from core.certificates.service.ledger import serial_text, series
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_

NAMES = {Item.BLANK: "blanks", Item.STICKER: "stickers"}
REQUESTS_OPEN = ("requested", "approved", "dispatched", "disputed")
RUNS_OPEN = ("waiting", "ready", "failed")
SPOILED_NAMES = {Item.BLANK: N_("待销毁的损毁证书"), Item.STICKER: N_("待销毁的损毁贴签")}


def collect(post: Post) -> list[Matter]:
    """The holder's stock with its ranges, what is on its way, requests, print runs and certificates not yet given."""
    if not post.may("certificates.handle") and not post.may("stock.keep"):
        return []
    holder = post.institution_code or (province_holder(post.province_code) if post.province_code else CENTRE)
    found = []
    for item, key in NAMES.items():
        held = stock.held(item, [holder]).get(holder, 0)
        found.append(Matter(key, ITEM_NAMES[item], held, _ranges(stock.usable(holder, item)), counted=True))
        spoiled = _spoiled(holder, item)
        total = sum(row.quantity for row in spoiled)
        found.append(Matter(f"{key}_spoiled", SPOILED_NAMES[item], total, _ranges(spoiled), counted=True))
    return found + _open(holder, post.institution_code)


def _spoiled(holder: str, item: Item) -> list[StockSegment]:
    statement = select(StockSegment).where(
        StockSegment.province_code == holder[:2], StockSegment.holder_code == holder, StockSegment.item == item,
        StockSegment.account == Account.SPOILED,
    )  # fmt: skip
    return list(session().scalars(statement.order_by(StockSegment.low).limit(5000)))


def _ranges(rows: list[StockSegment]) -> str:
    shown = rows[:50]
    known = series({row.series for row in shown})
    return "、".join(
        f"{serial_text(known[row.series], row.first)}–{serial_text(known[row.series], row.last)}" for row in shown
    )


def _open(holder: str, institution: str) -> list[Matter]:
    requests = select(func.count()).where(
        or_(StockRequest.holder_code == holder, StockRequest.source_code == holder),
        StockRequest.state.in_(REQUESTS_OPEN),
    )
    runs = select(func.count()).where(PrintRun.institution_code == institution, PrintRun.state.in_(RUNS_OPEN))
    pieces = select(func.count()).where(
        CertificatePiece.institution_code == institution, CertificatePiece.state == PieceState.PRINTED
    )
    lines = [Matter("stock_requests", N_("未办结的调拨和申领"), session().scalar(requests) or 0)]
    if institution:
        lines += [
            Matter("print_runs", N_("未办结的打印批次"), session().scalar(runs) or 0),
            Matter("printed_pieces", N_("已打印未发放的证书"), session().scalar(pieces) or 0),
        ]
    return lines


contribute("certificates", collect, shared)
