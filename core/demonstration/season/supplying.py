"""Blanks and stickers: received, allotted, asked for by need, sent, disputed, counted, spoiled, ordered beyond need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.certificates import service as certificates
from core.certificates.service.supply import supplies
from core.demonstration.season.acting import Cast
from core.demonstration.season.places import Body
from core.foundation.access import NATION, Actor, within
from core.foundation.db import new_id
from core.foundation.paging import Paging
from core.rulesets.loader import RuleSet
from core.testing.papers import signed_undertaking


def first(cast: Cast, codes: list[str], each: int, printed: int, season: str, rules: RuleSet, now: datetime) -> None:
    """The printer delivers to the centre; each province gets its first stock: nobody has applied yet."""
    centre = cast.officer("centre")
    for code in codes:
        for item, mark, count in (("blank", f"K{code}", printed), ("sticker", f"T{code}", each)):
            cast.act(centre, certificates.receive, new_id(), item, mark, 1, count, False, now)
        holder = certificates.province_holder(code)
        sent = cast.act(
            centre, certificates.allot, new_id(), holder, "blank", each, season, "首批备货，报名尚未开始", rules, now
        )
        cast.act(centre, certificates.dispatch, sent.id, f"1-{each}", f"K{code}", now)
        cast.act(cast.officer(f"p{code}two"), certificates.accept, sent.id, now)
        stickers = cast.act(
            centre, certificates.allot, new_id(), holder, "sticker", each, season, "首批备货，报名尚未开始", rules, now
        )
        cast.act(centre, certificates.dispatch, stickers.id, f"1-{each}", f"T{code}", now)
        cast.act(cast.officer(f"p{code}two"), certificates.accept, stickers.id, now)


def by_need(cast: Cast, code: str, rows: list[Body], item: str, season: str, rules: RuleSet, now: datetime) -> None:
    """The registered cases say how much: institutions ask their province, the province asks the centre for the rest."""
    holder = certificates.place(certificates.province_holder(code))
    one, two, centre = cast.officer(f"p{code}one"), cast.officer(f"p{code}two"), cast.officer("centre")
    with within(NATION):
        room = supplies(item, [holder], season, rules)[holder.code].room
    if room:
        asked = cast.act(one, certificates.ask, new_id(), item, room, season, "按报名数据申领", now)
        cast.attempt(centre, certificates.approve, asked.id, room * 2, "", rules, now)  # more than need, and no reason
        cast.act(centre, certificates.approve, asked.id, room, "", rules, now)
        if cast.attempt(centre, certificates.dispatch, asked.id, "", "", now) is not None:
            cast.act(two, certificates.accept, asked.id, now)
        else:
            cast.act(one, certificates.withdraw, asked.id, "国家中心库存不足", now)
    places = [certificates.place(body.code) for body in rows]
    with within(NATION):
        wanted = supplies(item, places, season, rules)
    for body in rows:
        if wanted[body.code].room:
            _to_institution(cast, two, body, item, wanted[body.code].room, season, rules, now)


def _to_institution(
    cast: Cast, two: Actor, body: Body, item: str, room: int, season: str, rules: RuleSet, now: datetime
) -> None:
    clerk = cast.officer(f"p{body.code}a")
    asked = cast.act(clerk, certificates.ask, new_id(), item, room, season, "按报名数据申领", now)
    cast.act(two, certificates.approve, asked.id, room, "", rules, now)
    if cast.attempt(two, certificates.dispatch, asked.id, "", "", now) is None:
        cast.act(clerk, certificates.withdraw, asked.id, "省级库存不足", now)
        return
    cast.act(clerk, certificates.accept, asked.id, now)


def dispute(cast: Cast, code: str, season: str, rules: RuleSet, now: datetime) -> None:
    """One parcel is short: the keeper there counts otherwise, two at the level above write off what never arrived."""
    centre, second, two = cast.officer("centre"), cast.officer("centre2"), cast.officer(f"p{code}two")
    holder = certificates.province_holder(code)
    sent = cast.act(centre, certificates.allot, new_id(), holder, "blank", 5, season, "补足备用份数", rules, now)
    sent = cast.attempt(centre, certificates.dispatch, sent.id, "", "", now)
    if sent is None:
        return
    cast.act(two, certificates.dispute, sent.id, 4, "包装破损，少一份", now)
    number, _first, last = sent.ranges[-1]
    mark = certificates.series([number])[number].mark
    cast.act(centre, certificates.propose_write_off, sent.id, str(last), mark, "承运方确认途中遗失", now)
    cast.attempt(centre, certificates.confirm_write_off, sent.id, now)  # the same person may not
    cast.act(second, certificates.confirm_write_off, sent.id, now)


def take_stock(cast: Cast, code: str, missing: bool, now: datetime) -> None:
    """A province counts what lies there; one counts one less than the ledger, and says which."""
    one, two = cast.officer(f"p{code}one"), cast.officer(f"p{code}two")
    holder = certificates.province_holder(code)
    have = cast.act(one, lambda actor: certificates.expected(holder, "blank"))
    lines = [_line(number, count) for number, count in sorted(have.items())]
    if missing and lines:
        usable = _usable(cast, one, code, 1)
        if usable:
            line = next(item for item in lines if item["series"] == usable[0].series)
            line |= {"counted": line["counted"] - 1, "missing": str(usable[0].first), "explanation": "清点时未找到"}
    row = cast.act(one, certificates.count, new_id(), "blank", lines, now)
    cast.attempt(one, certificates.confirm_count, row.id, now)  # who counted may not confirm
    cast.act(two, certificates.confirm_count, row.id, now)


def _usable(cast: Cast, one: Actor, code: str, least: int) -> Any:
    """A usable stretch of a province's blanks of at least so many, with its series' mark; None without one."""
    holder = certificates.province_holder(code)
    lying = cast.act(one, lambda actor: certificates.segments(holder, Paging(1, 200)).rows)
    row = next((r for r in lying if r.account == "held" and r.item == "blank" and r.quantity >= least), None)
    return row and (row, certificates.series([row.series])[row.series].mark)


def _line(number: int, count: int) -> dict[str, Any]:
    return {"series": number, "counted": count, "explanation": "", "missing": "", "found": ""}


def spoil(cast: Cast, code: str, season: str, now: datetime) -> None:
    """Two of the province's blanks come wet; a second person has seen them, and in the end they are destroyed."""
    one, two = cast.officer(f"p{code}one"), cast.officer(f"p{code}two")
    usable = _usable(cast, one, code, 2)
    if not usable:
        return
    stretch, mark = usable
    serials = f"{stretch.first}-{stretch.first + 1}"
    rows = cast.act(
        one, certificates.spoil, new_id(), "blank", mark, serials, "damaged", "运输途中受潮", b"", True, season, now
    )
    for row in rows:
        cast.act(two, certificates.confirm_spoilage, row.id, now)
    gone = cast.act(one, certificates.destroy, new_id(), "blank", signed_undertaking(), "集中销毁", now)
    cast.act(two, certificates.confirm_destruction, gone.id, now)


def order(cast: Cast, code: str, big: str, declined: str, season: str, rules: RuleSet, now: datetime) -> None:
    """Extra blanks: within the province's own word, or with the written application and its reply."""
    one, centre = cast.officer(f"p{code}one"), cast.officer("centre")
    cast.act(one, certificates.order, new_id(), season, "misprint", 20, "打印作废后补充", rules, now)
    if code in (big, declined):
        more = cast.act(one, certificates.order, new_id(), season, "reissue", 990, "预计遗失补办较多", rules, now)
        cast.act(one, certificates.apply_in_writing, more.id, signed_undertaking(), now)
        granted = 500 if code == big else 0
        words = "同意部分" if granted else "不同意"
        cast.act(
            centre, certificates.record_reply, more.id, granted, "教师司〔2020〕12号", now.date(), words,
            signed_undertaking(), now,
        )  # fmt: skip
