"""Shapes of sign-up, sign-in and passwords."""

from __future__ import annotations

from core.foundation.shapes import Choice, Day, Shape, Text
from core.people.rules import DocumentKind


class SignUpShape(Shape):
    """What a person gives to sign up; sex and birth date only where the document does not tell them."""

    id = Text(40, load_default="")
    name = Text(50)
    document_kind = Choice(DocumentKind)
    document_number = Text(40)
    sex = Choice(["1", "2"], load_default="")
    birth_date = Day(load_default=None)
    mobile = Text(20)
    mail = Text(120, load_default="")
    password = Text(128)


class SignInShape(Shape):
    """A name (mobile, document number or user name) and a password."""

    id = Text(40, load_default="")
    login = Text(60)
    password = Text(200)
    next = Text(500, load_default="")


class PasswordShape(Shape):
    """The old and the new password."""

    id = Text(40, load_default="")
    old = Text(200)
    password = Text(128)


class SignInApiShape(Shape):
    """Sign-in through the API."""

    login = Text(60)
    password = Text(200)
