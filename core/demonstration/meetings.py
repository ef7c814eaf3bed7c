"""A province's year of training in the demonstration: one meeting held, and a make-up session to come."""

from __future__ import annotations

from datetime import date, datetime

from core.foundation.access import Actor
from core.foundation.db import new_id
from core.training import service as training

AGENDA = "2020年教师资格认定和定期注册工作部署\n政策学习：认定条件与材料减免\n系统使用培训：现场确认、审核、证书打印"
SKIPPED = "00103"  # this county sent nobody, so a make-up session awaits it
UNTRAINED = "clerk2"  # was not there: may not open a print run


def year(province: Actor, now: datetime) -> None:
    """Play the province's meetings through the verbs; everybody but two came."""
    held = training.plan(
        province,
        {
            "id": new_id(), "held_on": date(2020, 2, 20), "place": "省会", "title": "2020年教师资格工作会议",
            "agenda": AGENDA, "hours": 8, "contents": ["deployment", "policy", "system"],
        },
        now,
    )  # fmt: skip
    material = {"id": new_id(), "file": b"%PDF-1.4\n% invented\n"}
    training.add_material(province, held.id, material, "工作部署.pdf", now)
    training.move(province, held.id, "held", now)
    for item in training.attendance(held.id).rows:
        came = [
            one for one in training.officers_of(item.institution_code) if one.username not in (UNTRAINED, "examiner")
        ]
        there = item.institution_code != SKIPPED
        data = {
            "version": item.version, "attendees": len(came) + 1 if there else 0,
            "officers": [one.id for one in came] if there else [],
        }  # fmt: skip
        training.record_presence(province, held.id, item.institution_code, data, now)
    if training.absent_from(held.id):
        again = training.make_up_draft(province, held.id) | {"id": new_id(), "held_on": date(2020, 4, 15)}
        training.plan(province, again | {"make_up_of": held.id, "place": "视频会议"}, now)
