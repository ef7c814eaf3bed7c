"""Questions to the institutions: most are answered in time, some handed on, some too late and then the centre's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.calendar.rules import WORKING_DAYS
from core.consultation import service as consultation
from core.consultation.models import KnowledgeArticle
from core.demonstration.season.acting import Cast
from core.demonstration.season.life import Life, Stage
from core.foundation.access import Actor
from core.foundation.db import new_id

EVERY = 12  # which applicants write
RINGS = 10  # which applicants ring up
# What becomes of one question after another.
TURNS = ("goes_on", "answered", "escalated", "late")
ARTICLE = {
    "title": "外省考试合格证明在本省有效吗？",
    "body": "教师资格考试合格证明全国有效，申请人向户籍、居住地或者就读学校所在地的认定机构申请即可。",
    "title_en": "Does an exam certificate of another province count here?",
    "body_en": "Exam certificates count in the whole country; apply where you are registered, live or study.",
}  # fmt: skip


def ask(stage: Stage, life: Life) -> None:
    """Every twelfth applicant asks something, every tenth rings up."""
    course = life.course
    if course.serial % RINGS == 4:
        stage.at(WORKING_DAYS.after(stage.today, 1), ring, Life(course, me=life.me))
    if course.serial % EVERY:
        return
    data = {
        "id": new_id(), "institution_code": course.body.code, "subject": "现场确认", "body": "现场确认要带哪些材料？",
        "asker": "申请人", "contact": "",
    }  # fmt: skip
    asked = stage.cast.act(life.me, consultation.ask, data, stage.now)
    question, turn = Life(course, me=life.me, subject=asked.row.id), _turn(life)
    steps = {"late": (8, _answer_late), "escalated": (2, _escalate)}
    days, step = steps.get(turn, (2, answer))
    stage.at(WORKING_DAYS.after(stage.today, days), step, question)


def _turn(life: Life) -> str:
    return TURNS[life.course.serial // EVERY % len(TURNS)]


def _version(stage: Stage, by: Actor, life: Life) -> int:
    thread = stage.cast.act(by, lambda _actor: consultation.thread(life.subject))
    found: int = thread.row.version
    return found


def _said(stage: Stage, life: Life, by: str, body: str, article_id: UUID | None = None) -> None:
    actor = stage.cast.officer(by)
    data = {"body": body, "article_id": article_id, "version": _version(stage, actor, life)}
    stage.cast.attempt(actor, consultation.answer, life.subject, data, stage.now)


def answer(stage: Stage, life: Life) -> None:
    """The clerk answers; some askers go on with it."""
    _said(stage, life, life.clerk, "请携带身份证原件，比对无误的材料不必携带。")
    if _turn(life) == "goes_on" and not life.mended:
        life.mended = True
        more = {"enquiry_id": life.subject, "body": "居住证可以代替户口簿吗？"}
        asked = stage.cast.act(life.me, consultation.go_on, more, stage.now)
        life.subject = asked.row.id
        stage.at(WORKING_DAYS.after(stage.today, 1), answer, life)


def _answer_late(stage: Stage, life: Life) -> None:
    """What lay too long went to the centre by itself, and is answered there: not with nothing."""
    _said(stage, life, "centre", " ")
    _said(stage, life, "centre", "请携带身份证原件，比对无误的材料不必携带。")


def _escalate(stage: Stage, life: Life) -> None:
    """The clerk cannot tell, and hands the question to the centre: saying why."""
    clerk = stage.cast.officer(life.clerk)
    for reason in ("", "涉及跨省政策，请中心统一答复"):
        version = _version(stage, clerk, life)
        stage.cast.attempt(clerk, consultation.escalate, life.subject, reason, version, stage.now)
    stage.at(WORKING_DAYS.after(stage.today, 1), _answer_for_all, life)


def _answer_for_all(stage: Stage, life: Life) -> None:
    """The centre makes an article of the answer, once, and quotes it."""
    centre = stage.cast.officer("centre")
    quotable = stage.cast.act(centre, lambda _actor: consultation.quotable(life.course.province))
    known = [row for row in quotable if not row.province_code]
    row = known[0] if known else publish(stage.cast, centre, stage.now)
    stage.cast.act(centre, consultation.note, life.subject, "已写成常见问题", stage.now)
    _said(stage, life, "centre", "请见常见问题：", row.id)


def publish(cast: Cast, by: Actor, now: datetime) -> KnowledgeArticle:
    """An article is drafted and published."""
    row = cast.act(by, consultation.draft, {"id": new_id()} | ARTICLE, now)
    found: KnowledgeArticle = cast.act(by, consultation.move, row.id, "published", row.version, now)
    return found


def ring(stage: Stage, life: Life) -> None:
    """A call is written down: most are taken, one rings in vain in working hours, one after them; one is misdated."""
    clerk, turn = stage.cast.officer(life.clerk), life.course.serial // RINGS % 6
    call: dict[str, Any] = {
        "id": new_id(), "on": stage.today, "at": "08:40", "answered": turn > 1, "minutes": 3 * (turn > 1),
        "topic": "现场确认地点",
    }  # fmt: skip
    if turn == 1:
        call |= {"on": stage.today - timedelta(days=1), "at": "20:10"}
    if turn == 2:
        late = call | {"id": new_id(), "at": "18:00"}
        stage.cast.attempt(clerk, consultation.record_call, life.course.body.code, late, stage.now)
    stage.cast.act(clerk, consultation.record_call, life.course.body.code, call, stage.now)
