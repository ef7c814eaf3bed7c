"""The two sites for a WSGI server: `core.wsgi:public` and `core.wsgi:staff`; each is built when first asked for."""

from __future__ import annotations

from typing import Any

from core.app import create_app


def __getattr__(name: str) -> Any:
    if name in ("public", "staff"):
        return create_app(name)  # type: ignore[arg-type]
    raise AttributeError(name)
