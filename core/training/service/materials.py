"""Papers of a meeting: kept files, read by the officers of the province and the centre."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.foundation.access import Actor
from core.foundation.db import found, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.storage import storage
from core.training.models import Material, Meeting
from core.training.rules import judge_material
from core.training.service import planning
from core.training.service.planning import readable, record


def materials(actor: Actor, meeting_id: UUID) -> list[Material]:
    """A meeting's papers, by the time they came."""
    statement = select(Material).where(Material.meeting_id == meeting_id).order_by(Material.id).limit(100)
    with readable(actor):
        return list(session().scalars(statement))


def material(actor: Actor, material_id: UUID) -> tuple[Material, bytes]:
    """A paper and its bytes; raises `NotFound`."""
    with readable(actor):
        row = found(Material, material_id)
    return row, storage().get(row.file_key)


@one_transaction
def add_material(actor: Actor, meeting_id: UUID, data: dict[str, Any], file_name: str, now: datetime) -> Material:
    """Keep a paper; `data`: id, file (bytes). The same form again keeps nothing twice."""
    known = session().scalars(select(Material).where(Material.id == data["id"])).one_or_none()
    if known is not None:
        return known
    row = found(Meeting, meeting_id)
    present = session().scalar(select(func.count(Material.id)).where(Material.meeting_id == meeting_id)) or 0
    findings = judge_material(file_name, data["file"][:16], present)
    if findings:
        raise Refused(findings)
    kept = storage().put(data["file"], ".material")
    paper = Material(
        id=data["id"], province_code=row.province_code, territory=row.territory, meeting_id=meeting_id,
        file_name=file_name[-200:], file_key=kept.key, file_sha256=kept.sha256, size=len(data["file"]),
        uploaded_by=actor.id, uploaded_at=now,
    )  # fmt: skip
    session().add(paper)
    record(actor, "training.material", row, now, file=paper.file_name, sha256=kept.sha256)
    return paper


@one_transaction
def drop_material(actor: Actor, material_id: UUID, now: datetime) -> UUID:
    """Take a paper away; returns its meeting's id. The audit keeps its name and fingerprint."""
    paper = found(Material, material_id)
    row = planning.meeting(actor, paper.meeting_id)
    session().delete(paper)
    storage().drop(paper.file_key)
    record(actor, "training.material_dropped", row, now, file=paper.file_name, sha256=paper.file_sha256)
    return row.id
