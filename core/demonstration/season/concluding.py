"""Review, proposal, conclusion by a second officer; refusals contested; own errors taken back."""

from __future__ import annotations

from typing import Any

from core.applications import service as cases
from core.calendar.rules import WORKING_DAYS
from core.demonstration.season import checking, handing
from core.demonstration.season.life import Life, Stage, case_of
from core.foundation.db import new_id

MOST_TRIES = 5
NOTED = 9  # on which cases a clerk writes a note for colleagues
BAD_CHECK = ("disqualifying",)


def review(stage: Stage, life: Life) -> None:
    """A clerk takes the case up: the photo again, the hospital's result, and what else is missing."""
    row, clerk, kind = case_of(stage, life), stage.cast.officer(life.clerk), life.course.review
    if row.state != "confirmed":
        return
    stage.cast.act(clerk, cases.start_review, row.id, stage.now)
    if kind == "withdrawn_late":
        stage.cast.act(life.me, cases.withdraw, row.id, stage.now)
        return
    _look(stage, life)
    if life.course.serial % NOTED == 0:
        stage.cast.act(clerk, cases.add_note, row.id, "体检报告原件已交还本人", stage.now)
    passed = "failed" if kind == "medical_failed" else "passed"
    stage.cast.act(clerk, cases.record_medical, row.id, passed, "演示市人民医院", stage.today, stage.now)
    if kind in ("material", "material_unanswered"):
        _ask(stage, life)
    else:
        propose(stage, life)


def _look(stage: Stage, life: Life) -> None:
    row = case_of(stage, life)
    reason = "背景偏灰，其余符合要求" if cases.doubts_of(row) else ""
    stage.cast.act(stage.cast.officer(life.clerk), cases.look_at_photo, row.id, True, reason, stage.now)


def _ask(stage: Stage, life: Life) -> None:
    clerk = stage.cast.officer(life.clerk)
    stage.cast.attempt(clerk, cases.ask_material, life.case_id, "学历证书复印件", None, stage.now)  # no copies
    asked = stage.cast.act(clerk, cases.ask_material, life.case_id, "户口簿原件", None, stage.now)
    silent = life.course.review == "material_unanswered"
    day = WORKING_DAYS.after(asked.due_on, 1) if silent else life.wait(stage.today)
    life.subject = asked.id
    stage.at(day, _answered, life)


def _answered(stage: Stage, life: Life) -> None:
    clerk = stage.cast.officer(life.clerk)
    if case_of(stage, life).state != "in_review":
        return
    if life.course.review != "material_unanswered":
        stage.cast.act(life.me, cases.answer_material, life.case_id, life.subject, "已补交", b"", stage.now)
    stage.cast.act(clerk, cases.close_material, life.subject, stage.now)
    propose(stage, life)


def propose(stage: Stage, life: Life) -> None:
    """The clerk proposes; what the check or the hospital rules out is proposed to be refused."""
    row, clerk = case_of(stage, life), stage.cast.officer(life.clerk)
    if row.state != "in_review":
        return
    why = _grounds(life, row)
    if life.course.review == "held" and not life.reviewed:
        life.subject = stage.cast.act(clerk, cases.hold, row.id, "正在核实学历", stage.now).id
        stage.at(life.wait(stage.today), _lift, life)
    if why:
        stage.cast.attempt(clerk, cases.propose, row.id, "refused", "否", stage.now)  # that is no reason
    stage.cast.act(clerk, cases.propose, row.id, "refused" if why else "recognised", why, stage.now)
    life.reviewed = True
    stage.at(life.wait(stage.today), conclude, life)


def _grounds(life: Life, row: Any) -> str:
    if life.overruled:
        return ""
    if row.check_state in BAD_CHECK:
        return "经核查不符合教师法第十四条规定"
    return {
        "refused": "所持学历证书经核实不符合申请条件", "medical_failed": "体检不合格",
        "material_unanswered": "逾期未补正材料",
    }.get(life.course.review, "")  # fmt: skip


def _lift(stage: Stage, life: Life) -> None:
    head = stage.cast.officer(life.officer("h"))
    if case_of(stage, life).state == "proposed_recognised":
        stage.cast.attempt(head, cases.conclude, life.case_id, "recognised", "", stage.today, stage.now)
        stage.cast.act(stage.cast.officer(life.clerk), cases.lift_hold, life.subject, "学历已核实", stage.now)


def conclude(stage: Stage, life: Life) -> None:
    """The head concludes as proposed; what stands in the way is refused, and tried again when it may be gone."""
    row, head = case_of(stage, life), stage.cast.officer(life.officer("h"))
    if row.state not in ("proposed_recognised", "proposed_refused"):
        return
    result = row.state.removeprefix("proposed_")
    if life.course.review == "sent_back" and not life.tries:
        life.tries += 1
        stage.cast.act(head, cases.step_back, row.id, "请补充照片审核意见", stage.now)
        propose(stage, life)
        return
    if life.course.serial % 50 == 0:
        clerk = stage.cast.officer(life.clerk)
        stage.cast.attempt(clerk, cases.conclude, row.id, result, "", stage.today, stage.now)  # the reviewer may not
    if stage.cast.attempt(head, cases.conclude, row.id, result, "", stage.today, stage.now) is None:
        _again(stage, life, row)
    elif result == "recognised":
        stage.at(life.wait(stage.today), handing.print_it, life)
    elif life.course.appeal:
        stage.at(life.wait(stage.today), contest, life)


def _again(stage: Stage, life: Life, row: Any) -> None:
    life.tries += 1
    if life.tries > MOST_TRIES:
        return  # stays open: the board shows it as overdue
    if row.check_state in ("expired", "superseded", "cancelled"):
        checking.ask_anew(stage, life)
    elif row.check_state in BAD_CHECK:
        stage.cast.act(stage.cast.officer(life.officer("h")), cases.step_back, row.id, "核查结果构成限制", stage.now)
        propose(stage, life)
    elif life.course.review != "too_early" or row.check_state in ("clear", "clear_after_review"):
        stage.at(WORKING_DAYS.after(stage.today, 5), conclude, life)


def contest(stage: Stage, life: Life) -> None:
    """A refused applicant asks for a review; some weeks later it is decided."""
    two = stage.cast.officer(f"p{life.course.province}two")
    if case_of(stage, life).state != "refused":
        return
    data = {
        "id": new_id(),
        "kind": "review",
        "filed_on": stage.today,
        "body": "演示市人民政府",
        "document": "复〔2020〕1号",
    }
    life.subject = stage.cast.act(two, cases.record_appeal, life.case_id, data, stage.now).id
    stage.at(WORKING_DAYS.after(stage.today, 20), _decided, life)


def _decided(stage: Stage, life: Life) -> None:
    two = stage.cast.officer(f"p{life.course.province}two")
    data = {
        "outcome": life.course.appeal, "decided_on": stage.today, "decision": "复决〔2020〕1号", "reason": "经复议审查",
    }  # fmt: skip
    stage.cast.act(two, cases.decide_appeal, life.subject, data, stage.now)
    if life.course.appeal == "overturned":
        look_anew(stage, life)


def look_anew(stage: Stage, life: Life) -> None:
    """A case that came back is reviewed once more: with what the decision says, it is proposed to be recognised."""
    life.overruled, life.tries = True, 0
    row = case_of(stage, life)
    if row.state != "in_review":
        return
    clerk = stage.cast.officer(life.clerk)
    stage.cast.act(clerk, cases.record_medical, row.id, "passed", "演示市人民医院", stage.today, stage.now)
    _look(stage, life)
    if row.check_state == "requested":
        checking.send_anew(stage, life)
    propose(stage, life)
