"""An officer's own reminders: the calendar's secret address, letters; and the calendar itself."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.limits import limiter
from core.foundation.web import Form, actor, notify, only, see_other
from core.hooks.discovery import province_name
from core.oversight import feed, service
from core.oversight.rules import LETTERS
from core.oversight.schemas import LettersShape
from core.oversight.views.blueprints import staff


def _mine() -> Any:
    account_id = actor().id
    assert account_id is not None
    return service.subscription(account_id)


def _page(form: Form, address: str = "") -> tuple[str, int]:
    row, live = _mine(), filing.by_account(actor().id)
    return form.page(
        "staff/subscription.html", row=row, address=address, has_mail=bool(live and live.mail),
        letters=[(key, say(words)) for key, words in LETTERS.items()],
    )  # fmt: skip


@staff.route("/me/reminders", methods=["GET", "POST"])
@officer("oversight.view")
def subscription() -> Any:
    """The officer's reminders; the form chooses letters."""
    form = Form(LettersShape(), {"letters": _mine().letters})
    if form.sent:
        done = form.carry_out(lambda data: service.choose_letters(actor(), data["letters"], clock.now()) or True)
        if done:
            notify(N_("已保存。"))
            return see_other("oversight.subscription")
    return _page(form)


@staff.post("/me/reminders/calendar")
@officer("oversight.view")
def open_feed() -> Any:
    """A new secret address for the officer's calendar, shown this once."""
    only()
    secret = service.open_feed(actor(), clock.now())
    form = Form(LettersShape())
    form.values = {"letters": _mine().letters}
    return _page(form, url_for("oversight.calendar", token=secret, _external=True))


@staff.post("/me/reminders/calendar/close")
@officer("oversight.view")
def close_feed() -> Any:
    """The officer's calendar opens no more."""
    only()
    service.close_feed(actor(), clock.now())
    notify(N_("日历地址已停用。"))
    return see_other("oversight.subscription")


@staff.get("/calendar/<token>.ics")
@anyone(sessionless=True)
@limiter.limit("60 per minute")
def calendar(token: str) -> Response:
    """An officer's obligations as a calendar, to whoever has its secret address while the filing is in force."""
    items = service.fed(token[:80], clock.today(), clock.now())
    names = filing.names_of({item.institution_code for item in items if item.institution_code})
    names |= {item.province_code: say(province_name(item.province_code)) for item in items if item.province_code}
    data = feed.calendar(items, say(N_("杏坛应办事项")), names, clock.now())
    answer = Response(data, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="obligations.ics"'
    return answer
