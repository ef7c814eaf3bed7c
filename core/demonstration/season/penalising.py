"""A few holders fall: misconduct heard and decided, a judgement, a case dropped, one annulled; quarterly reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.calendar.rules import WORKING_DAYS
from core.certificates import service as certificates
from core.demonstration.season.acting import Cast
from core.demonstration.season.life import Life, Stage
from core.foundation import pdf
from core.foundation.access import Actor, within
from core.foundation.db import new_id
from core.penalties import service as penalties
from core.penalties.rules import Quarter

_LOSS = ("crime",)


def open_case(stage: Stage, life: Life) -> None:
    """A case is opened on the holder of a certificate; what came of a judgement is a loss, the rest a revocation."""
    clerk, kind = stage.cast.officer(life.clerk), life.course.conduct
    with within(life.me.scope):
        held = [row.id for row in certificates.of_person(life.me.person_id) if row.state == "in_force"]  # type: ignore[arg-type]
    if not held:
        return
    data = {
        "id": new_id(), "certificate_id": held[0], "measure": "loss" if kind in _LOSS else "revocation",
        "ground": {"crime": "imprisonment", "fraud": "fraud"}.get(kind, "misconduct"), "source": "referral",
        "unit": "演示第一中学", "summary": "督导机构移送的材料",
    }  # fmt: skip
    opened = stage.cast.act(clerk, penalties.open_case, data, stage.now)
    life.subject = opened.id
    stage.at(life.wait(stage.today), _dropped if kind == "dropped" else investigate, life)


def _step(stage: Stage, life: Life, by: str, verb: Callable[..., Any], **data: Any) -> Any:
    actor = stage.cast.officer(by)
    row = stage.cast.act(actor, lambda _actor: penalties.penalty(life.subject))
    return stage.cast.attempt(actor, verb, row.id, {"version": row.version} | data, stage.now)


def _dropped(stage: Stage, life: Life) -> None:
    _step(stage, life, life.officer("h"), penalties.close, reason="经核实，反映情况不属实")


def investigate(stage: Stage, life: Life) -> None:
    """The facts; of a revocation the party is told and may ask to be heard, a negligent crime takes nothing."""
    if life.course.conduct in _LOSS:
        basis = {
            "facts": "犯故意伤害罪", "body": "演示市中级人民法院", "number": "（2020）示01刑终1号",
            "basis_on": stage.today - timedelta(days=20), "punishment": "suspended",
        }  # fmt: skip
        _step(stage, life, life.clerk, penalties.investigate, **basis, intentional=False)
        _step(stage, life, life.clerk, penalties.investigate, **basis, intentional=True)
        stage.at(life.wait(stage.today), propose, life)
        return
    _step(stage, life, life.clerk, penalties.investigate, facts="多次侮辱学生，经教育不改")
    if not pdf.available():
        return  # a notice is a paper: without the extra that draws it the case waits
    told = _step(stage, life, life.clerk, penalties.notify, notified_on=stage.today)
    _step(stage, life, life.clerk, penalties.propose, proposal="拟撤销教师资格")  # the period still runs
    if life.course.conduct == "heard":
        _step(stage, life, life.clerk, penalties.ask_hearing, asked_on=stage.today)
        called = stage.today + timedelta(days=10)
        _step(stage, life, life.clerk, penalties.call_hearing, hearing_on=called, place="演示市教育局")
        stage.at(WORKING_DAYS.after(called, 1), heard, life)
    else:
        stage.at(WORKING_DAYS.after(told.hearing_until, 1), propose, life)


def heard(stage: Stage, life: Life) -> None:
    """The hearing was held."""
    _step(stage, life, life.clerk, penalties.record_hearing, record="当事人陈述了意见")
    stage.at(life.wait(stage.today), propose, life)


def propose(stage: Stage, life: Life) -> None:
    """One proposes, another decides; papers are issued."""
    _step(stage, life, life.clerk, penalties.propose, proposal="事实清楚，应当处理", weighing="不具有从轻情节")
    number = f"演教罚〔2020〕{life.course.serial}号"
    if not pdf.available():
        return
    _step(stage, life, life.clerk, penalties.decide, decision_number=number)  # one's own proposal
    _step(stage, life, life.officer("h"), penalties.decide, decision_number=number)
    stage.at(life.wait(stage.today), serve, life)


def serve(stage: Stage, life: Life) -> None:
    """The decision reaches the party: certificate, bar and what else follows change at once."""
    _step(stage, life, life.clerk, penalties.serve, served_on=stage.today, how="in_person")
    stage.at(life.wait(stage.today), annul if life.course.conduct == "annulled" else execute, life)


def execute(stage: Stage, life: Life) -> None:
    """The paper is taken in; who will not hand it in has it declared void by the province."""
    if life.course.serial % 2:
        done = _step(stage, life, life.clerk, penalties.execute, outcome="surrendered", on=stage.today, note="已收缴")
        if done is not None:
            return
    _step(stage, life, life.clerk, penalties.execute, outcome="declared_void", on=stage.today, note="公告作废")
    province = f"p{life.course.province}one"
    _step(stage, life, province, penalties.execute, outcome="declared_void", on=stage.today, note="省报公告")


def annul(stage: Stage, life: Life) -> None:
    """A review annulled the decision: everything stands as before, the history stays."""
    province = f"p{life.course.province}one"
    _step(
        stage, life, province, penalties.annul, reference="复决〔2020〕2号", annulled_on=stage.today, reason="事实不清"
    )


def report(cast: Cast, code: str, quarter: Quarter, returned: bool, now: datetime) -> None:
    """A province signs and files its report of a quarter; a nil one says so; one comes back and is signed again."""
    one, centre = cast.officer(f"p{code}one"), cast.officer("centre")
    row_id = cast.act(one, penalties.begin, code, quarter, now).id
    for turn in range(2 if returned else 1):
        if _report(cast, one, row_id, penalties.sign, now, nil=False) is None:
            _report(cast, one, row_id, penalties.sign, now, nil=True)
        _report(cast, one, row_id, penalties.file, now)
        if returned and not turn:
            _report(cast, centre, row_id, penalties.send_report_back, now, reason="缺少分城市的数字")
    _report(cast, centre, row_id, penalties.accept, now)


def _report(cast: Cast, actor: Actor, row_id: Any, verb: Callable[..., Any], now: datetime, **data: Any) -> Any:
    row = cast.act(actor, lambda _actor: penalties.report(row_id))
    return cast.attempt(actor, verb, row_id, {"version": row.version} | data, now)
