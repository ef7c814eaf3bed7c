"""Spoilage, destruction, loss and stock-taking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.certificates import service
from core.certificates.rules import CAUSE_NAMES, SPOILING
from core.certificates.schemas import BareShape, DestroyShape, LoseShape, SpoilShape
from core.certificates.views.words import (
    batch,
    holder_names,
    item,
    kept_file,
    marks,
    officer_names,
    options,
    staff,
    words,
)
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import spoken
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/stock/spoilage")
@officer("stock.view")
def spoilage() -> str:
    """The spoilage board: rates against the past and the peers; records that await a second person."""
    return _board(Form(BareShape()))[0]


def _board(form: Form) -> tuple[str, int]:
    rules = batch()[1]
    lines = service.board(actor(), item(), rules, clock.now())
    open_only = request.args.get("open") == "1"
    page = service.spoilages(paging(), open_only)
    codes = {line.code for line in lines} | {row.holder_code for row in page.rows}
    return form.page(
        "staff/certificates/spoilage.html", lines=lines, listing=listing(page, "item", "open"), item=item(),
        findings={line.code: [spoken(finding) for finding in line.findings] for line in lines},
        names=holder_names(codes), series=marks({row.series for row in page.rows}), open_only=open_only,
        people=officer_names(key for row in page.rows for key in (row.by, row.second_by)),
        own=service.own_code(actor()), **words(),
    )  # fmt: skip


@staff.route("/stock/spoilage/new", methods=["GET", "POST"])
@officer("stock.keep")
def spoil() -> Any:
    """Record items of the own stock as spoiled."""
    form = Form(SpoilShape(), {"item": item()}, files=("photo",))
    if form.sent:
        rows = form.carry_out(
            lambda d: service.spoil(
                actor(), d["id"], d["item"], d["mark"], d["serials"], d["cause"], d["note"], d["photo"],
                d["returned"], batch()[0], clock.now(),
            )
        )  # fmt: skip
        if rows is not None:
            notify(N_("已登记损毁，待另一人复核。"))
            return see_other("certificates.spoilage", item=form.values.get("item", "blank"))
    return form.page("staff/certificates/spoil.html", causes=options(CAUSE_NAMES, SPOILING), **words())


@staff.post("/stock/spoilage/<uuid:spoilage_id>/confirm")
@officer("stock.second")
def confirm_spoilage(spoilage_id: UUID) -> Any:
    """A second person has seen it."""
    form = Form(BareShape())
    if form.carry_out(lambda d: service.confirm_spoilage(actor(), spoilage_id, clock.now())) is None:
        return _board(form)
    notify(N_("已复核。"))
    return see_other("certificates.spoilage")


@staff.get("/stock/spoilage/<uuid:spoilage_id>/photo")
@officer("stock.view")
def spoilage_photo(spoilage_id: UUID) -> Any:
    """The photo of a spoiled piece."""
    row = service.spoilage(spoilage_id)
    if not row.photo_key:
        raise NotFound()
    return kept_file(row.photo_key, "spoilage")


@staff.route("/stock/lost", methods=["GET", "POST"])
@officer("stock.keep")
def lose() -> Any:
    """Report items of the own stock as lost."""
    form = Form(LoseShape(), {"item": item()})
    if form.sent:
        count = form.carry_out(
            lambda d: service.lose(actor(), d["id"], d["item"], d["mark"], d["serials"], d["report"], clock.now())
        )
        if count is not None:
            notify(N_("已登记遗失%(count)s份。"), count=count)
            return see_other("certificates.book", code=service.own_code(actor()))
    return form.page("staff/certificates/lost.html", **words())


@staff.route("/stock/destructions", methods=["GET", "POST"])
@officer("stock.view")
def destructions() -> Any:
    """Destructions and their protocols; a keeper begins one here."""
    form = Form(DestroyShape(), {"item": item()}, files=("protocol",))
    if form.sent:
        actor().must("stock.keep")
        row = form.carry_out(
            lambda d: service.destroy(actor(), d["id"], d["item"], d["protocol"], d["note"], clock.now())
        )
        if row is not None:
            notify(N_("销毁已登记，待另一人复核。"))
            return see_other("certificates.destructions")
    return _destructions(form)


def _destructions(form: Form) -> tuple[str, int]:
    page = service.destructions(paging())
    return form.page(
        "staff/certificates/destructions.html", listing=listing(page), own=service.own_code(actor()),
        names=holder_names(row.holder_code for row in page.rows),
        people=officer_names(key for row in page.rows for key in (row.by, row.second_by)), **words(),
    )  # fmt: skip


@staff.post("/stock/destructions/<uuid:destruction_id>/confirm")
@officer("stock.second")
def confirm_destruction(destruction_id: UUID) -> Any:
    """The second person signs."""
    form = Form(BareShape())
    if form.carry_out(lambda d: service.confirm_destruction(actor(), destruction_id, clock.now())) is None:
        return _destructions(form)
    notify(N_("销毁已办结。"))
    return see_other("certificates.destructions")


@staff.get("/stock/destructions/<uuid:destruction_id>/protocol")
@officer("stock.view")
def protocol(destruction_id: UUID) -> Any:
    """The protocol of a destruction."""
    return kept_file(service.destruction(destruction_id).protocol_key, "protocol")


@staff.get("/stock/counts")
@officer("stock.view")
def counts() -> str:
    """Stock-takings of the officer's territory."""
    page = service.counts(paging())
    return render_template(
        "staff/certificates/counts.html", listing=listing(page), names=holder_names(r.holder_code for r in page.rows),
        people=officer_names(key for row in page.rows for key in (row.by, row.second_by)), **words(),
    )  # fmt: skip


@staff.route("/stock/counts/new", methods=["GET", "POST"])
@officer("stock.keep")
def count() -> Any:
    """Take stock: what lies there of each series, differences named and explained."""
    own = service.own_code(actor())
    have = service.expected(own, item())
    form = CountForm(BareShape())
    if form.sent:
        lines = form.lines()
        row = form.carry_out(lambda d: service.count(actor(), form.row_id(), item(), lines, clock.now()))
        if row is not None:
            notify(N_("盘点已登记，待另一人复核。"))
            return see_other("certificates.show_count", count_id=row.id)
    return form.page(
        "staff/certificates/count.html", have=have, series=marks(have), item=item(), own=own,
        names=holder_names((own,)), **words(),
    )  # fmt: skip


class CountForm(Form):
    """A stock-taking's form: four fields for each series, named `counted-<series>` and so on."""

    FIELDS = ("counted", "missing", "found", "explanation")

    @staticmethod
    def _typed() -> Any:
        form = request.form.copy()
        form.poplist("csrf_token")
        for name in list(form):
            if name.partition("-")[0] in CountForm.FIELDS and name.partition("-")[2].isdigit():
                form.poplist(name)
        return form

    def __init__(self, schema: Any) -> None:
        super().__init__(schema)
        if self.sent:
            self.values |= {name: value for name, value in request.form.items() if "-" in name}

    def row_id(self) -> UUID:
        """The id the page was given, so that a form sent twice counts once."""
        return UUID(str(self.values["id"]))

    def lines(self) -> list[dict[str, Any]]:
        """What was typed, a line for each series; a number that cannot be read is none."""
        numbers = {name.partition("-")[2] for name in request.form if name.startswith("counted-")}
        return [
            {"series": int(number)}
            | {field: request.form.get(f"{field}-{number}", "").strip()[:300] for field in self.FIELDS[1:]}
            | {"counted": _whole(request.form.get(f"counted-{number}", ""))}
            for number in sorted(numbers)
            if number.isascii() and number.isdigit() and len(number) < 8
        ]


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@staff.get("/stock/counts/<uuid:count_id>")
@officer("stock.view")
def show_count(count_id: UUID) -> Any:
    """One stock-taking."""
    return _count_page(count_id, Form(BareShape()))


def _count_page(count_id: UUID, form: Form) -> Any:
    row = service.stock_count(count_id)
    return form.page(
        "staff/certificates/show_count.html", row=row, names=holder_names((row.holder_code,)),
        people=officer_names((row.by, row.second_by)), own=service.own_code(actor()), **words(),
    )  # fmt: skip


@staff.post("/stock/counts/<uuid:count_id>/confirm")
@officer("stock.second")
def confirm_count(count_id: UUID) -> Any:
    """A second person has counted too."""
    form = Form(BareShape())
    if form.carry_out(lambda d: service.confirm_count(actor(), count_id, clock.now())) is None:
        return _count_page(count_id, form)
    notify(N_("盘点已复核。"))
    return see_other("certificates.show_count", count_id=count_id)
