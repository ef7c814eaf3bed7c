"""What a post holds in stock: blanks by serial range, counted by hand at every hand-over (R-HAND-02)."""

from __future__ import annotations

from sqlalchemy import func, select

from core.certificates.models import BlankLot, StockMovement
from core.certificates.service import province_holder
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_


def collect(post: Post) -> list[Matter]:
    """The holder's balance from its movements, with the ranges at hand."""
    if not post.may("certificates.handle") and not post.may("stock.receive"):
        return []
    holder = post.institution_code or province_holder(post.province_code)
    balance = select(func.sum(StockMovement.quantity)).where(
        StockMovement.province_code == post.province_code, StockMovement.holder_code == holder
    )
    lots = (
        select(BlankLot)
        .where(
            BlankLot.province_code == post.province_code,
            BlankLot.holder_code == holder,
            BlankLot.next_serial <= BlankLot.last,
        )
        .order_by(BlankLot.prefix, BlankLot.next_serial)
        .limit(50)
    )
    ranges = [
        f"{lot.prefix}{lot.next_serial:0{lot.width}d}–{lot.prefix}{lot.last:0{lot.width}d}"
        for lot in session().scalars(lots)
    ]
    return [Matter("blanks", N_("空白证书"), int(session().scalar(balance) or 0), "、".join(ranges), counted=True)]


contribute("certificates", collect, shared)
