"""Words that pages of registration share, and forms of what was declared."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.calendar import service as calendar
from core.foundation import clock
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.registration.models import Registration
from core.registration.rules import (
    APPRAISAL_NAMES,
    CONDUCT_NAMES,
    LEAVE_NAMES,
    LINE_MOVES,
    OUTCOME_NAMES,
    OWNER_NAMES,
    POST_NAMES,
    REGISTRATION_MOVES,
    cycle_years,
)

VERB_NAMES = {
    "registration.start": N_("开始申请"), "registration.save": N_("填写"), "registration.submit": N_("提交"),
    "registration.withdraw": N_("撤回"), "registration.bind": N_("本人登录后归入名下"),
    "registration.endorse": N_("学校审核上报"), "registration.give_back": N_("退回"),
    "registration.confirm": N_("确认受理"), "registration.start_review": N_("开始审核"),
    "registration.correct": N_("更正材料"), "registration.propose": N_("拟定结论"),
    "registration.step_back": N_("退回审核"), "registration.publicise": N_("公示"),
    "registration.objection": N_("收到异议"), "registration.objection_decided": N_("处理异议"),
    "registration.conclude": N_("作出结论"), "registration.fraud": N_("移送不实情况"),
    "registration.cancel": N_("撤销注册"), "registration.restore": N_("恢复注册"), "registration.expire": N_("到期"),
    "registration.follow_on": N_("由新的注册接续"), "registration.lapse": N_("逾期失效"),
    "stock.use_sticker": N_("粘贴注册贴"),
}  # fmt: skip
ENDORSED = {"good", "breach", "bad_effect"}


def words() -> dict[str, Any]:
    """Names that every page uses."""
    return {
        "labels": REGISTRATION_MOVES.labels, "moves": REGISTRATION_MOVES, "owner_names": OWNER_NAMES,
        "outcome_names": OUTCOME_NAMES, "conduct_names": CONDUCT_NAMES, "appraisal_names": APPRAISAL_NAMES,
        "leave_names": LEAVE_NAMES, "post_names": POST_NAMES, "verb_names": VERB_NAMES,
        "line_labels": LINE_MOVES.labels, "today": clock.today(),
    }  # fmt: skip


def options() -> dict[str, list[tuple[str, str]]]:
    """The closed lists of the forms."""
    return {
        "posts": [(key, say(name)) for key, name in POST_NAMES.items()],
        "appraisals": [(key, say(name)) for key, name in APPRAISAL_NAMES.items()],
        "leaves": [(key, say(name)) for key, name in LEAVE_NAMES.items() if key],
        "conducts": [(key, say(name)) for key, name in CONDUCT_NAMES.items()],
    }


def years_of(row: Registration, day: date | None = None) -> list[int]:
    """The years whose appraisals are asked for."""
    return list(cycle_years(day or clock.today(), calendar.rules_by_id(row.yearbook_id)))


def typed_form(row: Registration) -> dict[str, Any]:
    """A kept form as fields: each year's appraisal one of its own."""
    given = {name: value for name, value in row.form.items() if name != "appraisals" and value is not None}
    appraisals = row.form.get("appraisals") or {}
    years = {f"appraisal_{n}": appraisals.get(str(year), "missing") for n, year in enumerate(years_of(row), 1)}
    return given | years | {"version": row.version, "certificate_number": row.certificate_number}


def kept_form(row: Registration, data: dict[str, Any]) -> dict[str, Any]:
    """Typed fields as the service takes them: appraisals by year."""
    given = {name: value for name, value in data.items() if not name.startswith("appraisal_")}
    years = {str(year): data[f"appraisal_{n}"] for n, year in enumerate(years_of(row), 1)}
    return given | {"appraisals": years}
