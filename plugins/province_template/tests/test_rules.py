"""The province's own rule and texts."""

from __future__ import annotations

import dataclasses

import pytest

from core.sdk.values import NoticeSeason
from core.testing import border
from plugins.province_template import notices, rules

DRAFT = border.notice_drafts()[0]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("咨询电话：000-12345", False),
        ("电话 0571-88008800（工作日）", False),
        ("电话 88008800", True),
        ("电话 01-12345", True),
        ("电话 000-1234", True),
        ("", True),
    ],
)
def test_a_notice_names_a_telephone(body: str, refused: bool) -> None:
    findings = rules.judge_telephone(dataclasses.replace(DRAFT, body=body))
    assert [finding.code for finding in findings] == (["notice_without_telephone"] if refused else [])
    assert all(finding.clause == rules.DOCUMENT and finding.field == "body" for finding in findings)


@pytest.mark.parametrize(
    ("audience", "said", "unsaid"),
    [("applicants", "现场确认", "定期注册"), ("teachers", "定期注册", "现场确认"), ("both", "定期注册", "补正")],
)
def test_sections_speak_to_their_audience(audience: str, said: str, unsaid: str) -> None:
    (section,) = notices.sections(NoticeSeason(2020, "first_half", audience), "0571-88008800")
    assert said in section.body
    assert unsaid not in section.body
    assert "0571-88008800" in section.body
