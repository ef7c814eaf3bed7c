"""Enquiries through the verbs and over real sockets: asked, read, answered, late, escalated, counted."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from flask import current_app
from sqlalchemy import func, select

from core.consultation import service
from core.consultation.models import Enquiry, EnquiryCall, EnquiryInbox, EnquiryLetter
from core.demonstration import story
from core.foundation import clock, outbox
from core.foundation.access import NOBODY, own, within
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.outbox import OutboxMessage
from core.foundation.paging import Paging
from core.hooks.discovery import host_for
from core.hooks.types import HotlineCall, HotlineDay
from core.oversight import service as oversight
from core.privacy import disposal
from core.privacy import service as privacy
from core.testing import border
from tests.postoffice import PASSWORD, USER, open_office

COUNTY = "00102"
LINE = {
    "telephone": "000-12345", "opens": "08:30", "closes": "17:30", "pause_from": "12:00", "pause_to": "13:30",
    "mailbox": "chunxi@example.cn", "remark": "", "dedicated": False, "version": 0,
}  # fmt: skip


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def ask(by=NOBODY, **changes):
    data = {
        "id": new_id(), "institution_code": COUNTY, "subject": "网报时间", "body": "什么时候可以网报？",
        "asker": "王某", "contact": "", **changes,
    }  # fmt: skip
    with within(by.scope):
        return service.ask(by, data, clock.now())


def answer(username, row, **changes):
    by = story.officer(username)
    with within(by.scope):
        fresh = service.thread(row.id).row
        data = {"body": "4月10日前。", "article_id": None, "version": fresh.version, **changes}
        return service.answer(by, row.id, data, clock.now())


def test_a_question_is_read_with_number_and_code_alone_and_once_whatever_is_sent_twice(house):
    same = new_id()
    first, again = ask(id=same), ask(id=same)
    assert (first.row.id, first.code) == (again.row.id, again.code)
    assert first.row.due_on == date(2020, 3, 30)
    answer("clerk", first.row)
    with within(own(None)):
        thread = service.read(first.row.reference.lower(), f" {first.code.lower()}")
        assert [item.direction for item in thread.letters] == ["in", "out"]
        for number, code in ((first.row.reference, "AAAAAAAAAA"), ("Q00-200325-000000", first.code)):
            with pytest.raises(Refused) as refusal:
                service.read(number, code)
            assert codes(refusal) == ["enquiry_unknown"]
        assert session().scalar(select(func.count()).select_from(Enquiry)) == 0  # nothing by a plain query
    with pytest.raises(NotFound):
        ask(id=same, subject="另一个问题")
    a_code_cannot_be_guessed_by_patience()
    a_stranger_province_sees_nothing(same)


def a_code_cannot_be_guessed_by_patience():
    asked = ask()
    with within(own(None)):
        for _ in range(20):
            with pytest.raises(Refused):
                service.read(asked.row.reference, "AAAAAAAAAA")
        with pytest.raises(Refused):
            service.read(asked.row.reference, asked.code)  # for an hour not even the right one


def test_more_is_added_while_it_waits_and_a_new_question_after_the_answer(house):
    me = story.person(3)
    asked = ask(me)
    assert ask().row.person_id != asked.row.person_id
    with within(me.scope):
        assert [row.id for row in service.mine(me, Paging()).rows] == [asked.row.id]
        more = service.go_on(me, {"body": "补充", "enquiry_id": asked.row.id}, clock.now())
        assert more.row.id == asked.row.id
    answer("clerk", asked.row)
    with pytest.raises(Refused):
        answer("clerk", asked.row)
    house.at("2020-04-01")
    with within(me.scope):
        new = service.go_on(me, {"body": "还有一问", "enquiry_id": asked.row.id}, clock.now())
        assert (new.row.follows_id, new.row.state, new.row.due_on) == (asked.row.id, "open", date(2020, 4, 7))
        assert service.own(me, asked.row.id).row.state == "closed"
        own_data = privacy.own_data(me, clock.now())
    assert [len(item["letters"]) for item in own_data["enquiries"]] == [3, 1]
    other = story.person(4)
    with within(other.scope), pytest.raises(NotFound):
        service.own(other, asked.row.id)


def test_what_nobody_answers_becomes_late_goes_to_the_centre_and_comes_back(house):
    asked, other = ask(), ask()
    clerk, centre = story.officer("clerk"), story.officer("centre")
    house.at("2020-03-30")
    assert service.advance(clock.today(), clock.now()) == 0
    with within(clerk.scope):
        (owed,) = [item for item in oversight.everything(clerk, clock.today(), clock.now()) if "enquir" in item.kind]
        assert (owed.kind, owed.institution_code, owed.due_on) == ("enquiries_waiting", COUNTY, date(2020, 3, 30))
    house.at("2020-03-31")
    with within(clerk.scope):
        assert service.waiting(clock.today()) == (2, 0, 2)
        row = service.escalate(clerk, other.row.id, "涉及政策解释", 1, clock.now())
        assert row.escalated_why == "asked"
        with pytest.raises(Conflict):
            service.escalate(clerk, other.row.id, "again", 1, clock.now())
    assert oversight.daily(clock.now())["enquiries"] == 1
    assert oversight.daily(clock.now())["enquiries"] == 0
    with within(centre.scope):
        late = service.enquiries(Paging(), "escalated", True, clock.today())
        assert {row.id: row.escalated_why for row in late.rows} == {asked.row.id: "overdue", other.row.id: "asked"}
        service.note(centre, asked.row.id, "请按本省公告答复", clock.now())
    answered = answer("clerk", asked.row)
    assert (answered.state, answered.timely, answered.took_hours) == ("answered", False, 144)
    answer("centre", other.row)
    with within(own(None)):
        assert "请按本省公告答复" not in [item.body for item in service.read(asked.row.reference, asked.code).letters]
    house.at("2020-04-15")
    assert service.advance(clock.today(), clock.now()) == 2
    house.at("2022-04-20")
    assert disposal.due(clock.today())["enquiries"] == 2
    list(disposal.dispose("enquiries", clock.today(), clock.now()))
    assert session().scalar(select(func.count()).select_from(EnquiryLetter)) == 0


def a_stranger_province_sees_nothing(enquiry_id):
    henan = story.officer("henan")
    with within(henan.scope):
        assert service.enquiries(Paging()).rows == []
        with pytest.raises(NotFound):
            service.thread(enquiry_id)
        with pytest.raises(NotFound):
            service.save_line(henan, COUNTY, LINE, clock.now())


def test_lines_are_public_and_say_whether_somebody_answers(house):
    head = story.officer("head")
    with within(head.scope):
        service.save_line(head, COUNTY, LINE, clock.now())
        with pytest.raises(Conflict):
            service.save_line(head, COUNTY, LINE, clock.now())
        with pytest.raises(Refused) as refusal:
            service.save_line(head, COUNTY, LINE | {"telephone": "x", "mailbox": "y", "version": 1}, clock.now())
    assert codes(refusal) == ["line_telephone_form", "mail_form"]
    for moment, wanted in (("2020-03-25T09:00", True), ("2020-03-25T12:30", False), ("2020-03-28T09:00", False)):
        with within(own(None)):
            rows, _page = service.directory("00", Paging(), "", house.at(moment))
        assert {row.code: row.open for row in rows}[COUNTY] is wanted
        assert {row.code: row.open for row in rows}["00103"] is None
    province = story.officer("province")
    with within(province.scope):
        service.save_line(province, "00001", LINE | {"telephone": "000-96777"}, clock.now())
    with within(own(None)):
        assert service.provincial_telephones() == ["000-96777"]


def test_calls_are_counted_once_whoever_tells_them(house):
    clerk = story.officer("clerk")
    data = {"id": new_id(), "on": date(2020, 3, 25), "at": "08:45", "answered": False, "minutes": 0, "topic": "网报"}
    with within(clerk.scope):
        for _ in range(2):
            assert service.record_call(clerk, COUNTY, data, clock.now()).missed
        assert not service.record_call(clerk, COUNTY, data | {"id": new_id(), "at": "07:00"}, clock.now()).missed
        with pytest.raises(Refused):
            service.record_call(clerk, COUNTY, data | {"id": new_id(), "at": "23:00"}, clock.now())
        with pytest.raises(NotFound):
            service.record_call(clerk, "00103", data | {"id": new_id()}, clock.now())
    at = house.at("2020-03-25T08:45")
    told = [HotlineCall("A", COUNTY, at, False, 0), HotlineCall("B", "41102", at, True, 61)]
    assert service.record_hotline("00", told, clock.now()) == 2
    assert service.record_hotline("00", [*told, HotlineCall("C", "", at, True)], clock.now()) == 1
    desk = session().scalars(select(EnquiryCall).where(EnquiryCall.institution_code == "00001")).all()
    assert sorted((row.reference, row.minutes) for row in desk) == [("L:B", 2), ("L:C", 0)]


def test_a_provinces_own_line_is_asked_every_night_and_a_repeat_is_harmless(house):
    told = {"reference": "C-1", "institution": COUNTY, "at": "2020-03-24T09:30:00+08:00", "answered": False}
    house.agency.calls["2020-03-24"] = [told]
    for _ in range(2):
        oversight.daily(clock.now())
        outbox.drain()
    (call,) = session().scalars(select(EnquiryCall)).all()
    assert (call.source, call.missed, call.received_on) == ("line", True, date(2020, 3, 24))
    assert host_for("00").fetch_hotline_calls(border.moment(), HotlineDay(clock.today())) == []
    house.agency.calls.clear()


def test_the_month_in_figures(house):
    first, second = ask(), ask()
    house.at("2020-03-26T11:00")
    answer("clerk", first.row)
    house.at("2020-03-31T09:00")
    answer("clerk", second.row)
    clerk, centre = story.officer("clerk"), story.officer("centre")
    span = service.month_of("2020-03", clock.today())
    with within(clerk.scope):
        (item,) = service.of_month(clerk, *span).values()
        assert (item.asked, item.answered, item.timely, item.share, item.median_hours) == (2, 2, 1, "50%", 26)
        assert service.of_month(clerk, *service.month_of("2020-02", clock.today())) == {}
    with within(centre.scope):
        assert list(service.of_month(centre, *span)) == ["00"]
    assert service.month_of("nonsense", date(2020, 12, 5)) == (date(2020, 12, 1), date(2021, 1, 1))


def test_articles_are_published_found_and_quoted(house):
    centre, province = story.officer("centre"), story.officer("province")
    texts = {"title": "什么时候网报", "body": "以公告为准。", "title_en": "When to apply", "body_en": "See the notice."}
    row = service.draft(centre, {"id": new_id(), **texts}, clock.now())
    assert service.published(Paging()).rows == []
    with pytest.raises(NotFound):
        service.move(province, row.id, "published", 1, clock.now())
    service.move(centre, row.id, "published", 1, clock.now())
    for search, count in (("网报", 1), ("notice", 1), ("100%", 0), ("网报 公告", 1)):
        assert len(service.published(Paging(), "00", search).rows) == count
    asked = ask()
    answer("clerk", asked.row, body="", article_id=row.id)
    with within(own(None)):
        assert "以公告为准" in service.read(asked.row.reference, asked.code).letters[-1].body
    an_answer_without_a_mailbox_goes_out_as_the_platforms_mail()


def mail(subject="咨询网报", body="请问何时网报？", **heads):
    made = EmailMessage()
    for name, value in {
        "From": "王某 <asker@example.cn>",
        "To": "chunxi@example.cn",
        "Subject": subject,
        **heads,
    }.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


@pytest.fixture
def office(house, tmp_path):
    """A mail server with TLS of its own authority, and the county's mailbox on it."""
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = type(settings)(**{**vars(settings), "mail_hosts": "127.0.0.1"})
    with open_office(tmp_path) as office:
        head = story.officer("head")
        data = {
            "address": "chunxi@example.cn", "username": USER, "password": PASSWORD, "authority": office.authority,
            "enabled": True, "version": 0, "imap_host": "127.0.0.1", "imap_port": office.imap_port,
            "imap_security": "tls", "smtp_host": "127.0.0.1", "smtp_port": office.smtp_port, "smtp_security": "tls",
        }  # fmt: skip
        with within(head.scope):
            office.inbox = service.save_inbox(head, COUNTY, data, clock.now())
        yield office
    current_app.config["SETTINGS"] = settings


def enquiries():
    session().rollback()
    return list(session().scalars(select(Enquiry).order_by(Enquiry.id)))


def read_again(office):
    session().rollback()
    return service.read_inbox(office.inbox.id, clock.now())


def test_a_letter_becomes_a_question_and_its_answer_goes_back_in_the_thread(office):
    first = mail(Message_ID="<1@asker>")
    first.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="证明.pdf")
    office.put(first.as_bytes())
    outbox.drain()
    (row,) = enquiries()
    assert (row.channel, row.subject, row.contact, row.institution_code) == (
        "letter", "咨询网报", "asker@example.cn", COUNTY,
    )  # fmt: skip
    clerk = story.officer("clerk")
    with within(clerk.scope):
        ((kept,),) = service.thread(row.id).files.values()
        assert service.attachment(row.id, kept.id)[1] == b"%PDF-1.4 x"
    assert office.seen == {1}
    answer("clerk", row)
    outbox.drain()
    (sent,) = office.sent
    assert (sent["To"], sent["In-Reply-To"], sent["From"]) == ("asker@example.cn", "<1@asker>", "chunxi@example.cn")
    assert row.reference in sent["Subject"]
    assert "4月10日前" in sent.get_content()
    made = session().scalars(select(EnquiryLetter).where(EnquiryLetter.direction == "out")).one()
    service.send(made.id, clock.now())
    assert len(office.sent) == 1  # sent twice is sent once
    office.put(mail(body="谢谢，还有……", Message_ID="<2@asker>", In_Reply_To=sent["Message-ID"]).as_bytes())
    office.put(mail(body="我也问", From="other@example.cn", Message_ID="<3@o>", References="<1@asker>").as_bytes())
    read_again(office)
    first, follow, other = enquiries()
    assert (first.state, follow.follows_id, other.follows_id) == ("closed", row.id, None)


def test_a_letter_read_twice_is_one_question(office):
    office.put(mail(Message_ID="<1@asker>").as_bytes())
    office.put(mail(Message_ID="<1@asker>").as_bytes())
    office.put(mail(body="补充", Message_ID="<2@asker>", References="<0@x> <1@asker>").as_bytes())
    outbox.drain()
    office.validity = 8  # the server counts anew: everything is read again
    assert read_again(office) == 0
    assert outbox.perform(new_id()) is False
    (row,) = enquiries()
    assert len(service.thread(row.id).letters) == 2
    inbox = session().get(EnquiryInbox, ("00", office.inbox.id))
    assert (inbox.validity, inbox.last_uid) == (8, 3)
    waiting = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "waiting")
    assert session().scalar(waiting.where(OutboxMessage.kind == "consultation.read")) == 1


def test_machines_own_letters_and_unfit_ones_are_passed_over(office):
    office.put(mail(Auto_Submitted="auto-replied", Message_ID="<1@a>").as_bytes())
    office.put(mail(From="chunxi@example.cn", Message_ID="<2@a>").as_bytes())
    office.put(b"no letter at all")
    outbox.drain()
    assert enquiries() == []
    office.fault = "too_big"
    office.put(mail(Message_ID="<4@a>").as_bytes())
    assert read_again(office) == 0
    office.fault = ""
    office.put(mail(Message_ID="<5@a>").as_bytes())
    assert read_again(office) == 1


def test_what_goes_wrong_stands_on_the_mailbox_and_is_tried_again(office):
    outbox.drain()
    a_server_the_operator_has_not_named_is_not_spoken_to(office)
    for fault, said in (("no_login", "sign_in"), ("hang_up", "connection")):
        office.fault = fault
        office.put(mail(Message_ID=f"<{fault}@a>").as_bytes())
        read_again(office)
        session().rollback()
        assert session().get(EnquiryInbox, ("00", office.inbox.id)).fault in (said, "answer")
        assert enquiries() == []
    office.fault = ""
    assert read_again(office) == 2
    assert session().get(EnquiryInbox, ("00", office.inbox.id)).fault == ""
    office.refused.add("asker@example.cn")
    answer("clerk", enquiries()[0])
    outbox.drain()
    (message,) = session().scalars(select(OutboxMessage).where(OutboxMessage.kind == "consultation.send"))
    assert (message.state, "recipient" in message.last_error) == ("waiting", True)


def a_server_the_operator_has_not_named_is_not_spoken_to(office):
    head, row = story.officer("head"), office.inbox
    data = {name: getattr(row, name) for name in (*service.INBOX, "version")} | {"password": ""}
    with within(head.scope), pytest.raises(Refused) as refusal:
        service.save_inbox(head, COUNTY, data | {"imap_host": "10.0.0.1"}, clock.now())
    assert codes(refusal) == ["mail_server_foreign"]
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = type(settings)(**{**vars(settings), "mail_hosts": ""})
    number = office.put(mail(Message_ID="<1@a>").as_bytes())
    assert read_again(office) == 0
    del office.letters[number]
    current_app.config["SETTINGS"] = settings


def an_answer_without_a_mailbox_goes_out_as_the_platforms_mail():
    asked = ask(contact="asker@example.cn")
    answer("clerk", asked.row)
    outbox.drain()
    made = session().scalars(select(EnquiryLetter).where(EnquiryLetter.enquiry_id == asked.row.id)).all()
    assert [item.sent_at is not None for item in sorted(made, key=lambda item: item.direction)] == [False, True]
