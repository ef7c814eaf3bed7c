"""The plan table's form: a few lines to type in, or a workbook instead of them."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import ValidationError

from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.web import Form, flat_errors, only
from core.plans import workbook
from core.plans.schemas import TableShape

LINES, MEETINGS = 4, 2


class TableForm(Form):
    """The table's form: lines `rows-0-business` …, `meetings-0-held_on` …, or an XLSX file instead of them."""

    def __init__(self) -> None:
        super().__init__(TableShape())
        if self.sent:
            self.values = {name: request.form.get(name, "") for name in request.form}
            for number in range(MEETINGS):
                self.values[f"meetings-{number}-contents"] = request.form.getlist(f"meetings-{number}-contents")

    def load(self) -> dict[str, Any] | None:
        """The typed lines, or the workbook's, as the shape's types."""
        only("year", "rows-*", "meetings-*")
        file = request.files.get("file")
        given: dict[str, Any] = {"id": self.values.get("id"), "year": self.values.get("year")}
        try:
            if file is not None and file.filename:
                given["rows"], given["meetings"] = workbook.read(file.read())
            else:
                given["rows"], given["meetings"] = (
                    self._lines("rows", LINES),
                    self._lines("meetings", MEETINGS),
                )
            loaded = dict(self.schema.load(given))
        except Refused as refusal:
            self.refuse(refusal.findings)
            return None
        except ValidationError as wrong:
            self.refuse((Finding("table_incomplete", N_("有未填写完整的行，请补充或清空"), clause="二(一)"),))
            self.errors = flat_errors(wrong.normalized_messages())
            return None
        loaded["rows"] = [{k: _iso(v) for k, v in row.items()} for row in loaded["rows"]]
        loaded["meetings"] = [{k: _iso(v) for k, v in row.items()} for row in loaded["meetings"]]
        return loaded

    def _lines(self, name: str, count: int) -> list[dict[str, Any]]:
        lines = []
        for number in range(count):
            prefix = f"{name}-{number}-"
            line = {key[len(prefix) :]: value for key, value in self.values.items() if key.startswith(prefix) and value}
            if set(line) - {"business"}:
                lines.append(line)
        return lines


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
