"""The application form as a page: the life's lines are typed one by one, with room for more at each saving."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import ValidationError

from core.applications.schemas import MOST_STAGES, ApplicationShape
from core.foundation.shapes import typed_values
from core.foundation.web import Form, flat_errors

STAGE = ("since", "until", "unit", "role", "witness")
SPARE = 2


class ApplicationPage(Form):
    """Fields as in the shape, and lines `cv-0-since`, `cv-0-until` …; blank lines are left out."""

    def __init__(self, initial: dict[str, Any]) -> None:
        lines = initial.pop("cv", [])
        typed = {f"cv-{n}-{name}": line.get(name, "") for n, line in enumerate(lines) for name in STAGE}
        super().__init__(ApplicationShape(), initial | typed)
        if self.sent:
            self.values |= {name: text for name, text in request.form.items() if name.startswith("cv-")}

    @property
    def lines(self) -> range:
        """Numbers of the lines to show: those in use, and some to spare."""
        used = [int(name.split("-")[1]) for name, text in self.values.items() if name.startswith("cv-") and text]
        return range(min(max(used, default=0) + 1 + SPARE, MOST_STAGES))

    def load(self) -> dict[str, Any] | None:
        """The typed values as the shape's types, or None with `errors` filled."""
        form = request.form.copy()
        form.poplist("csrf_token")
        given = typed_values(self.schema, form)
        kept = []
        for number in range(MOST_STAGES):
            line = {name: given.pop(f"cv-{number}-{name}", "").strip() for name in STAGE}
            if any(line.values()):
                kept.append((number, line))
        given["cv"] = [line for _number, line in kept]
        try:
            return dict(self.schema.load(given))
        except ValidationError as wrong:
            self.errors = _back_in_place(flat_errors(wrong.normalized_messages()), [number for number, _ in kept])
            self.status = 422
            return None


def _back_in_place(errors: dict[str, list[str]], numbers: list[int]) -> dict[str, list[str]]:
    """Errors beside the lines as typed: `cv-0-…` of the shape may be another line of the page."""
    placed = {}
    for name, texts in errors.items():
        parts = name.split("-")
        if parts[0] == "cv" and len(parts) == 3:
            name = f"cv-{numbers[int(parts[1])]}-{parts[2]}"
        placed[name] = texts
    return placed
