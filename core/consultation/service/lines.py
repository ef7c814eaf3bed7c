"""Lines and mailboxes of institutions: shown to everybody, kept by the institution or its province."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from core.calendar import service as calendar
from core.consultation.models import EnquiryInbox, EnquiryLine
from core.consultation.rules import USUAL, Hours, is_open, judge_hours, judge_server, judge_telephone
from core.filing import service as filing
from core.filing.models import Institution
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import Finding
from core.foundation.paging import Page, Paging
from core.people.rules import judge_mail

LINE = ("telephone", "opens", "closes", "pause_from", "pause_to", "mailbox", "remark", "dedicated")
WIRE = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security")
INBOX = ("address", "username", "authority", "enabled", *WIRE)


@dataclass(frozen=True, slots=True)
class Shown:
    """An institution as askers see it; `open` is None where nobody knows (no hours, or no calendar)."""

    code: str
    name: str
    province_code: str
    telephone: str
    hours: Hours | None
    mailbox: str
    remark: str
    dedicated: bool
    open: bool | None


def hours_of(row: EnquiryLine | None) -> Hours:
    """A line's hours; the usual ones where none are stated."""
    return Hours(row.opens, row.closes, row.pause_from, row.pause_to) if row else USUAL


def lines_of(codes: Iterable[str]) -> dict[str, EnquiryLine]:
    """Lines by institution, for lists."""
    statement = select(EnquiryLine).where(EnquiryLine.institution_code.in_(set(codes))).limit(5000)
    return {row.institution_code: row for row in session().scalars(statement)}


def shown(bodies: Iterable[Institution], now: datetime) -> list[Shown]:
    """Institutions with their lines at a moment, in one query more."""
    wanted = list(bodies)
    lines = lines_of(body.code for body in wanted)
    local = clock.beijing(now)
    return [_shown(body, lines.get(body.code), local) for body in wanted]


def _shown(body: Institution, row: EnquiryLine | None, local: datetime) -> Shown:
    if row is None:
        return Shown(body.code, body.name, body.province_code, body.telephone, None, "", "", False, None)
    hours = hours_of(row)
    return Shown(
        body.code, body.name, body.province_code, row.telephone, hours, row.mailbox, row.remark, row.dedicated,
        is_open(hours, local),
    )  # fmt: skip


def directory(province_code: str, paging: Paging, search: str, now: datetime) -> tuple[list[Shown], Page[Institution]]:
    """A page of a province's institutions as askers see them, and the page itself."""
    page = filing.listed_institutions(province_code, paging, search, in_force=True)
    return shown(page.rows, now), page


@calendar.names_telephones
def provincial_telephones() -> list[str]:
    """Telephones of the provinces' own desks, for the page that says the site is closed."""
    statement = (
        select(EnquiryLine.telephone)
        .where(EnquiryLine.territory == EnquiryLine.province_code)
        .order_by(EnquiryLine.province_code)
        .limit(64)
    )
    return list(dict.fromkeys(session().scalars(statement)))


def body_of(actor: Actor, code: str) -> Institution:
    """An institution in the actor's territory; raises `NotFound`."""
    body = filing.institution(code)
    if not body.division.startswith(actor.prefix):
        raise NotFound()
    return body


def line(code: str) -> EnquiryLine | None:
    """An institution's line, where it has stated one."""
    return session().scalars(select(EnquiryLine).where(EnquiryLine.institution_code == code)).one_or_none()


def inbox(code: str) -> EnquiryInbox | None:
    """How an institution's mailbox is reached, where it said so."""
    return session().scalars(select(EnquiryInbox).where(EnquiryInbox.institution_code == code)).one_or_none()


@one_transaction
def save_line(actor: Actor, code: str, data: dict[str, Any], now: datetime) -> EnquiryLine:
    """State or change an institution's line; `data`: those of `LINE`, and version (0: none yet). Raises `Refused`."""
    body = body_of(actor, code)
    findings = judge_telephone(data["telephone"])
    findings += judge_hours(Hours(data["opens"], data["closes"], data["pause_from"], data["pause_to"]))
    findings += [_beside(finding, "mailbox") for finding in judge_mail(data["mailbox"])] if data["mailbox"] else []
    if findings:
        raise Refused(findings)
    row = line(code)
    if (row.version if row else 0) != data["version"]:
        raise Conflict()
    if row is None:
        row = EnquiryLine(id=new_id(), province_code=body.province_code, territory=body.division, institution_code=code)
        session().add(row)
    for name in LINE:
        setattr(row, name, data[name])
    row.changed_by, row.changed_at = actor.id, now
    session().flush()
    audit.record(
        actor, "consultation.line", "enquiry_telephone", row.id, province_code=row.province_code, now=now,
        clause="一(五)", institution=code,
    )  # fmt: skip
    return row


def _beside(finding: Finding, field: str) -> Finding:
    return replace(finding, field=field)


def allowed_servers() -> tuple[str, ...]:
    """Mail servers that the operator lets institutions use."""
    found: tuple[str, ...] = current_app.config["SETTINGS"].codes("mail_hosts")
    return found


@one_transaction
def save_inbox(actor: Actor, code: str, data: dict[str, Any], now: datetime) -> EnquiryInbox:
    """State or change how a mailbox is read; `data`: those of `INBOX`, password ("" keeps it), version (0: none yet).

    Its reading is promised at once. Raises `Refused` for servers that the operator has not named.
    """
    body = body_of(actor, code)
    findings = [_beside(finding, "address") for finding in judge_mail(data["address"])]
    for kind in ("imap", "smtp"):
        findings += judge_server(
            data[f"{kind}_host"], data[f"{kind}_security"], allowed_servers(), f"{kind}_host"
        )  # fmt: skip
    if findings:
        raise Refused(findings)
    row = inbox(code)
    if (row.version if row else 0) != data["version"]:
        raise Conflict()
    if row is None:
        row = EnquiryInbox(
            id=new_id(), province_code=body.province_code, territory=body.division, institution_code=code, password=""
        )
        session().add(row)
    moved = row.version is not None and (row.imap_host, row.address) != (data["imap_host"], data["address"])
    for name in INBOX:
        setattr(row, name, data[name])
    if moved:
        row.validity, row.last_uid = 0, 0  # another mailbox is read from its beginning; marks keep letters single
    row.password = data["password"] or row.password
    row.fault, row.changed_by, row.changed_at = "", actor.id, now
    session().flush()
    audit.record(
        actor, "consultation.inbox", "enquiry_inbox", row.id, province_code=row.province_code, now=now, clause="一(五)",
        institution=code, enabled=row.enabled,
    )  # fmt: skip
    if row.enabled:  # at once: a reading that waits under its key may be minutes away
        outbox.post("consultation.read", row.province_code, now=now, inbox_id=row.id)
    return row


def promise_reading(row: EnquiryInbox, now: datetime, **pause: Any) -> None:
    """Let a mailbox be read, once: a reading that waits already is enough."""
    if row.enabled:
        outbox.post(
            "consultation.read", row.province_code, now=now, key=f"consultation.read:{row.id}", inbox_id=row.id, **pause
        )  # fmt: skip


@one_transaction
def read_now(actor: Actor, code: str, now: datetime) -> None:
    """Read a mailbox without waiting for its turn; raises `NotFound`."""
    body_of(actor, code)
    row = inbox(code)
    if row is None:
        raise NotFound()
    outbox.post("consultation.read", row.province_code, now=now, inbox_id=row.id)


@one_transaction
def promise_all_readings(now: datetime) -> int:
    """The daily work: whatever became of a mailbox's own rhythm, it is read again."""
    rows = list(session().scalars(select(EnquiryInbox).where(EnquiryInbox.enabled).limit(10_000)))
    for row in rows:
        promise_reading(row, now)
    return len(rows)
