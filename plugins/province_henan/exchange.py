"""Sending a batch out and finding what came back; no tables in here, so that a job's hook needs none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import CheckBatch
from plugins.province_henan import drop, workbook


def place(settings: Mapping[str, Any]) -> str | drop.SftpLine:
    """Where the workbooks are exchanged."""
    if not settings["sftp_host"]:
        return str(settings["folder"])
    return drop.SftpLine(
        host=settings["sftp_host"], port=settings["sftp_port"], user=settings["sftp_user"],
        host_key=settings["sftp_host_key"], folder=settings["sftp_folder"], seconds=settings["sftp_timeout"],
        password=settings["sftp_password"], key_file=settings["sftp_key_file"],
    )  # fmt: skip


def kept(settings: Mapping[str, Any], batch: str) -> tuple[Path, Path]:
    """The province's own copy of a sent workbook and its manifest; raises `AgencyRefused` for a foreign name."""
    if not drop.NAME.fullmatch(batch):
        raise AgencyRefused("a batch's reference cannot be a file's name")
    folder = Path(settings["folder"]) / "sent"
    folder.mkdir(exist_ok=True)
    return folder / f"{batch}.xlsx", folder / f"{batch}.json"


def send(settings: Mapping[str, Any], batch: CheckBatch, now: datetime) -> None:
    """Write the workbook and its manifest, keep a copy, and put both into `out/`; a repeat sends the same bytes.

    Raises `AgencyRefused` when other people come under a known reference.
    """
    book, paper = kept(settings, batch.reference)
    if not paper.exists():
        data = workbook.write(batch.subjects)
        book.write_bytes(data)
        signed = drop.manifest(settings["exchange_key"], batch.reference, data, len(batch.subjects), now.isoformat())
        paper.write_bytes(signed)
    data = book.read_bytes()
    wanted = [(one.reference, one.name, one.document_kind, one.document_number) for one in batch.subjects]
    rows = [(row.reference, row.name, row.document_kind, row.document_number) for row in workbook.sent_rows(data)]
    if rows != wanted:
        raise AgencyRefused("other people under a known reference")
    with drop.reach(place(settings)) as there:
        if f"{batch.reference}.json" not in there.names("out"):
            there.put("out", f"{batch.reference}.xlsx", data)
            there.put("out", f"{batch.reference}.json", paper.read_bytes())


def waiting(settings: Mapping[str, Any]) -> list[str]:
    """Batches whose returned workbook lies in `in/` with its manifest."""
    with drop.reach(place(settings)) as there:
        names = there.names("in")
    found = [name.removesuffix(".json") for name in names if name.endswith(".json")]
    return [batch for batch in found if drop.NAME.fullmatch(batch) and f"{batch}.xlsx" in names]


def fetch(settings: Mapping[str, Any], batch: str) -> bytes:
    """A returned workbook; raises `AgencyRefused` when its manifest is not the other side's or not of it."""
    with drop.reach(place(settings)) as there:
        data, paper = there.get("in", f"{batch}.xlsx"), there.get("in", f"{batch}.json")
    if len(data) > drop.LARGEST:
        raise AgencyUnavailable("a returned file is too large")
    if not drop.is_manifest_of(settings["exchange_key"], paper, batch, data):
        raise AgencyRefused("the manifest is not signed or speaks of another file")
    return data


def sent(settings: Mapping[str, Any], batch: str) -> list[workbook.Row] | None:
    """What was sent in a batch, from the province's own copy; None when there is none or it was changed."""
    book, paper = kept(settings, batch)
    if not (book.exists() and paper.exists()):
        return None
    data = book.read_bytes()
    if not drop.is_manifest_of(settings["exchange_key"], paper.read_bytes(), batch, data):
        return None
    return workbook.sent_rows(data)
