"""The downloaded checker works from a file, with the network off."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.certificates import service as certificates
from core.certificates.models import Certificate, CertificateNumber
from core.certificates.rules.codes import CodeContent
from core.demonstration import story
from core.foundation.db import session
from tests.browser.demonstration import browser


def test_codes_are_checked_without_a_network(house, tmp_path):
    if house.settings.database_url:
        pytest.skip("the page is the same on either database")
    case_id = story.play(11, "recognised", house.plan)
    row = session().scalars(select(Certificate).where(Certificate.case_id == case_id)).one()
    code = certificates.code_of(CodeContent(row.number, 1, row.name, row.kind, row.subject, row.issued_on))

    def downloaded(name):
        path = tmp_path / name
        path.write_bytes(house.client().get("/verify/offline.html").data)
        return path.as_uri()

    before = downloaded("before.html")
    number = session().get(CertificateNumber, row.number)
    number.piece = 2
    session().commit()
    replaced = downloaded("replaced.html")
    number.state = "revoked"
    session().commit()
    revoked = downloaded("revoked.html")
    with browser() as chromium:
        page = chromium.new_context(offline=True).new_page()

        def says(address, text):
            page.goto(address)
            page.fill("#code", text)
            page.click("#check")
            page.wait_for_selector("#answer[data-result]")
            return page.get_attribute("#answer", "data-result")

        assert says(before, code) == "stands"
        assert says(before, code[:-6] + "AAAAAA") == "forged"
        assert says(before, "随便写的") == "unreadable"
        assert says(replaced, code) == "replaced"
        assert says(revoked, code) == "not_standing"
