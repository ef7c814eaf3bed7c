"""The officers' manual says what the screens say, leads where its reader may go, and is told to officers alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core.accounts.rules import GRANTS, Role
from core.app import AREAS, part
from core.foundation.access import rule_of
from core.manual import views as manual
from tests.conftest import sign_in

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "core" / "manual"
WORDS = re.compile(r"\*\*([^*]+)\*\*|\[([^\]]+)\]\(")
LINK = re.compile(r"\]\((/[^)]*)\)")
READERS = {"case_officer": "clerk", "institution_head": "head", "province_officer": "province",
           "national_officer": "centre", "auditor": "auditor", "operator": "operator",
           "exam_officer": "examiner"}  # fmt: skip


def text(language, name):
    return (FOLDER / language / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", manual.CHAPTERS)
def test_every_word_a_chapter_quotes_stands_on_a_screen(name):
    with (ROOT / "core/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)
    said = {m.id: m.string for m in catalogue if isinstance(m.id, str)}
    for language, known in (("zh", set(said)), ("en", set(said.values()))):
        quoted = {bold or label for bold, label in WORDS.findall(text(language, name))}
        assert quoted <= known, (language, name, quoted - known)
    assert LINK.findall(text("zh", name)) == LINK.findall(text("en", name))


def sections(role):
    return {
        section.endpoint
        for area in AREAS
        if (views := part(area, "views")) is not None
        for section in getattr(views, "STAFF_SECTIONS", ())
        if not section.permission or section.permission in GRANTS[role]
    }


def test_a_chapter_leads_to_every_section_of_its_role_and_nowhere_else(house):
    urls = house.staff.url_map.bind("")
    general = {urls.match(path)[0] for path in LINK.findall(text("zh", "start"))}
    for role in Role:
        led = {urls.match(path)[0] for path in LINK.findall(text("zh", role.value))}
        for endpoint in led:
            stated = rule_of(house.staff.view_functions[endpoint])
            assert not stated.permission or stated.permission in GRANTS[role], (role, endpoint)
        assert sections(role) <= led | general, (role, sections(role) - led - general)


def test_officers_read_the_manual_and_nobody_else(house):
    for role, username in READERS.items():
        client = sign_in(house.client("staff"), username)
        page = client.get("/manual").get_data(as_text=True)
        assert page.index(f"/manual/{role}") < page.index("其他岗位"), role
        assert 'href="/manual"' in client.get("/me").get_data(as_text=True)
        for name in manual.CHAPTERS:
            shown = client.get(f"/manual/{name}")
            assert shown.status_code == 200
            assert "<strong>" in shown.get_data(as_text=True)
            assert "**" not in shown.get_data(as_text=True)
        assert client.get("/manual/other").status_code == 404
    stranger = house.client("staff")
    assert stranger.get("/manual/start").status_code == 303
    assert "/manual" not in stranger.get("/sign-in").get_data(as_text=True)
    unknown = house.client().get("/no-such-page").status_code
    assert [house.client().get(f"/{path}").status_code for path in ("manual", "manual/start")] == [unknown, unknown]


def test_html_in_a_chapter_is_not_believed(tmp_path, monkeypatch):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "start.md").write_text("# A\n<script>x</script> [y](javascript:alert)\n")
    monkeypatch.setattr(manual, "__file__", str(tmp_path / "views.py"))
    _title, body = manual.rendered.__wrapped__("zh", "start")
    assert "<script" not in body
    assert "href" not in body
