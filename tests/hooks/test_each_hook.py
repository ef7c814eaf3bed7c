"""A test for each hook, named after it: what a province's answer becomes, and what the default is."""

from __future__ import annotations

from datetime import date

import pytest

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Severity
from core.hooks.breaker import MemoryHealth
from core.hooks.host import Moment, ProvinceHost
from core.hooks.types import (
    AttendanceRecord,
    CheckReceipt,
    EvidenceOutcome,
    ExtraMaterial,
    HotlineCall,
    NoticeSection,
    Outcome,
    TrainingPolicy,
)
from core.testing import border
from tests.hooks.conftest import host_of

BARE = ProvinceHost("41", health=MemoryHealth())


def test_judge_notice(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
            return [] if draft.body else [Finding("body_missing", N_("正文为空"), source="nation")]
        """
    )
    good, empty = border.notice_drafts()[:2]
    assert host.judge_notice(at, good) == []
    (finding,) = host.judge_notice(at, empty)
    assert (finding.code, finding.source, finding.severity) == ("body_missing", "33", Severity.REFUSAL)
    assert BARE.judge_notice(at, empty) == []


def test_judge_plan(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def judge_plan(draft: PlanFacts) -> list[Finding]:
            days = (draft.entry_end - draft.entry_start).days + 1
            return [Finding("entry_short", N_("网报时间过短"), params={"days": days})] if days < 12 else []
        """
    )
    long, short = border.plans("33")[:2]
    assert host.judge_plan(at, long) == []
    assert host.judge_plan(at, short)[0].params == {"days": 11}
    assert BARE.judge_plan(at, short) == []


def test_judge_application(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def judge_application(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
            age = ctx.now.year - facts.birth_year
            return [Finding("retired", N_("已过退休年龄"), clause="某省1号")] if age > 60 else []
        """
    )
    young, old = border.applications("33")[:2]
    assert host.judge_application(at, young) == []
    assert [finding.code for finding in host.judge_application(at, old)] == ["retired"]
    assert BARE.judge_application(at, old) == []


def test_notice_sections(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
            return [NoticeSection("提示", f"{season.year}年")]
        """
    )
    assert host.notice_sections(at, border.notice_seasons()[0]) == [NoticeSection("提示", "2020年")]
    assert BARE.notice_sections(at, border.notice_seasons()[0]) == []


def test_extra_materials(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def extra_materials(ctx: ProvinceContext, facts: ApplicationFacts) -> list[ExtraMaterial]:
            return [ExtraMaterial("residence_permit", "居住证", "居住地申请须核验原件")]
        """
    )
    facts = border.applications("33")[0]
    assert host.extra_materials(at, facts) == [ExtraMaterial("residence_permit", "居住证", "居住地申请须核验原件")]
    assert BARE.extra_materials(at, facts) == []


def test_training_policy(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
            return TrainingPolicy(meetings=ctx.rules.v.training_min_meetings + 1, hours=16)
        """
    )
    assert host.training_policy(at) == TrainingPolicy(2, 16)
    assert BARE.training_policy(at) == TrainingPolicy(1)


def test_compare_evidence(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def compare_evidence(ctx: ProvinceContext, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
            return [
                EvidenceAnswer(question.reference, EvidenceOutcome.MISMATCHED, "省学籍库", ("number",))
                for question in questions if question.kind == "education"
            ]
        """
    )
    (answer,) = host.compare_evidence(at, border.questions())
    assert (answer.reference, answer.result) == ("q-education", EvidenceOutcome.MISMATCHED)
    assert BARE.compare_evidence(at, border.questions()) == []


SENDING = """
    @hookimpl
    def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
        return [CheckReceipt(batch.reference, f"A-{batch.reference}")]

    @hookimpl
    def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
        return [CheckResult(f"{receipt.batch}-1", Outcome.CLEAR, date(2020, 3, 25)) for receipt in receipts]
"""


def test_submit_criminal_checks(at: Moment) -> None:
    batch = border.batch(3)
    assert host_of(SENDING).submit_criminal_checks(at, batch) == [CheckReceipt("batch-1", "A-batch-1")]
    assert BARE.submit_criminal_checks(at, batch) == [CheckReceipt("batch-1", "", channel="paper")]


def test_collect_criminal_checks(at: Moment) -> None:
    receipts = [CheckReceipt("batch-1", "A-batch-1")]
    (result,) = host_of(SENDING).collect_criminal_checks(at, receipts)
    assert (result.reference, result.outcome, result.decided_on) == (
        "batch-1-1",
        Outcome.CLEAR,
        date(2020, 3, 25),
    )
    assert BARE.collect_criminal_checks(at, receipts) == []


def test_publish_notice(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def publish_notice(ctx: ProvinceContext, notice: NoticePublication) -> PublicationReceipt:
            return PublicationReceipt(notice.reference, f"https://jyt.example/{notice.reference}")
        """
    )
    assert host.publish_notice(at, border.publication()).address == "https://jyt.example/notice-1"
    assert BARE.publish_notice(at, border.publication()).address == ""


def test_fetch_training_attendance(at: Moment) -> None:
    host = host_of(
        """
        @hookimpl
        def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
            return [AttendanceRecord("33001", meeting.held_on.day)]
        """
    )
    assert host.fetch_training_attendance(at, border.meeting()) == [AttendanceRecord("33001", 25)]
    assert BARE.fetch_training_attendance(at, border.meeting()) == []


HOTLINE = """
    MANIFEST = Manifest("33", "浙江省", "1.0", requires="1.1")

    @hookimpl
    def fetch_hotline_calls(ctx: ProvinceContext, day: HotlineDay) -> list[HotlineCall]:
        noon = ctx.now.replace(hour=12)
        return {calls}
"""


def test_fetch_hotline_calls(at: Moment) -> None:
    def asked(calls: str) -> list[HotlineCall]:
        return host_of(HOTLINE.format(calls=calls)).fetch_hotline_calls(at, border.hotline_day())

    (call,) = asked('[HotlineCall("C-1", "33001", noon, False)]')
    assert (call.reference, call.received_at.hour, call.answered) == ("C-1", 12, False)
    for wrong, said in (
        ('[HotlineCall("C-1", "33001", noon, True)] * 2', "two calls with one reference"),
        ('[HotlineCall("C-1", "33001", noon.replace(hour=17), True)]', "a call of another day, 'C-1'"),
    ):  # 17 o'clock in Greenwich is one in the morning of the next day in Beijing
        with pytest.raises(ProvinceFault, match=said):
            asked(wrong)
    assert BARE.fetch_hotline_calls(at, border.hotline_day()) == []


def test_quarterly_annex(at: Moment) -> None:
    host = host_of(
        """
        MANIFEST = Manifest("33", "浙江省", "1.0", requires="1.1")

        @hookimpl
        def quarterly_annex(ctx: ProvinceContext, report: QuarterFacts) -> list[NoticeSection]:
            return [NoticeSection("情况说明", f"{report.by_measure.get('loss', 0)}")] if report.cases else []
        """
    )
    some, nil = border.quarters()
    assert host.quarterly_annex(at, some) == [NoticeSection("情况说明", "1")]
    assert host.quarterly_annex(at, nil) == BARE.quarterly_annex(at, some) == []
