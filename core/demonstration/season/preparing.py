"""Before a season opens: notices reported and shown, tables filed, meetings held, plans set; some late or wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.calendar.rules import Window
from core.demonstration.season.acting import Cast
from core.demonstration.season.lots import Windows
from core.demonstration.season.places import Body
from core.foundation.access import Actor
from core.foundation.db import new_id
from core.notices import service as notices
from core.plans import service as plans
from core.training import service as training

PHOTO_RULE = "近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K，与证书所贴照片一致。"
BODY = "2020年教师资格认定工作安排如下，请在网报时间内申请，按时现场确认。咨询电话：000-12345，监督电话：000-12346。"
SEASONS = ("first_half", "second_half")

_CHOICES = {
    "first_half": (
        ((3, 20), (4, 10), (3, 23), (4, 17)),
        ((4, 13), (4, 30), (4, 15), (5, 15)),
        ((5, 11), (5, 29), (5, 13), (6, 19)),
    ),
    "second_half": (
        ((9, 14), (9, 30), (9, 16), (10, 16)),
        ((10, 12), (10, 30), (10, 14), (11, 13)),
        ((9, 21), (10, 16), (9, 23), (10, 30)),
    ),
}


def windows_of(codes: list[str]) -> dict[tuple[str, str], Windows]:
    """Each province's windows of both seasons; they take turns."""
    return {
        (code, season): _windows(_CHOICES[season][number % len(_CHOICES[season])])
        for number, code in enumerate(codes)
        for season in SEASONS
    }


def _windows(days: tuple[tuple[int, int], ...]) -> Windows:
    one, two, three, four = (date(2020, *day) for day in days)
    return Windows(Window(one, two), Window(three, four))


_MISHAPS = (
    "late_table", "short_plan", "returned_notice", "extension", "big_order", "declined_order", "late_report",
    "returned_report",
)  # fmt: skip


def mishap(codes: list[str], kind: str) -> str:
    """The province that a mishap befalls: the last has no meeting ("" where it is the only one), others take turns."""
    if kind == "no_meeting":
        return codes[-1] if len(codes) > 1 else ""
    return codes[_MISHAPS.index(kind) % max(len(codes) - 1, 1)]


def notice(cast: Cast, code: str, season: str, audience: str, returned: bool, now: datetime) -> None:
    """A notice is drafted, reported to the centre and shown; one was refused for want of the photo rule."""
    one, centre = cast.officer(f"p{code}one"), cast.officer("centre")
    data: dict[str, Any] = {
        "id": new_id(), "year": 2020, "season": season, "audience": audience, "title": "2020年教师资格工作通知",
        "body": BODY, "photo_rule": "" if returned else PHOTO_RULE,
    }  # fmt: skip
    row = cast.act(one, notices.draft, data, now)
    if returned:
        cast.attempt(one, notices.file, row.id, now)
        better = {name: data[name] for name in ("audience", "title", "body")} | {"photo_rule": PHOTO_RULE}
        row = cast.act(one, notices.change, row.id, better, row.version, now)
    cast.act(one, notices.file, row.id, now)
    if returned:
        cast.act(centre, notices.give_back, row.id, "缺少监督电话的接听时间", now)
        cast.act(one, notices.file, row.id, now)
    cast.act(centre, notices.receive, row.id, now)
    cast.act(one, notices.publish, row.id, now)


def table(cast: Cast, code: str, windows: dict[tuple[str, str], Windows], now: datetime) -> None:
    """The year's plan table goes to the centre, which receives it."""
    rows = [{"business": "recognition", **_iso(windows[code, season])} for season in SEASONS] + [
        {"business": "registration", **_iso(windows[code, "second_half"])}
    ]
    meeting = {"held_on": "2020-03-05", "place": "省会", "contents": ["deployment", "policy", "system"]}
    data = {"id": new_id(), "year": 2020, "rows": rows, "meetings": [meeting]}
    row = cast.act(cast.officer(f"p{code}one"), plans.file_table, data, now)
    cast.act(cast.officer("centre"), plans.answer_table, row.id, True, "", now)


def _iso(windows: Windows) -> dict[str, str]:
    return {name: day.isoformat() for name, day in _days(windows).items()}


def _days(windows: Windows) -> dict[str, date]:
    return {
        "entry_start": windows.entry.first, "entry_end": windows.entry.last,
        "confirm_start": windows.confirm.first, "confirm_end": windows.confirm.last,
    }  # fmt: skip


def invite(cast: Cast, code: str, now: datetime) -> UUID:
    """The year's meeting is planned."""
    data = {
        "id": new_id(), "held_on": date(2020, 3, 5), "place": "省会", "title": "2020年教师资格工作会议",
        "agenda": "工作部署、政策学习、系统使用培训", "hours": 16, "contents": ["deployment", "policy", "system"],
    }  # fmt: skip
    found: UUID = cast.act(cast.officer(f"p{code}one"), training.plan, data, now).id
    return found


def hand_out(cast: Cast, meeting_id: UUID, code: str, now: datetime) -> None:
    """Papers for the meeting: one is not what its name says, one is taken back."""
    one, paper = cast.officer(f"p{code}one"), b"%PDF-1.4\n% invented\n"
    kept = [
        cast.attempt(one, training.add_material, meeting_id, {"id": new_id(), "file": data}, name, now)
        for name, data in (("工作部署.pdf", b"MZ invented"), ("工作部署.pdf", paper), ("培训讲义.pdf", paper))
    ]
    cast.act(one, training.drop_material, kept[-1].id, now)


def hold(cast: Cast, meeting_id: UUID, code: str, skipped: str, now: datetime) -> UUID | None:
    """The meeting is held, attendance recorded; for whom was absent a make-up session is planned."""
    one = cast.officer(f"p{code}one")
    cast.act(one, training.move, meeting_id, "held", now)
    _came(cast, one, meeting_id, skipped, now)
    cast.act(one, training.move, meeting_id, "recorded", now)
    if not skipped:
        return None
    again = cast.act(one, training.make_up_draft, meeting_id)
    data = again | {"id": new_id(), "held_on": date(2020, 4, 15), "make_up_of": meeting_id, "place": "视频会议"}
    found: UUID = cast.act(one, training.plan, data, now).id
    return found


def make_up(cast: Cast, meeting_id: UUID, code: str, now: datetime) -> None:
    """Those who were absent come to the make-up session."""
    one = cast.officer(f"p{code}one")
    cast.act(one, training.move, meeting_id, "held", now)
    _came(cast, one, meeting_id, "", now)


def call_off(cast: Cast, meeting_id: UUID, code: str, now: datetime) -> None:
    """The meeting is called off, and the province holds no other that year: its board says so."""
    cast.act(cast.officer(f"p{code}one"), training.move, meeting_id, "cancelled", now, reason="会场临时征用")


def _came(cast: Cast, one: Actor, meeting_id: UUID, skipped: str, now: datetime) -> None:
    for item in cast.act(one, lambda actor: training.attendance(meeting_id).rows):
        code = item.institution_code
        there = [] if code == skipped else [cast.officer(f"p{code}{letter}").id for letter in "abh"]
        data = {"version": item.version, "attendees": len(there), "officers": there}
        cast.act(one, training.record_presence, meeting_id, code, data, now)


def plan(cast: Cast, body: Body, business: str, windows: Windows, short: bool, now: datetime) -> UUID:
    """An institution drafts and submits its plan, the province approves and shows it; one is first too short."""
    clerk = cast.officer(f"p{body.code}a")
    days = _days(windows)
    data: dict[str, Any] = {
        "id": new_id(), "institution_code": body.code, "business": business, "title": "2020年教师资格工作", **days,
    }  # fmt: skip
    if short:
        data["entry_end"] = windows.entry.first + timedelta(days=4)
    row = cast.act(clerk, plans.draft, data, now)
    if short:
        cast.attempt(clerk, plans.submit, row.id, now)
        better = {"business": business, "title": data["title"]} | days
        row = cast.act(clerk, plans.change, row.id, better, row.version, now)
    put_forward(cast, body, row.id, now)
    found: UUID = row.id
    return found


def extend(cast: Cast, body: Body, plan_id: UUID, windows: Windows, now: datetime) -> UUID:
    """Everybody is to have more time: the next version of a plan is drafted."""
    data = {"id": new_id(), "reason": "受疫情影响延长现场确认"} | _days(windows)
    found: UUID = cast.act(cast.officer(f"p{body.code}a"), plans.extend, plan_id, data, now).id
    return found


def put_forward(cast: Cast, body: Body, plan_id: UUID, now: datetime) -> None:
    """The institution submits a plan, the province approves and shows it; refused, it stays a draft."""
    clerk, two = cast.officer(f"p{body.code}a"), cast.officer(f"p{body.province}two")
    if cast.attempt(clerk, plans.submit, plan_id, now) is not None:
        cast.act(two, plans.approve, plan_id, now)
        cast.act(two, plans.publish, plan_id, now)
