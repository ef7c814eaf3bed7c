"""Shapes of sign-up, sign-in, second factors and passwords."""

from __future__ import annotations

from core.foundation.shapes import Choice, Day, Id, Shape, Text
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


class ProofShape(Shape):
    """A proof of who one is: any one of the three."""

    id = Text(40, load_default="")
    next = Text(500, load_default="")
    proof_password = Text(200, load_default="")
    proof_code = Text(20, load_default="")
    proof_passkey = Text(8000, load_default="")


class SecondShape(Shape):
    """The second step of signing in: a code, or a passkey's answer as JSON."""

    id = Text(40, load_default="")
    code = Text(20, load_default="")
    passkey = Text(8000, load_default="")


class FactorCodeShape(Shape):
    """A code from an authenticator, a letter or a text message."""

    id = Text(40, load_default="")
    code = Text(20)


class PasskeyShape(Shape):
    """A new passkey: the browser's answer as JSON, and what its owner calls it."""

    id = Text(40, load_default="")
    name = Text(60, load_default="")
    passkey = Text(16000)


class ForgottenShape(Shape):
    """Whose password is forgotten: a mobile or a document number; and by which way the code goes."""

    id = Text(40, load_default="")
    login = Text(60)
    by = Choice(["mobile", "mail"], load_default="mobile")


class RenewShape(Shape):
    """A code that came by mail or text message, and the new password."""

    id = Text(40, load_default="")
    code = Text(20)
    password = Text(128)


class ResetShape(Shape):
    """Why a second factor is forgotten."""

    id = Text(40, load_default="")
    reason = Text(300, lines=True)


class ContactShape(Shape):
    """A new mobile or a new mail address."""

    id = Text(40, load_default="")
    kind = Choice(["mobile", "mail"])
    value = Text(120)


class NetworkShape(Shape):
    """A network of an institution."""

    id = Id()
    institution_code = Text(5, least=5)
    cidr = Text(43)
    note = Text(100, load_default="")


class LinkShape(Shape):
    """Who an officer is at the province's single sign-on."""

    id = Text(40, load_default="")
    subject = Text(200)
