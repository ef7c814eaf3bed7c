"""A small real police agency over HTTP, for tests and the demonstration, with faults that can be switched on.

    POST /batches {"reference", "subjects": [{"reference", "name", "document_kind", "document_number"}],
                   "callback"?}      → 201 {"receipt"}; the same batch again → 200, the same receipt;
                                        other people under a known reference → 409
    GET  /batches/RECEIPT            → {"results": [{"reference", "outcome", "decided_on", "agency_reference",
                                        "detail"}]}; those that are ready
    GET  /meetings/2020-03-25        → {"attendance": [{"institution", "attendees"}]}; its meeting system
    GET  /calls/2020-03-25           → {"calls": [{"reference", "institution", "at", "answered", "seconds",
                                        "topic"}]}; its enquiry line
    PUT  /fault {"fault": "slow"}    → switches a fault on, "" off

Both sides sign every message: X-Timestamp (Unix seconds) and X-Signature (see `signature`). The outcome
follows the 15th to 17th digit of the document number, modulo 10: 7 record_found, 8 unclear, 9 never answered,
else clear; `outcomes` overrides it by document number, with "failed" too. `python -m core.testing.agency
--port 8500` runs it alone; its days are those of the platform's clock (XINGTAN_CLOCK_FILE).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import hmac
import json
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

from core.foundation import clock

KEY = "agency-demonstration-key"
OUTCOMES = {7: "record_found", 8: "unclear", 9: ""}
# 500: an error page; slow: answers late; hang: never answers; nonsense: no JSON; close: hangs up;
# refuse: says no; duplicate: each result twice; partial: half of the results; stranger: one nobody asked for;
# late: not one result is ready.
FAULTS = (
    "",
    "500",
    "slow",
    "hang",
    "nonsense",
    "close",
    "duplicate",
    "partial",
    "stranger",
    "late",
    "refuse",
)
LONGEST_BODY = 20 * 1024 * 1024
CALLBACK_TRIES = 3
SIGNED_FOR = 300


def outcome_for(document_number: str) -> str:
    """What this agency will answer for a document; "" is: never."""
    digits = document_number[14:17]
    return OUTCOMES.get(int(digits) % 10 if digits.isdigit() else 0, "clear")


def receipt_for(reference: str) -> str:
    """The receipt of a batch: the same for the same reference."""
    return "R-" + hashlib.sha256(reference.encode()).hexdigest()[:12]


def signature(key: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    """HMAC-SHA-256 (hex) over timestamp, method and path, each on a line, and the body."""
    head = f"{timestamp}\n{method}\n{path}\n".encode()
    return hmac.new(key.encode(), head + body, hashlib.sha256).hexdigest()


def signed(key: str, method: str, path: str, body: bytes = b"") -> dict[str, str]:
    """The headers that sign a message now."""
    timestamp = str(int(time.time()))
    return {"X-Timestamp": timestamp, "X-Signature": signature(key, timestamp, method, path, body)}


@dataclass
class Agency:
    """The agency and its state, running inside `with`; change `fault` and the other fields at any time.

    `polls`: askings of a batch that find nothing ready; `delay`: seconds until it is ready; `answered_on`:
    the day its answers bear (None: the platform's today); `callback`: where ready answers are sent, unless
    the batch says; `attendance`: people by institution by ISO day; `calls`: calls as the line tells them, by
    ISO day; `submissions` counts POSTs of batches, `called_back` has the status of each call-back.
    """

    handler: ClassVar[type[Handler]]
    faults: ClassVar[tuple[str, ...]] = FAULTS
    key: str = KEY
    fault: str = ""
    polls: int = 0
    delay: float = 0.0
    answered_on: date | None = None
    slow_seconds: float = 5.0
    callback: str = ""
    outcomes: dict[str, str] = field(default_factory=dict)
    attendance: dict[str, dict[str, int]] = field(default_factory=dict)
    calls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    called_back: list[int] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    _server: ThreadingHTTPServer | None = None
    _taken_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the agency is not running")
        host, port = self._server.server_address[:2]
        return f"{'https' if self.tls else 'http'}://{host!s}:{port}"

    def __enter__(self) -> Self:
        self._stopped.clear()
        self._server = _Server((self.host, self.port), self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *gone: Any) -> None:
        self._stopped.set()
        server, self._server = self._server, None
        if server is not None:
            stopping = threading.Thread(target=server.shutdown)
            stopping.start()
            with contextlib.suppress(OSError):  # a knock wakes the server, so that it need not finish its nap
                socket.create_connection((self.host, int(server.server_address[1])), 1).close()
            stopping.join()
            server.server_close()

    def rest(self, seconds: float) -> None:
        """Wait, but not past the agency's end."""
        self._stopped.wait(seconds)

    def take(self, batch: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take a batch: status and answer. The same reference gives the same receipt and is checked once."""
        with self._lock:
            self.submissions += 1
            known = self.batches.get(batch["reference"])
            if known is not None and known["subjects"] != batch["subjects"]:
                return 409, {"error": "other_people_under_this_reference"}
            self.batches[batch["reference"]] = batch
            self._taken_at.setdefault(batch["reference"], time.monotonic())
        callback = batch.get("callback") or self.callback
        if known is None and callback:
            threading.Thread(target=self._call_back, args=(batch, callback), daemon=True).start()
        return (201 if known is None else 200), {"receipt": receipt_for(batch["reference"])}

    def answers(self, receipt: str) -> list[dict[str, Any]] | None:
        """Results of a receipt that are ready; None for one it never gave."""
        with self._lock:
            batch = next((b for r, b in self.batches.items() if receipt_for(r) == receipt), None)
            if batch is None:
                return None
            self.asked[receipt] = self.asked.get(receipt, 0) + 1
            due = self._taken_at[batch["reference"]] + self.delay
            ready = self.asked[receipt] > self.polls and time.monotonic() >= due and self.fault != "late"
            return self._distorted(self._results(batch)) if ready else []

    def _results(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        return [result for subject in batch["subjects"] if (result := self._result(subject))]

    def _result(self, subject: dict[str, str]) -> dict[str, Any]:
        number = subject["document_number"]
        outcome = self.outcomes.get(number, outcome_for(number))
        if not outcome:
            return {}
        return {
            "reference": subject["reference"],
            "outcome": outcome,
            "decided_on": (self.answered_on or clock.today()).isoformat(),
            "agency_reference": f"JW-{receipt_for(subject['reference'])[2:8]}",
            "detail": "" if outcome == "clear" else "invented record for the demonstration",
        }

    def _distorted(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.fault == "duplicate":
            return results + results
        if self.fault == "partial":
            return results[: len(results) // 2]
        if self.fault == "stranger" and results:
            return [*results, {**results[0], "reference": "nobody-asked"}]
        return results

    def _call_back(self, batch: dict[str, Any], url: str) -> None:
        """Send the results of a batch to `url` once they are ready; a failure is tried again."""
        self.rest(self.delay)
        body = json.dumps({"results": self._results(batch)}).encode()
        for attempt in range(CALLBACK_TRIES):
            if self._stopped.is_set():
                return
            status = self.send(url, body)
            self.called_back.append(status)
            if status and status < 500:
                return
            self.rest(0.2 * 2**attempt)

    def send(self, url: str, body: bytes) -> int:
        """POST a signed body to `url`; the status of the answer, 0 when nobody answered."""
        path = "/" + url.split("://", 1)[-1].partition("/")[2]
        return self.post(url, body, {"Content-Type": "application/json", **signed(self.key, "POST", path, body)})

    @staticmethod
    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        """POST a body with its headers; the status of the answer, 0 when nobody answered."""
        request = urllib.request.Request(url, body, headers, method="POST")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], agency: Agency) -> None:
        self.agency = agency
        super().__init__(address, agency.handler)
        if agency.tls is not None:
            self.socket = agency.tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    """Its language; another agency's overrides `_serve` and `_is_signed`."""

    server: _Server

    def log_message(self, *arguments: Any) -> None:
        """Keep the console quiet."""

    def _say(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY))

    def _fails(self) -> bool:
        """Act the fault that is switched on; whether that was all there is to say."""
        agency = self.server.agency
        if agency.fault == "500":
            self._say(500, b"<h1>Internal Server Error</h1>")
        elif agency.fault == "nonsense":
            self._say(200, b"<html>not what you expect")
        elif agency.fault == "refuse":
            self._say(422, {"error": "not_today"})
        elif agency.fault == "hang":
            agency.rest(3600)
        elif agency.fault == "close":
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        elif agency.fault == "slow":
            agency.rest(agency.slow_seconds)
        return agency.fault in ("500", "nonsense", "refuse", "hang", "close")

    def _is_signed(self, body: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= SIGNED_FOR
        wanted = signature(self.server.agency.key, timestamp, self.command, self.path, body)
        return fresh and hmac.compare_digest(self.headers.get("X-Signature", ""), wanted)

    def _serve(self, body: bytes) -> tuple[int, Any]:
        agency = self.server.agency
        if not self._is_signed(body):
            return 403, {"error": "signature"}
        kind, _, rest = self.path.strip("/").partition("/")
        if self.command == "POST" and kind == "batches":
            return agency.take(_batch(body))
        if self.command == "GET" and kind == "batches":
            results = agency.answers(rest)
            return (404, {"error": "receipt"}) if results is None else (200, {"results": results})
        if self.command == "GET" and kind == "meetings":
            counts = agency.attendance.get(rest, {})
            return 200, {"attendance": [{"institution": k, "attendees": n} for k, n in counts.items()]}
        if self.command == "GET" and kind == "calls":
            return 200, {"calls": agency.calls.get(rest, [])}
        return 404, {"error": "path"}

    def _answer(self) -> None:
        body = self._body()
        if self._fails():
            return
        try:
            self._say(*self._serve(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say(400, {"error": "body"})

    do_GET = do_POST = _answer

    def do_PUT(self) -> None:
        """Switch a fault on or off; works while one is on."""
        body = self._body()
        if self.path != "/fault" or not self._is_signed(body):
            self._say(403, {"error": "signature"})
            return
        fault = json.loads(body).get("fault")
        if fault not in self.server.agency.faults:
            self._say(400, {"error": "fault", "faults": self.server.agency.faults})
            return
        self.server.agency.fault = fault
        self._say(200, {"fault": fault})


Agency.handler = Handler


def _batch(body: bytes) -> dict[str, Any]:
    """A batch as it came; raises for a foreign shape."""
    batch = json.loads(body)
    subjects = [
        {name: str(subject[name]) for name in ("reference", "name", "document_kind", "document_number")}
        for subject in batch["subjects"]
    ]
    return {
        "reference": str(batch["reference"]),
        "subjects": subjects,
        "callback": str(batch.get("callback") or ""),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the agency alone until Ctrl-C; its key is XINGTAN_AGENCY_KEY or the demonstration's."""
    parser = argparse.ArgumentParser(prog="python -m core.testing.agency", description="A police agency to test with")
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--polls", type=int, default=1, help="askings that find nothing ready")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until a batch is ready")
    parser.add_argument("--callback", default="", help="address for ready answers, unless the batch says")
    parser.add_argument("--fault", default="", choices=FAULTS, help="a fault to begin with")
    given = parser.parse_args(arguments)
    key = os.environ.get("XINGTAN_AGENCY_KEY", KEY)
    with Agency(key=key, **vars(given)) as agency, contextlib.suppress(KeyboardInterrupt):
        print(f"agency on {agency.url}, Ctrl-C stops it", flush=True)  # noqa: T201 - a command's output
        threading.Event().wait()


if __name__ == "__main__":
    main()
