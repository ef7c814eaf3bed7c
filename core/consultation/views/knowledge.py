"""Questions often asked: read and searched by everybody, kept by provinces and the centre."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.consultation import service
from core.consultation.schemas import ArticleShape, MoveShape
from core.consultation.views.blueprints import public, staff, words
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@public.get("/knowledge")
@anyone(through_maintenance=True)
def answers() -> str:
    """Published articles, searched by words."""
    page = service.published(paging(), request.args.get("province", "")[:2], request.args.get("search", "")[:80])
    return render_template(
        "public/consultation/answers.html", listing=listing(page, "province", "search"), **words()
    )  # fmt: skip


@public.get("/knowledge/<uuid:article_id>", endpoint="known")
@anyone(through_maintenance=True)
def published(article_id: UUID) -> str:
    """One published article."""
    return render_template("public/consultation/known.html", row=service.published_one(article_id), **words())


@staff.get("/enquiries/articles")
@officer("consultation.view")
def articles() -> str:
    """The officer's province's own articles (the centre's, for the centre)."""
    page = service.articles(actor(), paging())
    return render_template("staff/consultation/articles.html", listing=listing(page), **words())


@staff.route("/enquiries/articles/new", methods=["GET", "POST"])
@officer("consultation.articles")
def new_article() -> Any:
    """Draft an article."""
    form = Form(ArticleShape())
    row = form.carry_out(lambda data: service.draft(actor(), data, clock.now())) if form.sent else None
    if row is not None:
        notify(N_("草稿已保存。"))
        return see_other("consultation.article", article_id=row.id)
    return form.page("staff/consultation/article.html", row=None, **words())


@staff.route("/enquiries/articles/<uuid:article_id>", methods=["GET", "POST"])
@officer("consultation.articles")
def article(article_id: UUID) -> Any:
    """Change an article."""
    row = service.article(actor(), article_id)
    initial = {name: getattr(row, name) for name in (*service.TEXTS, "version")} | {"id": str(row.id)}
    form = Form(ArticleShape(), initial)
    if form.sent and form.carry_out(lambda data: service.change(actor(), article_id, data, clock.now())) is not None:
        notify(N_("已保存。"))
        return see_other("consultation.article", article_id=article_id)
    return form.page(
        "staff/consultation/article.html", row=row, timeline=history("knowledge_article", row.id), **words()
    )  # fmt: skip


@staff.post("/enquiries/articles/<uuid:article_id>/move")
@officer("consultation.articles")
def move_article(article_id: UUID) -> Any:
    """Publish or withdraw an article."""
    row = service.article(actor(), article_id)
    form = Form(MoveShape())
    done = form.carry_out(lambda data: service.move(actor(), article_id, data["state"], data["version"], clock.now()))
    if done is None:
        initial = {name: getattr(row, name) for name in (*service.TEXTS, "version")} | {"id": str(row.id)}
        form.values = initial
        return form.page("staff/consultation/article.html", row=row, timeline=[], **words())
    notify(N_("已发布。") if done.state == "published" else N_("已撤下。"))
    return see_other("consultation.article", article_id=article_id)
