"""Pages: the officers' manual. Written in Markdown beside this file; no HTML in it is believed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, abort, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup

from core.accounts.rules import Role
from core.foundation.access import officer
from core.foundation.i18n import language_tag
from core.foundation.web import actor

staff = Blueprint("manual", __name__)

CHAPTERS = ("start", *(role.value for role in Role))


@cache
def rendered(language: str, name: str) -> tuple[str, Markup]:
    """A chapter's title and body, rendered."""
    text = (Path(__file__).parent / language / f"{name}.md").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return title.removeprefix("# "), Markup(MarkdownIt("js-default").render(body))  # noqa: S704 - HTML is escaped


def _language() -> str:
    return "en" if language_tag() == "en" else "zh"


@staff.get("/manual")
@officer()
def contents() -> str:
    """The chapters, those of the reader's own roles first."""
    mine = [name for name in CHAPTERS if name == "start" or name in actor().roles]
    others = [name for name in CHAPTERS if name not in mine]
    titles = {name: rendered(_language(), name)[0] for name in CHAPTERS}
    return render_template("staff/manual/contents.html", mine=mine, others=others, titles=titles)


@staff.get("/manual/<chapter>")
@officer()
def read(chapter: str) -> str:
    """One chapter."""
    if chapter not in CHAPTERS:
        abort(404)
    title, body = rendered(_language(), chapter)
    return render_template("staff/manual/chapter.html", title=title, body=body)
