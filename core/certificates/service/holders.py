"""Who holds stock: the centre, a province, an institution; each by a code of five characters."""

from __future__ import annotations

from dataclasses import dataclass

from core.certificates.rules import CENTRE
from core.filing import service as filing
from core.foundation.access import Actor
from core.foundation.errors import NotAllowed, NotFound
from core.foundation.findings import N_
from core.rulesets.loader import province_names, provinces

CENTRE_NAME = N_("国家中心")
PROVINCE_NAME = N_("省级库存")  # of a province that is in no list: the invented one


@dataclass(frozen=True, slots=True)
class Place:
    """A holder: code, where its rows lie, and the holder above it ("" above the centre)."""

    code: str
    province_code: str
    territory: str
    above: str


def province_holder(province_code: str) -> str:
    """The code under which a province's own stock is kept."""
    return f"{province_code}000"


def place(code: str) -> Place:
    """The holder of a code; raises `NotFound`."""
    if code == CENTRE:
        return Place(CENTRE, CENTRE[:2], CENTRE[:2], "")
    if code[2:] == "000" and code[:2] in {*provinces(), "00"}:
        return Place(code, code[:2], code[:2], CENTRE)
    body = filing.institution(code)
    return Place(code, body.province_code, body.division, province_holder(body.province_code))


def own_code(actor: Actor) -> str:
    """The holder an officer keeps stock for: the institution, else the province, else the centre."""
    if actor.institution_code:
        return actor.institution_code
    return province_holder(actor.province_code) if actor.province_code else CENTRE


def keeping(actor: Actor, code: str) -> Place:
    """The holder, if `actor` keeps its stock; raises `NotAllowed`."""
    if actor.kind != "system" and own_code(actor) != code:
        raise NotAllowed()
    return place(code)


def seen(actor: Actor, code: str) -> Place:
    """The holder, if it lies in `actor`'s territory; raises `NotFound`."""
    there = place(code)
    if actor.prefix and not there.territory.startswith(actor.prefix):
        raise NotFound()
    return there


def province_name(code: str) -> str:
    """A province's Chinese name; of the invented one, a gettext source."""
    there = province_names().get(code)
    return there[0] if there else PROVINCE_NAME


def names(codes: object) -> dict[str, str]:
    """Names of holders by code; the centre's is a gettext source."""
    wanted = set(codes)  # type: ignore[call-overload]
    known = filing.names_of(wanted)
    for code in wanted - set(known):
        if code == CENTRE:
            known[code] = CENTRE_NAME
        elif code[2:] == "000":
            known[code] = province_name(code[:2])
    return known
