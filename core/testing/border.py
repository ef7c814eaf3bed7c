"""Values as they cross the border to a province: invented, various, the same at every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.hooks.host import Moment, ProvinceHost
from core.hooks.types import (
    ApplicationFacts,
    CheckBatch,
    CheckReceipt,
    CheckSubject,
    EvidenceQuestion,
    HotlineDay,
    MeetingRef,
    NoticeDraft,
    NoticePublication,
    NoticeSeason,
    PlanFacts,
    QuarterFacts,
)
from core.rulesets.loader import national
from core.testing.people import identity_number, name

DAY = date(2020, 3, 25)
PHOTO_RULE = "近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K"
BODY = "现将2020年上半年教师资格认定工作有关事项通知如下。咨询电话：000-12345。"


def moment() -> Moment:
    """25 March 2020, nine in the morning, under the national rules of that year."""
    return Moment(national(2020), datetime(2020, 3, 25, 1, 0, tzinfo=UTC))


def notice_drafts() -> list[NoticeDraft]:
    """Notices to each audience: a good one, an empty one, a very long one."""
    return [
        NoticeDraft(2020, "first_half", audience, "2020年上半年教师资格认定公告", body, rule)
        for audience in ("applicants", "teachers", "both")
        for body, rule in ((BODY, PHOTO_RULE), ("", ""), (BODY * 100, PHOTO_RULE))
    ]


def notice_seasons() -> list[NoticeSeason]:
    """Both seasons for each audience."""
    return [
        NoticeSeason(2020, season, audience)
        for season in ("first_half", "second_half")
        for audience in ("applicants", "teachers", "both")
    ]


def quarters() -> list[QuarterFacts]:
    """A quarter with cases and a nil one."""
    some = QuarterFacts(2020, 1, 3, 1, {"loss": 1, "revocation": 2}, {"fraud": 2, "imprisonment": 1})
    return [some, QuarterFacts(2020, 2, 0, 0, {}, {})]


def plans(code: str) -> list[PlanFacts]:
    """Plans of an institution of province `code`: usual, shortest, of one day, upside down."""
    spans = ((14, 7), (10, 5), (0, 0), (-3, -1))
    confirm_start = DAY + timedelta(30)
    return [
        PlanFacts(
            institution_code=f"{code}001",
            business=business,
            entry_start=DAY,
            entry_end=DAY + timedelta(entry),
            confirm_start=confirm_start,
            confirm_end=confirm_start + timedelta(confirm),
        )
        for business in ("recognition", "registration")
        for entry, confirm in spans
    ]


def applications(code: str) -> list[ApplicationFacts]:
    """Applications for each kind, young and old, handed in or not yet."""
    return [
        ApplicationFacts(
            reference=f"{code}-{kind}-{year}",
            kind=kind,
            subject="语文" if kind != "1" else "",
            place_basis=basis,
            institution_code=f"{code}001",
            education_level=education,
            putonghua_level=level,
            birth_year=year,
            submitted_on=submitted,
        )
        for kind in "1234567"
        for year, basis, education, level, submitted in (
            (1996, "household", "bachelor", "2A", DAY),
            (1955, "residence", "secondary", "3B", None),
        )
    ]


def batch(size: int = 10, reference: str = "batch-1") -> CheckBatch:
    """People with serials 1 … `size`: to the kit's agency the 7th has a record, the 9th is never answered."""
    subjects = tuple(
        CheckSubject(f"{reference}-{serial}", name(serial), "resident_id", identity_number(serial))
        for serial in range(1, size + 1)
    )
    return CheckBatch(reference, subjects)


def questions() -> list[EvidenceQuestion]:
    """One question of each kind of evidence."""
    return [
        EvidenceQuestion(f"q-{kind}", kind, name(1), identity_number(1), {"number": f"N{index:06d}"})
        for index, kind in enumerate(("education", "putonghua", "exam", "residence"))
    ]


def meeting() -> MeetingRef:
    """A meeting held on the day."""
    return MeetingRef("meeting-1", DAY)


def hotline_day() -> HotlineDay:
    """The day, for an enquiry line's calls."""
    return HotlineDay(DAY)


def publication() -> NoticePublication:
    """A published notice."""
    return NoticePublication("notice-1", "2020年上半年教师资格认定公告", BODY, "applicants")


def asks(host: ProvinceHost, hook: str) -> list[Callable[[], Any]]:
    """Calls of one hook through the façade, one for each sample of its input."""
    ask, at, code = getattr(host, hook), moment(), host.code
    samples: dict[str, list[tuple[Any, ...]]] = {
        "judge_notice": [(draft,) for draft in notice_drafts()],
        "judge_plan": [(facts,) for facts in plans(code)],
        "judge_application": [(facts,) for facts in applications(code)],
        "notice_sections": [(season,) for season in notice_seasons()],
        "extra_materials": [(facts,) for facts in applications(code)],
        "training_policy": [()],
        "quarterly_annex": [(facts,) for facts in quarters()],
        "compare_evidence": [(questions(),)],
        "submit_criminal_checks": [(batch(),)],
        "collect_criminal_checks": [([CheckReceipt("batch-1", "", "paper")],)],
        "publish_notice": [(publication(),)],
        "fetch_training_attendance": [(meeting(),)],
        "fetch_hotline_calls": [(hotline_day(),)],
    }
    return [lambda arguments=arguments: ask(at, *arguments) for arguments in samples[hook]]  # type: ignore[misc]
