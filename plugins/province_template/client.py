"""Speaks to the agency: JSON over HTTP, every message signed, every call with a time-out.

What goes wrong becomes one of two errors: `AgencyUnavailable` (tried again by the core) or `AgencyRefused`.
Neither carries names, document numbers or keys: their texts are logged and shown to operators.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import AttendanceRecord, CheckBatch, CheckResult, HotlineCall, Outcome

LARGEST_ANSWER = 20 * 1024 * 1024
SIGNED_FOR = 300  # seconds


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach the agency: address, the key both sides sign with, seconds to wait."""

    url: str
    key: str = field(repr=False)
    seconds: float


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """Follow nothing: a signed message full of names goes to the address the operator set, or nowhere."""


# No proxy either: the agency's network is reached directly, whatever the machine's environment says.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere)


def submit(line: Line, batch: CheckBatch, callback_url: str = "") -> str:
    """Hand a batch over; returns the agency's receipt, the same for the same batch."""
    subjects = [
        {
            "reference": subject.reference,
            "name": subject.name,
            "document_kind": subject.document_kind,
            "document_number": subject.document_number,
        }
        for subject in batch.subjects
    ]
    body = {"reference": batch.reference, "subjects": subjects, "callback": callback_url}
    answer = _call(line, "POST", "/batches", json.dumps(body).encode())
    receipt = answer.get("receipt")
    if not isinstance(receipt, str) or not receipt:
        raise AgencyUnavailable("the answer has no receipt")
    return receipt


def collect(line: Line, receipt: str) -> list[CheckResult]:
    """The answers to a receipt so far."""
    return results(_call(line, "GET", f"/batches/{urllib.parse.quote(receipt, safe='')}"))


def attendance(line: Line, day: date) -> list[AttendanceRecord]:
    """Who came to the meeting of a day, by institution; [] when the meeting system knows of none."""
    answer = _call(line, "GET", f"/meetings/{day.isoformat()}")
    try:
        return [_attended(item) for item in answer["attendance"]]
    except (KeyError, TypeError, ValueError) as error:
        raise AgencyUnavailable("the attendance is not in the agreed form") from error


def _attended(item: dict[str, Any]) -> AttendanceRecord:
    return AttendanceRecord(institution_code=str(item["institution"]), attendees=int(item["attendees"]))


def calls(line: Line, day: date) -> list[HotlineCall]:
    """The calls of a day to the province's enquiry line."""
    answer = _call(line, "GET", f"/calls/{day.isoformat()}")
    try:
        return [_call_of(item) for item in answer["calls"]]
    except (KeyError, TypeError, ValueError) as error:
        raise AgencyUnavailable("the calls are not in the agreed form") from error


def _call_of(item: dict[str, Any]) -> HotlineCall:
    return HotlineCall(
        reference=str(item["reference"]),
        institution_code=str(item["institution"]),
        received_at=datetime.fromisoformat(item["at"]),
        answered=item["answered"] is True,
        seconds=int(item.get("seconds", 0)),
        topic=str(item.get("topic", "")),
    )


def results(answer: dict[str, Any]) -> list[CheckResult]:
    """The agency's words as the platform's values; raises `AgencyUnavailable` on a foreign shape."""
    try:
        return [_result(item) for item in answer["results"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AgencyUnavailable("the results are not in the agreed form") from error


def _result(item: dict[str, Any]) -> CheckResult:
    # "failed": the agency could not check this person. That is no clear result; an officer takes it up.
    said = item["outcome"]
    return CheckResult(
        reference=str(item["reference"]),
        outcome=Outcome.UNCLEAR if said == "failed" else Outcome(said),
        decided_on=date.fromisoformat(item["decided_on"]),
        agency_reference=str(item.get("agency_reference", "")),
        detail=str(item.get("detail", "")),
    )


def signature(key: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    """HMAC-SHA-256 (hex) over timestamp, method and path, each on a line, and the body."""
    head = f"{timestamp}\n{method}\n{path}\n".encode()
    return hmac.new(key.encode(), head + body, hashlib.sha256).hexdigest()


def is_signed(key: str, timestamp: str, given: str, method: str, path: str, body: bytes) -> bool:
    """Whether a message bears the agency's signature and is not an old one sent again."""
    fresh = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= SIGNED_FOR
    wanted = signature(key, timestamp, method, path, body)
    return fresh and hmac.compare_digest(given.encode(), wanted.encode())


def _call(line: Line, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
    """One exchange; the answer is a JSON object, or one of the two errors is raised."""
    url = line.url.rstrip("/") + path
    timestamp = str(int(time.time()))
    signed = signature(line.key, timestamp, method, urllib.parse.urlsplit(url).path, body)
    headers = {"Content-Type": "application/json", "X-Timestamp": timestamp, "X-Signature": signed}
    request = urllib.request.Request(url, body or None, headers, method=method)  # noqa: S310 - checked setting
    try:
        with _opener.open(request, timeout=line.seconds) as response:
            text = response.read(LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _said_no(error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise AgencyUnavailable(f"no answer: {type(error).__name__}") from error
    return _parsed(text)


def _said_no(status: int) -> Exception:
    """A 4xx will be the same next time; 408, 429 and all else may pass. The page's text is not kept."""
    if 400 <= status < 500 and status not in (408, 429):
        return AgencyRefused(f"HTTP {status}")
    return AgencyUnavailable(f"HTTP {status}")


def _parsed(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST_ANSWER:
        raise AgencyUnavailable("the answer is too large")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise AgencyUnavailable("the answer is no JSON") from error
    if not isinstance(answer, dict):
        raise AgencyUnavailable("the answer is no JSON object")
    return answer
