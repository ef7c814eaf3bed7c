"""The two sites for a WSGI server: `wsgi:public` and `wsgi:staff`; each is built when first asked for."""

from typing import Any

from core.app import create_app


def __getattr__(name: str) -> Any:
    if name in ("public", "staff"):
        return create_app(name)
    raise AttributeError(name)
