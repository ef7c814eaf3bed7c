"""Delivery: forms that keep what was typed, one place for errors, the guard of every route."""

from __future__ import annotations

from core.foundation.web.errors import problem, wants_problem
from core.foundation.web.forms import PROOFS, Form, flat_errors, only
from core.foundation.web.lists import Listing, listing, paging
from core.foundation.web.requests import (
    Section,
    actor,
    attachment,
    menus,
    notify,
    parse_id,
    safe_next,
    section_here,
    section_url,
    see_other,
)
from core.foundation.web.site import CSP, ProblemApi, init, state_api_docs, state_static

__all__ = [
    "CSP",
    "PROOFS",
    "Form",
    "Listing",
    "ProblemApi",
    "Section",
    "actor",
    "attachment",
    "flat_errors",
    "init",
    "listing",
    "menus",
    "notify",
    "only",
    "paging",
    "parse_id",
    "problem",
    "safe_next",
    "section_here",
    "section_url",
    "see_other",
    "state_api_docs",
    "state_static",
    "wants_problem",
]
