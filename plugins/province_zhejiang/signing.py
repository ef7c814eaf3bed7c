"""How the province and its agency sign what they send each other: HMAC over time, nonce, way and body.

X-Algorithm: HMAC-SHA256 or HMAC-SM3 (GB/T 32905)
X-Timestamp: Unix seconds    X-Nonce: 32 hex digits, never twice
X-Signature: hex of the HMAC over algorithm, timestamp, nonce, METHOD, path?query and the hex digest of the
             body (by the same hash), each on a line
"""

from __future__ import annotations

import hmac as comparing
import secrets
import time
from collections.abc import Mapping
from enum import StrEnum

from cryptography.hazmat.primitives import hashes, hmac

SIGNED_FOR = 300  # seconds by which the two clocks may differ
ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {"HMAC-SHA256": hashes.SHA256, "HMAC-SM3": hashes.SM3}


class Wrong(StrEnum):
    """Why a message is not taken."""

    ALGORITHM = "algorithm"
    TIMESTAMP = "timestamp"
    NONCE = "nonce"
    SIGNATURE = "signature"


def signature(key: str, algorithm: str, timestamp: str, nonce: str, method: str, path: str, body: bytes) -> str:
    """The signature (hex) of one message."""
    digest = hashes.Hash(ALGORITHMS[algorithm]())
    digest.update(body)
    made = hmac.HMAC(key.encode(), ALGORITHMS[algorithm]())
    made.update("\n".join((algorithm, timestamp, nonce, method, path, digest.finalize().hex())).encode())
    return made.finalize().hex()


def headers(key: str, algorithm: str, method: str, path: str, body: bytes = b"") -> dict[str, str]:
    """The headers that sign a message now, under a fresh nonce."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "X-Algorithm": algorithm,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature(key, algorithm, timestamp, nonce, method, path, body),
    }


def wrong_with(given: Mapping[str, str], key: str, algorithm: str, method: str, path: str, body: bytes) -> Wrong | None:
    """What is wrong with a message's signature, None when it holds; whether the nonce is new is for its keeper.

    Only the agreed `algorithm` is taken: a message cannot choose a weaker one.
    """
    if given.get("X-Algorithm", "") != algorithm:
        return Wrong.ALGORITHM
    timestamp, nonce = given.get("X-Timestamp", ""), given.get("X-Nonce", "")
    decimal = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12
    if not decimal or abs(time.time() - int(timestamp)) > SIGNED_FOR:
        return Wrong.TIMESTAMP
    if not (len(nonce) == 32 and nonce.isascii() and nonce.isalnum()):
        return Wrong.NONCE
    wanted = signature(key, algorithm, timestamp, nonce, method, path, body)
    fits = comparing.compare_digest(given.get("X-Signature", "").encode(), wanted.encode())
    return None if fits else Wrong.SIGNATURE
