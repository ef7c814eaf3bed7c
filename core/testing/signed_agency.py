"""A second small agency, that of a province with HTTPS, signed both ways, asynchronous and out of order.

    POST /v2/checks {"batch", "people": [{"id", "xm", "zjlx", "zjhm"}], "callback"?} → 202 {"receipt"}
    GET  /v2/checks/RECEIPT       → {"results": [{"id", "jg", "rq", "wh", "sm", "revision"}]}; 1 clear,
                                     2 record, 3 unclear, 9 could not be checked
    PUT  /v2/notices/REFERENCE {"title", "body", "audience"} → {"address"}; the site's feed is /feed.json
    GET  /v2/meetings?day=&after= → {"signed_in": [{"institution", "people"}], "next"}; two at a time
    PUT  /fault {"fault": "…"}    → switches a fault on, "" off

Each message bears X-Algorithm, X-Timestamp, X-Nonce and X-Signature; a nonce is taken once. People, outcomes
and most faults are those of `core.testing.agency`; more: out_of_order (parts come last first, an old revision
after the new one), bad_signature (its call-back is signed with another key), replayed (the call-back comes
twice, letter for letter), busy (429 with Retry-After once, then it works).
"""

from __future__ import annotations

import json
import secrets
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac

from core.testing.agency import FAULTS, SIGNED_FOR, Agency, Handler, receipt_for

MORE_FAULTS = ("out_of_order", "bad_signature", "replayed", "busy")
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"HMAC-SHA256": hashes.SHA256, "HMAC-SM3": hashes.SM3}
_CODES = {"clear": "1", "record_found": "2", "unclear": "3", "failed": "9"}
PAGE = 2


def sign(
    key: str, algorithm: str, method: str, path: str, body: bytes, stamp: str = "", nonce: str = ""
) -> dict[str, str]:
    """The headers that sign a message, now and under a fresh nonce unless given."""
    stamp, nonce = stamp or str(int(time.time())), nonce or secrets.token_hex(16)
    digest = hashes.Hash(_HASHES[algorithm]())
    digest.update(body)
    made = hmac.HMAC(key.encode(), _HASHES[algorithm]())
    made.update("\n".join((algorithm, stamp, nonce, method, path, digest.finalize().hex())).encode())
    signature = made.finalize().hex()
    return {"X-Algorithm": algorithm, "X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": signature}


class SignedHandler(Handler):
    """Its language."""

    def _is_signed(self, body: bytes) -> bool:
        agency = self.agency
        stamp, nonce = self.headers.get("X-Timestamp", ""), self.headers.get("X-Nonce", "")
        wanted = sign(agency.key, agency.algorithm, self.command, self.path, body, stamp or "0", nonce or "-")
        fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= SIGNED_FOR
        fits = all(self.headers.get(name, "") == value for name, value in wanted.items())
        return bool(fresh and fits and agency.spend(nonce))

    @property
    def agency(self) -> SignedAgency:
        """Whose language it is."""
        agency = self.server.agency
        assert isinstance(agency, SignedAgency)
        return agency

    def _fails(self) -> bool:
        agency = self.agency
        if agency.fault == "busy" and not agency.was_busy:
            agency.was_busy = True
            self.send_response(429)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return True
        return super()._fails()

    def _serve(self, body: bytes) -> tuple[int, Any]:
        if self.path == "/feed.json":
            return 200, {"items": list(self.agency.feed.values())}
        if not self._is_signed(body):
            return 403, {"error": "signature"}
        parsed = urllib.parse.urlsplit(self.path)
        kind, _, rest = parsed.path.removeprefix("/v2/").partition("/")
        given = json.loads(body) if body else {}
        if self.command == "POST" and kind == "checks":
            status, answer = self.agency.take(_batch(given))
            return (202 if status < 400 else status), answer
        if self.command == "GET" and kind == "checks":
            found = self.agency.answers(rest)
            return (404, {"error": "receipt"}) if found is None else (200, {"results": found})
        if self.command == "PUT" and kind == "notices":
            return 200, self.agency.publish(urllib.parse.unquote(rest), given)
        if self.command == "GET" and kind == "meetings":
            return 200, self.agency.signed_in(dict(urllib.parse.parse_qsl(parsed.query, keep_blank_values=True)))
        return 404, {"error": "path"}

    def do_PUT(self) -> None:
        """A notice, or the switch of the faults."""
        if self.path == "/fault":
            super().do_PUT()
        else:
            self._answer()


def _batch(given: dict[str, Any]) -> dict[str, Any]:
    people = [
        {
            "reference": str(one["id"]),
            "name": str(one["xm"]),
            "document_kind": str(one["zjlx"]),
            "document_number": str(one["zjhm"]),
        }
        for one in given["people"]
    ]
    return {"reference": str(given["batch"]), "subjects": people, "callback": str(given.get("callback") or "")}


@dataclass
class SignedAgency(Agency):
    """See the module. `algorithm` is agreed beforehand; `feed` holds its site's notices by reference."""

    handler = SignedHandler
    faults = (*FAULTS, *MORE_FAULTS)
    algorithm: str = "HMAC-SHA256"
    feed: dict[str, dict[str, str]] = field(default_factory=dict)
    was_busy: bool = False
    sent: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    _nonces: set[str] = field(default_factory=set)

    def spend(self, nonce: str) -> bool:
        """Whether a nonce is new; it is used up."""
        with self._lock:
            fresh = len(nonce) == 32 and nonce not in self._nonces
            self._nonces.add(nonce)
        return fresh

    def publish(self, reference: str, notice: Mapping[str, str]) -> dict[str, str]:
        """Put a notice into the feed, or replace it."""
        address = f"{self.url}/notices/{urllib.parse.quote(reference)}"
        self.feed[reference] = {"id": reference, "title": str(notice["title"]), "url": address}
        return {"address": address}

    def signed_in(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """A page of a meeting's attendance."""
        counts = sorted(self.attendance.get(asked.get("day", ""), {}).items())
        start = int(asked.get("after") or 0)
        page = [{"institution": code, "people": count} for code, count in counts[start : start + PAGE]]
        return {"signed_in": page, "next": str(start + PAGE) if start + PAGE < len(counts) else ""}

    def _result(self, subject: dict[str, str]) -> dict[str, Any]:
        plain = super()._result(subject)
        if not plain:
            return {}
        return {
            "id": plain["reference"], "jg": _CODES[plain["outcome"]], "rq": plain["decided_on"],
            "wh": plain["agency_reference"], "sm": plain["detail"], "revision": 2,
        }  # fmt: skip

    def _distorted(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.fault == "stranger" and results:
            return [*results, {**results[0], "id": "nobody-asked"}]
        if self.fault == "out_of_order":
            return [*reversed(results), *({**result, "jg": "3", "revision": 1} for result in results)]
        return super()._distorted(results)

    def _call_back(self, batch: dict[str, Any], url: str) -> None:
        """Send the results once they are ready; under a fault badly signed, twice, or in two parts last first."""
        self.rest(self.delay)
        results = self._distorted(self._results(batch))
        half = len(results) // 2
        parts = [results[half:], results[:half]] if self.fault == "out_of_order" and half else [results]
        path = "/" + url.split("://", 1)[-1].partition("/")[2]
        for part in parts:
            body = json.dumps({"results": part}).encode()
            key = "not the key we agreed on" if self.fault == "bad_signature" else self.key
            headers = {"Content-Type": "application/json", **sign(key, self.algorithm, "POST", path, body)}
            for _ in range(2 if self.fault == "replayed" else 1):
                self.sent.append((body, headers))
                self._deliver(url, body, headers)

    def _deliver(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        for attempt in range(3):
            if self._stopped.is_set():
                return
            status = self.post(url, body, headers)
            self.called_back.append(status)
            if status and status < 500:
                return
            self.rest(0.2 * 2**attempt)

    def receipt(self, reference: str, part: int = 1) -> str:
        """The receipt it gave for a part of a batch."""
        return receipt_for(f"{reference}.{part}")
