"""The agency's interface over HTTP: what comes back, what goes wrong, and what is never said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import AttendanceRecord, HotlineCall, Outcome
from core.testing import border
from core.testing.agency import KEY, Agency, signed
from core.testing.people import identity_number
from plugins.province_template import client


@pytest.fixture
def agency() -> Iterator[Agency]:
    with Agency(answered_on=border.DAY) as running:
        yield running


def line_to(agency: Agency, key: str = KEY) -> client.Line:
    """A line with little patience."""
    return client.Line(agency.url + "/", key, 0.3)


def test_a_batch_goes_out_and_its_answers_come_back(agency: Agency) -> None:
    line, batch = line_to(agency), border.batch(10)
    receipt = client.submit(line, batch)
    assert client.submit(line, batch) == receipt
    assert len(agency.batches) == 1
    agency.outcomes[identity_number(1)] = "failed"
    said = {result.reference: result for result in client.collect(line, receipt)}
    assert len(said) == 9
    assert said["batch-1-1"].outcome is Outcome.UNCLEAR
    assert said["batch-1-2"].outcome is Outcome.CLEAR
    assert said["batch-1-7"].outcome is Outcome.RECORD_FOUND
    assert said["batch-1-2"].decided_on == border.DAY


def test_the_callback_address_travels_with_the_batch(agency: Agency) -> None:
    client.submit(line_to(agency), border.batch(1), "http://127.0.0.1:9/p/00/checks")
    assert agency.batches["batch-1"]["callback"] == "http://127.0.0.1:9/p/00/checks"


def test_calls_of_a_day(agency: Agency) -> None:
    at = "2020-03-25T09:30:00+08:00"
    told: dict[str, Any] = {"reference": "C-1", "institution": "00101", "at": at, "answered": False}
    agency.calls["2020-03-25"] = [told]
    (call,) = client.calls(line_to(agency), border.DAY)
    assert call == HotlineCall("C-1", "00101", datetime.fromisoformat(at), answered=False)
    agency.calls["2020-03-25"] = [{**told, "at": "this morning"}]
    with pytest.raises(AgencyUnavailable, match="agreed form"):
        client.calls(line_to(agency), border.DAY)


def test_attendance_of_a_day(agency: Agency) -> None:
    agency.attendance["2020-03-25"] = {"00101": 3}
    assert client.attendance(line_to(agency), border.DAY) == [AttendanceRecord("00101", 3)]
    agency.attendance["2020-03-25"] = {"00101": -3}
    with pytest.raises(AgencyUnavailable, match="not in the agreed form"):
        client.attendance(line_to(agency), border.DAY)


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ("500", AgencyUnavailable, "HTTP 500"),
        ("nonsense", AgencyUnavailable, "the answer is no JSON"),
        ("close", AgencyUnavailable, "no answer: "),
        ("hang", AgencyUnavailable, "no answer: TimeoutError"),
        ("slow", AgencyUnavailable, "no answer: TimeoutError"),
        ("refuse", AgencyRefused, "HTTP 422"),
    ],
)
def test_what_goes_wrong_has_one_of_two_names(agency: Agency, fault: str, kind: type[Exception], said: str) -> None:
    agency.fault = fault
    with pytest.raises(kind) as caught:
        client.submit(line_to(agency), border.batch(1))
    assert str(caught.value).startswith(said)


def test_a_wrong_key_and_a_changed_batch_are_refused(agency: Agency) -> None:
    with pytest.raises(AgencyRefused, match="HTTP 403"):
        client.submit(line_to(agency, "another key, also long"), border.batch(1))
    client.submit(line_to(agency), border.batch(1))
    with pytest.raises(AgencyRefused, match="HTTP 409"):
        client.submit(line_to(agency), border.batch(2))


def test_nobody_there() -> None:
    with pytest.raises(AgencyUnavailable, match="no answer: "):
        client.collect(client.Line("http://127.0.0.1:9", KEY, 0.3), "R-1")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"results": None},
        {"results": [{}]},
        {"results": ["clear"]},
        {"results": [{"reference": "r", "outcome": "fine", "decided_on": "2020-03-25"}]},
        {"results": [{"reference": "r", "outcome": "clear", "decided_on": "yesterday"}]},
        {"results": [{"reference": "r", "outcome": "clear"}]},
    ],
)
def test_a_foreign_answer_makes_nobody_clear(answer: dict[str, Any]) -> None:
    with pytest.raises(AgencyUnavailable, match="the results are not in the agreed form"):
        client.results(answer)


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/stolen")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


def test_no_redirect_is_followed() -> None:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(AgencyUnavailable, match="HTTP 302"):
            client.collect(client.Line(f"http://127.0.0.1:{server.server_address[1]}", KEY, 2), "R-1")


def test_signatures_bind_time_way_and_body() -> None:
    headers = signed(KEY, "POST", "/p/00/checks", b"{}")
    timestamp, given = headers["X-Timestamp"], headers["X-Signature"]
    assert client.is_signed(KEY, timestamp, given, "POST", "/p/00/checks", b"{}")
    assert not client.is_signed(KEY, timestamp, given, "POST", "/p/33/checks", b"{}")
    assert not client.is_signed(KEY, timestamp, given, "GET", "/p/00/checks", b"{}")
    assert not client.is_signed(KEY, timestamp, given, "POST", "/p/00/checks", b"{ }")
    assert not client.is_signed("another key", timestamp, given, "POST", "/p/00/checks", b"{}")
    old = str(int(timestamp) - client.SIGNED_FOR - 1)
    stale = client.signature(KEY, old, "POST", "/p/00/checks", b"{}")
    assert not client.is_signed(KEY, old, stale, "POST", "/p/00/checks", b"{}")
    assert not client.is_signed(KEY, "soon", given, "POST", "/p/00/checks", b"{}")


def test_the_key_is_not_in_a_print() -> None:
    assert KEY not in repr(client.Line("http://127.0.0.1", KEY, 1))
