"""Border values go to JSON and back; a foreign shape is refused, never guessed at."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.foundation.findings import N_, Finding
from core.hooks import types
from core.hooks.types import (
    AttendanceRecord,
    CheckReceipt,
    CheckResult,
    EvidenceAnswer,
    EvidenceOutcome,
    ExtraMaterial,
    NoticeSection,
    Outcome,
    ProvinceSettings,
    PublicationReceipt,
    TrainingPolicy,
    from_json,
    to_json,
)
from core.testing import border

VALUES = [
    *border.notice_drafts(),
    *border.notice_seasons(),
    *border.plans("33"),
    *border.applications("33"),
    *border.questions(),
    border.batch(),
    border.meeting(),
    border.publication(),
    border.batch().subjects[0],
    NoticeSection("a", "b"),
    ExtraMaterial("a", "b", "c"),
    TrainingPolicy(2, 8),
    CheckReceipt("b", "R-1"),
    CheckResult("r", Outcome.UNCLEAR, date(2020, 3, 25), "JW-1", "重名"),
    EvidenceAnswer("q", EvidenceOutcome.NOT_FOUND, "省学籍库", ("number", "level")),
    PublicationReceipt("n", "https://jyt.example/1"),
    AttendanceRecord("33001", 3),
    border.hotline_day(),
    *border.quarters(),
    types.HotlineCall("C-1", "33001", datetime(2020, 3, 25, 1, tzinfo=UTC), True, 40, "网报"),
    types.MeetingHeld("M-7", date(2020, 3, 25), "会议中心", "全省会议", ("policy",)),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_survives_json(value: Any) -> None:
    assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value


def test_every_border_type_is_frozen_slotted_and_tried_here() -> None:
    assert {type(value) for value in VALUES} == set(types.BORDER)
    for kind in types.BORDER:
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__slots__" in vars(kind)
    value = border.meeting()
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.reference = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (CheckReceipt, {"batch": 5, "agency_reference": ""}, "CheckReceipt.batch must be str, not int"),
        (CheckReceipt, {"batch": "b", "agency_reference": "", "paid": True}, "CheckReceipt has no paid"),
        (CheckReceipt, {"batch": "b"}, "agency_reference"),
        (CheckReceipt, ["b", "a"], "an object was expected, not list"),
        (CheckResult, {"reference": "r", "outcome": "fine", "decided_on": "2020-03-25"}, "fine"),
        (CheckResult, {"reference": "r", "outcome": "clear", "decided_on": "25.3.2020"}, "25.3.2020"),
        (
            CheckResult,
            {"reference": "r", "outcome": "clear", "decided_on": 20200325},
            "decided_on must be str",
        ),
        (
            AttendanceRecord,
            {"institution_code": "33001", "attendees": True},
            "attendees must be int, not bool",
        ),
        (AttendanceRecord, {"institution_code": "33001", "attendees": -1}, "cannot be negative"),
        (
            types.HotlineCall,
            {"reference": "", "institution_code": "", "received_at": "2020-03-25T01:00:00+00:00", "answered": True},
            "has a reference",
        ),
        (
            types.HotlineCall,
            {"reference": "C", "institution_code": "", "received_at": "2020-03-25T01:00:00", "answered": True},
            "must bear its zone",
        ),
        (TrainingPolicy, {"meetings": -1}, "no negative meetings"),
        (types.CheckBatch, {"reference": "b", "subjects": "all"}, "subjects must be list, not str"),
        (types.EvidenceQuestion, {"claimed": []}, "claimed must be dict, not list"),
    ],
)
def test_a_foreign_shape_is_refused(kind: type, data: Any, said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said.replace("(", r"\(")):
        from_json(kind, data)


def test_findings_go_to_json_too() -> None:
    finding = Finding("a", N_("某事"), params={"days": 3})
    assert to_json([finding])[0]["params"] == {"days": "3"}


def test_settings_keep_their_secrets() -> None:
    settings = ProvinceSettings({"agency_key": "hunter2-hunter2", "agency_url": "https://a.example"}, ["agency_key"])
    assert settings["agency_key"] == "hunter2-hunter2"
    assert dict(settings.items())["agency_url"] == "https://a.example"
    assert "hunter2" not in f"{settings} {settings!r}"
    assert settings.hide("key=hunter2-hunter2&x=1") == "key=•••&x=1"
    assert ProvinceSettings({"agency_key": ""}, ["agency_key"]).hide("abc") == "abc"
