"""Files that a province keeps: bytes in the platform's storage, a row that says whose they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.db import found, one_transaction, session
from core.foundation.errors import NotFound
from core.foundation.storage import storage
from core.hooks.models import ProvinceFile


@one_transaction
def store(code: str, name: str, data: bytes, now: datetime) -> UUID:
    """Keep `data` for a province; returns the row's id."""
    kept = storage().put(data)
    row = ProvinceFile(
        province_code=code, territory=code, name=name[:200], key=kept.key, sha256=kept.sha256, size=len(data),
        created_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row.id


def read(code: str, file_id: UUID) -> tuple[str, bytes]:
    """Name and bytes; raises `NotFound`."""
    row = found(ProvinceFile, file_id)
    if row.province_code != code:
        raise NotFound()
    return row.name, storage().get(row.key)
