"""The code on a certificate's paper, and the leaf that the transparency log keeps of each event. Pure.

A code is `XT1.<payload>.<key id>.<signature>`: payload and signature in base64url without padding; the payload is a
JSON array in UTF-8 without blanks, `[number, piece, name, kind, subject, issued on]`. docs/certificate-codes.md is
the format's page; a verifier can be written from it alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MARK = "XT1"
PURPOSE = "certificate"
MOST_LETTERS = 1000


class LogEvent(StrEnum):
    """What the transparency log keeps of a certificate."""

    ISSUED = "issued"
    REPRINTED = "reprinted"
    CORRECTED = "corrected"
    REVOKED = "revoked"
    FORFEITED = "forfeited"
    VOIDED = "voided"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class CodeContent:
    """What stands on the paper: `piece` counts the papers of one certificate from 1."""

    number: str
    piece: int
    name: str
    kind: str
    subject: str
    issued_on: date

    def payload(self) -> bytes:
        """The bytes that are signed."""
        cells = [self.number, self.piece, self.name, self.kind, self.subject, self.issued_on.isoformat()]
        return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Code:
    """A code taken apart; nothing is checked yet but its shape."""

    content: CodeContent
    payload: bytes
    key_id: str
    signature: bytes


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpack(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def compose_code(content: CodeContent, key_id: str, signature: bytes) -> str:
    """The text of a code."""
    return ".".join((MARK, _pack(content.payload()), key_id, _pack(signature)))


def read_code(text: str) -> Code:
    """Take a code apart, also out of the address in which it was scanned; raises `ValueError` for anything else."""
    text = text.strip().rpartition("#")[2]
    if len(text) > MOST_LETTERS:
        raise ValueError("too long for a code")
    mark, *parts = text.split(".")
    if mark != MARK or len(parts) != 3:
        raise ValueError("not a code of this format")
    try:
        payload, signature = _unpack(parts[0]), _unpack(parts[2])
        number, piece, name, kind, subject, issued = json.loads(payload)
        content = CodeContent(str(number), int(piece), str(name), str(kind), str(subject), date.fromisoformat(issued))
    except (binascii.Error, ValueError, TypeError) as wrong:
        raise ValueError("not a code of this format") from wrong
    if content.payload() != payload:
        raise ValueError("the payload is not in its one form")
    return Code(content, payload, parts[1], signature)


def snapshot_mark(number: str, piece: int) -> str:
    """How a revocation snapshot names a piece of paper: 20 hex digits of SHA-256 over `number|piece`.

    Piece 0 stands for the certificate itself, whatever its piece.
    """
    return hashlib.sha256(f"{number}|{piece}".encode()).hexdigest()[:20]


def leaf_data(number: str, event: LogEvent, piece: int, name: str, on: date, nonce: str) -> bytes:
    """A leaf of the transparency log: canonical JSON. The nonce keeps anyone from guessing what a leaf says."""
    leaf = {
        "event": str(event), "name": name, "nonce": nonce, "number": number, "on": on.isoformat(), "piece": piece,
        "v": 1,
    }  # fmt: skip
    return json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def head_data(size: int, root: bytes, at: str) -> bytes:
    """What a head's signature covers: `size`, the root in hex and the instant, by line."""
    return f"{size}\n{root.hex()}\n{at}\n".encode()
