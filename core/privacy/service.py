"""A person's own data, whole and readable; the trail as a file that names who took it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from core.applications import service as cases
from core.certificates import service as certificates
from core.consultation import service as consultation
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import one_transaction
from core.foundation.paging import Paging
from core.penalties import service as penalties
from core.people import service as people
from core.people.rules import masked_number
from core.registration import service as registration

MOST = 5000
HEADER = ("at", "province", "actor", "address", "verb", "subject_kind", "subject_id", "clause", "detail", "changes")


@one_transaction
def take_own_data(actor: Actor, now: datetime) -> dict[str, Any]:
    """`own_data` with the whole document number, for a file; taking it is written down."""
    person = people.of_actor(actor)
    audit.record(actor, "privacy.export", "person", person.id, province_code="", now=now, clause="个人信息保护法45")
    return own_data(actor, now, whole=True)


def own_data(actor: Actor, now: datetime, whole: bool = False) -> dict[str, Any]:
    """Everything the platform keeps about the actor: plain values, JSON-able; `whole` unmasks the document number.

    Officers' names and notes are not the person's data and stay out; a penalty case stands here once its party was
    told of it.
    """
    person = people.of_actor(actor)
    number = person.document_number
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "person": {
            "name": person.name,
            "document_kind": person.document_kind,
            "document_number": number if whole else masked_number(number),
            "sex": person.sex,
            "birth_date": person.birth_date.isoformat(),
            "mobile": person.mobile,
            "mail": person.mail,
            "registered_at": person.created_at.isoformat(timespec="seconds"),
        },
        "applications": [_application(row) for row in cases.cases_of_person(person.id)],
        "registrations": [_registration(row) for row in registration.all_of_person(person.id)],
        "certificates": [_certificate(row) for row in certificates.of_person(person.id)],
        "enquiries": [_enquiry(thread) for thread in consultation.of_person(person.id)],
        "penalties": [
            {
                "number": row.number,
                "measure": row.measure,
                "ground": row.ground,
                "state": row.state,
                "opened_on": row.opened_on.isoformat(),
                "facts": row.facts,
                "decision_number": row.decision_number,
                "in_force_on": row.in_force_on.isoformat() if row.in_force_on else None,
                "bar_until": row.bar_until.isoformat() if row.bar_until else None,
                "annulled_on": row.annulled_on.isoformat() if row.annulled_on else None,
            }
            for row in penalties.of_document(people.document_index(number).layers)
            if row.decided_on is not None or row.notified_on is not None
        ],
    }


def _certificate(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "subject": row.subject,
        "institution": row.institution_name,
        "issued_on": row.issued_on.isoformat(),
        "state": row.state,
    }


def _registration(row: Any) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "school": row.territory,
        "certificate": row.certificate_number,
        "state": row.state,
        "form": row.form,
        "conduct": row.conduct,
        "conclusion": row.conclusion,
        "reasons": row.reasons or [],
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "sticker": row.sticker,
    }


def _enquiry(thread: consultation.Thread) -> dict[str, Any]:
    row = thread.row
    return {
        "reference": row.reference,
        "institution": row.institution_code,
        "subject": row.subject,
        "asker": row.asker,
        "contact": row.contact,
        "state": row.state,
        "asked_at": row.asked_at.isoformat(timespec="seconds"),
        "letters": [
            {"direction": item.direction, "at": item.at.isoformat(timespec="seconds"), "body": item.body}
            for item in thread.letters
        ],
    }


def _application(row: Any) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "kind": row.kind,
        "subject": row.subject,
        "state": row.state,
        "submitted_at": row.submitted_at.isoformat(timespec="seconds") if row.submitted_at else None,
        "form": row.form,
        "contact": json.loads(row.contact or "{}"),
        "photo": bool(row.photo_key),
        "evidence": [
            {"kind": item.kind, "claimed": item.claimed, "register": item.register, "result": item.result}
            for item in cases.kept_evidence(row.id)
        ],
        "check": row.check_state,
        "conclusion": row.conclusion,
        "conclusion_reason": row.conclusion_reason,
    }


def trail_rows(actor: Actor, wanted: dict[str, Any]) -> list[tuple[str, ...]]:
    """The entries found, at most 5000, as lines under `HEADER`."""
    return [
        (row.at.isoformat(), row.province_code, row.actor_name, row.address, row.verb, row.subject_kind, row.subject_id,
         row.clause, *(json.dumps(part, ensure_ascii=False) for part in (row.detail, row.changes)))
        for row in audit.search(actor, Paging(size=MOST), **wanted).rows
    ]  # fmt: skip
