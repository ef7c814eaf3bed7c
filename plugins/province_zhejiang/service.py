"""The verbs of the province's own tables: a call-back is taken once, with its answers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from core.sdk.actions import record_act, record_check_results
from core.sdk.tables import Page, Paging, new_id, one_transaction, paged, session
from core.sdk.values import CheckResult
from plugins.province_zhejiang.models import Call, Nonce
from plugins.province_zhejiang.signing import SIGNED_FOR

CODE = "33"
KEPT = timedelta(days=90)
NONCES_KEPT = timedelta(seconds=4 * SIGNED_FOR)  # a signature is refused by its time long before
MOST_REFUSED = 100  # an hour
NONE = {"apply": 0, "repeated": 0, "unknown": 0, "contradicts": 0}


def calls(paging: Paging) -> Page[Call]:
    """The agency's call-backs, the newest first."""
    return paged(select(Call), Paging(paging.number, paging.size, "at", True), {"at": Call.at})


def was_used(nonce: str) -> bool:
    """Whether a call-back with this nonce was taken already."""
    return session().scalar(select(Nonce.id).where(Nonce.nonce == nonce)) is not None


@one_transaction
def take(nonce: str, results: list[CheckResult], now: datetime) -> dict[str, int]:
    """Take a call-back's answers; raises `Conflict` when the nonce came twice at the same moment."""
    session().add(Nonce(id=new_id(), province_code=CODE, territory=CODE, nonce=nonce, at=now))
    session().flush()
    counts = record_check_results(CODE, results)
    _note("", counts, now)
    return counts


@one_transaction
def refuse(why: str, now: datetime) -> None:
    """Remember a call-back that was not taken, and why; a flood of them, which anyone can send, is not kept."""
    lately = select(func.count(Call.id)).where(Call.refused != "", Call.at > now - timedelta(hours=1))
    if (session().scalar(lately) or 0) < MOST_REFUSED:
        _note(why, NONE, now)


def _note(refused: str, counts: Mapping[str, int], now: datetime) -> None:
    session().add(
        Call(
            id=new_id(), province_code=CODE, territory=CODE, at=now, refused=refused, applied=counts["apply"],
            repeated=counts["repeated"], unknown=counts["unknown"], contradicts=counts["contradicts"],
        )
    )  # fmt: skip


@one_transaction
def tidy(now: datetime) -> int:
    """Forget old call-backs and nonces; returns how many call-backs."""
    session().execute(delete(Nonce).where(Nonce.at < now - NONCES_KEPT))
    gone = list(session().scalars(select(Call.id).where(Call.at < now - KEPT).limit(10_000)))
    if gone:
        session().execute(delete(Call).where(Call.id.in_(gone)))
        record_act(CODE, "tidy", "calls", count=len(gone))
    return len(gone)
