"""Applications made: by a teacher for themselves, or by a school for many; judged and written the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.calendar.rules import judge_business_open
from core.certificates import service as certificates
from core.certificates.rules import judge_certificate_number, parse_number
from core.filing import service as filing
from core.filing.models import School
from core.foundation import clock
from core.foundation.access import NATION, Actor, territory, within
from core.foundation.crypto import Fingerprint
from core.foundation.db import new_id, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.people import service as people
from core.people.rules import masked_number, normalise_number
from core.plans import service as plans
from core.plans.models import PilotArea, Plan
from core.registration.models import OpenRegistration, Registration
from core.registration.rules import Claim, RegistrationState, judge_claim
from core.registration.service.facts import day_of
from core.rulesets.loader import RuleSet

STEP = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One teacher's application: who, which certificate, and the declared `form` (days as ISO texts)."""

    name: str
    document_number: str
    certificate_number: str
    form: dict[str, Any]
    document_kind: str = "resident_id"
    conduct: str = ""
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Ground:
    """What applications are made under: the plan, its rules, the school, and the pilot area around it."""

    plan: Plan
    rules: RuleSet
    school: School
    area: PilotArea | None
    today: date

    @property
    def season_key(self) -> str:
        """The season of the plan."""
        return f"{self.plan.year}-{self.plan.season}"


def plan_of(plan_id: UUID, province_code: str = "") -> Plan:
    """The version of a plan that counts now, whoever asks: a school's scope does not reach its county's plan."""
    with within(territory(province_code) if province_code else NATION):
        return plans.live(plan_id)


def series_of(plan_id: UUID) -> UUID:
    """What registrations name of a plan, whichever of its versions is meant: the first one's id."""
    return plan_of(plan_id).series


def ground(plan_id: UUID, school_code: str, now: datetime) -> Ground:
    """What an application under a plan from a school stands on; raises `NotFound`, `Refused`."""
    plan, school = plan_of(plan_id), filing.school(school_code)
    today = clock.beijing(now).date()
    if plan.business != "registration" or school.province_code != plan.province_code:
        raise NotFound()
    area = plans.area_of(school.code, today)
    return Ground(plan, calendar.rules_by_id(plan.yearbook_id), school, area, today)


def judge_open(on: Ground, *, entering: bool = True) -> list[Finding]:
    """The area is open, its survey closed, the window open, and the plan the school's own institution's."""
    found = list(judge_business_open("registration", on.today, on.rules))
    if on.area is None:
        words = N_("学校不在定期注册试点地区")
        found.append(Finding("registration_outside_pilot", words, clause="二(二)", field="school_code"))
    elif on.area.surveyed_at is None:
        words = N_("本地区首次注册前的摸底尚未办结")
        found.append(Finding("pilot_survey_open", words, clause="二(二)", field="school_code"))
    if on.school.institution_code != on.plan.institution_code or not on.school.active:
        words = N_("学校的定期注册不由此计划的机构办理")
        found.append(
            Finding("school_of_another", words, clause="R-REG-08", field="school_code",
                    remedy=N_("请选择人事隶属关系所在机构的计划"))
        )  # fmt: skip
    last = on.plan.entry_end if entering else on.plan.confirm_end
    if on.plan.state not in ("published", "running") or not on.plan.entry_start <= on.today <= last:
        words = N_("不在网上申报时间内（%(first)s至%(last)s）")
        found.append(
            Finding("registration_window_closed", words, clause="二(一)", field="plan_id",
                    params={"first": on.plan.entry_start, "last": last})
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Past:
    """What the system knows of a teacher's earlier registrations."""

    in_force_until: date | None = None
    passed_on: date | None = None
    open_elsewhere: UUID | None = None


def pasts(indices: Sequence[Fingerprint], season_key: str) -> dict[str, Past]:
    """By blind index: the registration in force and the open one of the season, wherever in the nation."""
    owners = {layer: index for index in indices for layer in index.layers or (str(index),)}
    layers = list(owners)
    last: dict[str, tuple[date, date]] = {}
    opened: dict[str, UUID] = {}
    with within(NATION):
        for start in range(0, len(layers), STEP):
            part = layers[start : start + STEP]
            passed = select(Registration.document_index, Registration.valid_from, Registration.valid_until).where(
                Registration.document_index.in_(part), Registration.state == RegistrationState.PASSED
            )
            for index, since, until in session().execute(passed):
                if since and until:
                    key = str(owners[index])
                    last[key] = max(last.get(key, (date.min, date.min)), (since, until))
            standing = select(OpenRegistration.document_index, OpenRegistration.case_id).where(
                OpenRegistration.document_index.in_(part), OpenRegistration.season_key == season_key
            )
            opened |= {str(owners[row[0]]): row[1] for row in session().execute(standing)}
    return {key: Past(*_ended(last.get(key)), opened.get(key)) for key in {*last, *opened}}


def _ended(times: tuple[date, date] | None) -> tuple[date | None, date | None]:
    """(in force until, passed on) of (since, until)."""
    return (times[1], times[0]) if times else (None, None)


def kind_of(number: str, known: dict[str, certificates.Known]) -> str:
    """The kind of a certificate: as its record says, else as its number does; "" for a malformed one."""
    if number in known:
        return known[number].kind
    try:
        return parse_number(number).kind
    except ValueError:
        return ""


def judge_entries(entries: Sequence[Entry], on: Ground) -> dict[UUID, list[Finding]]:
    """What stands against each application, by the entry's id; in a fixed number of queries."""
    indices = {entry.id: people.document_index(entry.document_number) for entry in entries}
    before = pasts(list(indices.values()), on.season_key)
    known = certificates.known(entry.certificate_number for entry in entries)
    found: dict[UUID, list[Finding]] = {}
    seen: set[str] = set()
    for entry in entries:
        past = before.get(str(indices[entry.id]), Past())
        said = _judge(entry, past, kind_of(entry.certificate_number, known), on)
        if str(indices[entry.id]) in seen:
            said.append(Finding("person_listed_twice", N_("此人在名单中重复"), clause="R-REG-08"))
        seen.add(str(indices[entry.id]))
        found[entry.id] = said
    return found


def _judge(entry: Entry, past: Past, kind: str, on: Ground) -> list[Finding]:
    form = entry.form
    said = judge_claim(
        Claim(
            day=on.today,
            public=on.school.public,
            post=form.get("post", ""),
            kind=kind,
            number_findings=tuple(judge_certificate_number(entry.certificate_number, on.today)),
            registered_on=past.passed_on or day_of(form.get("registered_on")),
            in_force_until=past.in_force_until,
            probation_passed_on=day_of(form.get("probation_passed_on")),
            private_included=bool(on.area and on.area.private),
        ),
        on.rules,
    )
    if past.open_elsewhere not in (None, entry.id):
        words = N_("本季已有一份定期注册申请")
        said.append(Finding("registration_open_already", words, clause="R-REG-08", remedy=N_("一季只能申请一次")))
    return said


def rows_of(entries: Sequence[Entry], on: Ground, state: RegistrationState, now: datetime) -> list[Registration]:
    """New rows and their season keys, added to the session; the caller has judged them."""
    indices = {entry.id: people.document_index(entry.document_number) for entry in entries}
    persons = people.ids_of(layer for index in indices.values() for layer in index.layers)
    before = pasts(list(indices.values()), on.season_key)
    known = certificates.known(entry.certificate_number for entry in entries)
    made = []
    for entry in entries:
        index = indices[entry.id]
        number = normalise_number(entry.document_number)
        past = before.get(str(index), Past())
        made.append(
            Registration(
                id=entry.id, province_code=on.plan.province_code, territory=on.school.code,
                person_id=next((persons[layer] for layer in index.layers if layer in persons), None),
                reference=_reference(on.plan.province_code, entry.id),
                plan_id=on.plan.series, yearbook_id=on.plan.yearbook_id, season_key=on.season_key,
                institution_code=on.plan.institution_code, person_name=entry.name, document_kind=entry.document_kind,
                document_number=number, document_masked=masked_number(number), document_index=str(index),
                certificate_number=entry.certificate_number,
                certificate_kind=kind_of(entry.certificate_number, known),
                first=past.passed_on is None and not entry.form.get("registered_on"),
                form=entry.form, conduct=entry.conduct, state=state, created_at=now,
                submitted_at=now if state is RegistrationState.SUBMITTED else None,
            )
        )  # fmt: skip
        session().add(
            OpenRegistration(
                document_index=str(index), season_key=on.season_key, province_code=on.plan.province_code,
                case_id=entry.id,
            )
        )  # fmt: skip
    session().add_all(made)
    return made


def _reference(province_code: str, ident: UUID) -> str:
    """The millisecond it was made and eight digits of chance: a hundred thousand a minute do not meet."""
    return f"R{province_code}{ident.hex[4:12].upper()}{ident.hex[-8:].upper()}"


def refuse(findings: Sequence[Finding]) -> None:
    """Raise `Refused` when any finding refuses."""
    if any(finding.refuses for finding in findings):
        raise Refused(findings)


def own_school(actor: Actor, school_code: str) -> str:
    """The school, if the actor's territory reaches it; raises `NotFound`."""
    if not school_code.startswith(actor.prefix):
        raise NotFound()
    return filing.school(school_code).code
