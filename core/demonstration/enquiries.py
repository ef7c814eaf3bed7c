"""The demonstration's enquiries: lines with hours, calls, a question answered, one with the centre, one open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.consultation import service as consultation
from core.consultation.schemas import LineShape
from core.foundation.access import NOBODY, Actor
from core.foundation.db import new_id

LINES = {
    "00001": ("000-96777", "edu@example.invalid"),
    "00101": ("000-12340", "xinglin@example.invalid"),
    "00102": ("000-12345", "chunxi@example.invalid"),
}
ARTICLES = [
    (
        "网报时可以不用现场提交复印件吗？",
        "可以。认定全程不收取任何复印件；电子比对无误的材料不再要求提交，比对不到的只核验原件。",
        "Do I have to bring photocopies?",
        "No. No copies are taken at any step. What compared well electronically is not asked for again; what did not "
        "is seen as the original.",
    ),
    (
        "照片有什么要求？",
        "近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K，与证书所贴照片一致。上传后立即检查，并给出裁剪建议。",
        "What must the photo be like?",
        "A recent bareheaded portrait on white, one inch, JPEG of at most 200K, the same as on the certificate. It is "
        "judged as soon as it is uploaded, and a crop is offered.",
    ),
]  # fmt: skip
QUESTIONS = [
    ("居住证在春溪县，户籍在外省，可以在春溪县认定吗？", "王某", "00102"),
    ("普通话证书丢失了，还能网报吗？", "李某", "00102"),
    ("外省考试合格证明在本省是否有效？", "", "00101"),
]


def lines(province: Actor, now: datetime) -> None:
    """Three institutions state their lines."""
    shape = LineShape()
    for code, (telephone, mailbox) in LINES.items():
        data = {"telephone": telephone, "opens": "08:30", "closes": "17:30", "pause_from": "12:00", "pause_to": "13:30"}
        given = shape.load({**data, "mailbox": mailbox, "dedicated": code == "00001"})
        consultation.save_line(province, code, dict(given), now)


def knowledge(centre: Actor, now: datetime) -> None:
    """The centre publishes two articles."""
    for title, body, title_en, body_en in ARTICLES:
        texts = {"title": title, "body": body, "title_en": title_en, "body_en": body_en}
        row = consultation.draft(centre, {"id": new_id(), **texts}, now)
        consultation.move(centre, row.id, "published", row.version, now)


def asked(clerk: Actor, now: datetime) -> None:
    """Three questions of a week ago: one answered in time, one still open, one handed to the centre."""
    then = now - timedelta(days=7)
    rows = []
    for subject, asker, code in QUESTIONS:
        data = {
            "id": new_id(), "institution_code": code, "subject": subject[:20], "body": subject, "asker": asker,
            "contact": "",
        }  # fmt: skip
        rows.append(consultation.ask(NOBODY, data, then if code == "00102" else now).row)
    answer = {
        "body": "可以。凭在有效期内的居住证，向居住地认定机构申请。",
        "article_id": None,
        "version": rows[0].version,
    }
    consultation.answer(clerk, rows[0].id, answer, then + timedelta(days=1))
    consultation.escalate(clerk, rows[2].id, "涉及跨省政策，请中心统一答复", rows[2].version, now)


def calls(clerk: Actor, day: date, now: datetime) -> None:
    """A morning's calls: two answered, one missed in working hours."""
    for at, answered, topic in (("08:40", True, "网报时间"), ("08:50", False, ""), ("08:55", True, "现场确认地点")):
        data = {"id": new_id(), "on": day, "at": at, "answered": answered, "minutes": 3 * answered, "topic": topic}
        consultation.record_call(clerk, "00102", data, now)
