"""Mail as values: a letter read out of its bytes within bounds, an answer written. Nothing in a letter is believed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr
from html.parser import HTMLParser

from core.consultation.rules import MOST_PARTS, MOST_TEXT, judge_attachment

DOMAIN = "xingtan.invalid"
_REFERENCE = re.compile(r"<[^<>\s]{1,250}>")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_AUTOMATIC = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@")


class UnreadableLetter(Exception):
    """A letter that is not taken: too many parts, no sender, or no letter at all."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter as the platform takes it: who, what, in which thread, which files, which files not."""

    mark: str
    reference: str
    thread: tuple[str, ...]
    sender: str
    name: str
    subject: str
    text: str
    files: tuple[tuple[str, bytes], ...]
    dropped: tuple[str, ...]
    automatic: bool


def mark_of(reference: str) -> str:
    """A Message-ID as it is compared: its hash."""
    return hashlib.sha256(reference.strip().encode()).hexdigest()


def read(raw: bytes) -> Incoming:
    """Read a letter; raises `UnreadableLetter`."""
    letter = message_from_bytes(raw, policy=policy.default)
    parts = list(_parts(letter))
    name, sender = parseaddr(_head(letter, "From"))
    if "@" not in sender or len(sender) > 120:
        raise UnreadableLetter("no sender")
    reference = next(iter(_REFERENCE.findall(_head(letter, "Message-ID"))), "")
    own = reference or f"<{hashlib.sha256(raw).hexdigest()}@{DOMAIN}>"  # a letter without: its bytes are its name
    thread = _REFERENCE.findall(_head(letter, "References")) + _REFERENCE.findall(_head(letter, "In-Reply-To"))
    files, dropped = _files(parts)
    return Incoming(
        mark_of(own), own, tuple(mark_of(item) for item in thread[-40:]), sender, plain(name)[:60],
        plain(_head(letter, "Subject"))[:200], _text(parts)[:MOST_TEXT], files, dropped, _is_automatic(letter, sender),
    )  # fmt: skip


def _parts(letter: Message) -> Iterator[Message]:
    """The leaves of a letter, a letter within a letter being one; stops at too many."""
    todo, seen = [letter], 0
    while todo:
        part = todo.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise UnreadableLetter("too many parts")
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            todo = [*(child for child in part.get_payload() if isinstance(child, Message)), *todo]
        else:
            yield part


def _head(letter: Message, name: str) -> str:
    try:
        return " ".join(str(letter.get(name, "") or "").split())[:4000]
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):  # whatever a forged header does
        return ""


def _bytes(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return data if isinstance(data, bytes) else b""


def _decoded(part: Message) -> str:
    data = _bytes(part)
    for encoding in (str(part.get_content_charset() or "utf-8"), "gb18030"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _name(part: Message) -> str:
    try:
        return plain(part.get_filename() or "")[-120:].replace("/", "_").replace("\\", "_")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _is_file(part: Message) -> bool:
    return bool(_name(part)) or part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment"


def _text(parts: list[Message]) -> str:
    texts = [part for part in parts if not _is_file(part)]
    for kind in ("text/plain", "text/html"):
        found = [_decoded(part) for part in texts if part.get_content_type() == kind]
        if any(text.strip() for text in found):
            joined = "\n".join(found)
            return plain(joined if kind == "text/plain" else reduced(joined), lines=True)
    return ""


def _files(parts: list[Message]) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    kept: list[tuple[str, bytes]] = []
    dropped: list[str] = []
    for part in parts:
        if not _is_file(part):
            continue
        name, data = _name(part), _bytes(part)
        if judge_attachment(name, data, len(kept)):
            kept.append((name, data))
        else:
            dropped.append(name or part.get_content_type()[:60])
    return tuple(kept), tuple(dropped)


def _is_automatic(letter: Message, sender: str) -> bool:
    """Whether a machine wrote it: an answer would start a loop."""
    said = _head(letter, "Auto-Submitted").lower()
    bulk = _head(letter, "Precedence").lower() in ("bulk", "junk", "list") or bool(_head(letter, "List-Id"))
    return said not in ("", "no") or bulk or sender.lower().startswith(_AUTOMATIC)


def plain(text: str, *, lines: bool = False) -> str:
    """Text without what does not show; on one line unless `lines`."""
    text = _HIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    return text.strip() if lines else " ".join(text.split())


class _Reducer(HTMLParser):
    """HTML to its words: no script, style or hidden head; blocks become lines."""

    silent = frozenset({"script", "style", "head", "title", "template", "noscript"})
    blocks = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note what is silent; begin a line with a block."""
        self.depth += tag in self.silent
        if tag in self.blocks:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave what was silent; end a line with a block."""
        self.depth = max(self.depth - (tag in self.silent), 0)
        if tag in self.blocks:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep what shows."""
        if not self.depth:
            self.found.append(data)


def reduced(html: str) -> str:
    """The words of an HTML text; markup, scripts and pictures are gone."""
    reader = _Reducer()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def answer(sender: str, to: str, subject: str, text: str, reference: str, thread: str) -> EmailMessage:
    """A letter to an asker, in the thread of theirs (`thread` is their Message-ID, "" for none)."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, to
    letter["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    letter["Message-ID"] = own_reference(reference)
    if thread:
        letter["In-Reply-To"] = letter["References"] = thread
    letter.set_content(text)
    return letter


def own_reference(reference: str) -> str:
    """The Message-ID of a letter of ours: the same for the same letter, so that a repeat is known."""
    return f"<{reference}@{DOMAIN}>"
