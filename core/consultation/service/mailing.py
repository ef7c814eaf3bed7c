"""Mailboxes read and answered from, in jobs: a letter read twice is one enquiry, an answer sent twice is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.consultation import letters, post
from core.consultation.models import Enquiry, EnquiryAttachment, EnquiryInbox, EnquiryLetter
from core.consultation.service.answering import inbox_of
from core.consultation.service.asking import begin, continued, letter
from core.consultation.service.lines import allowed_servers, promise_reading
from core.filing import service as filing
from core.foundation import audit, mail
from core.foundation.access import SYSTEM
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.storage import storage

PAUSE = timedelta(minutes=5)


def wire(row: EnquiryInbox, kind: str) -> post.Wire:
    """How a mailbox's server is reached; raises `PostFault` where the operator no longer names it."""
    host = getattr(row, f"{kind}_host")
    if host.lower() not in {name.lower() for name in allowed_servers()}:
        raise post.PostFault("connection")
    return post.Wire(
        host, getattr(row, f"{kind}_port"), getattr(row, f"{kind}_security"), row.username, row.password, row.authority
    )  # fmt: skip


def read(inbox_id: UUID, now: datetime) -> int:
    """The job: take what is new in a mailbox, letter by letter, and promise the next reading.

    How far it was read is kept after each letter. What goes wrong stands on the mailbox's page, and it is tried
    again at its next turn.
    """
    row = found(EnquiryInbox, inbox_id)
    if not row.enabled:
        return 0
    taken, fault = 0, ""
    try:
        taken = _read(row, now)
    except post.PostFault as failed:
        session().rollback()
        fault = str(failed)
    _settled(inbox_id, fault, now)
    return taken


def _read(row: EnquiryInbox, now: datetime) -> int:
    inbox_id, validity, last = row.id, row.validity, row.last_uid
    way = wire(row, "imap")
    session().rollback()
    taken = 0
    with post.opened(way) as mailbox:
        if mailbox.validity != validity:
            last = 0  # its numbering began anew; marks keep letters single
        while numbers := mailbox.after(last):
            for last in numbers:
                held = mailbox.letter(last)
                taken += held.raw is not None and take(inbox_id, held.raw, now)
                _got_to(inbox_id, mailbox.validity, last)
                mailbox.seen(last)
    return taken


@one_transaction
def _got_to(inbox_id: UUID, validity: int, uid: int) -> None:
    row = locked(EnquiryInbox, inbox_id)
    row.validity, row.last_uid = validity, uid


@one_transaction
def _settled(inbox_id: UUID, fault: str, now: datetime) -> None:
    row = locked(EnquiryInbox, inbox_id)
    row.fault, row.read_at = fault, now
    promise_reading(row, now, after=PAUSE)


def take(inbox_id: UUID, raw: bytes, now: datetime) -> bool:
    """Make an enquiry of a letter, or add it to its thread; False for one that is not taken, or was before."""
    try:
        given = letters.read(raw)
    except letters.UnreadableLetter:
        return False
    return not given.automatic and _take(inbox_id, given, now)


@one_transaction
def _take(inbox_id: UUID, given: letters.Incoming, now: datetime) -> bool:
    inbox = locked(EnquiryInbox, inbox_id)  # one reader at a time
    if given.sender.lower() == inbox.address.lower() or _letter_of(inbox, (given.mark,)) is not None:
        return False
    earlier = _letter_of(inbox, given.thread) if given.thread else None
    more = {
        "inbox_id": inbox.id, "mark": given.mark, "mail_reference": given.reference, "dropped": "\n".join(given.dropped)
    }  # fmt: skip
    if earlier is not None and (row := locked(Enquiry, earlier.enquiry_id)).contact.lower() == given.sender.lower():
        row = continued(row, given.text, now, **more)
    else:
        about = {
            "id": new_id(), "channel": "letter", "subject": given.subject or say(N_("（无主题）")),
            "asker": given.name, "contact": given.sender, "inbox_id": inbox.id,
        }  # fmt: skip
        row = begin(filing.institution(inbox.institution_code), about, now)
        letter(row, "in", given.text, now, **more)
    made = _letter_of(inbox, (given.mark,))
    if made is not None:
        _keep(row, made, given)
    audit.record(
        SYSTEM, "consultation.take", "enquiry", row.id, province_code=row.province_code, now=now, clause="一(五)",
        files=len(given.files), dropped=len(given.dropped),
    )  # fmt: skip
    return True


def _letter_of(inbox: EnquiryInbox, marks: tuple[str, ...]) -> EnquiryLetter | None:
    statement = select(EnquiryLetter).where(
        EnquiryLetter.province_code == inbox.province_code, EnquiryLetter.inbox_id == inbox.id,
        EnquiryLetter.mark.in_(marks),
    )  # fmt: skip
    return session().scalars(statement.order_by(EnquiryLetter.id.desc()).limit(1)).first()


def _keep(row: Enquiry, made: EnquiryLetter, given: letters.Incoming) -> None:
    for name, data in given.files:
        kept = storage().put(data, ".attachment")
        session().add(
            EnquiryAttachment(
                id=new_id(), province_code=row.province_code, territory=row.territory, person_id=row.person_id,
                enquiry_id=row.id, letter_id=made.id, file_name=name, size=len(data), file_key=kept.key,
                file_sha256=kept.sha256,
            )
        )  # fmt: skip


def send(letter_id: UUID, now: datetime) -> None:
    """The job: send an answer from the institution's mailbox, or as the platform's mail where it has none.

    Raises `OSError`, and is tried again; one that was sent is not sent again.
    """
    made = found(EnquiryLetter, letter_id)
    row = found(Enquiry, made.enquiry_id)
    if made.sent_at is not None:
        return
    inbox = inbox_of(row)
    subject = f"{row.subject} [{row.reference}]"
    if inbox is None:
        words = mail.Letter(row.contact, subject, made.body, str(letter_id))
        session().rollback()
        mail.send(words)
    else:
        thread = _last_reference(row)
        answer = letters.answer(inbox.address, row.contact, subject, made.body, str(letter_id), thread)
        way = wire(inbox, "smtp")
        session().rollback()
        post.send(way, answer)
    _sent(letter_id, inbox.id if inbox else None, now)


def _last_reference(row: Enquiry) -> str:
    statement = (
        select(EnquiryLetter.mail_reference)
        .where(EnquiryLetter.enquiry_id == row.id, EnquiryLetter.direction == "in", EnquiryLetter.mark.is_not(None))
        .order_by(EnquiryLetter.at.desc())
        .limit(1)
    )
    return session().scalar(statement) or ""


@one_transaction
def _sent(letter_id: UUID, inbox_id: UUID | None, now: datetime) -> None:
    made = locked(EnquiryLetter, letter_id)
    made.sent_at = now
    if inbox_id is not None:  # so that an answer to the answer finds its thread
        made.inbox_id, made.mark = inbox_id, letters.mark_of(letters.own_reference(str(letter_id)))
