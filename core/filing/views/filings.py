"""Named filing: the list, one filing with all that may be done, each verb as one post; the first password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request

from core.accounts import service as accounts
from core.accounts.rules import ROLE_NAMES, Role
from core.filing import exports, service, workbook
from core.filing.models import Filing
from core.filing.rules import FILING_MOVES, LEVEL_ROLES, is_school, level_of
from core.filing.schemas import ActivationShape, AnswerShape, ChangeShape, ContactShape, EmptyShape, FilingShape
from core.filing.views.words import VERB_NAMES
from core.foundation import clock
from core.foundation.access import Actor, anyone, officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.limits import limiter
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other
from core.people.rules import DOCUMENT_NAMES, masked_number
from core.rulesets.loader import provinces

staff = Blueprint("filing", __name__)
# Shares of the printed register's width, where a column needs more than one.
WIDTHS = {
    N_("姓名"): 0.9, N_("证件号码"): 2.1, N_("单位"): 2.0, N_("岗位"): 1.6, N_("承诺书签署日期"): 1.3,
    N_("备案日期"): 1.3,    N_("确认期限"): 1.3, N_("备案有效期至"): 1.3, N_("用户名"): 1.2,
}  # fmt: skip

STAFF_SECTIONS = (
    Section(N_("实名备案"), "filing.index", "filing.view", order=70, menu=N_("机构人员")),
    Section(N_("工作交接"), "filing.handovers", "handover.draft", order=71, menu=N_("机构人员")),
    Section(N_("认定机构"), "filing.institutions", "institutions.view", order=72, menu=N_("机构人员")),
    Section(N_("学校"), "filing.schools", "schools.change", order=73, menu=N_("机构人员")),
)


def words() -> dict[str, Any]:
    """Names that every page of filings uses."""
    return {
        "labels": FILING_MOVES.labels,
        "role_names": ROLE_NAMES,
        "document_names": DOCUMENT_NAMES,
        "masked": masked_number,
        "verb_names": VERB_NAMES,
    }


@staff.get("/filings")
@officer("filing.view")
def index() -> str:
    """Filings of the officer's territory, and those to be confirmed soon."""
    page = service.filings(paging(), request.args.get("state", ""), request.args.get("search", "").strip()[:60])
    return render_template(
        "staff/filing/index.html", listing=listing(page, "state", "search"), soon=service.due_soon(clock.today()),
        state=request.args.get("state", ""), search=request.args.get("search", ""), **words(),
    )  # fmt: skip


@staff.get("/filings/<uuid:filing_id>")
@officer("filing.view")
def show(filing_id: UUID) -> Any:
    """One filing, what may be done, what is in its hands, and what happened."""
    return _show(filing_id)


def _show(filing_id: UUID, form: Form | None = None) -> Any:
    row = service.filing(filing_id)
    by = {ident for ident in (row.proposed_by, row.approved_by) if ident}
    context = {
        "row": row, "names": accounts.names_of(by), "timeline": history("filing", row.id),
        "matters": service.matters_of(row) if row.account_id else [], "open_handover": service.open_of(row.id),
        "step": FILING_MOVES.next_step(row.state), "roles": _roles(level_of(row.territory, row.institution_code)),
        **words(),
    }  # fmt: skip
    given = form or Form(EmptyShape())
    kept = row.change or {name: getattr(row, name) for name in ("name", "unit", "post", "roles", "valid_until")}
    for name, value in kept.items():
        given.values.setdefault(name, value or "")
    return given.page("staff/filing/show.html", **context)


def _roles(*levels: str) -> list[tuple[str, str]]:
    fitting = set().union(*(LEVEL_ROLES[level] for level in levels))
    return [(role.value, say(ROLE_NAMES[role])) for role in Role if role in fitting]


def _levels(who: Actor) -> tuple[str, ...]:
    if who.institution_code:
        return ("school", "institution")
    return ("school", "institution", "province") if who.prefix else ("nation", "province")


def _form_context(who: Actor) -> dict[str, Any]:
    levels = _levels(who)
    bodies = [] if "nation" in levels else service.institutions(prefix=who.prefix)
    return {
        "institutions": [(body.code, body.name) for body in bodies],
        "provinces": list(provinces().items()) if "nation" in levels else [],
        "levels": levels,
        "roles": _roles(*levels),
        "kinds": [(kind.value, say(name)) for kind, name in DOCUMENT_NAMES.items()],
    }


@staff.route("/filings/new", methods=["GET", "POST"])
@officer("filing.propose")
def new() -> Any:
    """Propose a person."""
    return _edit(Form(FilingShape(), {"document_kind": "resident_id"}, files=("undertaking",)))


@staff.route("/filings/<uuid:filing_id>/edit", methods=["GET", "POST"])
@officer("filing.propose")
def edit(filing_id: UUID) -> Any:
    """Complete or correct a proposal that is not submitted; document and mobile are typed anew."""
    row = service.filing(filing_id)
    names = ("document_kind", "name", "mail", "username", "institution_code", "unit", "post", "roles")
    initial = {name: getattr(row, name) for name in names} | {
        "id": str(row.id), "province_code": row.province_code, "valid_until": row.valid_until or "",
        "signed_on": row.signed_on or "", "school_code": row.territory if is_school(row.territory) else "",
    }  # fmt: skip
    return _edit(Form(FilingShape(), initial, files=("undertaking",)), row)


def _edit(form: Form, row: Filing | None = None) -> Any:
    if form.sent:
        made = form.carry_out(lambda data: service.draft(actor(), _same(data, row), clock.now()))
        if made is not None:
            notify(N_("已保存，核对后请提交备案。"))
            return see_other("filing.show", filing_id=made.id)
    return form.page("staff/filing/edit.html", row=row, **_form_context(actor()))


def _same(data: dict[str, Any], row: Filing | None) -> dict[str, Any]:
    return data if row is None else data | {"id": row.id}


def _verb(filing_id: UUID, verb: Callable[[dict[str, Any], datetime], Any], done: str, shape: Any = None) -> Any:
    """One post on a filing: what a rule says no with is shown on the filing's own page."""
    form = Form(shape or EmptyShape())
    if form.carry_out(lambda data: verb(data, clock.now())) is not None:
        notify(done)
        return see_other("filing.show", filing_id=filing_id)
    return _show(filing_id, form)


@staff.post("/filings/<uuid:filing_id>/submit")
@officer("filing.propose")
def submit(filing_id: UUID) -> Any:
    """Hand to the level above."""
    return _verb(filing_id, lambda data, now: service.submit(actor(), filing_id, now), N_("已提交备案。"))


@staff.post("/filings/<uuid:filing_id>/withdraw")
@officer("filing.propose")
def withdraw(filing_id: UUID) -> Any:
    """Take a proposal back."""
    return _verb(filing_id, lambda data, now: service.withdraw(actor(), filing_id, now), N_("已撤回。"))


@staff.post("/filings/<uuid:filing_id>/approve")
@officer("filing.approve")
def approve(filing_id: UUID) -> Any:
    """Put in force."""
    return _verb(
        filing_id, lambda data, now: service.approve(actor(), filing_id, now),
        N_("备案已生效，设置密码的一次性代码将发送给本人。"),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/return")
@officer("filing.approve")
def give_back(filing_id: UUID) -> Any:
    """Return with the reason."""
    return _verb(
        filing_id, lambda data, now: service.give_back(actor(), filing_id, data["reason"], now), N_("已退回。"),
        ReasonShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/suspend")
@officer("filing.approve")
def suspend(filing_id: UUID) -> Any:
    """Shut the person out at once."""
    return _verb(
        filing_id, lambda data, now: service.suspend(actor(), filing_id, data["reason"], now),
        N_("已暂停，该账号的登录已全部退出。"), ReasonShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/resume")
@officer("filing.approve")
def resume(filing_id: UUID) -> Any:
    """Let the person in again."""
    return _verb(filing_id, lambda data, now: service.resume(actor(), filing_id, now), N_("已恢复。"))


@staff.post("/filings/<uuid:filing_id>/end")
@officer("filing.approve")
def end(filing_id: UUID) -> Any:
    """End a filing that leaves nothing open."""
    return _verb(
        filing_id, lambda data, now: service.end(actor(), filing_id, data["reason"], now), N_("备案已终止。"),
        ReasonShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/confirm")
@officer("filing.propose")
def confirm(filing_id: UUID) -> Any:
    """Confirm for another year."""
    return _verb(filing_id, lambda data, now: service.confirm(actor(), filing_id, now), N_("已做年度确认。"))


@staff.post("/filings/<uuid:filing_id>/change")
@officer("filing.propose")
def change(filing_id: UUID) -> Any:
    """Ask for changed particulars."""
    return _verb(
        filing_id, lambda data, now: service.propose_change(actor(), filing_id, data, now),
        N_("变更已报上级登记，登记前该账号不能登录。"), ChangeShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/register")
@officer("filing.approve")
def register(filing_id: UUID) -> Any:
    """Register a change or leave the filing as it was."""
    return _verb(
        filing_id,
        lambda data, now: service.register_change(actor(), filing_id, data["agreed"], data["reason"], now),
        N_("已记录。"), AnswerShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/contact")
@officer("filing.propose")
def contact(filing_id: UUID) -> Any:
    """Register a new mobile and mail at once."""
    return _verb(
        filing_id, lambda data, now: service.update_contact(actor(), filing_id, data["mobile"], data["mail"], now),
        N_("联系方式已登记。"), ContactShape(),
    )  # fmt: skip


@staff.post("/filings/<uuid:filing_id>/invite")
@officer("filing.approve")
def invite(filing_id: UUID) -> Any:
    """Send the person a fresh code."""
    return _verb(
        filing_id, lambda data, now: service.invite_again(actor(), filing_id, now), N_("一次性代码将重新发送给本人。")
    )


@staff.post("/filings/<uuid:filing_id>/reveal")
@officer("filing.reveal", fresh=True)
def reveal(filing_id: UUID) -> Any:
    """Show document number, mobile and mail to an officer who says why."""
    form = Form(ReasonShape())
    shown = form.carry_out(lambda data: service.reveal(actor(), filing_id, data["reason"], clock.now()))
    if shown is None:
        return _show(filing_id, form)
    return render_template("staff/filing/reveal.html", row=service.filing(filing_id), shown=shown)


@staff.get("/filings/<uuid:filing_id>/undertaking")
@officer("filing.view")
def undertaking(filing_id: UUID) -> Response:
    """The signed undertaking, as a file to keep."""
    data, kind = service.undertaking(filing_id)
    suffix = "pdf" if kind.endswith("pdf") else "jpg"
    return Response(
        data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="undertaking-{filing_id}.{suffix}"'}
    )


@staff.get("/filings.xlsx")
@officer("filing.reveal", fresh=True)
def export() -> Response:
    """The register of the territory as XLSX, marked with who exported it."""
    made = workbook.register(service.export(actor()))
    return exports.workbook(actor(), "filing", actor().prefix or "nation", made, "filings.xlsx")


@staff.get("/filings.pdf")
@officer("filing.reveal", fresh=True)
def export_pdf() -> Response:
    """The register as PDF for the province's archive: who took it out and when stands on every page."""
    rows, who = service.export(actor()), actor()
    return exports.page(
        who, "filing", who.prefix or "nation", "register", lambda mark: register_page(rows, who, mark), "filings.pdf",
        "三(二)",
    )  # fmt: skip


def register_page(rows: list[Filing], who: Actor, mark: str) -> dict[str, Any]:
    """The printed register as its template takes it: one line for each filing, in Chinese whatever the page's."""
    chosen = [number for number, name in enumerate(workbook.HEADER) if name != N_("承诺书SHA-256")]
    lines = [workbook.cells(row) for row in rows]
    place = service.division(who.prefix).name if who.prefix else N_("全国")
    return {
        "title": N_("实名备案登记册"), "landscape": True, "footer": mark,
        "lines": [f"{N_('管辖范围')}：{place} {who.prefix}　{N_('人数')}：{len(rows)}"],
        "columns": [WIDTHS.get(workbook.HEADER[number], 1) for number in chosen],
        "head": [workbook.HEADER[number] for number in chosen],
        "rows": [[line[number] for number in chosen] for line in lines],
    }  # fmt: skip


def _rate() -> str:
    return str(current_app.config["SETTINGS"].signin_rate)


@staff.route("/activate", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def activate() -> Any:
    """A newly filed officer sets the first password."""
    form = Form(ActivationShape())
    if form.sent:
        done = form.carry_out(
            lambda data: service.activate(
                data["username"], data["document_number"], data["code"], data["password"], clock.now()
            )
        )
        if done is not None:
            notify(N_("密码已设置，请登录。"))
            return see_other("accounts.sign_in")
    return form.page("staff/filing/activate.html")
