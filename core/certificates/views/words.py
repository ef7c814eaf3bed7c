"""Words, blueprints and small helpers that the pages of certificates share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, request, send_file

from core.accounts import service as accounts
from core.calendar import service as calendar
from core.certificates import service
from core.certificates.rules import (
    ACCOUNT_NAMES,
    CAUSE_NAMES,
    ITEM_NAMES,
    KIND_NAMES,
    STOCK_MOVES,
)
from core.foundation import clock
from core.foundation.access import NATION, within
from core.foundation.errors import Refused
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, Section
from core.rulesets.loader import RuleSet

T = TypeVar("T")

public = Blueprint("certificates", __name__)
staff = Blueprint("certificates", __name__)

PUBLIC_SECTIONS = (Section(N_("证书查验"), "certificates.verify", order=40),)
STAFF_SECTIONS = (
    Section(N_("证书"), "certificates.index", "certificates.view", order=70, menu=N_("证书管理")),
    Section(N_("制证"), "certificates.print_desk", "certificates.print", order=71, menu=N_("证书管理")),
    Section(N_("证书变更"), "certificates.changes", "certificates.view", order=72, menu=N_("证书管理")),
    Section(N_("库存管理"), "certificates.stock", "stock.view", order=75, menu=N_("证书管理")),
)

SEASON_NAMES = {"first_half": N_("上半年"), "second_half": N_("下半年")}
PURPOSE_NAMES = {"batch": N_("按报名数据"), "extra": N_("追加订购"), "return": N_("退回")}

VERB_NAMES = {
    "stock.request": N_("提交申领"),
    "stock.approve": N_("核准"),
    "stock.refuse": N_("不予核准"),
    "stock.withdraw": N_("撤回"),
    "stock.dispatch": N_("发出"),
    "stock.receive": N_("签收"),
    "stock.dispute": N_("提出数量争议"),
    "stock.propose_write_off": N_("提出核销"),
    "stock.write_off": N_("核销"),
    "stock.order": N_("订购"),
    "stock.apply_in_writing": N_("提交书面申请"),
    "stock.record_reply": N_("登记批复"),
    "stock.withdraw_order": N_("撤回订购"),
    "certificates.issue": N_("发证"),
    "certificates.print": N_("打印"),
    "certificates.misprint": N_("登记废证"),
    "certificates.hand_over": N_("发放"),
    "certificates.report_lost": N_("挂失"),
    "certificates.found_again": N_("找回原证"),
    "certificates.piece_spoiled": N_("废证"),
    "certificates.piece_replaced": N_("原证由补发证代替"),
    "certificates.piece_returned_damaged": N_("收回损毁证书"),
    "certificates.piece_corrected_away": N_("收回更正前证书"),
    "certificates.piece_surrendered": N_("收缴证书"),
    "certificates.piece_declared_void": N_("公告作废"),
    "certificates.request_change": N_("申请变更"),
    "certificates.carry_out_change": N_("办理变更"),
    "certificates.refuse_change": N_("不予办理变更"),
    "certificates.withdraw_change": N_("撤回变更申请"),
    "certificates.voided": N_("作废"),
    "certificates.revoked": N_("撤销"),
    "certificates.lost_qualification": N_("丧失"),
    "certificates.in_force": N_("恢复有效"),
}


def kind_names() -> dict[str, str]:
    """Names of the kinds of qualification by code, in force this year."""
    yearbook = calendar.in_force(clock.today().year)
    return {kind.code: kind.name for kind in calendar.rules_of(yearbook).kinds} if yearbook else {}


def options(names: Any, only: Iterable[str] = ()) -> list[tuple[str, str]]:
    """A closed list for a select."""
    wanted = [str(key) for key in only] or [str(key) for key in names]
    return [(key, say(names[key])) for key in wanted]


def item() -> str:
    """The item this page is about: `?item=`, blanks by default."""
    return service.item_of(request.args.get("item", "blank")).value


def batch() -> tuple[str, RuleSet]:
    """The batch of today and the rules in force."""
    return service.batch_on(clock.today())


def season_options() -> list[tuple[str, str]]:
    """The year's batches for a select."""
    return [(key, season_name(key)) for key in service.batches_of(clock.today())]


def season_name(key: str) -> str:
    """A batch in words: "2020 上半年"."""
    year, _dash, half = key.partition("-")
    return f"{year} {say(SEASON_NAMES[half])}" if half in SEASON_NAMES else key


def words() -> dict[str, Any]:
    """What every page of stock needs to speak."""
    return {
        "item_names": ITEM_NAMES,
        "account_names": ACCOUNT_NAMES,
        "movement_names": KIND_NAMES,
        "cause_names": CAUSE_NAMES,
        "request_labels": STOCK_MOVES.labels,
        "purpose_names": PURPOSE_NAMES,
        "season_name": season_name,
        "items": options(ITEM_NAMES),
        "verb_names": VERB_NAMES,
    }


def holder_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of holders in the reader's language."""
    return {code: say(name) for code, name in service.names(codes).items()}


def officer_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of officers by account."""
    return accounts.names_of({key for key in ids if key is not None})


def marks(numbers: Iterable[int]) -> dict[int, Any]:
    """Series by number, for writing serials."""
    with within(NATION):
        return service.series(numbers)


def attempt(form: Form, verb: Callable[[dict[str, Any]], T]) -> T | None:
    """Carry out a form of one of several on a page."""
    return form.carry_out(verb)


def kept_file(key: str, name: str) -> Response:
    """A file on record, as a download; 404 when there is none."""
    import io

    data, kind = service.fetch(key)
    end = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}.get(kind, "bin")
    return send_file(io.BytesIO(data), kind, as_attachment=True, download_name=f"{name}.{end}")


def current_rules() -> RuleSet | None:
    """The rules in force; None in a year without a yearbook."""
    try:
        return batch()[1]
    except Refused:
        return None
