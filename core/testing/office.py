"""The other side of an exchange by workbooks: an office that answers what it finds in `out/`, into `in/`.

Each NAME.json in `out/` is answered once by NAME.xlsx and NAME.json in `in/`. Outcomes are those of
`core.testing.agency`. Faults: unknown (a row nobody asked for), repeated, missing (the last row is left out),
altered (a name is changed), number (document numbers become numbers), outcome (a word nobody agreed on),
unsigned (the manifest is signed with another key).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from core.foundation import clock
from core.testing.agency import outcome_for

KEY = "exchange-demonstration-key"
WORDS = {"clear": "无犯罪记录", "record_found": "有犯罪记录", "unclear": "无法核实", "": ""}
FAULTS = ("", "unknown", "repeated", "missing", "altered", "number", "outcome", "unsigned")


@dataclass
class Office:
    """The office over a folder with `out/` and `in/`; inside `with` it looks by itself, else `answer()` does."""

    folder: Path
    key: str = KEY
    fault: str = ""
    answered_on: date | None = None
    pause: float = 0.5
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Office:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *gone: Any) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(self.pause):
            self.answer()

    def answer(self) -> int:
        """Answer what is new; returns how many batches."""
        known = {path.stem for path in (self.folder / "in").glob("*.json")}
        new = [path.stem for path in sorted((self.folder / "out").glob("*.json")) if path.stem not in known]
        for batch in new:
            self.give(batch)
        return len(new)

    def give(self, batch: str) -> None:
        """Answer one batch (again, where a fault has changed)."""
        sent = (self.folder / "out" / f"{batch}.xlsx").read_bytes()
        header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(0).to_python()
        data = self._workbook([header, *self._distorted([self._filled(row) for row in rows])])
        said = {
            "batch": batch, "rows": len(rows), "sha256": hashlib.sha256(data).hexdigest(),
            "made_at": clock.now().isoformat(),
        }  # fmt: skip
        key = "another key than the one agreed" if self.fault == "unsigned" else self.key
        text = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        signed = {**said, "signature": hmac.new(key.encode(), text, hashlib.sha256).hexdigest()}
        for name, content in ((f"{batch}.xlsx", data), (f"{batch}.json", json.dumps(signed).encode())):
            draft = self.folder / "in" / f".{name}.part"
            draft.write_bytes(content)
            draft.replace(self.folder / "in" / name)

    def _filled(self, row: list[Any]) -> list[Any]:
        outcome = outcome_for(str(row[3]))
        if not outcome:
            return [*row[:4], "", "", "", ""]
        day = (self.answered_on or clock.today()).isoformat()
        detail = "" if outcome == "clear" else "invented record for the demonstration"
        return [*row[:4], WORDS[outcome], day, f"豫公核〔2020〕{str(row[0])[-4:]}", detail]

    def _distorted(self, rows: list[list[Any]]) -> list[list[Any]]:
        first = rows[0]
        if self.fault == "unknown":
            return [*rows, ["nobody-asked", *first[1:]]]
        if self.fault == "repeated":
            return [*rows, first]
        if self.fault == "missing":
            return rows[:-1]
        if self.fault == "altered":
            return [[first[0], "别的人", *first[2:]], *rows[1:]]
        if self.fault == "number":
            return [[*first[:3], int(first[3][:17]), *first[4:]], *rows[1:]]
        if self.fault == "outcome":
            return [[*first[:4], "没问题", *first[5:]], *rows[1:]]
        return rows

    @staticmethod
    def _workbook(rows: list[list[Any]]) -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(line, column, value)
        book.close()
        return target.getvalue()
