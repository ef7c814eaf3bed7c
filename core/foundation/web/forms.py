"""Forms that keep what was typed, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from flask import render_template, request
from marshmallow import Schema, ValidationError

from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say, spoken
from core.foundation.shapes import typed_values

T = TypeVar("T")
# What a user adds to a form that wants them to confirm who they are; never a field of the form itself.
PROOFS = ("proof_password", "proof_code", "proof_passkey")


class Form:
    """One form on a page: its shape, what was typed, and what is wrong with it, field by field.

    >>> form = Form(PlanShape(), initial={"business": "recognition"})
    >>> if form.sent and (plan := form.carry_out(lambda data: service.draft(actor(), data, now()))):
    ...     return see_other("plans.show", plan_id=plan.id)
    >>> return form.page("staff/plans/new.html")
    """

    def __init__(self, schema: Schema, initial: dict[str, Any] | None = None, files: tuple[str, ...] = ()) -> None:
        self.schema = schema
        self.errors: dict[str, list[str]] = {}
        self.findings: list[dict[str, str]] = []
        self.status = 200
        self._files = files
        self.values: dict[str, Any] = dict(initial or {})
        if self.sent:
            self.values = typed_values(schema, self._typed())
        self.values.setdefault("id", str(new_id()))

    @staticmethod
    def _typed() -> Any:
        form = request.form.copy()
        for name in ("csrf_token", *PROOFS):
            form.poplist(name)
        return form

    @property
    def sent(self) -> bool:
        """Whether this request sends the form."""
        return request.method == "POST"

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it (yet)."""
        return self.status == 200

    def load(self) -> dict[str, Any] | None:
        """The typed values as the shape's types, or None with `errors` filled."""
        given = typed_values(self.schema, self._typed())
        for name in self._files:
            file = request.files.get(name)
            if file is not None and file.filename:
                given[name] = file.read()
        return self.checked(given)

    def checked(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """What was given as the shape's types, or None with `errors` filled."""
        try:
            return dict(self.schema.load(given))
        except ValidationError as wrong:
            self.errors = {name: _flat(texts) for name, texts in wrong.normalized_messages().items()}
            self.status = 422
            return None

    def carry_out(self, verb: Callable[[dict[str, Any]], T]) -> T | None:
        """Load the values and do `verb` with them; None when the shape or a rule said no."""
        data = self.load()
        if data is None:
            return None
        try:
            return verb(data)
        except Refused as refusal:
            session().rollback()
            self.refuse(refusal.findings)
        except Conflict as conflict:  # what was typed stays, to be compared and typed anew
            session().rollback()
            self.refuse((Finding(conflict.code, conflict.text, params=conflict.params),), conflict.status)
        return None

    def refuse(self, findings: tuple[Finding, ...], status: int = 422) -> None:
        """Put findings beside their fields."""
        self.findings = [spoken(finding) for finding in findings]
        self.status = status

    def refused_for(self, code: str) -> bool:
        """Whether a finding of that code is among those that refused it."""
        return any(finding["code"] == code for finding in self.findings)

    def page(self, template: str, **context: Any) -> tuple[str, int]:
        """The page with this form on it, and its status."""
        return render_template(template, form=self, **context), self.status


def unknown(names: Iterable[str]) -> tuple[Finding, ...]:
    """Findings for fields that nothing asked for."""
    return tuple(Finding("field_unknown", N_("不认识的字段"), clause="§4", field=name) for name in names)


def only(*known: str) -> None:
    """Refuse fields of a button, or of a form without a shape, that are not among `known` ("rows-*" for many)."""
    strange = [name for name in Form._typed() if not any(fnmatchcase(name, one) for one in ("id", *known))]
    if strange:
        raise Refused(unknown(strange))


def _flat(texts: Any) -> list[str]:
    if isinstance(texts, dict):
        return [text for inner in texts.values() for text in _flat(inner)]
    return [say(str(text)) for text in (texts if isinstance(texts, list) else [texts])]


def flat_errors(messages: dict[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Nested shape errors as {"rows-0-entry_end": [texts]}."""
    found: dict[str, list[str]] = {}
    for key, value in messages.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= flat_errors(value, f"{name}-")
        else:
            found[name] = _flat(value)
    return found
