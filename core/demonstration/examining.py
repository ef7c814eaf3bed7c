"""The demonstration's exam side: a contact, a meeting on record, and a list of candidates asked about."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.evidence import service as evidence
from core.foundation.access import Actor
from core.foundation.db import new_id
from core.people.service import record_bar
from core.testing import people as invented


def contact(province: Actor, now: datetime) -> None:
    """The province names whom it works with, and puts a meeting on record."""
    who = {
        "name": "考安",
        "unit": "示范省教育考试院",
        "post": "考务处处长",
        "telephone": "000-12399",
        "mail": "",
        "remark": "",
    }
    evidence.save_contact(province, new_id(), {**who, "version": 0}, now)
    meeting = {
        "held_on": (now - timedelta(days=20)).date(), "place": "省会", "topic": "考试报名资格与认定条件衔接",
        "participants": "示范省教育厅、示范省教育考试院",
        "minutes": "报名结束后五日内提供考生名单，查询受限情况；考试合格证明每季度导入一次。", "version": 0,
    }  # fmt: skip
    evidence.save_conference(province, new_id(), meeting, now)


def screened(centre: Actor, examiner: Actor, now: datetime) -> None:
    """One person is barred for cheating; the exam side asks about eight."""
    until = now.date().replace(year=now.year + 2)
    record_bar(
        centre, invented.identity_number(58), "cheating", until.replace(year=now.year - 1), until, "考试处理决定", now
    )
    numbers = "".join(f"{invented.identity_number(serial)}\n" for serial in range(52, 60))
    data = f"document_number\n{numbers}".encode()
    evidence.start_screening(examiner, new_id(), "2020年上半年考生.csv", data, None, now)
