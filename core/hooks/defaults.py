"""What happens in a province without an implementation: nothing added, checks carried by hand on paper."""

from __future__ import annotations

from pluggy import HookimplMarker

from core.foundation.findings import Finding
from core.hooks.specs import PROJECT
from core.hooks.types import (
    ApplicationFacts,
    AttendanceRecord,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    EvidenceAnswer,
    EvidenceQuestion,
    ExtraMaterial,
    HotlineCall,
    HotlineDay,
    MeetingRef,
    NoticeDraft,
    NoticePublication,
    NoticeSeason,
    NoticeSection,
    PlanFacts,
    ProvinceContext,
    PublicationReceipt,
    QuarterFacts,
    TrainingPolicy,
)

hookimpl = HookimplMarker(PROJECT)


@hookimpl
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """Nothing to add to the national rules."""
    return []


@hookimpl
def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
    """Nothing to add to the national rules."""
    return []


@hookimpl
def judge_application(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    """Nothing to add to the national rules."""
    return []


@hookimpl
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """The core's text alone."""
    return []


@hookimpl
def extra_materials(ctx: ProvinceContext, facts: ApplicationFacts) -> list[ExtraMaterial]:
    """Nothing beyond the nation's."""
    return []


@hookimpl
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """The national minimum."""
    return TrainingPolicy(meetings=ctx.rules.v.training_min_meetings)


@hookimpl
def quarterly_annex(ctx: ProvinceContext, report: QuarterFacts) -> list[NoticeSection]:
    """The core's report alone."""
    return []


@hookimpl
def compare_evidence(ctx: ProvinceContext, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
    """No register of its own: what the nation could not settle stays unsettled."""
    return []


@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """On paper: officers carry the list and two of them type in the answer."""
    return [CheckReceipt(batch=batch.reference, agency_reference="", channel="paper")]


@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Nothing comes by itself."""
    return []


@hookimpl
def publish_notice(ctx: ProvinceContext, notice: NoticePublication) -> PublicationReceipt:
    """The national site alone shows it."""
    return PublicationReceipt(reference=notice.reference, address="")


@hookimpl
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """Typed in by hand."""
    return []


@hookimpl
def fetch_hotline_calls(ctx: ProvinceContext, day: HotlineDay) -> list[HotlineCall]:
    """No line of its own: officers write the calls down."""
    return []
