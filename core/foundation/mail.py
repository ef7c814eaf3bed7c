"""Mails and text messages on their last step: SMTP, a gateway, or files in the data folder."""

from __future__ import annotations

import hashlib
import json
import smtplib
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: `to` is a mail address or a mobile number, `reference` makes a repeat recognisable."""

    to: str
    subject: str
    text: str
    reference: str

    @property
    def by_text_message(self) -> bool:
        """Whether it goes to a mobile."""
        return "@" not in self.to


class Outlet(Protocol):
    """A way out. Sending the same reference twice must be harmless to the reader."""

    def send(self, letter: Letter) -> None:
        """Deliver or raise `OSError`."""


@dataclass(frozen=True)
class FileOutlet:
    """Letters become files, one for each reference: for the demonstration and tests."""

    folder: Path

    def send(self, letter: Letter) -> None:
        """Write the letter; a second time overwrites the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = f"To: {letter.to}\nSubject: {letter.subject}\n\n"
        draft = self.folder / f"{letter.reference}.part"
        draft.write_text(head + letter.text, encoding="utf-8")
        draft.replace(self.folder / f"{letter.reference}.txt")


@dataclass(frozen=True)
class SmtpOutlet:
    """Letters by SMTP; the same letter has the same message id, so that one sent twice is known for one."""

    url: str
    sender: str

    def send(self, letter: Letter) -> None:
        """Deliver over SMTP; raises `OSError` (`SMTPException`) when it cannot."""
        where = urlsplit(self.url)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, letter.to, letter.subject
        mark = hashlib.sha256(letter.text.encode()).hexdigest()[:16]
        mail["Message-ID"] = f"<{letter.reference}.{mark}@xingtan.invalid>"
        mail.set_content(letter.text)
        with smtplib.SMTP(where.hostname or "127.0.0.1", where.port or 25, timeout=20) as server:
            if where.username:
                server.starttls()
                server.login(unquote(where.username), unquote(where.password or ""))
            server.send_message(mail)


@dataclass(frozen=True)
class GatewayOutlet:
    """Text messages by an HTTP gateway that takes JSON."""

    url: str

    def send(self, letter: Letter) -> None:
        """Post the message; raises `OSError` when the gateway does not take it."""
        body = json.dumps({"to": letter.to, "text": letter.text, "reference": letter.reference}).encode()
        request = urllib.request.Request(  # noqa: S310 - the operator's own setting
            self.url, body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20):  # noqa: S310
            pass


@dataclass(frozen=True)
class Switch:
    """Chooses by the address: mails one way, text messages the other."""

    mails: Outlet
    texts: Outlet

    def send(self, letter: Letter) -> None:
        """Deliver by the fitting outlet."""
        (self.texts if letter.by_text_message else self.mails).send(letter)


def outlet(settings: Any) -> Outlet:
    """The outlets that the settings name."""
    files = FileOutlet(Path(settings.data_dir).absolute() / "mail")
    mails = SmtpOutlet(settings.mail_url, settings.mail_from) if settings.mail_url else files
    texts = GatewayOutlet(settings.sms_url) if settings.sms_url else files
    return Switch(mails, texts)


class _Place:
    outlet: Outlet | None = None


def use(chosen: Outlet) -> None:
    """Install the outlet of this process."""
    _Place.outlet = chosen


def kept(reference: str) -> str | None:
    """A letter that was written to a file, for the demonstration; None where letters really go out."""
    place = _Place.outlet.texts if isinstance(_Place.outlet, Switch) else _Place.outlet
    if not isinstance(place, FileOutlet):
        return None
    path = place.folder / f"{reference}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else None


def send(letter: Letter) -> None:
    """Deliver one letter; raises `OSError` when it cannot, and the job tries again."""
    if _Place.outlet is None:
        raise RuntimeError("no outlet installed")
    _Place.outlet.send(letter)
