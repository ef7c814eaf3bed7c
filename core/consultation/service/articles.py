"""Articles of knowledge: drafted by a province or the centre, published, searched by everybody, quoted by officers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.consultation.models import KnowledgeArticle
from core.consultation.rules import ARTICLE_MOVES
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.paging import Page, Paging, paged

TEXTS = ("title", "body", "title_en", "body_en")


def published(paging: Paging, province_code: str = "", search: str = "") -> Page[KnowledgeArticle]:
    """Published articles, the centre's and (where named) a province's, the newest first; `search` stands in a text."""
    statement = select(KnowledgeArticle).where(KnowledgeArticle.state == "published")
    if province_code:
        statement = statement.where(KnowledgeArticle.province_code.in_(("", province_code)))
    for word in search.split()[:5]:
        texts = (getattr(KnowledgeArticle, name).icontains(word, autoescape=True) for name in TEXTS)
        statement = statement.where(or_(*texts))
    ordered = Paging(paging.number, paging.size, "published_at", True)
    return paged(statement, ordered, {"published_at": KnowledgeArticle.published_at})


def published_one(article_id: UUID) -> KnowledgeArticle:
    """A published article; raises `NotFound`."""
    row = found(KnowledgeArticle, article_id)
    if row.state != "published":
        raise NotFound()
    return row


def quotable(province_code: str) -> list[KnowledgeArticle]:
    """Articles that an officer of a province may quote, by title."""
    statement = (
        select(KnowledgeArticle)
        .where(KnowledgeArticle.state == "published", KnowledgeArticle.province_code.in_(("", province_code)))
        .order_by(KnowledgeArticle.title)
        .limit(200)
    )
    return list(session().scalars(statement))


def quoted(article_id: UUID) -> str:
    """An article as an answer quotes it."""
    row = published_one(article_id)
    return f"《{row.title}》\n{row.body}"


def articles(actor: Actor, paging: Paging) -> Page[KnowledgeArticle]:
    """The actor's province's (or the centre's) own articles in every state, the newest first."""
    statement = select(KnowledgeArticle).where(KnowledgeArticle.province_code == actor.province_code)
    ordered = Paging(paging.number, paging.size, "drafted_at", True)
    return paged(statement, ordered, {"drafted_at": KnowledgeArticle.drafted_at})


def article(actor: Actor, article_id: UUID) -> KnowledgeArticle:
    """One of the actor's own articles; raises `NotFound`."""
    row = found(KnowledgeArticle, article_id)
    if row.province_code != actor.province_code:
        raise NotFound()
    return row


@one_transaction
def draft(actor: Actor, data: dict[str, Any], now: datetime) -> KnowledgeArticle:
    """Draft an article; `data`: id and the texts."""
    known = session().get(KnowledgeArticle, data["id"])
    if known is not None:
        return article(actor, known.id)
    row = KnowledgeArticle(
        id=data["id"], province_code=actor.province_code, state="draft", drafted_by=actor.id, drafted_at=now,
        **{name: data[name] for name in TEXTS},
    )  # fmt: skip
    session().add(row)
    session().flush()
    _written(actor, "article", row, now)
    return row


@one_transaction
def change(actor: Actor, article_id: UUID, data: dict[str, Any], now: datetime) -> KnowledgeArticle:
    """Change an article's texts, published or not; `data`: the texts and version."""
    row = _own(actor, article_id, data["version"])
    for name in TEXTS:
        setattr(row, name, data[name])
    _written(actor, "article", row, now)
    return row


@one_transaction
def move(actor: Actor, article_id: UUID, state: str, version: int, now: datetime) -> KnowledgeArticle:
    """Publish or withdraw an article."""
    row = _own(actor, article_id, version)
    findings = ARTICLE_MOVES.judge(row.state, state)
    if findings:
        raise Refused(findings)
    row.state = state
    if state == "published":
        row.published_at = now
    _written(actor, f"article_{state}", row, now)
    return row


def _own(actor: Actor, article_id: UUID, version: int) -> KnowledgeArticle:
    row = locked(KnowledgeArticle, article(actor, article_id).id)
    if row.version != version:
        raise Conflict()
    return row


def _written(actor: Actor, verb: str, row: KnowledgeArticle, now: datetime) -> None:
    audit.record(
        actor, f"consultation.{verb}", "knowledge_article", row.id, province_code=row.province_code, now=now,
        clause="一(五)",
    )  # fmt: skip
