"""Verbs of criminal checks, one subject a file: asking, answering by three doors, reviewing, ageing."""

from core.checks.service.ageing import age
from core.checks.service.answers import confirm_typed, record_results, type_in
from core.checks.service.asking import (
    cancel_for,
    collect,
    replace,
    request,
    send_batches,
    send_by_hand,
)
from core.checks.service.reading import batches, check, checks, facts_of, history_of, strays
from core.checks.service.review import annul, propose, sign, start_review

__all__ = [
    "age",
    "annul",
    "batches",
    "cancel_for",
    "check",
    "checks",
    "collect",
    "confirm_typed",
    "facts_of",
    "history_of",
    "propose",
    "record_results",
    "replace",
    "request",
    "send_batches",
    "send_by_hand",
    "sign",
    "start_review",
    "strays",
    "type_in",
]
