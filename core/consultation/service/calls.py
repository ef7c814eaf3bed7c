"""The log of calls: written down by officers, or told by a province's own line."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from core.calendar import service as calendar
from core.consultation.models import EnquiryCall
from core.consultation.rules import counts_as_missed
from core.consultation.service.lines import body_of, hours_of, line, lines_of
from core.filing import service as filing
from core.filing.models import Institution
from core.foundation import audit, clock, outbox
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.hooks import types
from core.hooks.discovery import host_for, present
from core.hooks.host import Moment


def calls(paging: Paging, missed: bool = False) -> Page[EnquiryCall]:
    """Calls of the present scope, the newest first."""
    statement = select(EnquiryCall)
    if missed:
        statement = statement.where(EnquiryCall.missed)
    ordered = Paging(paging.number, paging.size, "received_at", True)
    return paged(statement, ordered, {"received_at": EnquiryCall.received_at})


@one_transaction
def record_call(actor: Actor, code: str, data: dict[str, Any], now: datetime) -> EnquiryCall:
    """Write a call down; `data`: id, on (day), at ("09:30"), answered, minutes, topic. Raises `Refused`, `NotFound`."""
    body = body_of(actor, code)
    known = session().scalars(select(EnquiryCall).where(EnquiryCall.id == data["id"])).one_or_none()
    if known is not None:
        return known
    received = datetime.combine(data["on"], time.fromisoformat(data["at"]), clock.BEIJING)
    if received > now:
        raise Refused([Finding("call_in_future", N_("来电时间不能晚于现在"), clause="一(五)", field="on")])
    missed = counts_as_missed(hours_of(line(code)), received, data["answered"])
    row = _call(body, data["id"], str(data["id"]), "hand", received, data["answered"], missed)
    row.minutes, row.topic, row.recorded_by = data["minutes"], data["topic"], actor.id
    session().add(row)
    session().flush()
    audit.record(
        actor, "consultation.call", "enquiry_call", row.id, province_code=row.province_code, now=now, clause="一(五)",
        missed=missed,
    )  # fmt: skip
    return row


def _call(
    body: Institution, call_id: Any, reference: str, source: str, received: datetime, answered: bool, missed: bool
) -> EnquiryCall:
    return EnquiryCall(
        id=call_id, province_code=body.province_code, territory=body.division, institution_code=body.code,
        reference=reference, source=source, received_at=received, received_on=clock.beijing(received).date(),
        answered=answered, missed=missed,
    )  # fmt: skip


@one_transaction
def promise_fetching(today: date, now: datetime) -> int:
    """The daily work: ask each province that has a line of its own for yesterday's calls."""
    asked = [host.code for host in present().active() if "fetch_hotline_calls" in host.own]
    day = (today - timedelta(days=1)).isoformat()
    for code in asked:
        outbox.post("consultation.hotline", code, now=now, key=f"consultation.hotline:{code}:{day}", day=day)
    return len(asked)


def fetch(province_code: str, day: date, now: datetime) -> int:
    """The job: fetch a day's calls from a province's own line; raises `ProvinceFault`, and is tried again."""
    moment = Moment(calendar.rules_on(day)[1], now)
    host = host_for(province_code)
    session().rollback()
    told = host.fetch_hotline_calls(moment, types.HotlineDay(day))
    return record_hotline(province_code, told, now) if told else 0


@one_transaction
def record_hotline(province_code: str, told: list[types.HotlineCall], now: datetime) -> int:
    """Count calls in by the line's own reference; returns how many were new. Calls for no institution are the desk's.

    A call for an institution that is unknown or another province's counts for the province's desk too: it came.
    """
    bodies = {body.code: body for body in filing.institutions(province_code)}
    desk = next((body for body in bodies.values() if body.division == province_code), None)
    lines = lines_of(bodies)
    known = _known(province_code, {f"L:{call.reference}" for call in told})
    count = 0
    for call in told:
        body, reference = bodies.get(call.institution_code) or desk, f"L:{call.reference}"
        if body is None:
            raise NotFound()
        if reference in known:
            continue
        known.add(reference)
        missed = counts_as_missed(hours_of(lines.get(body.code)), clock.beijing(call.received_at), call.answered)
        row = _call(body, None, reference, "line", call.received_at, call.answered, missed)
        row.minutes, row.topic = -(-call.seconds // 60), call.topic[:60]
        session().add(row)
        count += 1
    session().flush()
    audit.record(
        SYSTEM, "consultation.hotline", "enquiry_call", province_code, province_code=province_code, now=now,
        clause="一(五)", told=len(told), new=count,
    )  # fmt: skip
    return count


def _known(province_code: str, references: set[str]) -> set[str]:
    wanted, found = sorted(references), set[str]()
    for start in range(0, len(wanted), 500):
        statement = select(EnquiryCall.reference).where(
            EnquiryCall.province_code == province_code, EnquiryCall.reference.in_(wanted[start : start + 500])
        )
        found |= set(session().scalars(statement))
    return found
