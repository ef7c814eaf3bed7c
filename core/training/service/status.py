"""How a province's year of training stands, for itself and for the centre; and who has been trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import aliased

from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import NATION, territory, within
from core.foundation.db import session
from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.rulesets.loader import RuleSet
from core.training.models import Attendance, Attendee, Meeting
from core.training.rules import TOOK_PLACE, Content, MeetingFacts, YearFacts, is_trained, judge_year


@dataclass(frozen=True, slots=True)
class ProvinceYear:
    """A province's year: its facts, what it still lacks, the next planned meeting, officers trained this year."""

    province_code: str
    facts: YearFacts
    findings: tuple[Finding, ...]
    next_on: date | None
    trained: int

    @property
    def fulfilled(self) -> bool:
        """Whether nothing is lacking."""
        return not self.findings


def years(codes: Iterable[str], year: int, now: datetime) -> list[ProvinceYear]:
    """The year of each of some provinces, in a handful of queries whatever their number."""
    wanted = list(codes)
    scope = territory(wanted[0]) if len(wanted) == 1 else NATION
    with within(scope):
        held, planned = _meetings(wanted, year)
        came = _came(wanted, year)
        trained_now = _trained_counts(wanted, year)
        bodies = _bodies(wanted)
    rules = calendar.rules_on(clock.beijing(now).date())[1]
    return [
        _one(code, held.get(code, []), bodies.get(code, {}), came.get(code, set()), rules, now, planned.get(code),
             trained_now.get(code, 0))
        for code in wanted
    ]  # fmt: skip


def year_of(province_code: str, year: int, now: datetime) -> ProvinceYear:
    """One province's year."""
    return years([province_code], year, now)[0]


def judge(province_code: str, year: int, now: datetime) -> list[Finding]:
    """What a province's year of meetings still lacks."""
    return list(year_of(province_code, year, now).findings)


def _one(
    code: str, held: list[MeetingFacts], bodies: dict[str, str], came: set[str], rules: RuleSet, now: datetime,
    next_on: date | None, trained_officers: int,
) -> ProvinceYear:  # fmt: skip
    absent = tuple(name for body, name in bodies.items() if body not in came)
    facts = YearFacts(tuple(held), len(bodies), absent)
    try:
        wanted = host_for(code).training_policy(Moment(rules, now)).meetings
    except ProvinceFault:
        wanted = 0
    return ProvinceYear(code, facts, tuple(judge_year(facts, rules, wanted)), next_on, trained_officers)


def _meetings(codes: list[str], year: int) -> tuple[dict[str, list[MeetingFacts]], dict[str, date]]:
    """Meetings that took place, and the day of the next planned one, by province."""
    original = aliased(Meeting)
    statement = (
        select(Meeting.province_code, Meeting.state, Meeting.held_on, Meeting.contents, Meeting.hours, original.held_on)
        .outerjoin(original, (original.id == Meeting.make_up_of) & (original.province_code == Meeting.province_code))
        .where(Meeting.year == year, Meeting.province_code.in_(codes), Meeting.state != "cancelled")
        .order_by(Meeting.held_on)
        .limit(5000)
    )
    held: dict[str, list[MeetingFacts]] = {}
    planned: dict[str, date] = {}
    for code, state, held_on, contents, hours, made_up in session().execute(statement):
        if state in TOOK_PLACE:
            held.setdefault(code, []).append(MeetingFacts(held_on, frozenset(contents), hours, made_up))
        else:
            planned.setdefault(code, held_on)
    return held, planned


def _came(codes: list[str], year: int) -> dict[str, set[str]]:
    """Institutions that were at a meeting of the year, by province."""
    statement = (
        select(Attendance.province_code, Attendance.institution_code)
        .join(Meeting, (Meeting.id == Attendance.meeting_id) & (Meeting.province_code == Attendance.province_code))
        .where(
            Meeting.year == year,
            Meeting.state.in_(TOOK_PLACE),
            Meeting.province_code.in_(codes),
            Attendance.attendees > 0,
        )
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for code, institution in session().execute(statement):
        found.setdefault(code, set()).add(institution)
    return found


def _trained_counts(codes: list[str], year: int) -> dict[str, int]:
    statement = (
        select(Attendee.province_code, func.count(Attendee.account_id.distinct()))
        .join(Meeting, (Meeting.id == Attendee.meeting_id) & (Meeting.province_code == Attendee.province_code))
        .where(Meeting.year == year, Meeting.state.in_(TOOK_PLACE), Meeting.province_code.in_(codes))
        .group_by(Attendee.province_code)
    )
    return {row[0]: row[1] for row in session().execute(statement)}


def _bodies(codes: list[str]) -> dict[str, dict[str, str]]:
    """Active institutions' names by code, by province."""
    rows = filing.institutions(codes[0] if len(codes) == 1 else "", limit=20_000)
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.province_code, {})[row.code] = row.name
    return found


def trained(account_id: UUID, on: date) -> bool:
    """Whether an officer has a recorded training in the system on the day `on` (R-TRAIN-04).

    Opening a print run asks this. It reads past the scope: an officer may have been trained in a former post.
    """
    statement = (
        select(Meeting.held_on, Meeting.contents)
        .join(Attendee, (Attendee.meeting_id == Meeting.id) & (Attendee.province_code == Meeting.province_code))
        .where(Attendee.account_id == account_id, Meeting.state.in_(TOOK_PLACE))
        .limit(200)
    )
    with within(NATION):
        return is_trained(((day, contents) for day, contents in session().execute(statement)), on)


def first_trained() -> Select[UUID, date]:
    """(account_id, since): the first day on which each officer was trained in the system, as a query."""
    in_system = cast(Meeting.contents, String).contains(f'"{Content.SYSTEM}"', autoescape=True)
    return (
        select(Attendee.account_id, func.min(Meeting.held_on).label("since"))
        .join(Meeting, (Meeting.id == Attendee.meeting_id) & (Meeting.province_code == Attendee.province_code))
        .where(Meeting.state.in_(TOOK_PLACE), in_system)
        .group_by(Attendee.account_id)
    )
