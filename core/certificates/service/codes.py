"""The signed code on the paper: made for a piece, checked online, and what the offline checker needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from core.certificates.models import CertificateNumber
from core.certificates.models.transparency import LogHead
from core.certificates.rules import CertificateState, codes, public_state
from core.certificates.service.verification import name_index
from core.foundation.db import session
from core.foundation.signing import PublicKey, signer

SNAPSHOT_PURPOSE = "revocation snapshot"


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What became of checking a code: `result` is unreadable, forged, or the state of the paper it stands on."""

    result: str
    content: codes.CodeContent | None = None


def code_of(content: codes.CodeContent, public_url: str = "") -> str:
    """The text of the QR code to print: the code, behind the address of its page where `public_url` gives one."""
    key = signer()
    code = codes.compose_code(content, key.public.key_id, key.sign(codes.PURPOSE, content.payload()))
    return f"{public_url.rstrip('/')}/verify/code#{code}" if public_url else code


def keys() -> list[dict[str, Any]]:
    """Every key that signs or signed codes, with the first and last day it signed a head of the log."""
    statement = select(LogHead.algorithm, LogHead.public, func.min(LogHead.at), func.max(LogHead.at)).group_by(
        LogHead.algorithm, LogHead.public
    )
    used = {
        PublicKey(algorithm, bytes.fromhex(public)): (first, last)
        for algorithm, public, first, last in session().execute(statement)
    }
    used.setdefault(signer().public, ("", ""))
    return [key.as_dict() | {"first_head": first, "last_head": last} for key, (first, last) in used.items()]


def check_code(text: str) -> CodeAnswer:
    """Check the signature and ask how the paper stands; a good signature over an unknown record is `no_record`."""
    try:
        code = codes.read_code(text)
    except ValueError:
        return CodeAnswer("unreadable")
    known = {item["key_id"]: PublicKey.from_dict(item) for item in keys()}
    key = known.get(code.key_id)
    if key is None or not key.verifies(codes.PURPOSE, code.payload, code.signature):
        return CodeAnswer("forged")
    content = code.content
    row = session().get(CertificateNumber, content.number, populate_existing=True)
    if row is None or not name_index(content.name).fits(row.name_index):
        # The holder's name was corrected since: an older paper is replaced, whatever it says.
        replaced = row is not None and content.piece < row.piece
        return CodeAnswer("replaced" if replaced else "no_record", content)
    state = public_state(row.state)
    if state == CertificateState.IN_FORCE and content.piece < row.piece:
        state = "replaced"
    return CodeAnswer(state, content)


def snapshot(now: datetime) -> dict[str, Any]:
    """The signed list of papers that no longer stand, for checking offline: marks, see `codes.snapshot_mark`."""
    statement = select(CertificateNumber.number, CertificateNumber.piece, CertificateNumber.state).where(
        or_(CertificateNumber.state != CertificateState.IN_FORCE, CertificateNumber.piece > 1)
    )
    marks: list[str] = []
    for number, piece, state in session().execute(statement):
        marks += [codes.snapshot_mark(number, older) for older in range(1, piece)]
        if state != CertificateState.IN_FORCE:
            marks.append(codes.snapshot_mark(number, 0))
    body = {"at": now.isoformat(timespec="seconds"), "marks": sorted(marks)}
    text = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    return body | {"key_id": signer().public.key_id, "signature": signer().sign(SNAPSHOT_PURPOSE, text).hex()}
