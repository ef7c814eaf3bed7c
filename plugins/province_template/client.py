"""Speaks to the agency: JSON over HTTP, each request signed, every call with a time-out."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.request
from datetime import date
from typing import Any

from core.sdk.values import CheckBatch, CheckResult, Outcome

SECONDS = 10


def _signature(body: bytes, key: str) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _call(request: urllib.request.Request) -> dict[str, Any]:
    """One exchange; raises `OSError` or `ValueError`, which the core takes as a fault of this province."""
    with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - the operator's own setting
        return dict(json.load(response))


def submit(url: str, key: str, batch: CheckBatch) -> str:
    """Hand a batch over; returns the agency's receipt, the same for the same batch."""
    body = json.dumps(
        {
            "reference": batch.reference,
            "subjects": [
                {"reference": s.reference, "name": s.name, "document_number": s.document_number}
                for s in batch.subjects
            ],
        }
    ).encode()
    headers = {"Content-Type": "application/json", "X-Signature": _signature(body, key)}
    return str(_call(urllib.request.Request(f"{url}/batches", body, headers))["receipt"])  # noqa: S310


def collect(url: str, receipt: str) -> list[CheckResult]:
    """The answers to a receipt so far."""
    return results(_call(urllib.request.Request(f"{url}/batches/{receipt}")))  # noqa: S310


def results(body: dict[str, Any]) -> list[CheckResult]:
    """The agency's words as the platform's values; raises `KeyError` or `ValueError` on a foreign shape."""
    return [
        CheckResult(
            reference=item["reference"],
            outcome=Outcome(item["outcome"]),
            decided_on=date.fromisoformat(item["decided_on"]),
            agency_reference=item.get("agency_reference", ""),
            detail=item.get("detail", ""),
        )
        for item in body["results"]
    ]


def is_signed(body: bytes, given: str, key: str) -> bool:
    """Whether a call-back's body bears the agency's signature."""
    return hmac.compare_digest(given, _signature(body, key))
