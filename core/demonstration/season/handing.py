"""The paper: waits for print, handed over, checked by an employer, lost, damaged, corrected; an own error in time."""

from __future__ import annotations

from typing import Any

from core.applications import service as cases
from core.calendar.rules import WORKING_DAYS
from core.certificates import service as certificates
from core.certificates.service import batches
from core.demonstration.season import concluding, invented, penalising
from core.demonstration.season.life import Life, Stage
from core.foundation.access import within
from core.foundation.db import new_id

SHOWN_TO_AN_EMPLOYER = 25  # which applicants' certificates


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
    """The paper waits for the next print day; an own error is found before."""
    if life.course.paper == "own_error" and not life.mended and waiting_piece(stage, life) is not None:
        life.mended = True
        two = stage.cast.officer(f"p{life.course.province}two")
        stage.cast.act(two, cases.reopen, life.case_id, "任教学科录入错误，证书尚未发放", stage.now)
        concluding.look_anew(stage, life)
    else:
        stage.prints(life)


def waiting_piece(stage: Stage, life: Life) -> Any:
    """What waits for print; None where the certificate is gone meanwhile."""
    _found, piece = _live(stage, life)
    return piece if piece is not None and piece.state == "assigned" else None


def printed(stage: Stage, life: Life) -> None:
    """It came well out of the printer: the holder comes for it, unless it is one that never does."""
    if life.course.paper != "uncollected":
        stage.at(life.wait(stage.today), hand_over, life)


def hand_over(stage: Stage, life: Life) -> None:
    """The holder comes for it, or it is sent; later some papers meet with a mishap."""
    _found, piece = _live(stage, life)
    if piece is None or piece.state != "printed":
        return
    by_post = life.course.serial % 3 == 0
    how, to = ("courier", f"SF{life.course.serial:010d}") if by_post else ("signature", "本人签收")
    stage.cast.act(stage.cast.officer(life.clerk), certificates.hand_over, piece.id, how, to, stage.now)
    if life.course.serial % SHOWN_TO_AN_EMPLOYER == 0 and piece.number == 1:
        stage.at(life.wait(stage.today), check_staff, life)
    if life.course.conduct and piece.number == 1:
        stage.at(WORKING_DAYS.after(life.wait(stage.today), 10), penalising.open_case, life)
    if life.course.paper in ("lost", "damaged", "found_again", "name_wrong") and piece.number == 1:
        stage.at(life.wait(stage.today), mishap, life)


def check_staff(stage: Stage, life: Life) -> None:
    """The holder's employer has its staff's certificates checked: with their consent, a wrong name among them."""
    number, serial = _certificate(stage, life)[0].number, life.course.serial
    lines = [(number, invented.name(serial)), (number, invented.name(serial + 1)), ("20200000000000000", "无此人")]
    data = "\n".join(["number,name", *(",".join(line) for line in lines), ""]).encode()
    batch_id = new_id()
    for consent in (False, True):
        stage.cast.attempt(
            life.me, batches.send_batch, batch_id, "演示第一中学", "入职核验", consent, data, stage.now
        )  # fmt: skip


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
