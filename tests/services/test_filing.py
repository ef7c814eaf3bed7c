"""Named filing and hand-over: who may enter, from the proposal to the end, and what the successor gets."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.accounts.rules import Role
from core.applications.models import Case
from core.demonstration import story
from core.demonstration.people import PASSWORD
from core.filing import service
from core.filing.models import Filing
from core.filing.rules import LEVEL_ROLES
from core.foundation import clock, outbox
from core.foundation.access import SYSTEM, territory, within
from core.foundation.audit import AuditEntry
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.testing import people as invented
from core.testing.papers import signed_undertaking
from tests.conftest import post, sign_in
from tests.services.test_concurrency import at_once


def proposal(serial: int = 950, **changes: Any) -> dict[str, Any]:
    """A new clerk of county 00102."""
    return {
        "id": new_id(), "name": invented.name(serial), "document_kind": "resident_id",
        "document_number": invented.identity_number(serial), "mobile": invented.mobile(serial),
        "mail": "new@example.cn", "username": f"new{serial}", "institution_code": "00102", "province_code": "",
        "unit": "", "post": "经办", "roles": ["case_officer"], "valid_until": None,
        "signed_on": clock.today(), "undertaking": signed_undertaking(),
    } | changes  # fmt: skip


def filed(serial: int = 950, **changes: Any) -> Filing:
    """A clerk proposed by the head and approved by the province."""
    row = service.draft(story.officer("head"), proposal(serial, **changes), clock.now())
    service.submit(story.officer("head"), row.id, clock.now())
    return service.approve(story.officer("province"), row.id, clock.now())


def of(username: str) -> Filing:
    """The filing behind a demonstration officer."""
    account = session().scalars(select(Account).where(Account.username == username)).one()
    row = service.by_account(account.id)
    assert row is not None
    return row


def opens(username: str) -> bool:
    """Whether an account lets its person in today."""
    account = accounts.officer_named(username)
    return account is not None and accounts.opens(account, clock.today())


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    """Codes of a refusal's findings."""
    return {finding.code for finding in refusal.value.findings}


def test_a_person_is_filed_gets_a_code_and_enters(house):
    row = filed()
    account = session().get(Account, row.account_id)
    assert account.filed_until == row.confirm_by
    page = house.client("staff")
    for guess in ("", "nobody has this password"):
        assert post(page, "/sign-in", login="new950", password=guess).status_code == 422
    outbox.drain()
    letter = (Path(house.settings.data_dir) / "mail" / f"filing-{row.id}.txt").read_text(encoding="utf-8")
    assert "new@example.cn" in letter
    assert "new950" not in letter  # user name and address are told in person
    code = service.new_code(SYSTEM, row.id, clock.now())
    with pytest.raises(Refused) as told:
        service.activate("new950", invented.identity_number(951), code, PASSWORD, clock.now())
    assert codes(told) == {"activation_failed"}
    client = house.client("staff")
    answer = post(
        client, "/activate", username="new950", document_number=invented.identity_number(950), code=code.lower(),
        password=PASSWORD,
    )  # fmt: skip
    assert answer.status_code == 303
    assert sign_in(client, "new950").get("/cases").status_code == 200
    with pytest.raises(Refused):
        service.activate("new950", invented.identity_number(950), code, PASSWORD, clock.now())


def test_two_people_at_the_right_levels(house):
    head, province, province2 = (story.officer(name) for name in ("head", "province", "province2"))
    row = service.draft(head, proposal(), clock.now())
    with pytest.raises(NotAllowed):
        service.approve(head, row.id, clock.now())
    service.submit(head, row.id, clock.now())
    with pytest.raises(Refused) as told:  # the centre approves provinces' people, not a county's
        service.approve(story.officer("centre"), row.id, clock.now())
    assert codes(told) == {"filing_level"}
    service.approve(province, row.id, clock.now())
    with pytest.raises(Refused) as told:
        service.approve(province2, row.id, clock.now())
    assert codes(told) == {"transition_not_allowed"}
    mine = service.draft(province, proposal(951), clock.now())
    service.submit(province2, mine.id, clock.now())
    for maker in (province, province2):  # neither who drafted nor who submitted
        with pytest.raises(Refused) as told:
            service.approve(maker, mine.id, clock.now())
        assert codes(told) == {"filing_same_person"}
    with within(territory("000101")), pytest.raises(Refused) as told:
        service.draft(head, proposal(952, institution_code="00103"), clock.now())
    assert "filing_not_own" in codes(told)
    ident, henan = mine.id, story.officer("henan")
    with within(territory("41")), pytest.raises(NotFound):
        service.approve(henan, ident, clock.now())


def test_every_particular_is_judged(house):
    head = story.officer("head")
    wrong = proposal(
        name="县1", document_number="123", mobile="1", mail="nowhere", username="X", roles=["province_officer"],
        valid_until=clock.today(), undertaking=b"GIF89a",
    )  # fmt: skip
    with pytest.raises(Refused) as told:
        service.draft(head, wrong, clock.now())
    assert codes(told) == {
        "name_form", "identity_length", "mobile_form", "mail_form", "username_form", "role_place",
        "valid_until_past", "undertaking_kind",
    }  # fmt: skip
    for data, code in ((b"%PDF-1.7 cut off", "undertaking_broken"), (signed_undertaking()[:900], "undertaking_broken")):
        with pytest.raises(Refused) as told:
            service.draft(head, proposal(undertaking=data), clock.now())
        assert codes(told) == {code}
    with pytest.raises(Refused) as told:
        service.draft(head, proposal(roles=[], signed_on=clock.today() + timedelta(1)), clock.now())
    assert codes(told) == {"role_unknown", "signed_on_range"}
    row = service.draft(head, proposal(undertaking=None, signed_on=None), clock.now())
    with pytest.raises(Refused) as told:
        service.submit(head, row.id, clock.now())
    assert codes(told) == {"undertaking_missing"}


def test_one_person_one_account_in_the_nation(house):
    first = filed()
    again = service.draft(story.officer("henan"), proposal(950, institution_code="41102"), clock.now())
    with pytest.raises(Refused) as told:
        service.submit(story.officer("henan"), again.id, clock.now())
    assert codes(told) == {"person_filed"}
    other = service.draft(
        story.officer("henan"), proposal(951, username="new950", institution_code="41102"), clock.now()
    )
    with pytest.raises(Refused) as told:
        service.submit(story.officer("henan"), other.id, clock.now())
    assert codes(told) == {"username_taken"}
    service.end(story.officer("province"), first.id, "离岗", clock.now())
    service.submit(story.officer("henan"), again.id, clock.now())
    moved = service.approve(story.officer("henan2"), again.id, clock.now())
    assert moved.account_id == first.account_id
    assert session().get(Account, moved.account_id).prefix == "419801"


def test_a_filing_withdrawn_while_a_form_is_open(house):
    clerk = sign_in(house.client("staff"), "clerk")
    api = sign_in(house.client("staff"), "clerk")
    token = api.get("/api/v1/session").json["csrf_token"]
    assert clerk.get("/plans/new").status_code == 200
    page = clerk.get("/plans/new").get_data(as_text=True)
    csrf = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    service.suspend(story.officer("province"), of("clerk").id, "核实情况", clock.now())
    sent = clerk.post("/plans/new", data={"csrf_token": csrf, "title": "x"})
    assert sent.status_code == 303
    assert "/sign-in" in sent.headers["Location"]
    assert api.get("/api/v1/cases").status_code == 401
    assert api.post("/api/v1/plans", json={}, headers={"X-CSRFToken": token}).status_code == 401
    assert not opens("clerk")
    assert "县文" not in {row.display_name for row in accounts.officers_in("000101", "applications.review")}
    service.resume(story.officer("province"), of("clerk").id, clock.now())
    assert clerk.get("/cases").status_code == 303  # the old session does not come back
    assert sign_in(house.client("staff"), "clerk").get("/cases").status_code == 200


@pytest.mark.parametrize("state", ["in_force", "changing", "suspended", "ended"])
def test_only_a_filing_in_force_lets_a_person_in(house, state):
    row = of("clerk")
    client = sign_in(house.client("staff"), "clerk")
    with_state(row, state)
    assert (client.get("/cases").status_code == 200) == (state == "in_force")


def with_state(row: Filing, state: str) -> None:
    """Bring a filing in force into a state by its verbs, where there is a way."""
    province, now = story.officer("province"), clock.now()
    if state == "suspended":
        service.suspend(province, row.id, "核实", now)
    elif state == "ended":
        service.end(province, row.id, "离岗", now)
    elif state == "changing":
        change = {"name": row.name, "post": "副科长", "roles": ["case_officer"], "valid_until": None}
        service.propose_change(story.officer("head"), row.id, change, now)


def test_it_expires_at_midnight_without_any_job(house):
    row = filed(valid_until=clock.today() + timedelta(10))
    account = session().get(Account, row.account_id)
    assert accounts.opens(account, row.valid_until)
    assert not accounts.opens(account, row.valid_until + timedelta(1))
    house.at((row.valid_until + timedelta(1)).isoformat())
    assert service.lapse(clock.now()) == 1
    assert service.lapse(clock.now()) == 0
    assert service.filing(row.id).state == "suspended"
    with pytest.raises(Refused) as told:
        service.resume(story.officer("province"), row.id, clock.now())
    assert codes(told) == {"filing_expired"}


def test_confirmed_every_year_by_another(house):
    row, head = of("clerk"), story.officer("head")
    before = row.confirm_by
    house.at("2020-12-01")
    assert row.id not in {soon.id for soon in service.due_soon(clock.today())}
    house.at("2021-02-10")
    assert row.id in {soon.id for soon in service.due_soon(clock.today(), 100)}
    service.confirm(head, row.id, clock.now())
    assert row.confirm_by > before
    with pytest.raises(Refused) as told:
        service.confirm(head, of("head").id, clock.now())
    assert codes(told) == {"filing_own"}
    house.at("2021-03-01")
    assert not opens("clerk2")
    assert opens("clerk")


def test_changes_are_registered(house):
    row, head, province = of("clerk"), story.officer("head"), story.officer("province")
    service.update_contact(head, row.id, "13900000000", "a@example.cn", clock.now())
    assert row.state == "in_force"
    change = {"name": row.name, "post": "科长", "roles": ["case_officer"], "valid_until": None}
    service.propose_change(head, row.id, change, clock.now())
    service.register_change(province, row.id, False, "材料不全", clock.now())
    assert (row.state, row.post) == ("in_force", "认定经办")
    service.propose_change(head, row.id, change, clock.now())
    service.register_change(province, row.id, True, "", clock.now())
    assert (row.state, row.post) == ("in_force", "科长")
    story.confirm(story.officer("clerk"), story.apply(7, house.plan))
    service.propose_change(head, row.id, change | {"roles": ["institution_head"]}, clock.now())
    with pytest.raises(Refused) as told:  # the cases in hand would lose their reviewer
        service.register_change(province, row.id, True, "", clock.now())
    assert codes(told) == {"matters_left"}


def test_two_approvers_at_once(house):
    head = story.officer("head")
    row = service.draft(head, proposal(), clock.now())
    service.submit(head, row.id, clock.now())
    one, two, now, ident = story.officer("province"), story.officer("province2"), clock.now(), row.id
    session().rollback()
    results = at_once(
        house, lambda: service.approve(one, ident, now), lambda: service.approve(two, ident, now)
    )  # fmt: skip
    assert len([result for result in results if isinstance(result, Refused | Conflict)]) == 1
    assert len(list(session().scalars(select(Account).where(Account.username == "new950")))) == 1


def test_the_first_officers_of_an_empty_installation(world):
    def first(serial: int) -> Filing:
        data = proposal(serial, unit="国家中心", roles=["national_officer"])
        return service.open_first(data, clock.now())

    assert accounts.opens(session().get(Account, first(950).account_id), clock.today())
    first(951)
    with pytest.raises(Refused) as told:
        first(952)
    assert codes(told) == {"first_officers_filed"}


def test_a_leaver_with_open_cases_hands_over(house):
    case_id = story.apply(7, house.plan)
    story.confirm(story.officer("clerk"), case_id)
    leaver, successor = of("clerk"), of("clerk2")
    clerk, clerk2, head = (story.officer(name) for name in ("clerk", "clerk2", "head"))
    with pytest.raises(Refused) as told:
        service.end(story.officer("province"), leaver.id, "离岗", clock.now())
    assert codes(told) == {"matters_left"}
    row = service.start(clerk, new_id(), leaver.id, successor.id, clock.now())
    assert ("cases", 1) in {(matter["kind"], matter["count"]) for matter in row.matters}
    with pytest.raises(Refused) as told:
        service.start(head, new_id(), leaver.id, successor.id, clock.now())
    assert codes(told) == {"handover_open"}
    service.sign_leaver(clerk, row.id, {}, "", "", clock.now())
    with pytest.raises(NotAllowed):
        service.sign_successor(head, row.id, {}, [], "", clock.now())
    with pytest.raises(Refused) as told:
        service.sign_successor(clerk2, row.id, {}, ["keys"], "", clock.now())
    assert codes(told) == {"returned_unexplained"}
    service.sign_successor(clerk2, row.id, {}, ["keys", "passwords", "papers"], "没有印章", clock.now())
    service.confirm_handover(head, row.id, clock.now())
    client = sign_in(house.client("staff"), "clerk")
    service.file_handover(story.officer("province"), row.id, clock.now())
    assert session().get(Case, ("00", case_id)).assigned_to == successor.account_id
    assert client.get("/cases").status_code == 303
    assert (leaver.state, service.left_behind()) == ("ended", [])


def test_a_leaver_who_is_gone_and_stock(house):
    leaver, successor = of("province"), of("province2")
    third = service.draft(
        story.officer("centre"),
        proposal(950, institution_code="", province_code="00", unit="示范省教育厅", roles=["province_officer"]),
        clock.now(),
    )
    service.submit(story.officer("centre"), third.id, clock.now())
    service.approve(story.officer("centre2"), third.id, clock.now())
    three = accounts.actor_of(session().get(Account, third.account_id))
    service.suspend(story.officer("centre"), leaver.id, "失联", clock.now())
    row = service.start(three, new_id(), leaver.id, successor.id, clock.now())
    blanks = next(matter["count"] for matter in row.matters if matter["kind"] == "blanks")
    assert blanks == 500
    counted = {"blanks": blanks, "stickers": 200}
    with pytest.raises(Refused) as told:
        service.sign_leaver(three, row.id, counted, "", "", clock.now())
    assert codes(told) == {"in_place_reason"}
    for counts, code in (({}, "stock_not_counted"), (counted | {"blanks": blanks - 1}, "stock_unaccounted")):
        with pytest.raises(Refused) as told:
            service.sign_leaver(three, row.id, counts, "", "本人失联", clock.now())
        assert codes(told) == {code}
    service.sign_leaver(three, row.id, counted, "", "本人失联", clock.now())
    service.suspend(story.officer("centre"), successor.id, "核实", clock.now())
    with pytest.raises(Refused) as told:
        service.sign_successor(story.officer("province2"), row.id, counted, [], "无", clock.now())
    assert codes(told) == {"successor_not_in_force"}
    service.resume(story.officer("centre"), successor.id, clock.now())
    service.sign_successor(story.officer("province2"), row.id, counted, [], "本人失联未交", clock.now())
    service.confirm_handover(three, row.id, clock.now())
    service.file_handover(story.officer("centre"), row.id, clock.now())
    assert service.filing(leaver.id).state == "ended"


def test_a_successor_fits_the_post(house):
    clerk, head = story.officer("clerk"), story.officer("head")
    for other, code in (("clerk", "successor_same"), ("head", "successor_roles"), ("cityclerk", "successor_elsewhere")):
        with pytest.raises(Refused) as told:
            service.start(clerk, new_id(), of("clerk").id, of(other).id, clock.now())
        assert codes(told) == {code}
    row = service.start(clerk, new_id(), of("clerk").id, of("clerk2").id, clock.now())
    service.cancel_handover(head, row.id, "人员不调整", clock.now())
    assert service.open_of(of("clerk").id) is None


def test_the_responsible_person_passes_on(house):
    body = service.institution("00102")
    data = {
        "name": body.name, "telephone": body.telephone, "kinds": ["1", "2", "3"], "version": body.version,
        "also": service.read_also("000102 12"), "responsible_id": of("clerk").account_id, "valid_from": None,
        "valid_to": None, "successor": "",
    }  # fmt: skip
    province = story.officer("province")
    assert "00102" in {row.code for row in service.without_responsible("00")}
    service.change_institution(province, "00102", data, clock.now())
    assert "00102" not in {row.code for row in service.without_responsible("00")}
    with pytest.raises(Conflict):
        service.change_institution(province, "00102", data, clock.now())
    fresh = data | {"version": service.institution("00102").version}
    for change, code in (
        ({"also": service.read_also("410102 1")}, "also_form"),
        ({"successor": "00103"}, "successor_needs_end"),
        ({"successor": "00999", "valid_to": clock.today()}, "successor_unknown"),
        ({"responsible_id": of("cityclerk").account_id}, "responsible_unfit"),
        ({"valid_from": clock.today(), "valid_to": clock.today() - timedelta(1)}, "validity_backwards"),
        ({"kinds": ["9"]}, "kinds_unknown"),
    ):
        with pytest.raises(Refused) as told:
            service.change_institution(province, "00102", fresh | change, clock.now())
        assert codes(told) == {code}
    with pytest.raises(NotFound):
        service.change_institution(story.officer("henan"), "00102", fresh, clock.now())
    assert [matter.kind for matter in service.own_matters(of("clerk"))] == ["responsible"]


def test_every_post_has_a_level():
    assert set().union(*LEVEL_ROLES.values()) == set(Role)


def test_the_register_as_a_workbook_and_the_api(house):
    province = sign_in(house.client("staff"), "province")
    answer = province.get("/filings.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + len(province.get("/api/v1/filings").json)
    assert not any(invented.identity_number(serial) in str(rows) for serial in range(901, 920))
    taken = session().scalars(select(AuditEntry).where(AuditEntry.verb == "export.filing")).one()
    assert taken.detail == {"of": "00", "sha256": hashlib.sha256(answer.data).hexdigest()}
    assert sign_in(house.client("staff"), "head").get("/filings.xlsx").status_code == 403
    token = province.get("/api/v1/session").json["csrf_token"]
    url = f"/api/v1/filings/{of('clerk').id}"
    said = province.post(f"{url}/suspend", json={"reason": "核实"}, headers={"X-CSRFToken": token})
    assert (said.status_code, said.json["state"]) == (200, "suspended")
    assert "document_number" not in province.get(url).json
    assert province.get("/institutions").status_code == 200
