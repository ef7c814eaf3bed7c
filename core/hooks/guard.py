"""Runs one hook of one province and lets nothing but the declared type through."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from typing import Any

import structlog

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.foundation.logs import masked

log = structlog.get_logger("xingtan.province")

MOST_RESULTS = 10_000


def guarded(province: str, hook: str, expected: Any, call: Callable[[], Any]) -> Any:
    """The hook's answer, checked; an exception, `None` or a foreign type becomes a `ProvinceFault`."""
    try:
        answer = call()
    except ProvinceFault:
        raise
    except Exception as error:  # a plugin may raise anything; only its own province is harmed
        text = masked(f"{type(error).__name__}: {error}")[:300]
        raise _fault(province, hook, "raised", text) from error
    wrong = mismatch(answer, expected)
    if wrong:
        raise _fault(province, hook, "wrong answer", wrong)
    if hook.startswith("judge_"):
        return [dataclasses.replace(finding, source=province) for finding in answer]
    return answer


def _fault(province: str, hook: str, kind: str, text: str) -> ProvinceFault:
    log.warning("province fault", province=province, hook=hook, kind=kind, error=text)
    return ProvinceFault(province, hook, kind, text)


def mismatch(answer: Any, expected: Any) -> str:
    """"" when `answer` is of the declared type, else what is wrong with it."""
    if typing.get_origin(expected) is list:
        if not isinstance(answer, list):
            return f"a list was promised, {type(answer).__name__} came"
        if len(answer) > MOST_RESULTS:
            return f"{len(answer)} items are too many"
        (item,) = typing.get_args(expected)
        return next((wrong for element in answer if (wrong := mismatch(element, item))), "")
    if not isinstance(answer, expected):
        return f"{expected.__name__} was promised, {type(answer).__name__} came"
    return "" if isinstance(answer, Finding) else _wrong_field(answer)


def _wrong_field(value: Any) -> str:
    hints = typing.get_type_hints(type(value))
    for name, hint in hints.items():
        if isinstance(hint, type) and not isinstance(getattr(value, name), hint):
            return f"{type(value).__name__}.{name} must be {hint.__name__}"
    return ""
