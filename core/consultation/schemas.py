"""Shapes of what goes in and out of consultation."""

from __future__ import annotations

from core.consultation.rules import PORTS
from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, TimeOfDay, Whole


class LineShape(Shape):
    """An institution's enquiry line."""

    id = Id(load_default=None)
    telephone = Text(40)
    opens = Text(5)
    closes = Text(5)
    pause_from = Text(5, load_default="")
    pause_to = Text(5, load_default="")
    mailbox = Text(120, load_default="")
    remark = Text(200, load_default="")
    dedicated = Tick()
    version = Whole(load_default=0)


class InboxShape(Shape):
    """How a mailbox is read and answered from; an empty password keeps the present one."""

    id = Id(load_default=None)
    address = Text(120)
    username = Text(120)
    password = Text(200, load_default="")
    imap_host = Text(120)
    imap_port = Whole(1, 65535)
    imap_security = Choice(list(PORTS))
    smtp_host = Text(120)
    smtp_port = Whole(1, 65535)
    smtp_security = Choice(list(PORTS))
    authority = Text(20_000, load_default="", lines=True)
    enabled = Tick()
    version = Whole(load_default=0)


class AskShape(Shape):
    """A question from anybody; name and mail address are the asker's choice."""

    id = Id()
    institution_code = Text(5, 5)
    subject = Text(100)
    body = Text(4000, lines=True)
    asker = Text(50, load_default="")
    contact = Text(120, load_default="")


class ReadShape(Shape):
    """Number and code of a question."""

    id = Id(load_default=None)
    number = Text(20)
    code = Text(20)


class GoOnShape(ReadShape):
    """More to say about one's question, known by number and code."""

    body = Text(4000, lines=True)


class GoOnOwnShape(Shape):
    """More to say about one's own question."""

    id = Id(load_default=None)
    body = Text(4000, lines=True)


class AnswerShape(Shape):
    """An answer, which may quote an article and then needs no words of its own."""

    id = Id(load_default=None)
    body = Text(10_000, load_default="", lines=True)
    article_id = Id(load_default=None, allow_none=True)
    version = Whole()


class NoteShape(Shape):
    """A note among officers."""

    id = Id(load_default=None)
    body = Text(4000, lines=True)


class EscalateShape(Shape):
    """Why the centre should answer."""

    id = Id(load_default=None)
    reason = Text(1000, lines=True)
    version = Whole()


class VersionShape(Shape):
    """The version that a button was pressed for."""

    id = Id(load_default=None)
    version = Whole()


class CallShape(Shape):
    """A call as an officer writes it down."""

    id = Id()
    institution_code = Text(5, 5)
    on = Day()
    at = TimeOfDay()
    answered = Choice(["yes", "no"])
    minutes = Whole(0, 600, load_default=0)
    topic = Text(60, load_default="")


class ArticleShape(Shape):
    """An article's texts; English is optional, but title and text go together."""

    id = Id()
    title = Text(120)
    body = Text(10_000, lines=True)
    title_en = Text(160, load_default="")
    body_en = Text(20_000, load_default="", lines=True)
    version = Whole(load_default=0)


class MoveShape(Shape):
    """Publish or withdraw."""

    id = Id(load_default=None)
    state = Choice(["published", "withdrawn"])
    version = Whole()
