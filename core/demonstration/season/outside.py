"""Provinces with a plugin: their other sides as small real servers, whose answers are those that were drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.checks import service as checks
from core.demonstration import provinces
from core.foundation import clock
from core.foundation.access import territory, within
from core.foundation.paging import Paging
from core.testing.authority import authority
from core.testing.office import Office
from core.testing.signed_agency import SignedAgency

AGENCY, FOLDER = "33", "41"  # Zhejiang asks an agency over HTTPS, Henan lays workbooks into a folder
CODES = (AGENCY, FOLDER)
# What the agency says where all does not go well; what it never answers is carried over by hand.
OUTCOMES = {
    "unclear": "unclear", "typed_apart": "failed", "same_name": "record_found", "record": "record_found", "late": "",
    "silent": "",
}  # fmt: skip


@dataclass
class Teller(SignedAgency):
    """An agency whose answer stands from the moment it takes a batch, and is told once, whenever it is asked."""

    ready: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def take(self, batch: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take a batch, and check everybody in it."""
        status, said = super().take(batch)
        if status == 201:
            self.ready[said["receipt"]] = self._results(batch)
        return status, said

    def answers(self, receipt: str) -> list[dict[str, Any]]:
        """The answers to a receipt, once."""
        return self.ready.pop(receipt, [])


@dataclass
class Outside:
    """The other sides; without plugins there is nobody, and every check goes on paper."""

    agency: Teller | None = None
    office: Office | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The provinces that have a plugin."""
        return CODES if self.agency else ()

    def answers(self, province: str) -> bool:
        """Whether a province's checks are answered overnight, by no hand."""
        return self.agency is not None and province == AGENCY

    def expect(self, document_number: str, kind: str) -> None:
        """What the agency will say of a person."""
        if self.agency is not None:
            self.agency.outcomes[document_number] = OUTCOMES.get(kind, "clear")

    def night(self, province: str, now: datetime) -> None:
        """What was sent today is answered: the agency's answers are fetched, the office's workbooks lie there."""
        if province == FOLDER and self.office is not None:
            self.office.answer()
        if not self.answers(province):
            return
        with within(territory(province)):
            for batch in checks.batches(Paging(1, 200)).rows:
                if batch.state == "sent" and clock.beijing(batch.created_at).date() == clock.beijing(now).date():
                    checks.collect(batch.id, now)


@contextmanager
def running(folder: Path, plugins: bool) -> Iterator[Outside]:
    """Run the other sides, and tell the plugins where they are; raises `ClickException` where one is not installed."""
    if not plugins:
        yield Outside()
        return
    if missing := set(CODES) - set(provinces.installed()):
        raise click.ClickException(f"no plugin is installed for {', '.join(sorted(missing))}")
    drop = provinces.drop_folder(folder)
    ca_file, context = authority(folder)
    with Teller(algorithm="HMAC-SM3", tls=context) as agency:
        provinces.tell(agency, ca_file, drop)
        os.environ["XINGTAN_PROVINCES"] = ",".join(CODES)
        yield Outside(agency, Office(drop))
