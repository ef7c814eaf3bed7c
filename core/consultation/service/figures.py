"""A month in figures, by institution (for the nation by province): calls, missed ones, questions, answers in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Integer, case, cast, func, select

from core.consultation.models import Enquiry, EnquiryCall
from core.consultation.rules import Figures, median_of
from core.filing import service as filing
from core.foundation.access import Actor
from core.foundation.db import session
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.tables import Sheets
from core.hooks.discovery import province_name

COLUMNS = (
    N_("来电"), N_("工作时间无人接听"), N_("咨询"), N_("其中邮件"), N_("已答复"), N_("按时答复"), N_("按时率"),
    N_("答复时间中位数（小时）"),
)  # fmt: skip
MOST = 5000


def month_of(text: str, today: date) -> tuple[date, date]:
    """First day of a month "2020-03" (else of the present one) and first day of the next."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def of_month(actor: Actor, first: date, following: date) -> dict[str, Figures]:
    """The month of each institution of the present scope (of each province for the centre) that had any."""
    by_province = not actor.prefix
    calls = _counted(EnquiryCall, EnquiryCall.received_on, by_province, first, following, (EnquiryCall.missed,))
    answered = Enquiry.answered_at.is_not(None)
    parts = (Enquiry.channel == "letter", answered, Enquiry.timely & answered)
    asked = _counted(Enquiry, Enquiry.asked_on, by_province, first, following, parts)
    hours = _hours(by_province, first, following)
    found = {}
    for key in sorted(calls.keys() | asked.keys()):
        all_calls, missed = calls.get(key, (0, 0))
        questions, letters, done, timely = asked.get(key, (0, 0, 0, 0))
        median = median_of(hours.get(key, {}))
        found[key] = Figures(all_calls, missed, questions, letters, done, timely, median)
    return found


def _place(model: Any, by_province: bool) -> Any:
    return model.province_code if by_province else model.institution_code


def _counted(
    model: Any, day: Any, by_province: bool, first: date, following: date, parts: tuple[Any, ...]
) -> dict[str, tuple[int, ...]]:
    sums = [func.sum(case((part, 1), else_=0)) for part in parts]
    place = _place(model, by_province)
    statement = select(place, func.count(), *sums).where(day >= first, day < following).group_by(place).limit(MOST)
    return {row[0]: tuple(int(value or 0) for value in row[1:]) for row in session().execute(statement)}


def _hours(by_province: bool, first: date, following: date) -> dict[str, dict[int, int]]:
    place, took = _place(Enquiry, by_province), cast(Enquiry.took_hours, Integer)
    statement = (
        select(place, took, func.count())
        .where(Enquiry.asked_on >= first, Enquiry.asked_on < following, Enquiry.took_hours.is_not(None))
        .group_by(place, took)
        .limit(200_000)
    )
    found: dict[str, dict[int, int]] = {}
    for key, value, count in session().execute(statement):
        found.setdefault(key, {})[value] = count
    return found


def names(actor: Actor, keys: list[str]) -> dict[str, str]:
    """What the keys of `of_month` are called."""
    return filing.names_of(keys) if actor.prefix else {key: province_name(key) for key in keys}


def cells(item: Figures) -> tuple[Any, ...]:
    """Figures in the order of `COLUMNS`."""
    median = "" if item.median_hours is None else item.median_hours
    return (item.calls, item.missed, item.asked, item.letters, item.answered, item.timely, item.share, median)


def sheets(actor: Actor, first: date, following: date) -> Sheets:
    """A month as the sheet of a workbook."""
    found = of_month(actor, first, following)
    called = names(actor, list(found))
    head = (say(N_("代码")), say(N_("名称")), *(say(name) for name in COLUMNS))
    return {f"{first:%Y-%m}": (head, [(key, called.get(key, key), *cells(item)) for key, item in found.items()])}
