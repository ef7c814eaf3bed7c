"""The kit's agency behaves as a real one does, and misbehaves on demand."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.hooks.types import to_json
from core.testing import border
from core.testing.agency import FAULTS, KEY, Agency, outcome_for, receipt_for, signature, signed
from core.testing.people import identity_number


@pytest.fixture
def agency() -> Iterator[Agency]:
    with Agency(answered_on=border.DAY) as running:
        yield running


def call(agency: Agency, method: str, path: str, body: Any = None, key: str = KEY, **headers: str) -> tuple[int, Any]:
    """One exchange with it: status and answer."""
    data = b"" if body is None else json.dumps(body).encode()
    request = urllib.request.Request(agency.url + path, data or None, method=method)
    for name, value in {**signed(key, method, path, data), **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def batch_of(size: int, reference: str = "b1") -> dict[str, Any]:
    """A batch as clients send it."""
    subjects = [to_json(subject) for subject in border.batch(size, reference).subjects]
    return {"reference": reference, "subjects": subjects}


def results(agency: Agency, reference: str = "b1") -> list[dict[str, str]]:
    """What it says to the batch's receipt."""
    status, answer = call(agency, "GET", f"/batches/{receipt_for(reference)}")
    assert status == 200
    return list(answer["results"])


def test_outcomes_follow_the_number() -> None:
    said = {serial: outcome_for(identity_number(serial)) for serial in (1, 6, 7, 17, 8, 9, 10)}
    assert said == {1: "clear", 6: "clear", 7: "record_found", 17: "record_found", 8: "unclear", 9: "", 10: "clear"}
    assert outcome_for("H1234567") == "clear"


def test_a_batch_sent_twice_is_checked_once(agency: Agency) -> None:
    first, second = (call(agency, "POST", "/batches", batch_of(3)) for _ in range(2))
    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1] == {"receipt": receipt_for("b1")}
    assert (agency.submissions, len(agency.batches)) == (2, 1)
    assert call(agency, "POST", "/batches", {**batch_of(2), "reference": "b1"})[0] == 409


def test_answers_come_by_reference_some_never(agency: Agency) -> None:
    call(agency, "POST", "/batches", batch_of(10))
    said = {item["reference"]: item["outcome"] for item in results(agency)}
    assert said["b1-1"] == "clear"
    assert said["b1-7"] == "record_found"
    assert said["b1-8"] == "unclear"
    assert "b1-9" not in said
    assert {item["decided_on"] for item in results(agency)} == {"2020-03-25"}
    agency.outcomes[identity_number(9)] = "failed"
    assert {item["reference"]: item["outcome"] for item in results(agency)}["b1-9"] == "failed"


def test_answers_are_not_ready_at_once(agency: Agency) -> None:
    agency.polls, agency.delay = 2, 0.2
    call(agency, "POST", "/batches", batch_of(1))
    assert [len(results(agency)) for _ in range(3)] == [0, 0, 0]
    time.sleep(0.25)
    assert len(results(agency)) == 1


def test_what_is_not_signed_or_old_is_not_served(agency: Agency) -> None:
    assert call(agency, "POST", "/batches", batch_of(1), key="another key")[0] == 403
    assert call(agency, "GET", f"/batches/{receipt_for('b1')}", X_Signature="0")[0] == 403
    old = str(int(time.time()) - 3600)
    assert call(agency, "GET", "/batches/x", X_Timestamp=old)[0] == 403
    assert agency.submissions == 0


@pytest.mark.parametrize(
    "body", [[], {}, {"reference": "b"}, {"reference": "b", "subjects": [{}]}, {"reference": "b", "subjects": 5}]
)
def test_a_foreign_body_is_refused(agency: Agency, body: Any) -> None:
    assert call(agency, "POST", "/batches", body) == (400, {"error": "body"})
    assert agency.batches == {}


def test_unknown_receipts_and_paths(agency: Agency) -> None:
    assert call(agency, "GET", "/batches/R-nothing") == (404, {"error": "receipt"})
    assert call(agency, "GET", "/elsewhere") == (404, {"error": "path"})


def test_its_meeting_system_counts_heads(agency: Agency) -> None:
    agency.attendance["2020-03-25"] = {"00001": 12, "00101": 3}
    assert call(agency, "GET", "/meetings/2020-03-25")[1] == {
        "attendance": [{"institution": "00001", "attendees": 12}, {"institution": "00101", "attendees": 3}]
    }
    assert call(agency, "GET", "/meetings/2020-03-26")[1] == {"attendance": []}


def test_faults_are_switched_on_and_off_over_http(agency: Agency) -> None:
    assert call(agency, "PUT", "/fault", {"fault": "refuse"}) == (200, {"fault": "refuse"})
    assert call(agency, "POST", "/batches", batch_of(1))[0] == 422
    assert call(agency, "PUT", "/fault", {"fault": "earthquake"}) == (
        400,
        {"error": "fault", "faults": list(FAULTS)},
    )
    assert call(agency, "PUT", "/fault", {"fault": ""}, key="another key")[0] == 403
    assert call(agency, "PUT", "/fault", {"fault": ""})[0] == 200
    assert call(agency, "POST", "/batches", batch_of(1))[0] == 201


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("500", (json.JSONDecodeError,)),
        ("nonsense", (json.JSONDecodeError,)),
        ("close", (http.client.HTTPException, OSError)),
        ("hang", (TimeoutError,)),
    ],
)
def test_an_outage_looks_like_one(agency: Agency, fault: str, seen: tuple[type[Exception], ...]) -> None:
    agency.fault = fault
    with pytest.raises(seen):
        _exchange(agency.url.removeprefix("http://"))


def _exchange(address: str) -> Any:
    with contextlib.closing(http.client.HTTPConnection(address, timeout=0.3)) as connection:
        connection.request("GET", "/batches/x", headers=signed(KEY, "GET", "/batches/x"))
        return json.loads(connection.getresponse().read())


def test_slow_is_late_but_right(agency: Agency) -> None:
    agency.fault, agency.slow_seconds = "slow", 0.3
    started = time.monotonic()
    assert call(agency, "POST", "/batches", batch_of(1))[0] == 201
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(
    ("fault", "count"), [("", 9), ("duplicate", 18), ("partial", 4), ("stranger", 10), ("late", 0)]
)
def test_odd_answers(agency: Agency, fault: str, count: int) -> None:
    call(agency, "POST", "/batches", batch_of(10))
    agency.fault = fault
    assert len(results(agency)) == count


class _Listener(HTTPServer):
    def __init__(self, *statuses: int) -> None:
        self.statuses, self.heard = list(statuses), []  # type: ignore[var-annotated]
        super().__init__(("127.0.0.1", 0), _Hear)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Hear(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.statuses.pop(0))  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


def test_it_calls_back_signed_and_again_when_nobody_took_it(agency: Agency) -> None:
    listener = _Listener(503, 200)
    url = f"http://127.0.0.1:{listener.server_address[1]}/p/00/checks"
    call(agency, "POST", "/batches", {**batch_of(3), "callback": url})
    limit = time.monotonic() + 5
    while len(agency.called_back) < 2 and time.monotonic() < limit:
        time.sleep(0.02)
    listener.shutdown()
    listener.server_close()
    assert agency.called_back == [503, 200]
    path, headers, body = listener.heard[-1]
    assert path == "/p/00/checks"
    assert signature(KEY, headers["X-Timestamp"], "POST", path, body) == headers["X-Signature"]
    assert len(json.loads(body)["results"]) == 3


def test_it_runs_alone() -> None:
    command = [sys.executable, "-m", "core.testing.agency", "--port", "0", "--polls", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[2].rstrip(",")
        request = urllib.request.Request(
            f"{url}/meetings/2020-03-25", headers=signed(KEY, "GET", "/meetings/2020-03-25")
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert json.load(answer) == {"attendance": []}
        process.terminate()
    assert line.startswith("agency on http://127.0.0.1:")
