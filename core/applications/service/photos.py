"""The applicant's photo: judged at once, offered mended, kept without metadata, known again in other hands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from core.applications.models import Case, PhotoBand, PhotoMark, PhotoOffer
from core.applications.rules.photo import ALIKE, OVERRULED, judge_alike, judge_photo
from core.applications.service.drafting import must_be_editable, own_case
from core.applications.service.following import written
from core.calendar import service as calendar
from core.foundation import outbox
from core.foundation.access import NATION, Actor, within
from core.foundation.db import found, new_id, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.faces import look_for_faces
from core.foundation.findings import Finding, Verdict, verdict
from core.foundation.images import PhotoFacts, measure, mended, reencode
from core.foundation.portraits import bands, distance
from core.foundation.storage import storage
from core.rulesets.loader import RuleSet

# So many pictures that share a piece are compared; a commoner piece says nothing.
_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A photo's bytes with what was measured and found."""

    data: bytes
    facts: PhotoFacts
    verdict: Verdict


def judge(data: bytes, rules: RuleSet) -> Judged:
    """The whole judgement of a photo's bytes, the face included where a detector is installed."""
    facts = measure(data, rules.v.photo_white_level, rules.v.photo_max_pixels)
    face = look_for_faces(data) if facts.readable and facts.colourfulness is not None else None
    return Judged(data, facts, verdict(("judge_photo", judge_photo(facts, rules, face=face))))


@one_transaction
def attach_photo(actor: Actor, case_id: UUID, data: bytes, now: datetime) -> PhotoFacts:
    """Measure and judge a photo at once; a good one is kept re-encoded, with the original's hash (R-PHOTO-03)."""
    row = own_case(actor, case_id)
    must_be_editable(row)
    rules = calendar.rules_by_id(row.yearbook_id)
    judged = judge(data, rules)
    if judged.verdict.refused:
        raise Refused(judged.verdict.refusals)
    _drop_offers(row, now)
    kept = storage().put(reencode(data), ".jpg")
    _keep(actor, row, kept.key, hashlib.sha256(data).hexdigest(), judged, [], now)
    return judged.facts


@one_transaction
def offer(actor: Actor, case_id: UUID, data: bytes, now: datetime) -> PhotoOffer | None:
    """What could be kept of a refused photo, for the person to accept: cropped and squeezed, or as it is for an
    officer to decide where nothing but the ground is doubted. None when neither would do.
    """
    row = own_case(actor, case_id)
    must_be_editable(row)
    rules = calendar.rules_by_id(row.yearbook_id)
    candidate = _candidate(data, rules)
    _drop_offers(row, now)
    if candidate is None:
        return None
    made = PhotoOffer(
        id=new_id(), province_code=row.province_code, territory=row.territory, person_id=row.person_id,
        case_id=row.id, key=storage().put(candidate.data, ".jpg").key,
        original_sha256=hashlib.sha256(data).hexdigest(), doubts=candidate.verdict.codes(), created_at=now,
    )  # fmt: skip
    session().add(made)
    return made


def _candidate(data: bytes, rules: RuleSet) -> Judged | None:
    """The least changed form of a refused photo that nothing, or an officer's doubt alone, still speaks against."""
    as_it_is = judge(data, rules)
    if not as_it_is.facts.readable:
        return None
    if set(as_it_is.verdict.codes()) <= OVERRULED:
        return Judged(reencode(data), as_it_is.facts, as_it_is.verdict)
    size = rules.v.photo_min_width, rules.v.photo_min_height
    better = mended(data, size, rules.v.photo_max_bytes, rules.v.photo_max_pixels)
    judged = judge(better, rules) if better else None
    return judged if judged and set(judged.verdict.codes()) <= OVERRULED else None


@one_transaction
def accept_offer(actor: Actor, case_id: UUID, offer_id: UUID, now: datetime) -> Case:
    """The person takes what was offered; accepted before, nothing happens."""
    row = own_case(actor, case_id)
    must_be_editable(row)
    made = found(PhotoOffer, offer_id)
    if made.case_id != row.id:
        raise NotFound()
    if row.photo_key == made.key:
        return row
    judged = judge(storage().get(made.key), calendar.rules_by_id(row.yearbook_id))
    if not set(judged.verdict.codes()) <= set(made.doubts):
        raise Conflict()
    _keep(actor, row, made.key, made.original_sha256, judged, list(made.doubts), now)
    session().delete(made)
    return row


def offers_of(row: Case) -> list[PhotoOffer]:
    """What still waits for the person's yes."""
    statement = select(PhotoOffer).where(PhotoOffer.case_id == row.id).order_by(PhotoOffer.created_at.desc())
    return list(session().scalars(statement.limit(1)))


def offered_picture(row: Case, offer_id: UUID) -> bytes:
    """The picture of an offer to this case; raises `NotFound`."""
    made = found(PhotoOffer, offer_id)
    if made.case_id != row.id:
        raise NotFound()
    return storage().get(made.key)


def _drop_offers(row: Case, now: datetime) -> None:
    for made in session().scalars(select(PhotoOffer).where(PhotoOffer.case_id == row.id)):
        outbox.post("applications.drop_file", row.province_code, now=now, file=made.key)
        session().delete(made)


def _keep(
    actor: Actor, row: Case, key: str, sha256: str, judged: Judged, doubts: list[str], now: datetime
) -> None:  # fmt: skip
    if row.photo_key:
        outbox.post("applications.drop_file", row.province_code, now=now, file=row.photo_key)
    row.photo_key, row.photo_original_sha256 = key, sha256
    advice = [finding.as_dict() for finding in judged.verdict.findings]
    row.photo_facts = judged.facts.as_dict() | {"doubts": doubts, "findings": advice}
    if judged.facts.portrait:
        _mark(row, judged.facts.portrait.mark, sha256, now)
    written(actor, "photo", row, now, clause="二(三)", sha256=sha256, doubts=doubts)


def _mark(row: Case, mark: str, sha256: str, now: datetime) -> None:
    old = list(session().scalars(select(PhotoMark.id).where(PhotoMark.case_id == row.id)))
    session().execute(delete(PhotoBand).where(PhotoBand.mark_id.in_(old)))
    session().execute(delete(PhotoMark).where(PhotoMark.id.in_(old)))
    made = PhotoMark(
        id=new_id(), case_id=row.id, person_id=row.person_id, province_code=row.province_code,
        sha256=sha256, mark=mark, created_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    session().add_all(PhotoBand(band=band, mark_id=made.id) for band in bands(mark))


def alike(row: Case) -> set[UUID]:
    """The other people whose photos are nearly this one.

    Two marks that differ in fewer bits than there are bands share one whole band, so an indexed look-up finds them.
    """
    own = session().scalars(select(PhotoMark).where(PhotoMark.case_id == row.id)).first()
    if own is None:
        return set()
    near = (
        select(PhotoMark.person_id, PhotoMark.mark)  # plain values: there may be thousands
        .join(PhotoBand, PhotoBand.mark_id == PhotoMark.id)
        .where(PhotoBand.band.in_(bands(own.mark)), PhotoMark.person_id != row.person_id)
        .distinct()
        .limit(_COMPARED)
    )
    with within(NATION):
        return {person for person, mark in session().execute(near) if distance(own.mark, mark) <= ALIKE}


def photo_findings(row: Case) -> list[Finding]:
    """What an officer should know before looking: doubts that were overlooked, advice, the same picture elsewhere."""
    kept: dict[str, Any] = row.photo_facts or {}
    advice = [Finding.from_dict(item) for item in kept.get("findings", ())]
    return [*advice, *judge_alike(len(alike(row)))]


def doubts_of(row: Case) -> list[str]:
    """Codes of the machine's refusals in spite of which the photo was kept."""
    return list((row.photo_facts or {}).get("doubts", ()))


def drop_file(key: str) -> None:
    """Delete a file to which no case and no offer refers any more."""
    with within(NATION):
        used = session().scalar(select(Case.id).where(Case.photo_key == key).limit(1))
        used = used or session().scalar(select(PhotoOffer.id).where(PhotoOffer.key == key).limit(1))
    if used is None:
        storage().drop(key)
