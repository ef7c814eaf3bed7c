"""A person becomes a teacher in three provinces that have nothing in common but the platform."""

from __future__ import annotations

import re
import time

import pytest

from core.applications import service as cases
from core.certificates import service as certificates
from core.checks import service as checks
from core.demonstration import story
from core.demonstration.provinces import PEOPLE
from core.foundation import clock, outbox
from core.foundation.access import territory, within
from core.foundation.db import session
from core.foundation.paging import Paging
from core.hooks.discovery import host_for, present
from core.notices import service as notices
from core.testing.office import Office
from tests.conftest import post, sign_in
from tests.provinces.conftest import drop


def check_of(code):
    with within(territory(code)):
        (row,) = checks.checks(Paging()).rows
    return row


def teacher(case_id, code):
    """The head concludes what was proposed: the certificate is there and can be verified."""
    head = story.officer(story.WHO[code][1])
    cases.conclude(head, case_id, "recognised", "", clock.today(), clock.now())
    row = cases.case(case_id)
    assert row.state == "recognised"
    assert certificates.verify(row.certificate_number, row.person_name).state == "in_force"


def text(answer):
    return answer.get_data(as_text=True)


def test_three_plugins_and_one_province_without(world):
    assert [host.code for host in present().active()] == ["00", "33", "41"]
    assert host_for("66").state == "defaults"


def test_zhejiang_by_call_back(house, plans, zhejiang, address):
    zhejiang.polls = 1000  # nothing is ever ready for those who ask
    zhejiang.callback, zhejiang.delay = f"{address}/p/33/checks", 0.5
    before = len(zhejiang.called_back)
    case_id = story.play(PEOPLE["33"], "proposed", plans["33"])
    with within(territory("33")):
        checks.send_batches("33", 0, clock.now())
    limit = time.monotonic() + 15
    while len(zhejiang.called_back) == before and time.monotonic() < limit:
        time.sleep(0.05)
    assert zhejiang.called_back[before:] == [200]
    session().rollback()
    check = check_of("33")
    assert (check.state, check.door) == ("clear", "called_back")
    outbox.drain()
    teacher(case_id, "33")
    page = text(sign_in(house.client("staff"), "zhejiang").get("/p/33/"))
    assert "已接收" in page


def test_henan_by_workbook(house, plans):
    case_id = story.play(PEOPLE["41"], "proposed", plans["41"])
    story.settle("41")
    assert check_of("41").state == "sent"
    assert Office(drop(house, ""), answered_on=clock.today()).answer() == 1
    client = sign_in(house.client("staff"), "henan")
    assert post(client, "/p/41/look", "/p/41/").status_code == 303
    outbox.drain()
    listed = text(client.get("/p/41/"))
    url = re.search(r'href="(/p/41/returns/[^"]+)"', listed).group(1)
    shown = text(client.get(url))
    assert check_of("41").reference in shown
    assert story.invented.identity_number(PEOPLE["41"]) not in shown
    assert check_of("41").state == "sent"  # looking takes nothing
    version = re.search(r'name="version" value="(\d+)"', shown).group(1)
    assert post(client, f"{url}/take", url, version=version).status_code == 303
    session().rollback()
    assert check_of("41").state == "clear"
    assert "已采用1条答复" in text(client.get(url))
    assert client.get(f"{url}/file").data.startswith(b"PK")
    outbox.drain()
    teacher(case_id, "41")


def test_the_xpcc_by_two_officers_typing(house, plans):
    case_id = story.play(PEOPLE["66"], "proposed", plans["66"])
    story.settle("66")
    check = check_of("66")
    assert (check.state, check.door) == ("sent", "paper")
    first, second = story.officer("btclerk"), story.officer("btclerk2")
    checks.type_in(first, check.id, "clear", clock.today(), "", clock.now())
    assert check_of("66").state == "sent"
    checks.confirm_typed(second, check.id, "clear", clock.today(), clock.now())
    outbox.drain()
    teacher(case_id, "66")


def test_the_xpccs_divisions_are_a_tree_of_its_own(house, plans):
    case_id = story.play(PEOPLE["66"], "confirmed", plans["66"])
    regiment, division = story.officer("btclerk"), story.officer("bingtuan")
    for who in (regiment, division):
        with within(who.scope):
            assert cases.case(case_id).territory == "669801"
    with within(story.officer("zhejiang").scope), pytest.raises(Exception, match=r".*"):
        cases.case(case_id)


def test_a_published_notice_is_in_zhejiangs_feed(plans, zhejiang):
    assert plans["33"]
    outbox.drain()
    with within(territory("33")):
        (row,) = [row for row in notices.notices(Paging()).rows if row.state == "published"]
    assert row.publication_receipt == zhejiang.feed[str(row.id)]["url"]


def test_henans_notice_is_refused_without_its_second_line(plans):
    assert plans["41"]
    henan, now = story.officer("henan"), clock.now()
    with within(henan.scope):
        row = next(row for row in notices.notices(Paging()).rows if row.state == "published")
        row.body = "咨询电话：000-12345。"
        found = notices.judge(row, now)
        assert [finding.source for finding in found.refusals] == ["41"]
        assert found.codes() == ["notice_telephone_missing"]
        session().rollback()
