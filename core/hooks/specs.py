"""The whole contract: what the core asks a province, and what an answer or a fault means.

`judge_*`, `notice_sections`, `extra_materials` and `training_policy` run inside a request: pure, no I/O, a few
milliseconds. The others run in a job of the province's own queue and may talk to its systems.
"""

from __future__ import annotations

from pluggy import HookspecMarker

from core.foundation.findings import Finding
from core.hooks.types import (
    ApplicationFacts,
    AttendanceRecord,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    EvidenceAnswer,
    EvidenceQuestion,
    ExtraMaterial,
    MeetingRef,
    NoticeDraft,
    NoticePublication,
    NoticeSeason,
    NoticeSection,
    PlanFacts,
    ProvinceContext,
    PublicationReceipt,
    TrainingPolicy,
)

PROJECT = "xingtan"
HOOKS = (1, 0)

hookspec = HookspecMarker(PROJECT)


@hookspec(firstresult=True)
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """Judge a notice before it is filed with the centre; return findings, [] when content.

    Findings are added to the national ones. A fault: the notice cannot be filed. Since 1.0. 二(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
    """Judge an institution's plan before it is submitted; return findings.

    A fault: the plan cannot be submitted. Since 1.0. 二(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def judge_application(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    """Judge an application at submission and before its conclusion; return findings.

    A fault: the draft is saved, the conclusion is held. Since 1.0. 一(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """Return the province's own sections of a season's notice.

    A fault: the core's text stands alone, flagged. Since 1.0. 二(三)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def extra_materials(ctx: ProvinceContext, facts: ApplicationFacts) -> list[ExtraMaterial]:
    """Return papers the province asks for besides the nation's; copies abolished by 一(一) are refused.

    A fault: none are asked for. Since 1.0. 一(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """Return how much training the province asks for, at least the national minimum.

    A fault: the national minimum holds. Since 1.0. 一(五)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def compare_evidence(ctx: ProvinceContext, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
    """Ask the province's registers about evidence the national ones could not settle (job).

    A fault: tried again, then the original is asked for on paper. Since 1.0. 一(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Hand a batch to the competent department (job); return its receipt.

    Sending the same batch again must return the same receipt. A fault: tried again; then officers send
    it by hand. Nobody is recognised by a fault. Since 1.0. 一(二)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Fetch the answers that have come so far (job); repeated ones are harmless.

    A fault: tried again; the checks stay pending. Since 1.0. 一(二)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def publish_notice(ctx: ProvinceContext, notice: NoticePublication) -> PublicationReceipt:
    """Show a published notice on the province's own site (job).

    A fault: tried again; shown to the operator. Since 1.0. 二(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """Fetch who attended a meeting from the province's meeting system (job).

    A fault: tried again; then typed in by hand. Since 1.0. 一(五)
    """
    raise NotImplementedError


PURE = (
    "judge_notice",
    "judge_plan",
    "judge_application",
    "notice_sections",
    "extra_materials",
    "training_policy",
)
JOBS = (
    "compare_evidence",
    "submit_criminal_checks",
    "collect_criminal_checks",
    "publish_notice",
    "fetch_training_attendance",
)
ALL = (*PURE, *JOBS)
