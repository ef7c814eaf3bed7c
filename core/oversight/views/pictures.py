"""A dashboard as pictures and tables in the reader's language; page, file and API say the same."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from core.applications.rules.states import CASE_MOVES
from core.certificates.rules import ACCOUNT_NAMES, CAUSE_NAMES, ITEM_NAMES, Cause, Item
from core.foundation.findings import N_
from core.foundation.i18n import language_tag, say
from core.foundation.tallies import TALLIES
from core.hooks.discovery import province_name
from core.oversight import charts
from core.oversight.charts import Bar, Tile
from core.oversight.rules import BANDS, STEPS, WHOLE, Spread, shade
from core.oversight.service import Dashboard, Standing
from core.rulesets.loader import province_names, provinces

METRICS = {
    "open": N_("办理中"),
    "late": N_("超过法定期限"),
    "recognised": N_("予以认定"),
    "checks": N_("核查未结"),
    "blanks": N_("空白证书库存"),
}
TONE = {"late": "bad", "checks": "wait"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its table: `svg` is "" where a table says it all."""

    name: str
    title: str
    svg: Markup | str
    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    links: dict[Any, str]
    note: str = ""


@cache
def _grid() -> dict[str, tuple[int, int, str]]:
    with (files("core.oversight") / "tiles.csv").open(encoding="utf-8") as file:
        return {row["code"]: (int(row["column"]), int(row["row"]), row["short_en"]) for row in csv.DictReader(file)}


def short(value: int) -> str:
    """A number that fits into a tile: 12345 is 1.2 ten thousands, or 12k in English."""
    if value < 10_000:
        return str(value)
    if language_tag() == "en":
        return f"{value / 1_000_000:.1f}M" if value >= 1_000_000 else f"{value / 1000:.0f}k"
    return say(N_("%(n)s万"), n=f"{value / 10_000:.1f}" if value < 1_000_000 else f"{value / 10_000:.0f}")


def name_of(code: str) -> str:
    """A province's name in the reader's language."""
    if language_tag() == "en" and code in province_names():
        return province_names()[code][1]
    return say(province_name(code))


def wait(hours: int | None) -> str:
    """A wait as people say it: hours up to two days, then days."""
    if hours is None:
        return "—"
    if hours < 48:
        return say(N_("%(n)s小时"), n=hours) if hours else say(N_("不到1小时"))
    return say(N_("%(n)s天"), n=hours // 24)


def nation(board: Dashboard, metric: str, link: Callable[[str], str]) -> Picture:
    """The nation as a grid of tiles, and its table."""
    codes = [code for code in _grid() if code in provinces() or code in board.parts]
    values = {code: board.parts.get(code, Standing()).value(metric) for code in codes}
    most = max(values.values(), default=0)
    english = language_tag() == "en"
    items = [
        Tile(
            *_grid()[code][:2], _grid()[code][2] if english else provinces().get(code) or say(N_("示范")),
            short(values[code]), shade(values[code], most), link(code), f"{name_of(code)} {values[code]}",
        )
        for code in codes
    ]  # fmt: skip
    words = say(N_("各省%(metric)s，颜色越深数量越多"), metric=METRICS[metric])
    title = say(N_("全国：%(metric)s"), metric=METRICS[metric])
    svg = charts.tiles("nation", title, words, items)
    return _parts("nation", title, svg, board, {code: name_of(code) for code in sorted(codes)}, link, words)


def province(board: Dashboard, metric: str, link: Callable[[str], str]) -> Picture:
    """A province as its cities, or a place as its institutions."""
    if board.level == "place":
        return _parts("places", say(N_("各认定机构")), "", board, board.names, None, "")
    names = {code: board.names.get(code) or (name_of(code) if len(code) == 2 else code) for code in board.parts}
    most = max((there.value(metric) for there in board.parts.values()), default=0)
    items = [
        Tile(
            number % 4, number // 4, names[code], short(there.value(metric)), shade(there.value(metric), most),
            link(code) if len(code) > 2 else "",
        )
        for number, (code, there) in enumerate(board.parts.items())
    ]  # fmt: skip
    title = say(N_("各市：%(metric)s"), metric=METRICS[metric])
    words = say(N_("各市%(metric)s，颜色越深数量越多"), metric=METRICS[metric])
    svg = charts.tiles("cities", title, words, items, columns=4) if items else ""
    return _parts("cities", title, svg, board, names, link, words)


def _parts(
    name: str, title: str, svg: Markup | str, board: Dashboard, names: dict[str, str],
    link: Callable[[str], str] | None, note: str,
) -> Picture:  # fmt: skip
    metrics = [metric for metric in METRICS if metric != "checks" or board.level == "nation"]
    header = (say(N_("地区或机构")), *(say(METRICS[metric]) for metric in metrics))
    rows = [
        (names.get(code) or code, *(board.parts.get(code, Standing()).value(metric) for metric in metrics))
        for code in names
    ]
    total = board.total
    rows.append((say(N_("合计")), *(total.value(metric) for metric in metrics)))
    links = {names[code]: link(code) for code in names if link and (board.level == "nation" or len(code) > 2)}
    return Picture(name, title, svg, header, rows, links, note)


def states(board: Dashboard) -> Picture:
    """Cases by state."""
    rows = [(say(CASE_MOVES.labels[state]), board.total.states.get(state, 0)) for state in CASE_MOVES.labels]
    items = [Bar(name, count, str(count)) for name, count in rows if count]
    title = say(N_("申请按状态"))
    svg = charts.bars("states", title, _said(items), items) if items else ""
    return Picture("states", title, svg, (say(N_("状态")), say(N_("件数"))), rows, {})


def funnel(board: Dashboard) -> Picture:
    """A season from submitted to certified, with the times between the steps."""
    reached = [(say(words), board.waits[name]) for name, words, _between in STEPS]
    items = [Bar(name, there.count, str(there.count)) for name, there in reached]
    certified = board.total.states.get("recognised", 0)
    items.append(Bar(say(N_("予以认定")), certified, str(certified), "good"))
    title = say(N_("本时段：从提交到认定"))
    rows = [_step(say(between), board.waits[name]) for name, _words, between in STEPS]
    rows.append(_step(say(N_("提交至结论（全程）")), board.waits[WHOLE]))
    header = (say(N_("环节")), say(N_("件数")), say(N_("中位用时")), say(N_("九成以内")))
    note = say(N_("九成以内：十分之九的申请在这个时间内完成。两天以内按小时计，以上按天计。"))
    return Picture("funnel", title, charts.bars("funnel", title, _said(items), items), header, rows, {}, note)


def _step(name: str, there: Spread) -> tuple[Any, ...]:
    return name, there.count, wait(there.median), wait(there.p90)


def ages(board: Dashboard) -> Picture:
    """Checks without an answer, by age."""
    names = [say(N_("%(n)s天以内"), n=BANDS[0])]
    names += [say(N_("%(first)s至%(last)s天"), first=low + 1, last=high) for low, high in pairwise(BANDS)]
    names.append(say(N_("超过%(n)s天"), n=BANDS[-1]))
    counts = board.checks or []
    tones = ("", "", "wait", "bad", "bad")
    items = [Bar(name, count, str(count), tone) for name, count, tone in zip(names, counts, tones, strict=False)]
    title = say(N_("未结核查的等待时间"))
    return _listed("ages", title, items, say(N_("已等待")), columns=True)


def others(board: Dashboard) -> list[Picture]:
    """What other areas have shown by themselves: a picture a figure, in the order of its labels."""
    found = []
    for name, counts in board.others.items():
        labels = TALLIES[name].labels
        items = [Bar(say(labels.get(key, key)), counts[key], str(counts[key])) for key in labels if counts.get(key)]
        found.append(_listed(f"of-{name}", say(TALLIES[name].title), items, say(N_("状态"))))
    return found


def load(board: Dashboard) -> Picture:
    """When in the day people submit, over the last days."""
    items = [Bar(f"{hour:02d}", count, str(count)) for hour, count in enumerate(board.hours or [])]
    title = say(N_("最近7天各时段提交的申请"))
    return _listed("load", title, items, say(N_("时段（点）")), columns=True, every=3)


def stock(board: Dashboard, item: str) -> Picture:
    """Where an item's papers are, and what spoiled them."""
    there = board.stock.get(item)
    accounts, causes = (there.accounts, there.causes) if there else ({}, {})
    items = [Bar(say(ACCOUNT_NAMES[key]), max(accounts.get(key, 0), 0), str(accounts.get(key, 0)))
             for key in ACCOUNT_NAMES if accounts.get(key)]  # fmt: skip
    items += [
        Bar(say(N_("损耗：%(cause)s"), cause=CAUSE_NAMES[Cause(key)]), count, str(count), "bad")
        for key, count in sorted(causes.items()) if count
    ]  # fmt: skip
    return _listed(f"stock-{item}", say(N_("%(item)s的去向"), item=ITEM_NAMES[Item(item)]), items, say(N_("去向")))


def _listed(
    name: str, title: str, items: Sequence[Bar], head: str, *, columns: bool = False, every: int = 1
) -> Picture:
    some = any(item.value for item in items)
    svg: Markup | str = ""
    if some and columns:
        svg = charts.columns(name, title, _said(items), items, every)
    elif some:
        svg = charts.bars(name, title, _said(items), items)
    rows: list[tuple[Any, ...]] = [(item.name, item.value) for item in items]
    return Picture(name, title, svg, (head, say(N_("数量"))), rows, {})


def _said(items: Sequence[Bar]) -> str:
    """A chart in words: the same as its table, in one line."""
    return "; ".join(f"{item.name} {item.words}" for item in items if item.value)


def pictures(board: Dashboard, metric: str, link: Callable[[str], str]) -> list[Picture]:
    """Everything on a dashboard, in order."""
    found = [nation(board, metric, link) if board.level == "nation" else province(board, metric, link)]
    if board.waits:
        found.append(funnel(board))
    found.append(states(board))
    if board.checks is not None:
        found.append(ages(board))
    found += [stock(board, item) for item in ITEM_NAMES]
    found += others(board)
    if board.hours is not None:
        found.append(load(board))
    return found
