"""A small real mail server for tests: SMTP by aiosmtpd, a mailbox by a little IMAP4rev1 server of our own.

What arrives by SMTP for an address of the office lies in that address's mailbox; everything is kept in `sent`.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "chunxi", "apricot-mail-1"


@dataclass
class Office:
    """The server's state: letters by number, what was sent, faults. `fault`: "" or hang_up, no_login, too_big."""

    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    sent: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    fault: str = ""
    validity: int = 7
    imap_port: int = 0
    smtp_port: int = 0
    authority: str = ""
    context: ssl.SSLContext | None = None

    def put(self, raw: bytes) -> int:
        """Lay a letter into the mailbox; returns its number."""
        number = max(self.letters, default=0) + 1
        self.letters[number] = raw
        return number


class _Imap(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 as a reader of one mailbox needs: LOGIN, SELECT, UID SEARCH, FETCH and STORE, LOGOUT."""

    server: Any

    def setup(self) -> None:
        office = self.server.office
        if office.context is not None:
            self.request = office.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def say(self, text: str | bytes) -> None:
        self.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.say("* OK small office")
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                tag, _, command = line.partition(" ")
                if not self.carry_out(tag, command):
                    return

    def carry_out(self, tag: str, command: str) -> bool:
        office, words = self.server.office, command.split()
        verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        if verb == "LOGIN":
            good = [word.strip('"') for word in words[1:]] == [USER, PASSWORD] and office.fault != "no_login"
            self.say(f"{tag} OK in" if good else f"{tag} NO [AUTHENTICATIONFAILED] wrong")
        elif verb == "SELECT":
            self.say(f"* {len(office.letters)} EXISTS\r\n* OK [UIDVALIDITY {office.validity}] so")
            self.say(f"{tag} OK [READ-WRITE] there")
        elif verb == "UID SEARCH":
            first = int(re.search(r"UID (\d+):", command)[1])  # type: ignore[index]
            found = [n for n in office.letters if n >= first] or [max(office.letters, default=0)]
            self.say("* SEARCH " + " ".join(str(n) for n in found if n))
            self.say(f"{tag} OK found")
        elif verb == "UID FETCH":
            return self.fetch(tag, int(words[2]), command)
        elif verb == "UID STORE":
            office.seen.add(int(words[2]))
            self.say(f"{tag} OK stored")
        elif verb == "LOGOUT":
            self.say(f"* BYE\r\n{tag} OK out")
            return False
        else:
            self.say("* CAPABILITY IMAP4rev1" if verb == "CAPABILITY" else "* OK nothing")
            self.say(f"{tag} OK done")
        return True

    def fetch(self, tag: str, number: int, command: str) -> bool:
        office = self.server.office
        raw = office.letters[number]
        if office.fault == "hang_up":
            return False
        if "SIZE" in command:
            size = 10**9 if office.fault == "too_big" else len(raw)
            self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {size})")
        else:
            self.say(f"* {number} FETCH (UID {number} BODY[] {{{len(raw)}}}")
            self.wfile.write(raw)
            self.say(")")
        self.say(f"{tag} OK fetched")
        return True


class _Smtp:
    def __init__(self, office: Office) -> None:
        self.office = office

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.office.refused:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.office.sent.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or does not trust the certificate, is what some tests are about."""


def certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A certificate for 127.0.0.1 and localhost that nobody trusts unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "small office")])
    now = datetime.datetime.now(datetime.UTC)
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(serialization.Encoding.PEM)
    path = folder / "office.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, pem.decode()


@contextlib.contextmanager
def open_office(folder: Path | None = None) -> Iterator[Office]:
    """A running office on 127.0.0.1; with a folder it speaks TLS on both its ports."""
    office = Office()
    if folder is not None:
        office.context, office.authority = certificate(folder)

    def signs_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.smtp_port = free.getsockname()[1]
    imap = _Server(("127.0.0.1", 0), _Imap)
    imap.office = office  # type: ignore[attr-defined]
    controller = Controller(
        _Smtp(office), hostname="127.0.0.1", port=office.smtp_port, ssl_context=office.context, authenticator=signs_in,
        auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    office.imap_port = imap.server_address[1]
    threading.Thread(target=imap.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield office
    finally:
        imap.shutdown()
        imap.server_close()
        controller.stop()
