"""The application form on paper: two copies with everything of § 2.8, the applicant's words as they typed them."""

from __future__ import annotations

import io

import pypdf
import pytest
from sqlalchemy import select

from core.applications import service as cases
from core.applications.views.paper import form_pdf
from core.demonstration import story
from core.foundation.db import session
from core.foundation.errors import Refused
from core.people.models import Person


def test_two_copies_show_the_form_the_photo_and_the_conclusion(house):
    case_id = story.play(11, "recognised", house.plan)
    row = cases.case(case_id)
    person = session().scalars(select(Person).where(Person.id == row.person_id)).one()
    pages = pypdf.PdfReader(io.BytesIO(form_pdf(row))).pages
    words = "".join(page.extract_text() for page in pages).replace("\n", "")
    for text in (person.name, person.document_number, row.certificate_number, row.reference, row.form["school"]):
        assert words.count(text) >= 2, text
    for text in ("民族", "政治面貌", "本人简历", "个人承诺书", "予以认定", "存入本人人事档案", "认定机构留存"):
        assert text in words, text
    assert sum(len(page.images) for page in pages) >= 2
    person.name = "王𪚥"
    with pytest.raises(Refused) as refusal:
        form_pdf(row)
    assert [finding.code for finding in refusal.value.findings] == ["form_glyph_missing"]
