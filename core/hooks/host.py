"""A province as the core sees it: one plugin manager behind a typed façade, the only caller of hooks."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from types import ModuleType
from typing import Any

import structlog

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.hooks import contract, rules, specs
from core.hooks.box import TOO_SLOW, USUAL, boxed, limits
from core.hooks.breaker import HealthStore
from core.hooks.guard import fault, guarded, nameless
from core.hooks.models import DatabaseHealth
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
    ProvinceSettings,
    PublicationReceipt,
    QuarterFacts,
    TrainingPolicy,
)
from core.rulesets.loader import RuleSet

QUICK_MILLISECONDS = 50.0
QUICK_SECONDS = 2.0  # a job's call that takes longer belongs in the slow lane, whatever comes of it


@dataclass(frozen=True, slots=True)
class Moment:
    """The national rules and the instant under which a hook is asked."""

    rules: RuleSet
    now: datetime


@dataclass(slots=True)
class Measured:
    """What this process has seen of one hook: calls, faults, the slowest answer in milliseconds."""

    calls: int = 0
    faults: int = 0
    slowest_ms: float = 0.0
    last_fault: str = ""


class ProvinceHost:
    """One province. `held` says why its plugin could not be loaded: it runs on defaults, conclusions wait.

    `blocked` is set when the operator took the plugin out; `own` are the hooks that the plugin brings.
    """

    def __init__(
        self,
        code: str,
        plugin: ModuleType | None = None,
        settings: Mapping[str, Any] | None = None,
        held: str = "",
        *,
        blocked: bool = False,
        health: HealthStore | None = None,
    ) -> None:
        self.code, self.plugin, self.held, self.blocked = code, plugin, held, blocked
        self.settings = settings if isinstance(settings, ProvinceSettings) else ProvinceSettings(settings)
        self.health: HealthStore = health or DatabaseHealth()
        own = contract.implementations(code, plugin) if plugin else {}
        self.own = frozenset(own)
        self.manager = contract.manager(code, own)
        self.measured: dict[str, Measured] = {}
        self._lock = Lock()
        self._log = structlog.get_logger("xingtan.province").bind(province=code)

    @property
    def state(self) -> str:
        """How the province runs: "plugin", "defaults", "blocked" or "held"."""
        if self.held:
            return "held"
        if self.blocked:
            return "blocked"
        return "plugin" if self.plugin else "defaults"

    def hide(self, text: str) -> str:
        """`text` without the province's secrets."""
        return self.settings.hide(text)

    def _context(self, moment: Moment) -> ProvinceContext:
        return ProvinceContext(self.code, self.settings, moment.rules, moment.now, self._say)

    def _say(self, event: str, **facts: Any) -> None:
        """What plugins log with: strings come out without secrets."""
        shown = {name: self.hide(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        self._log.info(self.hide(event), **shown)

    def _ask(self, hook: str, moment: Moment, check: Callable[[Any], str] | None = None, **arguments: Any) -> Any:
        """Call one hook, measured and guarded; `check` says what else is wrong with its answer, or ""."""
        started = time.perf_counter()
        error = ""

        def hide(text: str) -> str:
            return nameless(self.hide(text), arguments)

        try:
            answer = guarded(
                self.code,
                hook,
                contract.RETURNS[hook],
                lambda: getattr(self.manager.hook, hook)(ctx=self._context(moment), **arguments),
                hide,
            )
            if check is not None and (wrong := check(answer)):
                raise fault(self.code, hook, "wrong answer", hide(wrong))
            return answer
        except ProvinceFault as failed:
            error = f"{failed.kind}: {failed.detail}"
            raise
        finally:
            self._measure(hook, (time.perf_counter() - started) * 1000, error)

    def _measure(self, hook: str, took_ms: float, error: str) -> None:
        with self._lock:
            seen = self.measured.setdefault(hook, Measured())
            seen.calls += 1
            seen.slowest_ms = max(seen.slowest_ms, took_ms)
            if error:
                seen.faults, seen.last_fault = seen.faults + 1, error
        if hook in specs.PURE and took_ms > QUICK_MILLISECONDS:
            self._log.warning("slow hook in a request", hook=hook, milliseconds=round(took_ms))

    def _do(self, hook: str, moment: Moment, check: Callable[[Any], str] | None = None, **arguments: Any) -> Any:
        """A job's hook: held back by an open breaker, counted when it fails. Defaults need no breaker."""
        if hook not in self.own:
            return self._ask(hook, moment, check, **arguments)
        if not self.health.admit(self.code, hook):
            raise ProvinceFault(self.code, hook, "breaker open", "too many faults in a row; it is tried later")
        started = time.monotonic()
        try:
            answer = boxed(self.code, hook, lambda: self._ask(hook, moment, check, **arguments))
            self.health.record_success(self.code, hook, slow=time.monotonic() - started > QUICK_SECONDS)
            return answer
        except ProvinceFault as failed:
            self._failed(hook, failed)
            raise
        finally:
            if limits() is not None and time.monotonic() - started > QUICK_SECONDS:
                self.health.record_slow(self.code, hook)

    def _failed(self, hook: str, failed: ProvinceFault) -> None:
        """Count a fault; a call that was only too slow for the usual lane is tried in the slow one first."""
        bounds = limits()
        if failed.kind != TOO_SLOW or bounds is None or bounds.seconds > USUAL.seconds:
            self.health.record_fault(self.code, hook, f"{failed.kind}: {failed.detail}")

    def judge_notice(self, moment: Moment, draft: NoticeDraft) -> list[Finding]:
        """See `specs.judge_notice`; raises `ProvinceFault`."""
        return typing.cast("list[Finding]", self._ask("judge_notice", moment, draft=draft))

    def judge_plan(self, moment: Moment, draft: PlanFacts) -> list[Finding]:
        """See `specs.judge_plan`; raises `ProvinceFault`."""
        return typing.cast("list[Finding]", self._ask("judge_plan", moment, draft=draft))

    def judge_application(self, moment: Moment, facts: ApplicationFacts) -> list[Finding]:
        """See `specs.judge_application`; raises `ProvinceFault`."""
        return typing.cast("list[Finding]", self._ask("judge_application", moment, facts=facts))

    def notice_sections(self, moment: Moment, season: NoticeSeason) -> list[NoticeSection]:
        """See `specs.notice_sections`; raises `ProvinceFault`."""
        return typing.cast("list[NoticeSection]", self._ask("notice_sections", moment, season=season))

    def extra_materials(self, moment: Moment, facts: ApplicationFacts) -> list[ExtraMaterial]:
        """See `specs.extra_materials`; raises `ProvinceFault`, also for copies abolished by 一(一)."""

        def abolished(items: list[ExtraMaterial]) -> str:
            found = rules.judge_materials(items)
            return f"copies are abolished by 一(一): {found[0].params['title']}" if found else ""

        return typing.cast("list[ExtraMaterial]", self._ask("extra_materials", moment, abolished, facts=facts))

    def training_policy(self, moment: Moment) -> TrainingPolicy:
        """See `specs.training_policy`; raises `ProvinceFault`."""
        return typing.cast("TrainingPolicy", self._ask("training_policy", moment))

    def quarterly_annex(self, moment: Moment, report: QuarterFacts) -> list[NoticeSection]:
        """See `specs.quarterly_annex`; raises `ProvinceFault`."""
        return typing.cast("list[NoticeSection]", self._ask("quarterly_annex", moment, report=report))

    def compare_evidence(self, moment: Moment, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
        """See `specs.compare_evidence`; raises `ProvinceFault`."""
        return typing.cast("list[EvidenceAnswer]", self._do("compare_evidence", moment, questions=questions))

    def submit_criminal_checks(self, moment: Moment, batch: CheckBatch) -> list[CheckReceipt]:
        """See `specs.submit_criminal_checks`; raises `ProvinceFault`, also for receipts of another batch."""

        def wrong(receipts: list[CheckReceipt]) -> str:
            return rules.wrong_receipts(batch, receipts)

        return typing.cast("list[CheckReceipt]", self._do("submit_criminal_checks", moment, wrong, batch=batch))

    def collect_criminal_checks(self, moment: Moment, receipts: list[CheckReceipt]) -> list[CheckResult]:
        """See `specs.collect_criminal_checks`; raises `ProvinceFault`."""
        return typing.cast("list[CheckResult]", self._do("collect_criminal_checks", moment, receipts=receipts))

    def publish_notice(self, moment: Moment, notice: NoticePublication) -> PublicationReceipt:
        """See `specs.publish_notice`; raises `ProvinceFault`, also for a receipt of another notice."""

        def wrong(receipt: PublicationReceipt) -> str:
            return rules.wrong_publication(notice, receipt)

        return typing.cast("PublicationReceipt", self._do("publish_notice", moment, wrong, notice=notice))

    def fetch_training_attendance(self, moment: Moment, meeting: MeetingRef) -> list[AttendanceRecord]:
        """See `specs.fetch_training_attendance`; raises `ProvinceFault`."""
        return typing.cast("list[AttendanceRecord]", self._do("fetch_training_attendance", moment, meeting=meeting))

    def fetch_hotline_calls(self, moment: Moment, day: HotlineDay) -> list[HotlineCall]:
        """See `specs.fetch_hotline_calls`; raises `ProvinceFault`, also for calls of another day."""

        def wrong(calls: list[HotlineCall]) -> str:
            return rules.wrong_calls(day, calls)

        return typing.cast("list[HotlineCall]", self._do("fetch_hotline_calls", moment, wrong, day=day))
