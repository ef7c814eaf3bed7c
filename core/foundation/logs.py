"""Structured logs on standard error; a processor masks identity and mobile numbers that slip through."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """`text` with the middle of identity and mobile numbers blotted out."""
    return _MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1********\2", text))


def _deep(value: Any) -> Any:
    """A value masked all the way down; what is no plain value is shown as its masked text."""
    if isinstance(value, dict):
        return {masked(str(key)): _deep(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_deep(inner) for inner in value]
    if value is None or isinstance(value, bool | float):
        return value
    shown = masked(str(value))
    return value if isinstance(value, int) and shown == str(value) else shown


def _mask(logger: Any, method: str, event: Any) -> Any:
    return _deep(event)


def configure(level: str = "INFO") -> None:
    """Set up structlog once: JSON lines with UTC time, masked."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
