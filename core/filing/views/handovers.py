"""Hand-over lists: begun, counted and signed, confirmed, filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request

from core.accounts import service as accounts
from core.accounts.rules import ROLE_NAMES
from core.filing import service
from core.filing.rules import FILING_MOVES, HANDOVER_MOVES, RETURNED
from core.filing.schemas import EmptyShape, HandoverShape, LeaverShape, SuccessorShape
from core.filing.views.filings import staff
from core.filing.views.words import VERB_NAMES
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, actor, listing, notify, paging, parse_id, see_other

COUNT = "count-"


class CountForm(Form):
    """A form with a number for each counted line, named count-…"""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, value in request.form.items():
            if name.startswith(COUNT):
                self.values[name] = value

    @staticmethod
    def _typed() -> Any:
        form = Form._typed()
        for name in [name for name in form if name.startswith(COUNT)]:
            form.poplist(name)
        return form

    @property
    def counts(self) -> dict[str, int]:
        """What was counted; a line left blank or not a number is not counted."""
        return {
            name.removeprefix(COUNT): int(value)
            for name, value in request.form.items()
            if name.startswith(COUNT) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10
        }


def _words() -> dict[str, Any]:
    return {"labels": HANDOVER_MOVES.labels, "role_names": ROLE_NAMES, "verb_names": VERB_NAMES}


@staff.get("/handovers")
@officer("handover.draft")
def handovers() -> str:
    """Lists of the officer's territory, the newest first."""
    page = service.handovers(paging(), request.args.get("state", ""))
    return render_template(
        "staff/filing/handovers.html", listing=listing(page, "state"), people=service.people_of(page.rows),
        mine=service.by_account(actor().id), **_words(),
    )  # fmt: skip


@staff.route("/handovers/new", methods=["GET", "POST"])
@officer("handover.draft")
def new_handover() -> Any:
    """Begin the hand-over of one filing's post."""
    asked = request.args.get("leaver") or request.form.get("leaver_id", "")
    leaver = service.filing(parse_id(asked)) if asked else service.by_account(actor().id)
    if leaver is None:
        raise NotFound()
    form = Form(HandoverShape(), {"leaver_id": leaver.id})
    if form.sent:
        row = form.carry_out(
            lambda data: service.start(actor(), data["id"], leaver.id, data["successor_id"], clock.now())
        )
        if row is not None:
            return see_other("filing.show_handover", handover_id=row.id)
    people = [(str(row.id), f"{row.name} · {row.post}") for row in service.colleagues(leaver)]
    return form.page(
        "staff/filing/new_handover.html", leaver=leaver, people=people, matters=service.matters_of(leaver),
        filing_labels=FILING_MOVES.labels,
    )  # fmt: skip


@staff.get("/handovers/<uuid:handover_id>")
@officer("handover.draft")
def show_handover(handover_id: UUID) -> Any:
    """One list and what may be done with it by whom."""
    return _show(handover_id)


def _show(handover_id: UUID, form: Form | None = None) -> Any:
    row = service.handover(handover_id)
    people = service.people_of([row])
    leaver, successor = people[row.leaver_id], people[row.successor_id]
    signed = {
        row.leaver_signed_by, row.successor_signed_by, row.confirmed_by, row.filed_by,
    } - {None}  # fmt: skip
    given = form or CountForm(EmptyShape())
    for kind, count in row.counts.items():
        given.values.setdefault(f"{COUNT}{kind}", count)
    given.values.setdefault("returned", row.returned)
    return given.page(
        "staff/filing/handover.html", row=row, leaver=leaver, successor=successor,
        names=accounts.names_of({ident for ident in signed if ident}), timeline=history("handover", row.id),
        step=HANDOVER_MOVES.next_step(row.state), head=service.is_head(actor(), row),
        is_leaver=actor().id == leaver.account_id, is_successor=actor().id == successor.account_id,
        returned=[(key, say(name)) for key, name in RETURNED.items()],
        filing_labels=FILING_MOVES.labels, **_words(),
    )  # fmt: skip


def _verb(handover_id: UUID, form: Form, verb: Callable[[dict[str, Any], datetime], Any], done: str) -> Any:
    if form.carry_out(lambda data: verb(data, clock.now())) is not None:
        notify(done)
        return see_other("filing.show_handover", handover_id=handover_id)
    return _show(handover_id, form)


@staff.post("/handovers/<uuid:handover_id>/leaver")
@officer("handover.draft")
def sign_leaver(handover_id: UUID) -> Any:
    """The leaver signs, or the head in place."""
    form = CountForm(LeaverShape())
    return _verb(
        handover_id, form,
        lambda data, now: service.sign_leaver(
            actor(), handover_id, form.counts, data["remarks"], data["in_place"], now
        ),
        N_("已签字。"),
    )  # fmt: skip


@staff.post("/handovers/<uuid:handover_id>/successor")
@officer("handover.draft")
def sign_successor(handover_id: UUID) -> Any:
    """The successor signs."""
    form = CountForm(SuccessorShape())
    return _verb(
        handover_id, form,
        lambda data, now: service.sign_successor(
            actor(), handover_id, form.counts, data["returned"], data["remarks"], now
        ),
        N_("已签字。"),
    )  # fmt: skip


@staff.post("/handovers/<uuid:handover_id>/confirm")
@officer("handover.confirm")
def confirm_handover(handover_id: UUID) -> Any:
    """The head confirms."""
    return _verb(
        handover_id, CountForm(EmptyShape()),
        lambda data, now: service.confirm_handover(actor(), handover_id, now), N_("已监交。"),
    )  # fmt: skip


@staff.post("/handovers/<uuid:handover_id>/file")
@officer("filing.approve")
def file_handover(handover_id: UUID) -> Any:
    """The level above files the list: it takes effect."""
    return _verb(
        handover_id, CountForm(EmptyShape()),
        lambda data, now: service.file_handover(actor(), handover_id, now),
        N_("交接已备案：未办结事项归接收人，交出人的账号已关闭。"),
    )  # fmt: skip


@staff.post("/handovers/<uuid:handover_id>/cancel")
@officer("handover.draft")
def cancel_handover(handover_id: UUID) -> Any:
    """Cancel the list."""
    return _verb(
        handover_id, CountForm(ReasonShape()),
        lambda data, now: service.cancel_handover(actor(), handover_id, data["reason"], now), N_("已取消。"),
    )  # fmt: skip
