"""Runs one hook of one province and lets nothing but the declared type through."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import structlog

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.foundation.logs import masked
from core.hooks.types import MASK, CheckBatch, CheckSubject, EvidenceQuestion

log = structlog.get_logger("xingtan.province")

MOST_RESULTS = 10_000
LONGEST_TEXT = 20_000
LONGEST_ERROR = 300

_known: dict[type, dict[str, Any]] = {}


class AgencyUnavailable(Exception):
    """A province's system cannot be reached or makes no sense; the same call may succeed later."""


class AgencyRefused(Exception):
    """A province's system said no; its reason is the text. Never put personal data in it."""


def guarded(province: str, hook: str, expected: Any, call: Callable[[], Any], hide: Callable[[str], str] = str) -> Any:
    """The hook's answer, checked; an exception, `None` or a foreign type becomes a `ProvinceFault`.

    `hide` takes secrets out of a text before it is logged or kept. Findings come back marked with the
    province as their source.
    """
    try:
        answer = call()
    except AgencyUnavailable as error:
        raise fault(province, hook, "agency unavailable", hide(str(error))) from error
    except AgencyRefused as error:
        raise fault(province, hook, "agency refused", hide(str(error))) from error
    except (Exception, SystemExit) as error:  # a plugin may raise anything; only its own province is harmed
        raise fault(province, hook, "raised", hide(f"{type(error).__name__}: {error}")) from error
    if answer is None:
        raise fault(province, hook, "no answer", "the hook returned None; is there a return missing?")
    if wrong := mismatch(answer, expected):
        raise fault(province, hook, "wrong answer", hide(wrong))
    if hook.startswith("judge_"):
        return [dataclasses.replace(finding, source=province) for finding in answer]
    return answer


def fault(province: str, hook: str, kind: str, text: str) -> ProvinceFault:
    """A fault, logged; its text is masked and cut."""
    text = masked(text)[:LONGEST_ERROR]
    log.warning("province fault", province=province, hook=hook, kind=kind, error=text)
    return ProvinceFault(province, hook, kind, text)


def nameless(text: str, given: Any) -> str:
    """`text` without the names and numbers of the people whom a hook was told of."""
    for value in filter(None, _personal(given)):
        text = text.replace(value, MASK)
    return text


def _personal(value: Any) -> Iterator[str]:
    if isinstance(value, CheckSubject | EvidenceQuestion):
        yield from (value.name, value.document_number)
    elif isinstance(value, dict):
        yield from _personal(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _personal(item)
    elif isinstance(value, CheckBatch):
        yield from _personal(value.subjects)


def mismatch(answer: Any, expected: Any) -> str:
    """ "" when `answer` is of the declared type through and through, else what is wrong with it."""
    return _differs("the answer", answer, expected)


def _differs(where: str, value: Any, hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return ""
    if origin in (list, tuple):
        return _items_differ(where, value, origin, arguments[0])
    if origin in (types.UnionType, typing.Union):
        return "" if any(not _differs(where, value, kind) for kind in arguments) else _promised(where, value, hint)
    kind: type = origin or hint
    if not _is_plainly(value, kind):
        return _promised(where, value, kind)
    if isinstance(value, str):
        return _text_differs(where, value)
    if dataclasses.is_dataclass(value):
        return _fields_differ(value)
    return ""


def _is_plainly(value: Any, kind: type) -> bool:
    """isinstance without the surprises: True is no number, an instant is no day."""
    if kind is int and isinstance(value, bool):
        return False
    if kind is date and isinstance(value, datetime):
        return False
    return isinstance(value, kind)


def _promised(where: str, value: Any, hint: Any) -> str:
    return f"{where} must be {getattr(hint, '__name__', hint)}, {type(value).__name__} came"


def _items_differ(where: str, value: Any, kind: type[list[Any]] | type[tuple[Any, ...]], item: Any) -> str:
    if not isinstance(value, kind):
        return _promised(where, value, kind)
    if len(value) > MOST_RESULTS:
        return f"{where} has {len(value)} items, more than {MOST_RESULTS}"
    return next((wrong for element in value if (wrong := _differs(f"an item of {where}", element, item))), "")


def _text_differs(where: str, value: str) -> str:
    if len(value) > LONGEST_TEXT:
        return f"{where} has {len(value)} characters, more than {LONGEST_TEXT}"
    return f"{where} contains a NUL character" if "\0" in value else ""


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _known:
        _known[kind] = typing.get_type_hints(kind)
    return _known[kind]


def _fields_differ(value: Any) -> str:
    kind: type[Any] = type(value)
    for name, hint in _hints(kind).items():
        if wrong := _differs(f"{kind.__name__}.{name}", getattr(value, name), hint):
            return wrong
    if isinstance(value, Finding) and not (value.code and value.message):
        return "a Finding needs a code and a message"
    return ""
