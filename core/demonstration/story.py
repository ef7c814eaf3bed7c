"""Plays the demonstration year through the same verbs that people use: nothing is written past them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.applications import service as cases
from core.calendar import service as calendar
from core.certificates import service as certificates
from core.checks import service as checks
from core.demonstration import enquiries, examining, meetings, papers, penal, registering
from core.demonstration import provinces as others
from core.demonstration.people import (
    BODIES,
    DIVISIONS,
    FILERS,
    FIRST,
    OFFICER_SERIAL,
    OFFICERS,
    PASSWORD,
    POSTS,
    REHEARSAL,
    STORIES,
    UNITS,
)
from core.evidence import service as registers
from core.filing import service as filing
from core.foundation import clock, outbox
from core.foundation.access import NATION, SYSTEM, Actor, territory, within
from core.foundation.db import new_id, one_transaction, session
from core.foundation.paging import Paging
from core.notices import service as notices
from core.plans import service as plans
from core.rulesets.loader import national
from core.testing import people as invented
from core.testing.papers import signed_undertaking
from core.testing.photos import portrait

DAY = datetime(2020, 3, 25, 9, 0, tzinfo=clock.BEIJING)
EARLIER = datetime(2020, 2, 20, 9, 0, tzinfo=clock.BEIJING)
WHO = {
    "00": ("clerk", "head"),
    "33": ("zjclerk", "zjhead"),
    "41": ("henanclerk", "henanhead"),
    "66": ("btclerk", "bthead"),
}
PHOTO_RULE = "近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K，与证书所贴照片一致。"
SEASON = "2020-first_half"
FIRST_RECOGNISED = 10
BODY = (
    "2020年上半年教师资格认定工作安排如下，请在网报时间内申请，按时现场确认。咨询电话：000-12345，监督电话：000-12346。"
)


def is_loaded() -> bool:
    """Whether the demonstration year is there already."""
    with within(NATION):
        return session().scalar(select(Account.id).where(Account.username == "centre")) is not None


def officer(username: str) -> Actor:
    """A demonstration officer as an actor."""
    row = session().scalars(select(Account).where(Account.username == username)).one()
    return accounts.actor_of(row)


def load() -> None:
    """Load the whole year up to 25 March 2020; the caller has set the clock to follow a file."""
    with within(NATION):
        clock.set_to(EARLIER)
        _house()
        _registers()
        open_plans = [
            _province("00", "province", "province2", "clerk"),
            *neighbours().values(),
        ]
        penal.in_force(officer("clerk"), officer("head"))
        clock.set_to(DAY)
        plans.advance(clock.today(), clock.now())
        outbox.drain()
        played = {serial: play(serial, goal, open_plans[0]) for serial, goal in STORIES}
        _papers(played[FIRST_RECOGNISED])
        _enquiries()
        examining.contact(officer("province"), clock.now())
        examining.screened(officer("centre"), officer("examiner"), clock.now())
        for serial, plan_id in zip(others.PEOPLE.values(), open_plans[1:], strict=True):
            play(serial, "confirmed", plan_id)
        penal.under_way(officer("clerk"), [officer("province"), officer("henan")], _person_of(played[11]))
        _survey(played[FIRST_RECOGNISED])
        person(REHEARSAL)
        outbox.drain()
        certificates.publish_log_head(clock.now())


def _survey(case_id: UUID) -> None:
    row = certificates.of_person(_person_of(case_id))[0]
    registering.begun(
        officer("clerk"), officer("head"), (officer("province"), officer("province2")),
        (row.name, row.document_number, row.number), signed_undertaking(),
    )  # fmt: skip


def _person_of(case_id: UUID) -> UUID:
    return cases.case(case_id).person_id


def _papers(case_id: UUID) -> None:
    now = clock.now()
    papers.printed(officer("clerk"), now)
    papers.ordered(officer("province"), officer("province2"), SEASON, now)
    papers.asked(case_id, now)


def _enquiries() -> None:
    now = clock.now()
    enquiries.lines(officer("province"), now)
    enquiries.knowledge(officer("centre"), now)
    enquiries.asked(officer("clerk"), now)
    enquiries.calls(officer("clerk"), clock.today(), now)


def neighbours() -> dict[str, UUID]:
    """Zhejiang, Henan and the XPCC with an open plan each; returns the plans."""
    _people(others.BODIES, others.OFFICERS, others.OFFICER_SERIAL)
    return {code: neighbour(code) for code in others.PEOPLE}


def neighbour(code: str) -> UUID:
    """One of them, its people known; returns its plan."""
    officers = {"33": "zhejiang", "41": "henan", "66": "bingtuan"}
    return _province(code, officers[code], officers[code], WHO[code][0])


def _house() -> None:
    calendar.seed_national(2020, national(2020), clock.now())
    filing.seed_divisions([filing.NewDivision(*place) for place in DIVISIONS], clock.now())
    _people(BODIES, OFFICERS, OFFICER_SERIAL)


def _people(bodies: list[dict[str, Any]], officers: list[tuple[str, str, list[str], str, str]], serial: int) -> None:
    for body in bodies:
        points = [{"name": "政务服务大厅", "address": f"{body['name']}一楼", "telephone": "000-12345"}]
        filing.add_institution(telephone="000-12345", points=points, **body)
    _officers(officers, serial)


@one_transaction
def _officers(officers: list[tuple[str, str, list[str], str, str]], first: int) -> None:
    """File everybody by name: two by the operator's command, the others proposed by one and approved by another."""
    for serial, (username, name, roles, prefix, code) in enumerate(officers, first):
        data: dict[str, Any] = {
            "id": new_id(), "name": name, "document_kind": "resident_id",
            "document_number": invented.identity_number(serial), "mobile": invented.mobile(serial), "mail": "",
            "username": username, "institution_code": code, "province_code": prefix[:2], "unit": UNITS.get(prefix, ""),
            "post": POSTS[roles[0]], "roles": roles, "valid_until": None, "signed_on": EARLIER.date(),
            "undertaking": signed_undertaking(),
        }  # fmt: skip
        if username in FIRST:
            row = filing.open_first(data, clock.now())
        else:
            one, two = FILERS[prefix[:2] if code else ""]
            row = filing.draft(officer(one), data, clock.now())
            filing.submit(officer(one), row.id, clock.now())
            filing.approve(officer(two), row.id, clock.now())
        secret = filing.new_code(SYSTEM, row.id, clock.now())
        filing.activate(username, data["document_number"], secret, PASSWORD, clock.now())


def _registers() -> None:
    head = "document_number,name,number,level,subject,division,issued_on,valid_until\n"
    lines: dict[str, list[str]] = {"education": [], "putonghua": [], "exam": [], "residence": []}
    for serial in range(1, 61):
        who = f"{invented.identity_number(serial)},{invented.name(serial)}"
        lines["education"].append(f"{who},XL{serial:06d},bachelor,,,2018-06-30,")
        lines["putonghua"].append(f"{who},PTH{serial:06d},2A,,,2018-05-01,")
        lines["exam"].append(f"{who},KS{serial:06d},3,语文,,2019-06-01,2022-06-01")
        if serial % 5:
            lines["residence"].append(f"{who},,,,00,,")
    centre = officer("centre")
    for kind, rows in lines.items():
        data = (head + "\n".join(rows) + "\n").encode()
        registers.start_import(centre, new_id(), kind, f"{kind}.csv", data, True, clock.now())
    outbox.drain()


def _province(code: str, first: str, second: str, clerk: str) -> UUID:
    one, two = officer(first), officer(second)
    now = clock.now()
    draft = {
        "id": new_id(), "year": 2020, "season": "first_half", "audience": "applicants",
        "title": "2020年上半年教师资格认定工作通知", "body": BODY, "photo_rule": PHOTO_RULE,
    }  # fmt: skip
    row = notices.draft(one, draft, now)
    notices.file(one, row.id, now)
    notices.receive(officer("centre"), row.id, now)
    notices.publish(one, row.id, now)
    days = {
        "business": "recognition", "entry_start": "2020-03-20", "entry_end": "2020-04-30",
        "confirm_start": "2020-03-23", "confirm_end": "2020-05-15",
    }  # fmt: skip
    meeting = {"held_on": "2020-03-10", "place": "省会", "contents": ["deployment", "policy", "system"]}
    plans.file_table(one, {"id": new_id(), "year": 2020, "rows": [days], "meetings": [meeting]}, now)
    meetings.year(one, now)
    _blanks(code, two, now)
    made = [
        _plan(two, clerk, body)
        for body in [*BODIES, *others.BODIES]
        if body["code"].startswith(code) and "3" in body["kinds"]
    ]
    return made[0]


def _blanks(code: str, province: Actor, now: datetime) -> None:
    """The centre receives 500 blanks and 200 stickers, and sends the province its first stock, before any case."""
    centre, rules = officer("centre"), national(2020)
    for item, mark, count in (("blank", f"K{code}", 500), ("sticker", f"T{code}", 200)):
        certificates.receive(centre, new_id(), item, mark, 1, count, False, now)
        sent = certificates.allot(
            centre, new_id(), certificates.province_holder(code), item, count, SEASON, "首批备货，报名尚未开始", rules,
            now,
        )  # fmt: skip
        certificates.dispatch(centre, sent.id, f"1-{count}", mark, now)
        certificates.accept(province, sent.id, now)


def _plan(province: Actor, clerk: str, body: dict[str, Any]) -> UUID:
    by = Actor("officer", id=officer(clerk).id, name=officer(clerk).name, prefix=body["division"])
    data = {
        "id": new_id(), "institution_code": body["code"], "business": "recognition", "title": "2020年春季认定",
        "entry_start": date(2020, 3, 20), "entry_end": date(2020, 4, 10), "confirm_start": date(2020, 3, 23),
        "confirm_end": date(2020, 4, 17),
    }  # fmt: skip
    row = plans.draft(by, data, clock.now())
    plans.submit(by, row.id, clock.now())
    plans.approve(province, row.id, clock.now())
    plans.publish(province, row.id, clock.now())
    return row.id


def person(serial: int) -> Actor:
    """Sign an invented person up; the mobile is their sign-in."""
    data = {
        "name": invented.name(serial), "document_kind": "resident_id",
        "document_number": invented.identity_number(serial), "mobile": invented.mobile(serial), "mail": "",
        "password": PASSWORD,
    }  # fmt: skip
    return accounts.actor_of(accounts.sign_up(data, clock.today(), clock.now()))


LIFE = [
    {"since": "2002-09", "until": "2008-06", "unit": "春溪县中心小学", "role": "学生", "witness": "陈老师"},
    {"since": "2008-09", "until": "2014-06", "unit": "春溪县第一中学", "role": "学生", "witness": "李老师"},
    {"since": "2014-09", "until": "2018-06", "unit": "示范师范大学", "role": "学生", "witness": "王老师"},
    {"since": "2018-08", "until": "", "unit": "春溪县第一中学", "role": "代课教师", "witness": "周老师"},
]


def form_of(serial: int) -> dict[str, Any]:
    """The application form of an invented person; it matches the demonstration's registers."""
    return {
        "kind": "3", "subject": "语文", "place_basis": "household", "education_level": "bachelor",
        "school": "示范师范大学", "major": "汉语言文学", "graduated_on": date(2018, 6, 30), "study_form": "full_time",
        "education_certificate": f"XL{serial:06d}", "teacher_training": "no", "putonghua_level": "2A",
        "putonghua_certificate": f"PTH{serial:06d}", "ability_basis": "exam", "exam_certificate": f"KS{serial:06d}",
        "exam_kind": "3", "exam_subject": "语文", "exam_valid_until": date(2022, 6, 1), "ethnic_group": "汉族",
        "photo_taken_on": date(2020, 3, 1), "address": "杏林市春溪县杏花路1号",
        "political_affiliation": "群众", "occupation": "教师", "unit": "春溪县第一中学", "degree": "学士",
        "putonghua_on": date(2018, 5, 1), "putonghua_body": "示范省语言文字培训测试中心", "post_code": "000101",
        "household_place": "杏林市春溪县", "cv": LIFE,
    }  # fmt: skip


def apply(serial: int, plan_id: UUID, submit: bool = True) -> UUID:
    """An invented person applies under a plan; returns the case's id."""
    me = person(serial)
    row = cases.start(me, new_id(), plan_id, clock.today(), clock.now())
    cases.save(me, row.id, form_of(serial), row.version, clock.now())
    cases.attach_photo(me, row.id, portrait(serial), clock.now())
    if submit:
        cases.submit(me, row.id, True, clock.today(), clock.now())
        outbox.drain()
    return row.id


def play(serial: int, goal: str, plan_id: UUID) -> UUID:
    """Take an invented person's case as far as `goal`."""
    case_id = apply(serial, plan_id, submit=goal != "draft")
    row = cases.case(case_id)
    if goal == "withdrawn":
        cases.withdraw(Actor("applicant", person_id=row.person_id), case_id, clock.now())
    if goal in ("draft", "submitted", "withdrawn"):
        return case_id
    clerk, head = WHO[row.province_code]
    confirm(officer(clerk), case_id)
    if goal != "confirmed":
        _conclude(officer(clerk), officer(head), case_id, goal)
    return case_id


def confirm(by: Actor, case_id: UUID) -> None:
    """The person comes with the originals that may be asked for."""
    for item in cases.kept_evidence(case_id):
        if item.result != "matched":
            cases.mark_original_seen(by, item.id, clock.now())
    cases.confirm(by, case_id, True, True, clock.today(), clock.now())
    outbox.drain()


def _conclude(clerk: Actor, head: Actor, case_id: UUID, goal: str) -> None:
    cases.start_review(clerk, case_id, clock.now())
    if goal == "in_review":
        return
    cases.look_at_photo(clerk, case_id, True, "", clock.now())
    cases.record_medical(clerk, case_id, "passed", "杏林市人民医院", clock.today(), clock.now())
    refused = goal == "refused"
    reason = "所持学历证书经核实不符合申请条件" if refused else ""
    cases.propose(clerk, case_id, "refused" if refused else "recognised", reason, clock.now())
    if goal == "proposed":
        return
    settle(cases.case(case_id).province_code)
    cases.conclude(head, case_id, "refused" if refused else "recognised", "", clock.today(), clock.now())
    outbox.drain()


def settle(province_code: str) -> None:
    """Send what waits for a batch and collect what is answered, now rather than in a moment."""
    with within(territory(province_code)):
        checks.send_batches(province_code, 0, clock.now())
        for batch in checks.batches(Paging()).rows:
            if batch.state == "sent" and batch.channel != "paper":
                checks.collect(batch.id, clock.now())
    outbox.drain()
