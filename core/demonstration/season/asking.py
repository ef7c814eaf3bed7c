"""Questions to the institutions: most are answered in time, some too late, and then by the centre."""

from __future__ import annotations

from core.calendar.rules import WORKING_DAYS
from core.consultation import service as consultation
from core.demonstration.season.life import Life, Stage
from core.foundation.db import new_id

EVERY, EVERY_LATE = 12, 36  # which applicants ask, and whose question lies


def ask(stage: Stage, life: Life) -> None:
    """Every twelfth applicant asks something."""
    course = life.course
    if course.serial % EVERY:
        return
    data = {
        "id": new_id(), "institution_code": course.body.code, "subject": "现场确认", "body": "现场确认要带哪些材料？",
        "asker": "申请人", "contact": "",
    }  # fmt: skip
    asked = stage.cast.act(life.me, consultation.ask, data, stage.now)
    question = Life(course, me=life.me, subject=asked.row.id)
    late = course.serial % EVERY_LATE == 0
    stage.at(WORKING_DAYS.after(stage.today, 8 if late else 2), answer, question)


def answer(stage: Stage, life: Life) -> None:
    """The clerk answers; what lay too long went to the centre by itself, and is answered there."""
    late = life.course.serial % EVERY_LATE == 0
    by = stage.cast.officer("centre" if late else life.clerk)
    thread = stage.cast.act(by, lambda _actor: consultation.thread(life.subject))
    data = {"body": "请携带身份证原件，比对无误的材料不必携带。", "article_id": None, "version": thread.row.version}
    stage.cast.attempt(by, consultation.answer, life.subject, data, stage.now)
