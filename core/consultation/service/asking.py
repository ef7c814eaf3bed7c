"""Questions: asked on a page or by mail, read again with number and code, gone on with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.consultation.models import Enquiry, EnquiryAttachment, EnquiryLetter
from core.consultation.rules import ENQUIRY_MOVES, WAITING, due_on
from core.filing import service as filing
from core.filing.models import Institution
from core.foundation import audit, clock, limits
from core.foundation.access import NATION, Actor, within
from core.foundation.db import keyring, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged

GUESSES = "20 per hour"
MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """An enquiry with its letters, oldest first, and their files by letter."""

    row: Enquiry
    letters: list[EnquiryLetter]
    files: dict[UUID, list[EnquiryAttachment]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an asker is told: the number, and the code that opens the answer."""

    row: Enquiry
    code: str


def code_of(enquiry_id: UUID) -> str:
    """The code of an enquiry: nobody without the platform's key can make it."""
    made = hashlib.sha256(str(keyring().blind_index(str(enquiry_id), "enquiry code")).encode()).digest()
    return base64.b32encode(made).decode()[:10]


def _hash(code: str) -> str:
    return hashlib.sha256("".join(code.split()).upper().encode()).hexdigest()


def due(asked_at: datetime) -> date | None:
    """The last day for an answer to what was asked at this moment; None while nobody can say."""
    day = clock.beijing(asked_at).date()
    try:
        return due_on(day, calendar.rules_on(day)[1])
    except Refused:
        return None


def reply_days(day: date) -> int | None:
    """Within how many working days answers are due; None in a year without rules."""
    try:
        return calendar.rules_on(day)[1].v.consultation_reply_working_days
    except Refused:
        return None


def begin(body: Institution, data: dict[str, Any], now: datetime) -> Enquiry:
    """Add an enquiry inside the caller's transaction; `data`: id, channel, subject, asker, contact, and as may be
    person_id, inbox_id, follows_id."""
    local, number = clock.beijing(now), str(data["id"]).replace("-", "")[-6:].upper()
    row = Enquiry(
        id=data["id"], province_code=body.province_code, territory=body.division, institution_code=body.code,
        person_id=data.get("person_id") or data["id"], reference=f"Q{body.province_code}-{local:%y%m%d}-{number}",
        code_hash=_hash(code_of(data["id"])), channel=data["channel"], subject=data["subject"], asker=data["asker"],
        contact=data["contact"], state="open", asked_at=now, asked_on=local.date(), due_on=due(now),
        follows_id=data.get("follows_id"), inbox_id=data.get("inbox_id"),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def letter(row: Enquiry, direction: str, body: str, now: datetime, **more: Any) -> EnquiryLetter:
    """Add a text to an enquiry's thread inside the caller's transaction."""
    made = EnquiryLetter(
        id=new_id(), province_code=row.province_code, territory=row.territory, person_id=row.person_id,
        enquiry_id=row.id, direction=direction, body=body, at=now, **more,
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


@one_transaction
def ask(actor: Actor, data: dict[str, Any], now: datetime, channel: str = "web") -> Asked:
    """A question to an institution; `data`: id, institution_code, subject, body, asker, contact ("" for none).

    The same form sent again is the same question. Raises `NotFound` for an institution that is none.
    """
    body = filing.institution(data["institution_code"])
    if not body.active:
        raise NotFound()
    with within(NATION):
        known = session().scalars(select(Enquiry).where(Enquiry.id == data["id"])).one_or_none()
        if known is not None:
            if known.subject != data["subject"]:
                raise NotFound()
            return Asked(known, code_of(known.id))
        about = {"channel": channel, "person_id": actor.person_id}
        row = begin(body, {**data, **about}, now)
        letter(row, "in", data["body"], now, written_by=actor.id if actor.kind == "officer" else None)
        audit.record(
            actor, "consultation.ask", "enquiry", row.id, province_code=row.province_code, now=now, clause="一(五)",
            channel=channel,
        )  # fmt: skip
    return Asked(row, code_of(row.id))


def thread_of(row: Enquiry, *, notes: bool) -> Thread:
    """An enquiry's letters and files; `notes` among officers only for officers."""
    statement = select(EnquiryLetter).where(EnquiryLetter.enquiry_id == row.id)
    if not notes:
        statement = statement.where(EnquiryLetter.direction != "note")
    letters = list(session().scalars(statement.order_by(EnquiryLetter.at, EnquiryLetter.id).limit(MOST_LETTERS)))
    files: dict[UUID, list[EnquiryAttachment]] = {}
    kept = select(EnquiryAttachment).where(EnquiryAttachment.enquiry_id == row.id)
    for item in session().scalars(kept.order_by(EnquiryAttachment.id).limit(1000)):
        files.setdefault(item.letter_id, []).append(item)
    return Thread(row, letters, files)


def _by_code(reference: str, code: str) -> Enquiry:
    wanted = "".join(reference.split()).upper()[:20]
    if not limits.spend(GUESSES, "enquiry", wanted):
        raise Refused([_unknown()])
    statement = select(Enquiry).where(Enquiry.reference == wanted).order_by(Enquiry.id).limit(5)
    for row in session().scalars(statement):
        if hmac.compare_digest(row.code_hash, _hash(code)):
            return row
    raise Refused([_unknown()])


def _unknown() -> Finding:
    words, remedy = N_("咨询编号或查询码不正确"), N_("请与提交后显示的编号和查询码逐位核对")
    return Finding("enquiry_unknown", words, clause="一(五)", field="code", remedy=remedy)


def read(reference: str, code: str) -> Thread:
    """The thread that a number and its code open, whoever asks. Raises `Refused`, the same for both being wrong."""
    with within(NATION):
        return thread_of(_by_code(reference, code), notes=False)


def mine(actor: Actor, paging: Paging) -> Page[Enquiry]:
    """A signed-in person's own questions, the newest first."""
    statement = select(Enquiry).where(Enquiry.person_id == actor.person_id)
    return paged(statement, Paging(paging.number, paging.size, "asked_at", True), {"asked_at": Enquiry.asked_at})


def of_person(person_id: UUID) -> list[Thread]:
    """Everything a person asked, for their own data."""
    statement = select(Enquiry).where(Enquiry.person_id == person_id).order_by(Enquiry.asked_at)
    return [thread_of(row, notes=False) for row in session().scalars(statement.limit(1000))]


def own(actor: Actor, enquiry_id: UUID) -> Thread:
    """One of a signed-in person's own questions; raises `NotFound`."""
    statement = select(Enquiry).where(Enquiry.id == enquiry_id, Enquiry.person_id == actor.person_id)
    row = session().scalars(statement).one_or_none()
    if row is None:
        raise NotFound()
    return thread_of(row, notes=False)


@one_transaction
def go_on(actor: Actor, data: dict[str, Any], now: datetime) -> Asked:
    """Say more: added while the question waits; after an answer it is a new question that follows the earlier.

    `data`: body, and number with code, or the enquiry_id of a signed-in person's own. Raises `Refused`, `NotFound`.
    """
    with within(NATION):
        if data.get("enquiry_id"):
            row = own(actor, data["enquiry_id"]).row
        else:
            row = _by_code(data["number"], data["code"])
        row = continued(row, data["body"], now)
        audit.record(
            actor, "consultation.go_on", "enquiry", row.id, province_code=row.province_code, now=now, clause="一(五)"
        )
    return Asked(row, code_of(row.id))


def continued(row: Enquiry, body: str, now: datetime, **more: Any) -> Enquiry:
    """The enquiry to which a further text of the asker belongs, with the text in it."""
    if row.state not in WAITING:
        if row.state == "answered":
            close_row(row, now)
        about = {name: getattr(row, name) for name in ("channel", "subject", "asker", "contact", "inbox_id")}
        person = row.person_id if row.person_id != row.id else None
        about |= {"id": new_id(), "person_id": person, "follows_id": row.id}
        row = begin(filing.institution(row.institution_code), about, now)
    letter(row, "in", body, now, **more)
    return row


def close_row(row: Enquiry, now: datetime) -> None:
    """An answered enquiry ends, inside the caller's transaction; raises `Refused` for any other."""
    findings = ENQUIRY_MOVES.judge(row.state, "closed")
    if findings:
        raise Refused(findings)
    row.state, row.closed_at = "closed", now
