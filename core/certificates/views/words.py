"""Words and blueprints that the pages of certificates share."""

from __future__ import annotations

from flask import Blueprint

from core.calendar import service as calendar
from core.certificates.rules import ITEM_NAMES
from core.foundation import clock
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Section

public = Blueprint("certificates", __name__)
staff = Blueprint("certificates", __name__)

PUBLIC_SECTIONS = (Section(N_("证书查验"), "certificates.verify", order=40),)
STAFF_SECTIONS = (
    Section(N_("证书"), "certificates.index", "certificates.view", order=70),
    Section(N_("制证"), "certificates.print_desk", "certificates.print", order=72),
    Section(N_("空白证书"), "certificates.stock", "stock.view", order=75),
)


def kind_names() -> dict[str, str]:
    yearbook = calendar.in_force(clock.today().year)
    return {kind.code: kind.name for kind in calendar.rules_of(yearbook).kinds} if yearbook else {}


def item_options() -> list[tuple[str, str]]:
    """Items for a select."""
    return [(item.value, say(name)) for item, name in ITEM_NAMES.items()]
