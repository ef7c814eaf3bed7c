"""The applicant's photo through the verbs: kept, offered mended, overruled with a reason, known again."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from core.applications import service as cases
from core.applications.models import Case, PhotoBand, PhotoLook, PhotoMark, PhotoOffer
from core.applications.service.photos import alike
from core.demonstration import story
from core.foundation import clock, outbox
from core.foundation.db import keyring, new_id, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.storage import storage
from core.testing.photos import drawing, jpeg, padded, portrait


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


def begun(house, serial: int = 3):
    me = story.person(serial)
    row = cases.start(me, new_id(), house.plan, clock.today(), clock.now())
    cases.save(me, row.id, story.form_of(serial), row.version, clock.now())
    return me, row


def glare() -> bytes:
    """White ground with one grey edge, as glare or a curtain makes it."""
    image = drawing(seed=3)
    image.paste((190, 190, 190), (270, 0, 295, 300))
    return jpeg(image)


def test_a_refused_photo_is_offered_mended_and_kept_on_a_yes(house):
    me, row = begun(house)
    wide = Image.new("RGB", (900, 826), "white")
    wide.paste(drawing(width=590, height=826, seed=3), (155, 0))
    data = jpeg(wide)
    with pytest.raises(Refused) as refusal:
        cases.attach_photo(me, row.id, data, clock.now())
    assert codes(refusal) == {"photo_wrong_ratio"}
    session().rollback()
    made = cases.offer(me, row.id, data, clock.now())
    assert made.doubts == []
    with Image.open(io.BytesIO(cases.offered_picture(row, made.id))) as shown:
        assert shown.size == (590, 826)
    other = story.person(5)
    with pytest.raises(NotFound):
        cases.accept_offer(other, row.id, made.id, clock.now())
    session().rollback()
    kept = cases.accept_offer(me, row.id, made.id, clock.now())
    assert kept.photo_original_sha256 == hashlib.sha256(data).hexdigest()
    assert cases.offers_of(kept) == []
    assert cases.photo(kept)


def test_an_offer_that_was_replaced_leaves_no_file(house):
    me, row = begun(house)
    first = cases.offer(me, row.id, padded(portrait(3), 300_000), clock.now()).key
    second = cases.offer(me, row.id, padded(portrait(4), 300_000), clock.now())
    assert cases.offer(me, row.id, b"not a photo", clock.now()) is None
    cases.attach_photo(me, row.id, portrait(3), clock.now())
    old = session().get(Case, (row.province_code, row.id)).photo_key
    cases.attach_photo(me, row.id, portrait(4), clock.now())
    outbox.drain()
    for key in (first, second.key, old):
        cases.drop_file(key)  # a message may come twice
        with pytest.raises(NotFound):
            storage().get(key)
    assert session().scalar(select(func.count()).select_from(PhotoOffer)) == 0
    assert session().scalar(select(func.count()).select_from(PhotoMark)) == 1
    assert session().scalar(select(func.count()).select_from(PhotoBand)) == 18
    cases.drop_file(row.photo_key)
    assert storage().get(row.photo_key), "a file in use stays"


def test_a_doubted_ground_is_kept_for_an_officer_who_gives_a_reason_at_both_looks(house):
    me, row = begun(house)
    with pytest.raises(Refused) as refusal:
        cases.attach_photo(me, row.id, glare(), clock.now())
    assert codes(refusal) == {"photo_background_not_white"}
    session().rollback()
    made = cases.offer(me, row.id, glare(), clock.now())
    assert made.doubts == ["photo_background_not_white"]
    cases.accept_offer(me, row.id, made.id, clock.now())
    cases.submit(me, row.id, True, clock.today(), clock.now())
    outbox.drain()
    clerk = story.officer("clerk")
    for item in cases.kept_evidence(row.id):
        if item.result != "matched":
            cases.mark_original_seen(clerk, item.id, clock.now())
    with pytest.raises(Refused) as refusal:
        cases.confirm(clerk, row.id, True, True, clock.today(), clock.now())
    assert codes(refusal) == {"photo_reason_missing"}
    session().rollback()
    unanswered = cases.PhotoAnswers("", False, "窗帘")
    with pytest.raises(Refused) as refusal:
        cases.confirm(clerk, row.id, True, True, clock.today(), clock.now(), answers=unanswered)
    assert codes(refusal) == {"photo_not_bareheaded", "photo_not_recent_person"}
    session().rollback()
    answers = cases.PhotoAnswers("exempt", True, "头巾；窗帘反光")
    cases.confirm(clerk, row.id, True, True, clock.today(), clock.now(), answers=answers)
    look = session().scalars(select(PhotoLook)).one()
    assert look.reason == "头巾；窗帘反光"
    assert look.answers["bareheaded"] == "exempt"
    assert "photo_background_not_white" in look.answers["shown"]
    cases.start_review(clerk, row.id, clock.now())
    with pytest.raises(Refused):
        cases.look_at_photo(clerk, row.id, True, "", clock.now())
    session().rollback()
    cases.look_at_photo(clerk, row.id, True, "窗帘反光", clock.now())


def test_the_same_picture_of_another_person_is_told_to_officers(house):
    me, row = begun(house, 3)
    cases.attach_photo(me, row.id, portrait(3), clock.now())
    assert alike(row) == set()
    other, second = begun(house, 5)
    cases.attach_photo(other, second.id, jpeg(drawing(seed=3).resize((413, 578)), quality=70), clock.now())
    told = {finding.code for finding in cases.photo_findings(second)}
    assert "photo_used_by_another" in told
    assert alike(second) == {row.person_id}
    cases.attach_photo(other, second.id, portrait(9), clock.now())
    assert "photo_used_by_another" not in {finding.code for finding in cases.photo_findings(second)}


def test_an_offer_is_judged_again_when_taken(house):
    me, row = begun(house)
    made = cases.offer(me, row.id, padded(portrait(3), 300_000), clock.now())
    (storage().root / made.key).write_bytes(keyring().seal_bytes(jpeg(drawing(background=(90, 140, 220)))))
    with pytest.raises(Conflict):
        cases.accept_offer(me, row.id, made.id, clock.now())
