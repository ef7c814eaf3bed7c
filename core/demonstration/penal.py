"""Penalties of the invented year: a revocation and a loss in force, an open case, two reports begun."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.certificates import service as certificates
from core.foundation import clock, pdf
from core.foundation.access import Actor
from core.foundation.db import new_id
from core.penalties import service as penalties
from core.penalties.models import Penalty
from core.penalties.rules import Quarter
from core.testing import people as invented

REVOKED, LOST = 52, 53
SCHOOLS = {REVOKED: "秋原县实验小学", LOST: "春溪县第二中学"}


def _opened(clerk: Actor, serial: int, measure: str, ground: str, summary: str) -> Penalty:
    return penalties.open_case(
        clerk,
        {
            "id": new_id(), "measure": measure, "ground": ground, "source": "referral",
            "document_kind": "resident_id", "document_number": invented.identity_number(serial),
            "name": invented.name(serial), "sex": "1" if serial % 2 else "2", "unit": SCHOOLS[serial], "post": "教师",
            "address": "杏林市春溪县杏花路2号", "summary": summary,
        },
        clock.now(),
    )  # fmt: skip


def in_force(clerk: Actor, head: Actor) -> None:
    """A revocation with its notice and period, and a loss on a judgement; both decided and served in February."""
    if not pdf.available():
        return  # a decision without its paper is none

    def step(verb: Any, by: Actor, row: Penalty, **data: Any) -> Penalty:
        return verb(by, row.id, {"version": row.version} | data, clock.now())

    row = _opened(clerk, REVOKED, "revocation", "misconduct", "县教育督导室移送的调查材料")
    row = step(penalties.investigate, clerk, row, facts="2019年9月至12月间多次侮辱学生，经教育不改，影响恶劣。")
    row = step(penalties.notify, clerk, row, notified_on=clock.today())
    row = step(penalties.record_defence, clerk, row, defence="当事人承认事实，请求从轻处理。")
    lost = _opened(clerk, LOST, "loss", "imprisonment", "人民法院送达的生效判决")
    basis = {
        "body": "杏林市中级人民法院", "number": "（2020）示01刑终1号", "basis_on": date(2020, 1, 20),
        "punishment": "suspended", "intentional": True, "facts": "犯故意伤害罪，判处有期徒刑一年，缓刑二年。",
    }  # fmt: skip
    lost = step(penalties.investigate, clerk, lost, **basis)
    until = row.hearing_until or clock.today()
    clock.set_to(datetime.combine(until + timedelta(days=1), datetime.min.time()).replace(hour=9))
    row = step(
        penalties.propose,
        clerk,
        row,
        proposal="事实清楚，影响恶劣，拟撤销教师资格。",
        weighing="不具有法定从轻情节，不予采纳。",
    )
    lost = step(penalties.propose, clerk, lost, proposal="判决已经生效，认定丧失教师资格。")
    for one, number in ((row, "春教罚〔2020〕1号"), (lost, "春教认〔2020〕1号")):
        done = step(penalties.decide, head, one, decision_number=number)
        step(penalties.serve, clerk, done, served_on=clock.today(), how="in_person")


def under_way(clerk: Actor, provinces: list[Actor], certificate_of: UUID) -> None:
    """A case just opened on a certificate; the quarter's reports that two provinces look at already."""
    (certificate, *_rest) = certificates.of_person(certificate_of)
    penalties.open_case(
        clerk,
        {
            "id": new_id(), "certificate_id": certificate.id, "measure": "revocation", "ground": "fraud",
            "source": "complaint", "unit": "春溪县第一中学", "summary": "来信反映学历证书系伪造，待核实",
        },
        clock.now(),
    )  # fmt: skip
    for by in provinces:
        penalties.begin(by, by.province_code, Quarter(2020, 1), clock.now())
