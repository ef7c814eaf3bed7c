"""One plugin manager per province behind a typed façade, the only caller of hooks."""

from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pluggy
import structlog

from core.foundation.errors import PlatformError, ProvinceFault
from core.foundation.findings import Finding
from core.hooks import defaults, models, specs
from core.hooks.guard import guarded
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
from core.rulesets.loader import RuleSet


class LoadRefused(PlatformError):
    """A plugin does not keep the contract; the text says in one line what to change."""

    code = "plugin_refused"


@dataclass(frozen=True, slots=True)
class Moment:
    """The national rules and the instant under which a hook is asked."""

    rules: RuleSet
    now: datetime


def implementations(plugin: ModuleType) -> dict[str, Any]:
    """The hook implementations of a plugin module, by name."""
    return {
        name: thing
        for name, thing in vars(plugin).items()
        if callable(thing) and hasattr(thing, f"{specs.PROJECT}_impl")
    }


def check_implementation(code: str, name: str, function: Any) -> None:
    """Compare one implementation with its spec; raises `LoadRefused`."""
    spec = getattr(specs, name, None)
    if spec is None or name not in specs.ALL:
        raise LoadRefused(f"province {code}: there is no hook {name}; the hooks are {', '.join(specs.ALL)}")
    options = getattr(function, f"{specs.PROJECT}_impl")
    for option in ("wrapper", "hookwrapper", "tryfirst", "trylast", "optionalhook", "specname"):
        if options.get(option):
            raise LoadRefused(f"province {code}: {name} uses {option}=; hooks are plain functions, drop it")
    wanted = inspect.signature(spec).parameters
    for argument in inspect.signature(function).parameters.values():
        if argument.default is not inspect.Parameter.empty:
            raise LoadRefused(f"province {code}: {name}: argument {argument.name} has a default; drop it")
        if argument.name not in wanted:
            raise LoadRefused(f"province {code}: {name} has no argument {argument.name}; it takes {', '.join(wanted)}")
    _check_annotations(code, name, function, typing.get_type_hints(spec))


def _check_annotations(code: str, name: str, function: Any, wanted: dict[str, Any]) -> None:
    hints = typing.get_type_hints(function)
    for argument in (*inspect.signature(function).parameters, "return"):
        if hints.get(argument) != wanted[argument]:
            raise LoadRefused(
                f"province {code}: {name}: annotate {argument} as {_named(wanted[argument])}, "
                f"not {_named(hints.get(argument))}"
            )


def _named(hint: Any) -> str:
    return str(hint) if typing.get_origin(hint) else getattr(hint, "__name__", "nothing")


def _manager(code: str, plugin: ModuleType | None) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    own = implementations(plugin) if plugin else {}
    for name, function in own.items():
        check_implementation(code, name, function)
    manager.register(SimpleNamespace(**own), name=f"province {code}")
    lacking = {name: getattr(defaults, name) for name in specs.ALL if name not in own}
    manager.register(SimpleNamespace(**lacking), name="defaults")
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as fault:
        raise LoadRefused(f"province {code}: {fault}") from fault
    return manager


class ProvinceHost:
    """A province as the core sees it. `held` is set when its plugin could not be loaded: conclusions wait."""

    def __init__(
        self,
        code: str,
        plugin: ModuleType | None = None,
        settings: dict[str, Any] | None = None,
        held: str = "",
    ) -> None:
        self.code, self.plugin, self.held = code, plugin, held
        self.settings = settings or {}
        self._hooks = _manager(code, plugin).hook
        self._log = structlog.get_logger("xingtan.province").bind(province=code)

    def _context(self, moment: Moment) -> ProvinceContext:
        return ProvinceContext(self.code, dict(self.settings), moment.rules, moment.now, self._say)

    def _say(self, event: str, **facts: Any) -> None:
        self._log.info(event, **facts)

    def _ask(self, hook: str, moment: Moment, **arguments: Any) -> Any:
        expected = typing.get_type_hints(getattr(specs, hook))["return"]
        call = getattr(self._hooks, hook)
        return guarded(self.code, hook, expected, lambda: call(ctx=self._context(moment), **arguments))

    def _do(self, hook: str, moment: Moment, **arguments: Any) -> Any:
        """A job's hook: held back by an open breaker, counted when it fails."""
        if models.is_open(self.code, hook):
            raise ProvinceFault(self.code, hook, "breaker open", "too many faults in a row; it is tried later")
        try:
            answer = self._ask(hook, moment, **arguments)
        except ProvinceFault as fault:
            models.note_fault(self.code, hook, f"{fault.kind}: {fault.detail}")
            raise
        models.note_success(self.code, hook)
        return answer

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
        """See `specs.extra_materials`; raises `ProvinceFault`."""
        return typing.cast("list[ExtraMaterial]", self._ask("extra_materials", moment, facts=facts))

    def training_policy(self, moment: Moment) -> TrainingPolicy:
        """See `specs.training_policy`; raises `ProvinceFault`."""
        return typing.cast("TrainingPolicy", self._ask("training_policy", moment))

    def compare_evidence(self, moment: Moment, questions: list[EvidenceQuestion]) -> list[EvidenceAnswer]:
        """See `specs.compare_evidence`; raises `ProvinceFault`."""
        return typing.cast("list[EvidenceAnswer]", self._do("compare_evidence", moment, questions=questions))

    def submit_criminal_checks(self, moment: Moment, batch: CheckBatch) -> list[CheckReceipt]:
        """See `specs.submit_criminal_checks`; raises `ProvinceFault`."""
        return typing.cast("list[CheckReceipt]", self._do("submit_criminal_checks", moment, batch=batch))

    def collect_criminal_checks(self, moment: Moment, receipts: list[CheckReceipt]) -> list[CheckResult]:
        """See `specs.collect_criminal_checks`; raises `ProvinceFault`."""
        return typing.cast("list[CheckResult]", self._do("collect_criminal_checks", moment, receipts=receipts))

    def publish_notice(self, moment: Moment, notice: NoticePublication) -> PublicationReceipt:
        """See `specs.publish_notice`; raises `ProvinceFault`."""
        return typing.cast("PublicationReceipt", self._do("publish_notice", moment, notice=notice))

    def fetch_training_attendance(self, moment: Moment, meeting: MeetingRef) -> list[AttendanceRecord]:
        """See `specs.fetch_training_attendance`; raises `ProvinceFault`."""
        return typing.cast("list[AttendanceRecord]", self._do("fetch_training_attendance", moment, meeting=meeting))
