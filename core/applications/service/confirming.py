"""On-site confirmation: confirmed, returned to the applicant, or not accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.applications.models import Case, PhotoLook
from core.applications.rules.conclusion import judge_confirmation, unsettled
from core.applications.rules.photo import judge_answers, judge_overruled
from core.applications.rules.states import CaseState
from core.applications.service.drafting import kept_evidence
from core.applications.service.following import moving, written
from core.applications.service.handling import EXAMINED, reason_given
from core.applications.service.photos import doubts_of, photo_findings
from core.calendar import service as calendar
from core.checks import service as checks
from core.checks.rules import judge_recheck
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding, verdict
from core.people import service as people
from core.plans import service as plans


@dataclass(frozen=True, slots=True)
class PhotoAnswers:
    """What an officer says of a photo beside the person: bareheaded (yes, no, exempt), recent, and the reason."""

    bareheaded: str = "yes"
    recent: bool = True
    reason: str = ""


SEEN = PhotoAnswers()


@one_transaction
def confirm(
    actor: Actor,
    case_id: UUID,
    photo_accepted: bool,
    signed_on_site: bool,
    today: date,
    now: datetime,
    maintenance_switch: bool = False,
    answers: PhotoAnswers = SEEN,
) -> Case:
    """Confirm a person who came: window, photo and originals are judged; the criminal check is asked for."""
    row = locked(Case, case_id)
    moving(row, CaseState.CONFIRMED, "O")
    plan = plans.live(row.plan_id)
    if plan.state == "cancelled":
        raise Refused([Finding("plan_cancelled", N_("本次计划已取消，不能办理现场确认"), clause="二(一)")])
    open_items = unsettled([(i.result, i.original_seen_at is not None) for i in kept_evidence(row.id)])
    judged = judge_confirmation(
        today, plan.confirm_start, plan.confirm_end, photo_accepted, signed_on_site or bool(row.signature_key),
        open_items, calendar.rules_by_id(row.yearbook_id), maintenance_switch,
    )  # fmt: skip
    judged += verdict(
        ("judge_answers", judge_answers(answers.bareheaded, answers.recent, answers.reason)),
        ("judge_overruled", judge_overruled(doubts_of(row), answers.reason)),
    )
    if judged.refused:
        raise Refused(judged)
    row.confirmed_at, row.confirmed_by, row.signed_on_site = now, actor.id, signed_on_site
    row.confirm_last = plan.confirm_end
    row.assigned_to = row.assigned_to or actor.id
    given = {"bareheaded": answers.bareheaded, "recent": answers.recent}
    record_look(actor, row, "confirmation", photo_accepted, answers.reason, now, given)
    ask_check(actor, row, now)
    written(actor, "confirm", row, now, clause="二(一)")
    return row


def record_look(
    actor: Actor, row: Case, stage: str, accepted: bool, reason: str, now: datetime,
    answers: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a look at the photo down, with what the machine had to say of it (R-PHOTO-06)."""
    shown = sorted({*doubts_of(row), *(finding.code for finding in photo_findings(row))})
    session().add(
        PhotoLook(
            id=new_id(), province_code=row.province_code, territory=row.territory, person_id=row.person_id,
            case_id=row.id, stage=stage, accepted=accepted, reason=reason, by=actor.id, at=now,
            answers=(answers or {}) | {"shown": shown},
        )
    )  # fmt: skip


def ask_check(actor: Actor, row: Case, now: datetime) -> None:
    """Ask for the criminal check of a case's person (一(二))."""
    person = people.by_id(row.person_id)
    if person is None:
        raise NotFound()
    check = checks.request(
        actor, province_code=row.province_code, territory=row.territory, case_id=row.id, person_id=person.id,
        name=person.name, document_kind=person.document_kind, document_number=person.document_number,
        document_index=person.document_index, now=now,
    )  # fmt: skip
    row.check_id, row.check_state = check.id, check.state


def may_recheck(row: Case) -> bool:
    """Whether the case waits for a new check, its old one being void, lapsed or of other particulars."""
    person = people.by_id(row.person_id)
    if row.state not in EXAMINED or person is None:
        return False
    today = clock.today()
    rules = calendar.rules_by_id(row.yearbook_id)
    return not judge_recheck(checks.facts_of(row.check_id), person.name, person.document_index, today, rules)


@one_transaction
def recheck(actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Ask for a new check where the old one can no longer open the gate: lapsed, void, of other particulars."""
    row = locked(Case, case_id)
    person = people.by_id(row.person_id)
    if row.state not in EXAMINED or person is None:
        raise Refused([Finding("recheck_not_now", N_("当前状态不需要重新核查"), clause="一(二)")])
    findings = judge_recheck(
        checks.facts_of(row.check_id), person.name, person.document_index, clock.beijing(now).date(),
        calendar.rules_by_id(row.yearbook_id),
    )  # fmt: skip
    if findings:
        raise Refused(findings)
    checks.replace(actor, row.check_id, now)
    ask_check(actor, row, now)
    written(actor, "recheck", row, now, clause="一(二)")
    return row


@one_transaction
def give_back(actor: Actor, case_id: UUID, reason: str, today: date, now: datetime) -> Case:
    """Return a case to the applicant to mend, while the confirmation window is open."""
    reason_given(reason, N_("请写明退回原因"))
    row = locked(Case, case_id)
    moving(row, CaseState.RETURNED, "O")
    if today > row.confirm_last:
        raise Refused(
            [
                Finding(
                    "confirmation_over",
                    N_("现场确认已结束，不能退回修改"),
                    clause="二(一)",
                    remedy=N_("审核中可以发补正通知"),
                )
            ]
        )
    row.returned_at, row.return_reason = now, reason
    row.confirmed_at, row.review_started_at, row.proposal = None, None, ""
    checks.cancel_for(actor, row.id, now)
    row.check_id, row.check_state = None, ""
    written(actor, "return", row, now, reason=reason)
    return row


@one_transaction
def reject_on_site(actor: Actor, case_id: UUID, reason: str, now: datetime) -> Case:
    """Not accepted at confirmation, with the reason; the person may apply again in an open window."""
    reason_given(reason, N_("请写明不通过原因"))
    row = locked(Case, case_id)
    moving(row, CaseState.REJECTED_ON_SITE, "O")
    row.rejected_on_site_at, row.rejection_reason = now, reason
    written(actor, "reject_on_site", row, now, reason=reason)
    return row
