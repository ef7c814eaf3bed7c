"""How institutions can be asked: lines with their hours, a mailbox whose server is away, an article out of date."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from core.consultation import service as consultation
from core.demonstration.season import asking
from core.demonstration.season.acting import Cast
from core.demonstration.season.places import Body
from core.foundation import outbox
from core.foundation.access import territory, within
from core.foundation.paging import Paging

SERVER, NOBODY_THERE = "127.0.0.1", 1  # no mail server listens on this port
_HOURS = {"opens": "08:30", "closes": "17:30", "pause_from": "12:00", "pause_to": "13:30"}


def state_line(cast: Cast, body: Body, now: datetime) -> None:
    """An institution says how it is reached; the province's own desk mixes its hours up first."""
    head, desk = cast.officer(f"p{body.code}h"), body.level == "province"
    line: dict[str, Any] = _HOURS | {
        "telephone": "000-12345", "mailbox": _address(body), "remark": "", "dedicated": desk, "version": 0,
    }  # fmt: skip
    if desk:
        cast.attempt(head, consultation.save_line, body.code, line | {"opens": "18:00"}, now)
    cast.act(head, consultation.save_line, body.code, line, now)


def _address(body: Body) -> str:
    return f"p{body.code}@example.invalid"


def _inbox(body: Body, **other: Any) -> dict[str, Any]:
    return {
        "address": _address(body), "username": f"p{body.code}", "password": "apricot-mail-1", "authority": "",
        "enabled": True, "imap_host": SERVER, "imap_port": NOBODY_THERE, "imap_security": "none", "version": 0,
        "smtp_host": SERVER, "smtp_port": NOBODY_THERE, "smtp_security": "none",
    } | other  # fmt: skip


def open_mailboxes(cast: Cast, cities: list[Body], now: datetime) -> None:
    """Mailboxes are to be read: on no server that the operator does not know, and theirs does not answer that day."""
    for body in cities:
        head = cast.officer(f"p{body.code}h")
        cast.attempt(head, consultation.save_inbox, body.code, _inbox(body, imap_host="mail.example.invalid"), now)
        cast.act(head, consultation.save_inbox, body.code, _inbox(body), now)
    outbox.drain()
    for body in cities:
        cast.tally.refusals[f"mailbox_{_kept(cast, body).fault}"] += 1  # as its page says


def letters_came(cast: Cast, cities: list[Body], now: datetime) -> None:
    """A letter is taken, once, and nothing automatic; then the mailbox is given up until its server is back."""
    for body in cities:
        row = _kept(cast, body)
        with within(territory(body.province)):  # as the job does that reads a mailbox
            for raw in (_letter(body), _letter(body), _letter(body, **{"Auto-Submitted": "auto-replied"})):
                consultation.take(row.id, raw, now)
        closed = _inbox(body, enabled=False, version=_kept(cast, body).version)
        cast.act(cast.officer(f"p{body.code}h"), consultation.save_inbox, body.code, closed, now)


def _kept(cast: Cast, body: Body) -> Any:
    return cast.act(cast.officer(f"p{body.code}h"), lambda _actor: consultation.inbox(body.code))


def _letter(body: Body, **headers: str) -> bytes:
    """A letter with a file that is kept and one that is not."""
    made = EmailMessage()
    for name, value in ({"Message-ID": f"<ask-{body.code}@example.invalid>"} | headers).items():
        made[name] = value
    made["From"], made["To"], made["Subject"] = "asker@example.invalid", _address(body), "居住证"
    made.set_content("居住证可以在这里申请认定吗？")
    made.add_attachment(b"%PDF-1.4\n% invented\n", maintype="application", subtype="pdf", filename="residence.pdf")
    made.add_attachment(b"MZ invented", maintype="application", subtype="octet-stream", filename="residence.exe")
    return made.as_bytes()


def answer_letters(cast: Cast, cities: list[Body], now: datetime) -> None:
    """What came by letter is answered by letter."""
    for body in cities:
        clerk = cast.officer(f"p{body.code}a")
        waiting = cast.act(clerk, lambda _actor: consultation.enquiries(Paging(1, 100), "open").rows)
        for item in (item for item in waiting if item.channel == "letter"):
            data = {"body": "可以，请凭有效期内的居住证申请。", "article_id": None, "version": item.version}
            cast.act(clerk, consultation.answer, item.id, data, now)


def own_article(cast: Cast, code: str, now: datetime) -> UUID:
    """A province publishes an answer of its own."""
    found: UUID = asking.publish(cast, cast.officer(f"p{code}one"), now).id
    return found


def withdraw_article(cast: Cast, code: str, article_id: UUID, now: datetime) -> None:
    """What it said is true no longer: it is changed once, then taken down."""
    one = cast.officer(f"p{code}one")
    row = cast.act(one, consultation.article, article_id)
    row = cast.act(one, consultation.change, row.id, asking.ARTICLE | {"version": row.version}, now)
    cast.act(one, consultation.move, row.id, "withdrawn", row.version, now)
