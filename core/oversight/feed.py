"""Obligations as an iCalendar (RFC 5545): a whole day each, by stable ids, with nothing personal in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from core.foundation.i18n import say, spoken
from core.foundation.obligations import Obligation
from core.rulesets.sources import source_of


def uid(item: Obligation) -> str:
    """The same for the same obligation in every calendar and on every day."""
    return hashlib.sha256(item.key.encode()).hexdigest()[:40] + "@xingtan"


def calendar(items: Iterable[Obligation], name: str, places: dict[str, str], now: datetime) -> bytes:
    """The obligations that have a day; `places` names institutions and provinces by code."""
    made = Calendar()
    made.add("prodid", "-//Xingtan//Obligations//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for item in items:
        if item.due_on is None:
            continue
        said = spoken(item.finding)
        place = places.get(item.institution_code or item.province_code, "")
        event = Event()
        event.add("uid", uid(item))
        event.add("dtstamp", now)
        event.add("dtstart", item.due_on)
        event.add("dtend", item.due_on + timedelta(days=1))
        event.add("summary", f"{place} {said['message']}".strip())
        event.add("description", "\n".join(filter(None, (say(source_of(said["clause"])), said["remedy"]))))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())
