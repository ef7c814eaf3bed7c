"""Charts as SVG, made here from values: text in them is text, colours are classes of the style sheet. Pure.

A picture is for the eye; beside each stands its table, which says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDE = 720  # of a map of tiles
NARROW = 440  # of bars: their words stay readable on a phone
SMALL = 0.56  # width of a letter or digit, in letter heights; a Chinese character is one


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a schematic map: where it lies, its words, its shade from 0 to 4, its page."""

    column: int
    row: int
    name: str
    value: str
    shade: int
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its length's value, and what stands at its end."""

    name: str
    value: int
    words: str
    tone: str = ""


def width_of(text: str, size: float) -> float:
    """How wide a text of a letter height is, about."""
    return sum(size if ord(letter) > 0x2E7F else size * SMALL for letter in text)


def fitting(text: str, room: float, size: float) -> float:
    """The letter height, at most `size`, at which a text fits into `room`."""
    wide = width_of(text, size)
    return round(size if wide <= room else size * room / wide, 1)


def _frame(name: str, title: str, description: str, wide: float, high: float, inside: Iterable[Markup]) -> Markup:
    head = Markup(
        '<svg class="xt-chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>'
    ).format(f"{wide:g}", f"{high:g}", name, name, name, title, name, description)
    return head + Markup("").join(inside) + Markup("</svg>")


def _text(x: float, y: float, words: str, size: float, cls: str = "", anchor: str = "") -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}"{}{}>{}</text>').format(
        f"{x:g}", f"{y:g}", f"{size:g}",
        Markup(' class="{}"').format(cls) if cls else "",
        Markup(' text-anchor="{}"').format(anchor) if anchor else "",
        words,
    )  # fmt: skip


def tiles(name: str, title: str, description: str, items: Sequence[Tile], high: int = 84, columns: int = 8) -> Markup:
    """A grid of tiles; each that has a page is a link."""
    side, gap = WIDE / columns, 4.0
    rows = max((item.row for item in items), default=0) + 1
    drawn = []
    for item in items:
        x, y, room = item.column * side, item.row * high, side - gap - 8
        middle = x + (side - gap) / 2
        size = fitting(item.name, room, 26)
        body = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="5" class="xt-shade-{}"/>').format(
            f"{x:g}", y, f"{side - gap:g}", f"{high - gap:g}", item.shade
        )
        body += _text(middle, y + 33, item.name, size, f"xt-on-{item.shade}", "middle")
        figure = fitting(item.value, room, 24)
        body += _text(middle, y + 65, item.value, figure, f"xt-on-{item.shade} xt-strong", "middle")
        body = Markup("<g><title>{}</title>{}</g>").format(item.title or f"{item.name} {item.value}", body)
        drawn.append(Markup('<a href="{}">{}</a>').format(item.href, body) if item.href else body)
    return _frame(name, title, description, WIDE, max(rows * high, high), drawn)


def bars(name: str, title: str, description: str, items: Sequence[Bar]) -> Markup:
    """Bars that lie, one under the other: a funnel, a comparison. The name stands above its bar."""
    most = max((item.value for item in items), default=0) or 1
    drawn, y = [], 0.0
    for item in items:
        words = width_of(item.words, 16)
        room = NARROW - words - 14
        long = max(round(item.value / most * room, 1), 2)
        drawn.append(_text(0, y + 17, item.name, fitting(item.name, NARROW, 16)))
        drawn.append(
            Markup('<rect x="0" y="{}" width="{}" height="20" rx="3" class="xt-bar-fill{}"/>').format(
                f"{y + 23:g}", f"{long:g}", f" xt-fill-{item.tone}" if item.tone else ""
            )
        )
        drawn.append(_text(long + 10, y + 39, item.words, 16, "xt-strong"))
        y += 54
    return _frame(name, title, description, NARROW, max(y, 54), drawn)


def columns(name: str, title: str, description: str, items: Sequence[Bar], every: int = 1) -> Markup:
    """Bars that stand side by side, with the name of every `every`-th below and the values of the tall ones above."""
    most = max((item.value for item in items), default=0) or 1
    side, high, foot = NARROW / max(len(items), 1), 130.0, 26.0
    below = min((fitting(item.name, side * every - 6, 15) for item in items[::every]), default=15)
    drawn = [Markup('<line x1="0" y1="{0}" x2="{1}" y2="{0}" class="xt-axis"/>').format(f"{high + 24:g}", NARROW)]
    for number, item in enumerate(items):
        tall = round(item.value / most * high, 1)
        x = number * side
        drawn.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" class="xt-bar-fill{}"><title>{}</title></rect>').format(
                f"{x + side * 0.12:g}", f"{high + 24 - tall:g}", f"{side * 0.76:g}", f"{tall:g}",
                f" xt-fill-{item.tone}" if item.tone else "", f"{item.name} {item.words}",
            )
        )  # fmt: skip
        if item.value and (len(items) <= 10 or item.value == most):
            size = fitting(item.words, max(side * 2, 60), 16)
            edge = "start" if x < 30 and len(items) > 10 else "end" if x > NARROW - 40 and len(items) > 10 else "middle"
            drawn.append(_text(x + side / 2, high + 18 - tall, item.words, size, "xt-strong", edge))
        if number % every == 0:
            drawn.append(_text(x + side / 2, high + 44, item.name, below, "", "middle"))
    return _frame(name, title, description, NARROW, high + 24 + foot, drawn)
