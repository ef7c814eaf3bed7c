"""The whole contract: what the core asks a province, and what an answer or a fault means.

`judge_*`, `notice_sections`, `extra_materials`, `training_policy` and `quarterly_annex` run inside a request: pure,
no I/O, a few milliseconds. The others run in a job of the province's own queue and may talk to its systems.

Every hook takes `ctx` first; an implementation may leave out arguments that it does not need. Each docstring
says when the hook fires, what to return, what a fault means, since which version, and by which clause;
`core/hooks/reference.py` makes the table of plugins/README.md from them.
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

PROJECT = "xingtan"
HOOKS = (1, 1)

hookspec = HookspecMarker(PROJECT)


@hookspec(firstresult=True)
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """Judge a notice before it is filed with the centre.

    Fires: in the request, when an officer looks at the draft and when it is filed.
    Return: findings, added to the national ones; [] when there is nothing to say.
    A fault: the notice cannot be filed.
    Since: 1.0
    Clause: 二(一), 二(三)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
    """Judge an institution's plan before it is submitted.

    Fires: in the request, when the plan is drafted and when it is submitted.
    Return: findings, added to the national ones; [] when there is nothing to say.
    A fault: the plan cannot be submitted.
    Since: 1.0
    Clause: 二(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def judge_application(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    """Judge an application.

    Fires: in the request, when it is submitted and again before its conclusion.
    Return: findings, added to the national ones; [] when there is nothing to say.
    A fault: the application may go in, its conclusion is held.
    Since: 1.0
    Clause: 一(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """Give the province's own sections of a season's notice.

    Fires: in the request, when a notice is drafted; the sections are kept with it.
    Return: sections of plain text, shown after the core's text; [] for none.
    A fault: the core's text stands alone, flagged.
    Since: 1.0
    Clause: 二(三)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def extra_materials(ctx: ProvinceContext, facts: ApplicationFacts) -> list[ExtraMaterial]:
    """Name the originals that the province asks for besides the nation's.

    Fires: in the request, when an applicant is told what to bring.
    Return: materials, each with its reason; [] for none. Copies abolished by 一(一) are refused: a fault.
    A fault: nothing more is asked for.
    Since: 1.0
    Clause: 一(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """Say how much training the province asks for.

    Fires: in the request, when a province's year of meetings is judged.
    Return: the policy; less than the national minimum has no effect.
    A fault: the national minimum holds.
    Since: 1.0
    Clause: 一(五)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def quarterly_annex(ctx: ProvinceContext, report: QuarterFacts) -> list[NoticeSection]:
    """Give the province's own annex to its quarterly penalty report.

    Fires: in the request, when the province signs the report; the sections are signed with it.
    Return: sections of plain text, shown after the core's report; [] for none.
    A fault: the report is signed without an annex, flagged.
    Since: 1.1
    Clause: 一(三)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def compare_evidence(ctx: ProvinceContext, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
    """Ask the province's registers about evidence that the national ones could not settle.

    Fires: in a job, after the national comparison of a submitted application.
    Return: an answer for each question that could be asked, by its reference; [] where there is no register.
    A fault: tried again; then the original is asked for on paper. Never a match.
    Since: 1.0
    Clause: 一(一), 一(四)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Hand a batch of people to the competent department.

    Fires: in a job; the batch's references are committed before the call.
    Return: the receipt, or several where the batch was split. The same batch again gives the same receipts
    and has no further effect. Channel "paper": officers carry the list, nothing is collected.
    A fault: tried again; then officers send it by hand. Nobody is recognised by a fault.
    Since: 1.0
    Clause: 一(二)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Fetch the answers that have come so far.

    Fires: in a job, ever less often while people of the batch are unanswered.
    Return: results by the core's references; repeated ones are harmless; [] when none has come.
    A fault: tried again; the checks stay pending.
    Since: 1.0
    Clause: 一(二)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def publish_notice(ctx: ProvinceContext, notice: NoticePublication) -> PublicationReceipt:
    """Show a published notice on the province's own site.

    Fires: in a job, when a notice has been published on the national site.
    Return: the receipt with its address there; the same notice again gives the same receipt.
    A fault: tried again; shown to the operator.
    Since: 1.0
    Clause: 二(一)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """Fetch who attended a meeting from the province's meeting system.

    Fires: in a job, when a meeting has been marked as held.
    Return: one record for each institution that the system knows; [] leaves it to be typed in.
    A fault: tried again; then typed in by hand.
    Since: 1.0
    Clause: 一(五)
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def fetch_hotline_calls(ctx: ProvinceContext, day: HotlineDay) -> list[HotlineCall]:
    """Fetch the calls of a day from the province's own enquiry line.

    Fires: in a job, every night for the day before; a day may be asked for again.
    Return: the day's calls, answered or not, each with the line's own reference: a call told twice counts
    once. [] when there were none.
    A fault: tried again; the day's calls are missing from the figures, and the operator sees it.
    Since: 1.1
    Clause: 一(五)
    """
    raise NotImplementedError


PURE = (
    "judge_notice",
    "judge_plan",
    "judge_application",
    "notice_sections",
    "extra_materials",
    "training_policy",
    "quarterly_annex",
)
JOBS = (
    "compare_evidence",
    "submit_criminal_checks",
    "collect_criminal_checks",
    "publish_notice",
    "fetch_training_attendance",
    "fetch_hotline_calls",
)
ALL = (*PURE, *JOBS)
