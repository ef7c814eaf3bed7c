"""What a post holds in stock: blanks and stickers by range, counted by hand at every hand-over (R-HAND-02)."""

from __future__ import annotations

from core.certificates.rules import CENTRE, ITEM_NAMES, Item
from core.certificates.service import province_holder, stock
from core.certificates.service.ledger import serial_text, series
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared

NAMES = {Item.BLANK: "blanks", Item.STICKER: "stickers"}


def collect(post: Post) -> list[Matter]:
    """The holder's usable stock with the ranges at hand; stickers only where there are any."""
    if not post.may("certificates.handle") and not post.may("stock.keep"):
        return []
    holder = post.institution_code or (province_holder(post.province_code) if post.province_code else CENTRE)
    found = []
    for item, key in NAMES.items():
        held = stock.held(item, [holder]).get(holder, 0)
        if held or item is Item.BLANK:
            found.append(Matter(key, ITEM_NAMES[item], held, _ranges(holder, item), counted=True))
    return found


def _ranges(holder: str, item: Item) -> str:
    rows = stock.usable(holder, item)
    known = series({row.series for row in rows})
    return "、".join(
        f"{serial_text(known[row.series], row.first)}–{serial_text(known[row.series], row.last)}" for row in rows
    )


contribute("certificates", collect, shared)
