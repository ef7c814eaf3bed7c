"""A small real police agency over HTTP, for tests and the demonstration, with faults that can be switched on.

POST /batches {"reference", "subjects": [{"reference", "name", "document_number"}]} → 201 {"receipt"}
GET  /batches/RECEIPT → {"results": [{"reference", "outcome", "decided_on", "agency_reference", "detail"}]}

The outcome follows the 15th to 17th digit of the document number, modulo 10: 7 record_found, 8 unclear,
9 never answered, else clear. A batch sent twice gives the same receipt and is checked once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OUTCOMES = {7: "record_found", 8: "unclear", 9: ""}
KEY = "agency-demonstration-key"


def outcome_for(document_number: str) -> str:
    """What this agency will answer for a document; "" is: never."""
    digits = document_number[14:17]
    return OUTCOMES.get(int(digits) % 10 if digits.isdigit() else 0, "clear")


def signature(body: bytes, key: str = KEY) -> str:
    """HMAC-SHA-256 (hex) of a body, as both sides sign."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Agency:
    """The agency's state. `fault`: "" | "500" | "slow" | "nonsense" | "close"; `polls`: askings before it answers.

    `answered_on` is the day its answers bear; None: today.
    """

    key: str = KEY
    fault: str = ""
    polls: int = 0
    answered_on: date | None = None
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the agency is not running")
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> Agency:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *gone: Any) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def take(self, batch: dict[str, Any]) -> str:
        """Take a batch; the same reference gives the same receipt."""
        with self._lock:
            self.submissions += 1
            self.batches.setdefault(batch["reference"], batch)
            return "R-" + hashlib.sha256(batch["reference"].encode()).hexdigest()[:12]

    def answers(self, receipt: str) -> list[dict[str, Any]] | None:
        """Answers to a receipt so far; None for one it never gave."""
        with self._lock:
            for reference, batch in self.batches.items():
                if receipt == "R-" + hashlib.sha256(reference.encode()).hexdigest()[:12]:
                    self.asked[receipt] = self.asked.get(receipt, 0) + 1
                    ready = self.asked[receipt] > self.polls
                    return [
                        self._answer(s)
                        for s in batch["subjects"]
                        if outcome_for(s["document_number"]) and ready
                    ]
        return None

    def _answer(self, subject: dict[str, str]) -> dict[str, Any]:
        outcome = outcome_for(subject["document_number"])
        return {
            "reference": subject["reference"],
            "outcome": outcome,
            "decided_on": (self.answered_on or date.today()).isoformat(),  # noqa: DTZ011 - the agency's own day
            "agency_reference": f"JW-{subject['reference'][-6:]}",
            "detail": "" if outcome == "clear" else "invented record for the demonstration",
        }


def _handler(agency: Agency) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            """Keep the console quiet."""

        def _say(self, status: int, body: Any) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _faulty(self) -> bool:
            if agency.fault == "500":
                self._say(500, {})
            elif agency.fault == "nonsense":
                self._say(200, b"<html>not what you expect")
            elif agency.fault == "slow":
                time.sleep(5)
            elif agency.fault == "close":
                self.connection.close()
            return agency.fault in ("500", "nonsense", "close")

        def do_POST(self) -> None:
            """Take a batch."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self._faulty():
                return
            if not hmac.compare_digest(self.headers.get("X-Signature", ""), signature(body, agency.key)):
                self._say(403, {"error": "signature"})
                return
            self._say(201, {"receipt": agency.take(json.loads(body))})

        def do_GET(self) -> None:
            """Answer a receipt."""
            if self._faulty():
                return
            found = agency.answers(self.path.rsplit("/", 1)[-1])
            self._say(404 if found is None else 200, {"results": found or []})

    return Handler
