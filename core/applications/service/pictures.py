"""The picture of the applicant's signature under the undertaking."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.applications.models import Case
from core.applications.service.drafting import must_be_editable, own_case
from core.applications.service.evidence import LARGEST_UPLOAD
from core.applications.service.following import written
from core.calendar import service as calendar
from core.foundation.access import Actor
from core.foundation.db import one_transaction
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.images import measure, reencode
from core.foundation.storage import storage


@one_transaction
def attach_signature(actor: Actor, case_id: UUID, data: bytes, now: datetime) -> Case:
    """Keep a picture of the handwritten signature under the undertaking; whoever has none signs on site."""
    row = own_case(actor, case_id)
    must_be_editable(row)
    rules = calendar.rules_by_id(row.yearbook_id)
    facts = measure(data, rules.v.photo_white_level, rules.v.photo_max_pixels)
    if facts.format != "JPEG" or facts.fault or len(data) > LARGEST_UPLOAD:
        raise Refused(
            [
                Finding(
                    "signature_form",
                    N_("签名应为不大于5兆字节的JPG照片"),
                    clause="§2.8",
                    field="signature",
                    remedy=N_("在白纸上签名后拍照上传"),
                )
            ]
        )
    if row.signature_key:
        storage().drop(row.signature_key)
    kept = storage().put(reencode(data), ".jpg")
    row.signature_key, row.signature_sha256 = kept.key, kept.sha256
    written(actor, "sign", row, now, clause="§2.8", sha256=kept.sha256)
    return row
