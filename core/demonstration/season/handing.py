"""The paper: printed, misprinted, handed over, lost, damaged, corrected; an own error found before it is given out."""

from __future__ import annotations

from typing import Any

from core.applications import service as cases
from core.calendar.rules import WORKING_DAYS
from core.certificates import service as certificates
from core.demonstration.season import concluding, penalising
from core.demonstration.season.life import Life, Stage
from core.foundation.access import within
from core.foundation.db import new_id


def _certificate(stage: Stage, life: Life) -> Any:
    with within(life.me.scope):
        return certificates.of_person(life.me.person_id)  # type: ignore[arg-type]


def _live(stage: Stage, life: Life) -> Any:
    """(certificate in force, its last piece); (None, None) when there is none."""
    clerk = stage.cast.officer(life.clerk)
    found = [row for row in _certificate(stage, life) if row.state == "in_force"]
    if not found:
        return None, None
    with within(clerk.scope):
        return found[0], certificates.live_pieces([found[0].id]).get(found[0].id)


def print_it(stage: Stage, life: Life) -> None:
    """The clerk prints: nobody without training may; some come out wrong; an own error is found in time."""
    certificate, piece = _live(stage, life)
    if certificate is None or piece.state != "assigned":
        return
    clerk, paper = stage.cast.officer(life.clerk), life.course.paper
    if paper == "own_error" and not life.mended:
        life.mended = True
        two = stage.cast.officer(f"p{life.course.province}two")
        stage.cast.act(two, cases.reopen, life.case_id, "任教学科录入错误，证书尚未发放", stage.now)
        concluding.look_anew(stage, life)
        return
    if paper == "misprint" and piece.number == 1:
        stage.cast.attempt(clerk, certificates.misprint, piece.id, new_id(), "套打偏移", b"", False, stage.now)
        fresh = stage.cast.attempt(clerk, certificates.misprint, piece.id, new_id(), "套打偏移", b"", True, stage.now)
        if fresh is None:
            stage.at(life.wait(stage.today), print_it, life)  # no blank left: tried again later
            return
        piece = fresh
    if stage.cast.attempt(clerk, certificates.mark_printed, piece.id, stage.now) is None:
        return  # not trained: the papers of this province wait
    if paper != "uncollected":
        stage.at(life.wait(stage.today), hand_over, life)


def hand_over(stage: Stage, life: Life) -> None:
    """The holder comes for it, or it is sent; later some papers meet with a mishap."""
    _found, piece = _live(stage, life)
    if piece is None or piece.state != "printed":
        return
    by_post = life.course.serial % 3 == 0
    how, to = ("courier", f"SF{life.course.serial:010d}") if by_post else ("signature", "本人签收")
    stage.cast.act(stage.cast.officer(life.clerk), certificates.hand_over, piece.id, how, to, stage.now)
    if life.course.conduct and piece.number == 1:
        stage.at(WORKING_DAYS.after(life.wait(stage.today), 10), penalising.open_case, life)
    if life.course.paper in ("lost", "damaged", "found_again", "name_wrong") and piece.number == 1:
        stage.at(life.wait(stage.today), mishap, life)


def mishap(stage: Stage, life: Life) -> None:
    """Lost, damaged, wrong, or found again: the holder asks for another paper."""
    certificate, piece = _live(stage, life)
    if piece is None or piece.state != "handed_over":
        return
    kind, reason = {
        "lost": ("reissue", "搬家时遗失"), "found_again": ("reissue", "出差途中遗失"),
        "damaged": ("replacement", "被水浸湿，字迹不清"), "name_wrong": ("correction", "姓名打印有误"),
    }[life.course.paper]  # fmt: skip
    values = {"name": certificate.name + "丽"} if kind == "correction" else {}
    asked = stage.cast.act(
        life.me, certificates.request_change, new_id(), certificate.id, kind, values, reason, b"", stage.now
    )
    life.subject = asked.id
    stage.at(life.wait(stage.today), _found_again if life.course.paper == "found_again" else _another, life)


def _found_again(stage: Stage, life: Life) -> None:
    stage.cast.act(life.me, certificates.withdraw_change, life.subject, stage.now)


def _another(stage: Stage, life: Life) -> None:
    """A colleague carries it out: the old paper is taken back unless it is lost."""
    other = stage.cast.officer(life.other)
    if life.course.paper != "lost":
        stage.cast.attempt(other, certificates.carry_out, life.subject, False, stage.now)
    if stage.cast.attempt(other, certificates.carry_out, life.subject, True, stage.now) is not None:
        stage.at(life.wait(stage.today), print_it, life)
    elif life.tries < concluding.MOST_TRIES:
        life.tries += 1
        stage.at(life.wait(stage.today), _another, life)
