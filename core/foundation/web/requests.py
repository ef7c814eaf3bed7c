"""Who asks for what, and where they go next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, abort, current_app, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from core.foundation.access import NOBODY, Actor
from core.foundation.i18n import say


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of a site's navigation: shown to those whose roles grant `permission`.

    `province` is the code of the plugin that brings it: its officers alone see it; "" is the core's. Entries
    with the same `menu` lie behind one button.
    """

    label: str
    endpoint: str
    permission: str = ""
    order: int = 50
    province: str = ""
    menu: str = ""

    def shown_to(self, who: Actor) -> bool:
        """Whether the entry is in this actor's navigation."""
        mine = not self.province or who.kind != "officer" or who.province_code == self.province
        return mine and (not self.permission or who.may(self.permission))


def menus(sections: list[Section], who: Actor) -> list[tuple[str, list[Section]]]:
    """What an actor sees of the navigation, by menu in the order of the entries; one alone needs no menu."""
    found: dict[str, list[Section]] = {}
    for section in (one for one in sections if one.shown_to(who)):
        found.setdefault(section.menu or f"{section.endpoint} {section.label}", []).append(section)
    return [(many[0].menu if len(many) > 1 else "", many) for many in found.values()]


def section_url(section: Section) -> str:
    """Where an entry leads: the same at every request, unless a proxy mounts the site below a path."""
    if request.script_root:
        return url_for(section.endpoint)
    kept: dict[str, str] = current_app.extensions.setdefault("xingtan_sections", {})
    if section.endpoint not in kept:
        kept[section.endpoint] = url_for(section.endpoint)
    return kept[section.endpoint]


def section_here(sections: list[Section]) -> Section | None:
    """The entry of the navigation under which the present page lies: the one with the longest address before it."""
    if request.endpoint is None:
        return None  # a page that is not there lies nowhere
    path = request.path
    found = [(url, one) for one in sections if path == (url := section_url(one)) or path.startswith(f"{url}/")]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else None


def actor() -> Actor:
    """Who is using this request."""
    return g.get("actor", NOBODY)


def see_other(endpoint: str, /, **values: Any) -> BaseResponse:
    """303 to another page of this site: what follows every accepted form."""
    return redirect(url_for(endpoint, **values), code=303)


def attachment(data: bytes, kind: str, name: str) -> Response:
    """A file to keep. Its name may be in any script: headers are not, and a server refuses what they cannot carry."""
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer


def notify(message: str, **params: Any) -> None:
    """Say on the next page what was done; `message` is a gettext source."""
    flash(say(message, **params))


def safe_next(target: str | None) -> str:
    """A path of this site to go on to; anything else becomes the home page."""
    # Browsers read a backslash as a slash and drop tabs and line ends, so "/\t/elsewhere" would leave the site.
    if target and target.startswith("/") and not target.startswith("//") and not _STRANGE.search(target):
        return target
    return "/"


_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


def parse_id(text: str) -> UUID:
    """A UUID from a form or an argument; raises `NotFound`'s 404 for anything else."""
    try:
        return UUID(text)
    except ValueError:
        abort(404)
