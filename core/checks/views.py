"""Criminal checks on the staff site: queue, batches, answers typed in, review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.checks import service
from core.checks.rules import CHECK_MOVES, NEXT, OUTCOME_NAMES, CheckState
from core.checks.schemas import ProposalShape, SignShape, TypedShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, Section, actor, listing, notify, only, paging, see_other

staff = Blueprint("checks", __name__)

STAFF_SECTIONS = (Section(N_("无犯罪记录核查"), "checks.index", "checks.view", order=50, menu=N_("业务办理")),)

OWNERS = {
    "officer": N_("认定机构工作人员"), "head": N_("机构负责人"), "agency": N_("核查主管部门"), "nobody": N_("无"),
}  # fmt: skip
DOORS = {
    "": "", "collected": N_("接口取回"), "called_back": N_("接口回传"), "file": N_("表格交换"),
    "typed": N_("两人录入"), "paper": N_("人工报送"), "api": N_("接口报送"), "agency": N_("接口报送"),
}  # fmt: skip
BATCHES = {"prepared": N_("待报送"), "sent": N_("已报送"), "done": N_("已办结"), "failed": N_("报送失败")}
FITS = {"unknown": N_("没有此编号"), "contradicts": N_("与已有结果矛盾"), "repeated": N_("重复")}


def _words() -> dict[str, Any]:
    return {
        "labels": CHECK_MOVES.labels,
        "outcomes": [(key, say(name)) for key, name in OUTCOME_NAMES.items()],
        "outcome_names": OUTCOME_NAMES,
        "next": NEXT,
        "owner_names": OWNERS,
        "doors": DOORS,
        "batch_labels": BATCHES,
        "fit_names": FITS,
        "verb_names": {f"checks.{state}": name for state, name in CHECK_MOVES.labels.items()}
        | {"checks.propose": N_("提出审查意见")},
    }


@staff.get("/checks")
@officer("checks.view")
def index() -> str:
    """The queue of checks."""
    page = service.checks(paging(), request.args.get("state", ""))
    return render_template("staff/checks/index.html", listing=listing(page, "state"), **_words())


@staff.get("/checks/batches")
@officer("checks.view")
def batches() -> str:
    """Batches handed to the province's interface, and answers that fitted nothing."""
    return render_template(
        "staff/checks/batches.html", listing=listing(service.batches(paging())),
        strays=service.strays(paging()).rows, **_words(),
    )  # fmt: skip


def _page(check_id: UUID, form: Form | None = None) -> tuple[str, int]:
    row = service.check(check_id)
    blank = form or Form(TypedShape())
    page = render_template(
        "staff/checks/show.html", row=row, form=blank, timeline=history("check", row.id),
        details=actor().may("checks.details"), step=NEXT[CheckState(row.state)], **_words(),
    )  # fmt: skip
    return page, blank.status


@staff.get("/checks/<uuid:check_id>")
@officer("checks.view")
def show(check_id: UUID) -> Any:
    """One check; its details only for those who review it and the auditor (R-CHECK-08)."""
    return _page(check_id)


def _sent(form: Form, verb: Any, check_id: UUID, said: str) -> Any:
    done = form.carry_out(verb)
    if done is None:
        return _page(check_id, form)
    notify(said)
    return see_other("checks.show", check_id=check_id)


@staff.post("/checks/<uuid:check_id>/type")
@officer("checks.enter")
def type_in(check_id: UUID) -> Any:
    """The first officer types in an answer on paper; the second one confirms it."""
    first = service.check(check_id).typed_by is None

    def verb(data: dict[str, Any]) -> Any:
        if first:
            return service.type_in(actor(), check_id, data["outcome"], data["decided_on"], data["detail"], clock.now())
        return service.confirm_typed(actor(), check_id, data["outcome"], data["decided_on"], clock.now())

    said = N_("已录入，须由另一名工作人员复核。") if first else N_("复核一致，结果已生效。")
    return _sent(Form(TypedShape()), verb, check_id, said)


@staff.post("/checks/<uuid:check_id>/send")
@officer("checks.send")
def send(check_id: UUID) -> Any:
    """Carry it by hand."""
    only()
    service.send_by_hand(actor(), check_id, clock.now())
    notify(N_("已标记为人工报送。"))
    return see_other("checks.show", check_id=check_id)


@staff.post("/checks/<uuid:check_id>/review")
@officer("checks.review")
def review(check_id: UUID) -> Any:
    """Take into review by people."""
    only()
    service.start_review(actor(), check_id, clock.now())
    return see_other("checks.show", check_id=check_id)


@staff.post("/checks/<uuid:check_id>/propose")
@officer("checks.review")
def propose(check_id: UUID) -> Any:
    """Propose what the record means."""
    return _sent(
        Form(ProposalShape()),
        lambda data: service.propose(actor(), check_id, data["proposal"], data["reason"], clock.now()),
        check_id,
        N_("意见已提交负责人签署。"),
    )


@staff.post("/checks/<uuid:check_id>/sign")
@officer("checks.decide", fresh=True)
def sign(check_id: UUID) -> Any:
    """The head signs or sends back."""
    return _sent(
        Form(SignShape()),
        lambda data: service.sign(actor(), check_id, data["agreed"] == "yes", clock.now()),
        check_id,
        N_("已签署。"),
    )


@staff.post("/checks/<uuid:check_id>/annul")
@officer("checks.decide", fresh=True)
def annul(check_id: UUID) -> Any:
    """Void a disqualifying answer that was proven wrong."""
    return _sent(
        Form(ReasonShape()),
        lambda data: service.annul(actor(), check_id, data["reason"], clock.now()),
        check_id,
        N_("已失效，请在申请页面重新发起核查。"),
    )
