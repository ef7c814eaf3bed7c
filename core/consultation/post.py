"""Speaks to mail servers: IMAP to read a mailbox letter by letter, SMTP to answer; with time-outs and bounds."""

from __future__ import annotations

import contextlib
import imaplib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from core.consultation.rules import MOST_LETTER

SECONDS = 20
MOST_LETTERS = 50
imaplib._MAXLINE = max(imaplib._MAXLINE, 100_000)  # type: ignore[attr-defined]


class PostFault(OSError):
    """A mail server cannot be reached, says no or makes no sense: the text is one of `rules.FAULT_NAMES`."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How a server is reached; `security` is tls, starttls or none, `authority` a CA of its own in PEM or ""."""

    host: str
    port: int
    security: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    authority: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        """Certificates and names are always checked."""
        return ssl.create_default_context(cadata=self.authority or None)


@dataclass(frozen=True, slots=True)
class Held:
    """A letter in the mailbox: `raw` is None where it is larger than the platform takes."""

    uid: int
    raw: bytes | None


class Mailbox:
    """An open mailbox: `validity` changes when its numbering began anew."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server
        _told(server.select("INBOX"))
        validity = server.response("UIDVALIDITY")[1]
        self.validity = int(validity[0]) if validity and validity[0] else 0

    def after(self, uid: int) -> list[int]:
        """Numbers of the next letters after `uid`, at most 50, the oldest first."""
        found = _told(self._server.uid("SEARCH", None, f"UID {uid + 1}:*"))  # type: ignore[arg-type]
        numbers = sorted(int(part) for part in (found[0] or b"").split() if part.isdigit())
        return [number for number in numbers if number > uid][:MOST_LETTERS]  # "n:*" always names the last one

    def letter(self, uid: int) -> Held:
        """One letter, asked for its size first; it stays unread in the mailbox until `seen`."""
        said = b" ".join(part for part in _told(self._server.uid("FETCH", str(uid), "(RFC822.SIZE)")) if part)
        size = re.search(rb"RFC822\.SIZE (\d{1,12})", said)
        if size is None or int(size[1]) > MOST_LETTER:
            return Held(uid, None)
        parts = _told(self._server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        raw: bytes | None = next((part[1] for part in parts if isinstance(part, tuple)), None)
        return Held(uid, raw if raw is not None and len(raw) <= MOST_LETTER else None)

    def seen(self, uid: int) -> None:
        """Mark a letter as read, for people who look into the mailbox themselves."""
        _told(self._server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))


def _told(answer: tuple[str, Any]) -> list[Any]:
    if answer[0] != "OK":
        raise PostFault("answer")
    return answer[1]


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Whatever a server or the way to it does becomes a `PostFault` that tells an officer what to look at."""
    try:
        yield
    except PostFault:
        raise
    except ssl.SSLError as fault:
        raise PostFault("certificate") from fault
    except (imaplib.IMAP4.error, smtplib.SMTPException) as fault:
        raise PostFault(_category(fault)) from fault
    except (OSError, EOFError, ValueError) as fault:
        raise PostFault("connection") from fault


def _category(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPAuthenticationError) or "AUTHENTICATIONFAILED" in str(fault).upper():
        return "sign_in"
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return "recipient"
    return "answer"


@contextlib.contextmanager
def opened(wire: Wire) -> Iterator[Mailbox]:
    """The mailbox behind a wire; raises `PostFault`."""
    with _faults():
        if wire.security == "tls":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(wire.host, wire.port, ssl_context=wire.context(), timeout=SECONDS)
        else:
            server = imaplib.IMAP4(wire.host, wire.port, timeout=SECONDS)
        try:
            if wire.security == "starttls":
                server.starttls(wire.context())
            server.login(wire.username, wire.password)
            yield Mailbox(server)
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, EOFError):
                server.logout()


def send(wire: Wire, letter: EmailMessage) -> None:
    """Hand a letter over; raises `PostFault`."""
    with _faults():
        if wire.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(wire.host, wire.port, timeout=SECONDS, context=wire.context())
        else:
            server = smtplib.SMTP(wire.host, wire.port, timeout=SECONDS)
        with server:
            if wire.security == "starttls":
                server.starttls(context=wire.context())
            if wire.username:
                server.login(wire.username, wire.password)
            server.send_message(letter)
