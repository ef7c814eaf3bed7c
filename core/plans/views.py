"""Plans and plan tables: set by institutions, approved and filed by provinces, shown to the public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.calendar import service as calendar
from core.calendar.rules import BUSINESS_NAMES
from core.filing import exports
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.shapes import EmptyShape, ReasonShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other
from core.hooks.discovery import province_name
from core.plans import service, workbook
from core.plans.forms import LINES, MEETINGS, TableForm
from core.plans.rules import PLAN_MOVES, TABLE_MOVES
from core.plans.schemas import ExtensionShape, PilotEndShape, PilotShape, PlanChangeShape, PlanShape, TableAnswerShape
from core.training.rules import CONTENT_NAMES

public = Blueprint("plans", __name__)
staff = Blueprint("plans", __name__)

PUBLIC_SECTIONS = (Section(N_("报名安排"), "plans.index", order=10),)
STAFF_SECTIONS = (
    Section(N_("工作计划"), "plans.index", "plans.view", order=30, menu=N_("计划安排")),
    Section(N_("计划表"), "plans.tables", "tables.view", order=25, menu=N_("计划安排")),
    Section(N_("注册试点地区"), "plans.pilots", "registration.view", order=44, menu=N_("计划安排")),
)

DAYS = ("entry_start", "entry_end", "confirm_start", "confirm_end")
VERB_NAMES = {
    "plans.draft": N_("起草"), "plans.change": N_("修改"), "plans.submit": N_("提交省级"), "plans.approve": N_("审定"),
    "plans.return": N_("退回"), "plans.publish": N_("发布"), "plans.withdraw": N_("撤回"), "plans.cancel": N_("取消"),
    "plans.extend": N_("起草延长版本"), "tables.file": N_("上报国家中心"), "tables.received": N_("国家中心接收"),
    "tables.returned": N_("国家中心退回"), "pilots.list": N_("列入试点地区"), "pilots.end": N_("停止试点"),
    "pilots.surveyed": N_("办结摸底"),
}  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "labels": PLAN_MOVES.labels,
        "steps": PLAN_MOVES,
        "verb_names": VERB_NAMES,
        "table_labels": TABLE_MOVES.labels,
        "business_names": BUSINESS_NAMES,
        "businesses": [(key, say(name)) for key, name in BUSINESS_NAMES.items()],
        "content_names": CONTENT_NAMES,
        "province_name": province_name,
    }


@public.get("/plans", endpoint="index")
@anyone()
def public_index() -> str:
    """Windows that are open or coming."""
    today = clock.today()
    page = service.open_plans(paging(), today, "recognition", request.args.get("province", ""))
    names = filing.names_of({row.institution_code for row in page.rows})
    return render_template(
        "public/plans/index.html",
        listing=listing(page, "province"),
        names=names,
        today=today,
        provinces=filing.province_choices(),
        **_words(),
    )


@staff.get("/plans")
@officer("plans.view")
def index() -> str:
    """Plans of the officer's territory."""
    asked = request.args
    page = service.plans(paging(), asked.get("state", ""), asked.get("business", ""))
    names = filing.names_of({row.institution_code for row in page.rows})
    return render_template(
        "staff/plans/index.html", listing=listing(page, "state", "business"), names=names, **_words()
    )


@staff.get("/plans/<uuid:plan_id>")
@officer("plans.view")
def show(plan_id: UUID) -> Any:
    """One plan, its versions, what the rules say of it, and what may be done."""
    return _page(plan_id, Form(EmptyShape()))


def _page(plan_id: UUID, form: Form) -> tuple[str, int]:
    row = service.plan(plan_id)
    judged = service.judge(service.draft_of(row), row.province_code, row.institution_code, clock.now())
    page = render_template(
        "staff/plans/show.html", row=row, form=form, body=filing.institution(row.institution_code),
        versions=service.versions(row.series), findings=[spoken(f) for f in judged.findings],
        rules=calendar.rules_by_id(row.yearbook_id), timeline=history("plan", row.id), **_words(),
    )  # fmt: skip
    return page, form.status


def _bodies() -> list[tuple[str, str]]:
    return [
        (body.code, f"{body.code} {body.name}")
        for body in filing.institutions(prefix=actor().prefix)
        if not actor().institution_code or body.code == actor().institution_code
    ]


@staff.route("/plans/new", methods=["GET", "POST"])
@officer("plans.draft")
def new() -> Any:
    """Draft a plan."""
    form = Form(PlanShape(), {"institution_code": actor().institution_code, "business": "recognition"})
    if form.sent:
        row = form.carry_out(lambda data: service.draft(actor(), data, clock.now()))
        if row is not None:
            notify(N_("草稿已保存；请核对下列校验结论后提交。"))
            return see_other("plans.show", plan_id=row.id)
    return form.page("staff/plans/new.html", bodies=_bodies(), **_words())


@staff.route("/plans/<uuid:plan_id>/edit", methods=["GET", "POST"])
@officer("plans.draft")
def edit(plan_id: UUID) -> Any:
    """Change a draft or a returned plan."""
    row = service.plan(plan_id)
    names = ("version", "business", "title", *DAYS)
    form = Form(PlanChangeShape(), {name: getattr(row, name) for name in names})
    if form.sent:
        changed = form.carry_out(lambda data: service.change(actor(), plan_id, data, data["version"], clock.now()))
        if changed is not None:
            notify(N_("草稿已保存；请核对下列校验结论后提交。"))
            return see_other("plans.show", plan_id=plan_id)
    return form.page("staff/plans/edit.html", row=row, **_words())


@staff.route("/plans/<uuid:plan_id>/extend", methods=["GET", "POST"])
@officer("plans.draft")
def extend(plan_id: UUID) -> Any:
    """Draft the next version of a published plan."""
    old = service.plan(plan_id)
    form = Form(ExtensionShape(), {name: getattr(old, name) for name in DAYS})
    if form.sent:
        row = form.carry_out(lambda data: service.extend(actor(), plan_id, data, clock.now()))
        if row is not None:
            return see_other("plans.show", plan_id=row.id)
    return form.page("staff/plans/extend.html", old=old, **_words())


def _act(verb: Any, plan_id: UUID, said: str, *, reasoned: bool = False) -> Any:
    form = Form(ReasonShape() if reasoned else EmptyShape())

    def carry(data: dict[str, Any]) -> Any:
        return verb(actor(), plan_id, *([data["reason"]] if reasoned else []), clock.now())

    if form.carry_out(carry) is None:
        return _page(plan_id, form)
    notify(said)
    return see_other("plans.show", plan_id=plan_id)


@staff.post("/plans/<uuid:plan_id>/submit")
@officer("plans.draft")
def submit(plan_id: UUID) -> Any:
    """Hand to the province."""
    return _act(service.submit, plan_id, N_("已提交省级。"))


@staff.post("/plans/<uuid:plan_id>/withdraw")
@officer("plans.draft")
def withdraw(plan_id: UUID) -> Any:
    """Take back before approval."""
    return _act(service.withdraw, plan_id, N_("已撤回。"))


@staff.post("/plans/<uuid:plan_id>/approve")
@officer("plans.approve")
def approve(plan_id: UUID) -> Any:
    """The province approves."""
    return _act(service.approve, plan_id, N_("已审定。"))


@staff.post("/plans/<uuid:plan_id>/return")
@officer("plans.approve")
def give_back(plan_id: UUID) -> Any:
    """The province returns it, with the reason."""
    return _act(service.give_back, plan_id, N_("已退回。"), reasoned=True)


@staff.post("/plans/<uuid:plan_id>/publish")
@officer("plans.publish")
def publish(plan_id: UUID) -> Any:
    """Show on the public site."""
    return _act(service.publish, plan_id, N_("已发布。"))


@staff.post("/plans/<uuid:plan_id>/cancel")
@officer("plans.cancel")
def cancel(plan_id: UUID) -> Any:
    """Cancel, with the reason."""
    return _act(service.cancel, plan_id, N_("已取消。"), reasoned=True)


@staff.get("/plan-tables")
@officer("tables.view")
def tables() -> str:
    """Plan tables of the officer's territory."""
    return render_template("staff/plans/tables.html", listing=listing(service.tables(paging())), **_words())


@staff.get("/plan-tables/<uuid:table_id>")
@officer("tables.view")
def table(table_id: UUID) -> tuple[str, int]:
    """One plan table and what the rules say of it."""
    return _table_page(table_id, Form(EmptyShape()))


def _table_page(table_id: UUID, form: Form) -> tuple[str, int]:
    row = service.table(table_id)
    judged = service.judge_table(row.year, row.rows, row.meetings)
    return form.page(
        "staff/plans/table.html", row=row,
        findings=[spoken(f) for f in (*judged.findings, *service.contradictions(row))],
        timeline=history("plan_table", row.id), **_words(),
    )  # fmt: skip


@staff.get("/plan-tables/<uuid:table_id>.xlsx")
@officer("tables.view")
def table_workbook(table_id: UUID) -> Any:
    """One plan table as XLSX."""
    row = service.table(table_id)
    name = f"plan-table-{row.province_code}-{row.year}.xlsx"
    made = workbook.sheets(row.rows, row.meetings)
    return exports.workbook(actor(), "plan_table", str(table_id), made, name, title=str(row.year))


@staff.get("/plan-tables/template.xlsx")
@officer("tables.file")
def blank_workbook() -> Any:
    """The table's workbook with headings only, to fill in."""
    return exports.workbook(actor(), "plan_table", "template", workbook.sheets([], []), "plan-table.xlsx")


@staff.route("/plan-tables/new", methods=["GET", "POST"])
@officer("tables.file")
def new_table() -> Any:
    """File the annual table, typed in or as XLSX."""
    form = TableForm()
    if form.sent:
        row = form.carry_out(lambda data: service.file_table(actor(), data, clock.now()))
        if row is not None:
            notify(N_("计划表已上报国家中心。"))
            return see_other("plans.table", table_id=row.id)
    return form.page(
        "staff/plans/new_table.html", lines=LINES, meeting_lines=MEETINGS, year=clock.today().year, **_words()
    )


@staff.post("/plan-tables/<uuid:table_id>/answer")
@officer("tables.receive")
def answer_table(table_id: UUID) -> Any:
    """The centre receives or returns a table."""
    form = Form(TableAnswerShape())

    def answer(data: dict[str, Any]) -> Any:
        service.answer_table(actor(), table_id, data["accepted"] == "yes", data["reason"], clock.now())
        return True

    if form.carry_out(answer) is None:
        return _table_page(table_id, form)
    notify(N_("已记录。"))
    return see_other("plans.table", table_id=table_id)


def _pilots(form: Form) -> Any:
    page = service.pilot_areas(actor(), paging())
    return form.page("staff/plans/pilots.html", listing=listing(page), today=clock.today(), province_name=province_name)


@staff.route("/pilots", methods=["GET"])
@officer("registration.view")
def pilots() -> Any:
    """Where registration runs as a pilot in the officer's province, since when, and how the surveys stand."""
    return _pilots(Form(PilotShape()))


@staff.post("/pilots")
@officer("pilots.change")
def list_pilot() -> Any:
    """The province lists an area."""
    form = Form(PilotShape())
    if form.carry_out(lambda data: service.list_pilot_area(actor(), data, clock.now())) is None:
        return _pilots(form)
    notify(N_("已列入试点地区。首次注册前请先完成证书信息摸底。"))
    return see_other("plans.pilots")


@staff.post("/pilots/<uuid:pilot_area_id>/end")
@officer("pilots.change")
def end_pilot(pilot_area_id: UUID) -> Any:
    """The province ends an area."""
    row, form = service.pilot_area(pilot_area_id), Form(PilotEndShape())
    done = form.carry_out(
        lambda data: service.end_pilot_area(actor(), row.id, data["until"], data["version"], clock.now())
    )
    if done is None:
        return _pilots(form)
    notify(N_("已停止试点。"))
    return see_other("plans.pilots")
