"""The verbs of the province's own table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.sdk.actions import record_act
from core.sdk.tables import Page, Paging, new_id, one_transaction, paged, session
from plugins.province_template.models import Call

KEPT = timedelta(days=90)


def calls(paging: Paging) -> Page[Call]:
    """The agency's call-backs, the newest first."""
    return paged(select(Call), Paging(paging.number, paging.size, "at", True), {"at": Call.at})


@one_transaction
def note_call(counts: Mapping[str, int], now: datetime) -> None:
    """Remember a call-back and what became of its answers."""
    session().add(
        Call(
            id=new_id(), province_code="00", territory="00", at=now, applied=counts["apply"],
            repeated=counts["repeated"], unknown=counts["unknown"],
        )
    )  # fmt: skip


@one_transaction
def tidy(now: datetime) -> int:
    """Forget call-backs older than 90 days; returns how many."""
    gone = list(session().scalars(select(Call.id).where(Call.at < now - KEPT).limit(10_000)))
    if gone:
        session().execute(delete(Call).where(Call.id.in_(gone)))
        record_act("00", "tidy", "calls", count=len(gone))
    return len(gone)
