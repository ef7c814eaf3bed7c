"""Province 00 inside the real sites: its page, its fence, its signed call-back, its training meeting."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from core.checks import service as checks
from core.demonstration import story
from core.foundation import clock
from core.foundation.db import session
from core.foundation.paging import Paging
from core.hooks.discovery import host_for, present
from core.hooks.types import MeetingRef
from core.testing import border
from core.testing.agency import KEY, signed
from tests.conftest import World, sign_in


@pytest.mark.parametrize(("user", "status"), [("clerk", 200), ("province", 200), ("centre", 200), ("henan", 404)])
def test_its_officers_and_the_centre_see_its_page_others_do_not(house: World, user: str, status: int) -> None:
    answer = sign_in(house.client("staff"), user).get("/p/00/")
    assert answer.status_code == status
    assert ("示范省教字〔2020〕1号" in answer.get_data(as_text=True)) == (status == 200)


def test_the_page_asks_to_sign_in_and_is_not_public(house: World) -> None:
    assert house.client("staff").get("/p/00/").status_code == 303
    assert house.client("public").get("/p/00/").status_code == 404


def call_back(client: FlaskClient, body: bytes, **headers: str) -> int:
    """Send a call-back; the status."""
    made = {**signed(KEY, "POST", "/p/00/checks", body), **headers}
    return client.post("/p/00/checks", data=body, headers=made).status_code


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"results": []}, {}, 200),
        ({"results": []}, {"X-Signature": "0"}, 403),
        ({"results": []}, {"X-Timestamp": "1"}, 403),
        ({"results": []}, {"X-Signature": "é"}, 403),
        ({"answers": []}, {}, 400),
        ({"results": [{"reference": "x", "outcome": "fine", "decided_on": "2020-03-25"}]}, {}, 400),
        ([], {}, 400),
    ],
)
def test_a_call_back_is_signed_fresh_and_in_form(
    house: World, body: object, headers: dict[str, str], status: int
) -> None:
    assert call_back(house.client("staff"), json.dumps(body).encode(), **headers) == status


@pytest.fixture
def address(house: World) -> Iterator[str]:
    """Where the staff site listens, for real."""
    server = make_server("127.0.0.1", 0, house.staff, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_comes_by_the_agencys_own_call(house: World, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = house.agency
    agency.polls = 1000  # nothing is ever ready for those who ask
    monkeypatch.setattr(agency, "callback", f"{address}/p/00/checks")
    monkeypatch.setattr(agency, "delay", 1.0)  # by then the job that sent the batch has committed
    before = len(agency.called_back)
    story.play(3, "confirmed", house.plan)  # type: ignore[attr-defined]
    story.settle("00")
    limit = time.monotonic() + 10
    while len(agency.called_back) == before and time.monotonic() < limit:
        time.sleep(0.05)
    assert agency.called_back[before:] == [200]
    session().rollback()
    (check,) = checks.checks(Paging()).rows
    assert (check.state, check.door) == ("clear", "called_back")


def test_attendance_is_fetched_from_its_meeting_system(house: World) -> None:
    house.agency.attendance["2020-03-25"] = {"00101": 7}
    records = host_for("00").fetch_training_attendance(border.moment(), MeetingRef("m", clock.today()))
    house.agency.attendance.clear()
    assert [(record.institution_code, record.attendees) for record in records] == [("00101", 7)]


def test_the_operator_sees_it_run(house: World) -> None:
    (host,) = present().active()
    assert (host.code, host.state, host.held) == ("00", "plugin", "")
    assert host.plugin is not None
    assert host.plugin.MANIFEST.version == "1.0.0"
