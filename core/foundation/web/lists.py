"""A page of a list as templates want it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from core.foundation.paging import Page, Paging


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows as templates want it: links that keep the filters."""

    page_of: Page[Any]
    filters: dict[str, Any]

    @property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        return self.page_of.rows

    @property
    def page(self) -> int:
        """Number of this page, from 1."""
        return self.page_of.paging.number

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.page_of.has_next

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.page_of.has_previous

    @property
    def sort(self) -> str:
        """Key of the order in force."""
        return self.page_of.paging.sort

    @property
    def direction(self) -> str:
        """asc or desc."""
        return "desc" if self.page_of.paging.descending else "asc"

    def url(self, **changes: Any) -> str:
        """This list with other page, sort, direction or filters."""
        asked = self.filters | {"sort": self.sort, "direction": self.direction} | changes
        kept = {key: value for key, value in asked.items() if value not in (None, "")}
        return f"{request.path}?{urlencode(kept)}"


def paging() -> Paging:
    """The page this request asks for."""
    return Paging.of(request.args)


def listing(page: Page[Any], *filters: str) -> Listing:
    """A page for a template; `filters` are the query arguments its links keep."""
    return Listing(page, {name: request.args.get(name, "") for name in filters})
