"""Speaks to the province's systems: JSON over HTTPS, every message signed, every call with a time-out.

A busy or failing system (429, 5xx, no answer) is asked again a few times with growing pauses, also as it asks by
Retry-After, inside one budget of seconds; then `AgencyUnavailable` leaves it to the core, which asks ever less
often. A 4xx is `AgencyRefused`. Neither text carries names, numbers or keys.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import AttendanceRecord, CheckBatch, CheckResult, CheckSubject, NoticePublication, Outcome
from plugins.province_zhejiang import signing

LARGEST_ANSWER = 20 * 1024 * 1024
PART = 100  # people in one request
PAGES = 200
FIRST_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach the systems: address, key and algorithm of both sides, a CA file or "", seconds for one call."""

    url: str
    key: str = field(repr=False)
    algorithm: str
    ca_file: str
    seconds: float
    tries: int = 3


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """Follow nothing: a signed message full of names goes to the address the operator set, or nowhere."""


def submit(line: Line, batch: CheckBatch, callback_url: str = "") -> list[str]:
    """Hand a batch over in parts of 100; returns the receipts, the same for the same batch."""
    parts = [batch.subjects[start : start + PART] for start in range(0, len(batch.subjects), PART)]
    return [_submit(line, f"{batch.reference}.{n}", part, callback_url) for n, part in enumerate(parts, 1)]


def _submit(line: Line, reference: str, part: tuple[CheckSubject, ...], callback_url: str) -> str:
    people = [
        {"id": one.reference, "xm": one.name, "zjlx": one.document_kind, "zjhm": one.document_number} for one in part
    ]
    body = {"batch": reference, "people": people, "callback": callback_url}
    receipt = _call(line, "POST", "/v2/checks", body).get("receipt")
    if not isinstance(receipt, str) or not receipt:
        raise AgencyUnavailable("the answer has no receipt")
    return receipt


def collect(line: Line, receipt: str) -> list[CheckResult]:
    """The answers to a receipt so far, whatever part of the people they are."""
    return results(_call(line, "GET", f"/v2/checks/{urllib.parse.quote(receipt, safe='')}"))


def publish(line: Line, notice: NoticePublication) -> str:
    """Put a notice into the site's feed; returns its address. The same notice again is the same entry."""
    body = {"title": notice.title, "body": notice.body, "audience": notice.audience}
    address = _call(line, "PUT", f"/v2/notices/{urllib.parse.quote(notice.reference, safe='')}", body).get("address")
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise AgencyUnavailable("the answer has no address")
    return address


def attendance(line: Line, day: date) -> list[AttendanceRecord]:
    """Who came to the meeting of a day, by institution, page after page; [] when there was none."""
    counts: dict[str, int] = {}
    cursor = ""
    for _ in range(PAGES):
        query = urllib.parse.urlencode({"day": day.isoformat(), "after": cursor})
        answer = _call(line, "GET", f"/v2/meetings?{query}")
        try:
            for item in answer["signed_in"]:
                counts[str(item["institution"])] = counts.get(str(item["institution"]), 0) + int(item["people"])
            cursor = str(answer.get("next") or "")
            found = [AttendanceRecord(code, people) for code, people in sorted(counts.items())]
        except (KeyError, TypeError, ValueError) as error:
            raise AgencyUnavailable("the attendance is not in the agreed form") from error
        if not cursor:
            return found
    raise AgencyUnavailable("the attendance has no end")


def results(answer: Any) -> list[CheckResult]:
    """The agency's words as values; raises `AgencyUnavailable` on a foreign shape.

    Answers may come twice and in any order: of one person's the highest revision counts, once.
    """
    latest: dict[str, tuple[int, CheckResult]] = {}
    try:
        for item in answer["results"]:
            revision, result = int(item.get("revision", 1)), _result(item)
            if result.reference not in latest or revision > latest[result.reference][0]:
                latest[result.reference] = (revision, result)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AgencyUnavailable("the results are not in the agreed form") from error
    return [result for _revision, result in latest.values()]


_OUTCOMES = {"1": Outcome.CLEAR, "2": Outcome.RECORD_FOUND, "3": Outcome.UNCLEAR, "9": Outcome.UNCLEAR}


def _result(item: dict[str, Any]) -> CheckResult:
    # 9: the agency could not check this person; that is no clear result, an officer takes it up.
    return CheckResult(
        reference=str(item["id"]),
        outcome=_OUTCOMES[str(item["jg"])],
        decided_on=date.fromisoformat(item["rq"]),
        agency_reference=str(item.get("wh", "")),
        detail=str(item.get("sm", "")),
    )


def _call(line: Line, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One exchange, tried a few times; the answer is a JSON object, or one of the two errors is raised."""
    data = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    deadline = time.monotonic() + line.seconds * line.tries
    pause = FIRST_PAUSE
    for attempt in range(1, line.tries + 1):
        try:
            return _parsed(_exchange(line, method, path, data))
        except _Busy as busy:
            wait = max(pause, busy.wait)
            if attempt == line.tries or time.monotonic() + wait > deadline:
                raise AgencyUnavailable(str(busy)) from busy
            time.sleep(wait)
            pause *= 2
    raise AgencyUnavailable("no try was allowed")


class _Busy(Exception):
    """It may go better in a moment: in `wait` seconds, where the system said so."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


def _exchange(line: Line, method: str, path: str, data: bytes) -> bytes:
    url = line.url.rstrip("/") + path
    parsed = urllib.parse.urlsplit(url)
    target = parsed.path + (f"?{parsed.query}" if parsed.query else "")
    signed = signing.headers(line.key, line.algorithm, method, target, data)
    headers = {"Content-Type": "application/json", **signed}
    request = urllib.request.Request(url, data or None, headers, method=method)  # noqa: S310 - checked setting
    try:
        with _opener(line).open(request, timeout=line.seconds) as response:
            return bytes(response.read(LARGEST_ANSWER + 1))
    except urllib.error.HTTPError as error:
        with error:
            raise _said_no(error.code, error.headers.get("Retry-After", "")) from error
    except ssl.SSLCertVerificationError as error:
        raise AgencyUnavailable("its certificate is not trusted; set ca_file to its CA") from error
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.URLError) and isinstance(error.reason, ssl.SSLCertVerificationError):
            raise AgencyUnavailable("its certificate is not trusted; set ca_file to its CA") from error
        raise _Busy(f"no answer: {type(error).__name__}") from error


def _opener(line: Line) -> urllib.request.OpenerDirector:
    """No proxy: the agency's network is reached directly, whatever the machine's environment says."""
    context = ssl.create_default_context(cafile=line.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context), _StayHere
    )


def _said_no(status: int, retry_after: str) -> Exception:
    """A 4xx will be the same next time; 408, 429, 5xx and all else may pass. The page's text is not kept."""
    if 400 <= status < 500 and status not in (408, 429):
        return AgencyRefused(f"HTTP {status}")
    return _Busy(f"HTTP {status}", float(retry_after) if retry_after.isdecimal() else 0.0)


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
