"""Stock received and used, and how it stands: now, and on any past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from core.certificates.models import LINE, StockMovement, StockSegment
from core.certificates.rules import (
    CENTRE,
    LAST_SERIAL,
    Account,
    Item,
    judge_blank_available,
    judge_holding,
    judge_range,
)
from core.certificates.service import holders, ledger
from core.certificates.service.holders import Place, province_holder
from core.certificates.service.ledger import Act, Range
from core.certificates.service.need import need_by_institution
from core.certificates.service.trained import require_trained
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.rulesets.loader import RuleSet


@one_transaction
def receive(
    actor: Actor, move_id: UUID, item: str, mark: str, first: int, last: int, counted: bool, now: datetime
) -> Range:
    """The centre takes in what the printer delivered: a range of serials, or a counted lot of `last` pieces.

    `move_id` is the form's: sent twice, it is received once. No serial is ever received twice.
    """
    centre = holders.keeping(actor, CENTRE)
    ledger.lock(item, CENTRE)
    known = session().scalars(select(StockMovement).where(StockMovement.subject_id == move_id)).first()
    if known is not None:
        return known.series, known.first, known.last
    findings = judge_range(first, last)
    if findings:
        raise Refused(findings)
    series = ledger.series_of(item, mark, counted, now)
    if counted:
        first, last = _next_ordinals(series.number, last)
    stretch = (series.number, first, last)
    if series.counted != counted or ledger.known_serials(stretch):
        raise Refused(
            [
                Finding(
                    "stock_serial_known",
                    N_("号段与已登记的号段重叠"),
                    clause="二(三)",
                    field="first",
                    remedy=N_("请核对起止号码"),
                )
            ]
        )
    ledger.enter(item, centre, stretch, Act("receive", actor.id, now, subject_id=move_id))
    audit.record(
        actor, "stock.receive", "stock", move_id, province_code="", now=now, clause="二(三)", item=item, mark=mark,
        first=first, last=last,
    )  # fmt: skip
    return stretch


def _next_ordinals(number: int, quantity: int) -> tuple[int, int]:
    statement = select(func.max(StockSegment.high)).where(StockSegment.low.between(number * LINE, number * LINE + LINE))
    top = (session().scalar(statement) or number * LINE) % LINE
    if top + quantity > LAST_SERIAL:
        raise Refused(judge_range(1, top + quantity))
    return top + 1, top + quantity


def take_one(
    item: str, institution_code: str, subject_id: UUID, actor: Actor, now: datetime, cause: str = "", season: str = ""
) -> tuple[Place, Range]:
    """Use the oldest item of the institution's stock, else of its province's; in the caller's transaction.

    Used it stands in the institution's book, wherever it lay. Raises `Refused` when neither has one.
    """
    institution = holders.place(institution_code)
    for holder in (institution, holders.place(province_holder(institution.province_code))):
        if not ledger.lowest(item, holder, 1):
            continue
        ledger.lock(item, holder.code, institution.code)
        found = ledger.lowest(item, holder, 1)  # what was there may have been taken while we waited
        if found:
            act = Act("use", actor.id, now, cause, season, subject_id)
            ledger.shift(item, found[0], (holder, Account.HELD), (institution, Account.USED), act)
            return institution, found[0]
    raise Refused(judge_blank_available(0) if item == Item.BLANK else [_no_sticker()])


def _no_sticker() -> Finding:
    return Finding(
        "no_sticker_in_stock", N_("本机构和本省均无可用注册贴"), clause="二(三)", remedy=N_("请先向省级申领注册贴")
    )


@one_transaction
def use_sticker(actor: Actor, institution_code: str, registration_id: UUID, now: datetime) -> str:
    """Apply a sticker for a registration: the oldest in stock; returns its serial (a counted lot's mark).

    For the registration area, in its transaction; one registration uses one sticker, whoever asks again.
    """
    statement = select(StockMovement).where(
        StockMovement.subject_id == registration_id, StockMovement.kind == "use", StockMovement.quantity > 0
    )
    known = session().scalars(statement).first()
    if known is not None:
        return ledger.serial_text(ledger.series([known.series])[known.series], known.first)
    require_trained(actor, now)
    holder, stretch = take_one(Item.STICKER, institution_code, registration_id, actor, now)
    text = ledger.serial_text(ledger.series([stretch[0]])[stretch[0]], stretch[1])
    audit.record(
        actor, "stock.use_sticker", "registration", registration_id, province_code=holder.province_code, now=now,
        clause="R-REG-11", serial=text,
    )  # fmt: skip
    return text


@one_transaction
def use_stickers(actor: Actor, institution_code: str, registrations: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """`use_sticker` for many registrations at once, all or none: {registration: serial}. Raises `Refused`.

    The institution's own stock is used first, then its province's; the caller holds the registrations' locks.
    """
    require_trained(actor, now)
    institution = holders.place(institution_code)
    above = holders.place(province_holder(institution.province_code))
    ledger.lock(Item.STICKER, institution.code, above.code)
    taken: dict[UUID, str] = {}
    for holder in (institution, above):
        if len(taken) == len(registrations):
            break
        for stretch in ledger.lowest(Item.STICKER, holder, len(registrations) - len(taken)):
            mine = registrations[len(taken) : len(taken) + stretch[2] - stretch[1] + 1]
            acts = [Act("use", actor.id, now, subject_id=ident) for ident in mine]
            ledger.shift_each(Item.STICKER, stretch, (holder, Account.HELD), (institution, Account.USED), acts)
            series = ledger.series([stretch[0]])[stretch[0]]
            taken |= {ident: ledger.serial_text(series, n) for n, ident in enumerate(mine, stretch[1])}
    if len(taken) < len(registrations):
        raise Refused([_no_sticker()])
    for ident, text in taken.items():
        audit.record(
            actor, "stock.use_sticker", "registration", ident, province_code=institution.province_code, now=now,
            clause="R-REG-11", serial=text,
        )  # fmt: skip
    return taken


def balances(item: str = Item.BLANK) -> list[tuple[str, int]]:
    """Usable stock of each holder in scope: a sum of movements, never a number that is edited."""
    statement = (
        select(StockMovement.holder_code, func.sum(StockMovement.quantity))
        .where(StockMovement.item == item, StockMovement.account == Account.HELD)
        .group_by(StockMovement.holder_code)
        .having(func.sum(StockMovement.quantity) != 0)
        .order_by(StockMovement.holder_code)
        .limit(2000)
    )
    return [(holder, int(total)) for holder, total in session().execute(statement)]


def held(item: str, codes: list[str]) -> dict[str, int]:
    """Usable stock now, by holder, from where the serials lie."""
    return _lying(item, codes, Account.HELD)


def waiting(item: str, codes: list[str]) -> dict[str, int]:
    """Stock on its way to holders."""
    return _lying(item, codes, Account.TRANSIT)


def _lying(item: str, codes: list[str], account: Account) -> dict[str, int]:
    statement = (
        select(StockSegment.holder_code, func.sum(StockSegment.high - StockSegment.low + 1))
        .where(
            StockSegment.item == item,
            StockSegment.account == account,
            StockSegment.holder_code.in_(codes),
            StockSegment.province_code.in_({code[:2] for code in codes}),
        )
        .group_by(StockSegment.holder_code)
    )
    return {code: int(count) for code, count in session().execute(statement)}


def on_day(holder_code: str, day: date) -> dict[tuple[str, str], int]:
    """A holder's stock at the end of `day` (Beijing): (item, account) → quantity, summed from the movements."""
    end = datetime.combine(day + timedelta(days=1), time(), clock.BEIJING)
    statement = (
        select(StockMovement.item, StockMovement.account, func.sum(StockMovement.quantity))
        .where(
            StockMovement.province_code == holder_code[:2],
            StockMovement.holder_code == holder_code,
            StockMovement.at < end,
        )
        .group_by(StockMovement.item, StockMovement.account)
    )
    return {(item, account): int(total) for item, account, total in session().execute(statement) if total}


def segments(holder_code: str, paging: Paging) -> Page[StockSegment]:
    """Where a holder's serials lie: the usable ones first, by serial."""
    usable = case((StockSegment.account == Account.HELD, 0), (StockSegment.account == Account.TRANSIT, 1), else_=2)
    statement = select(StockSegment).where(
        StockSegment.province_code == holder_code[:2], StockSegment.holder_code == holder_code
    )
    return paged(statement.order_by(usable), Paging(paging.number, paging.size), {"low": StockSegment.low})


def usable(holder_code: str, item: str) -> list[StockSegment]:
    """The first fifty usable stretches of a holder."""
    statement = select(StockSegment).where(
        StockSegment.province_code == holder_code[:2],
        StockSegment.holder_code == holder_code,
        StockSegment.item == item,
        StockSegment.account == Account.HELD,
    )
    return list(session().scalars(statement.order_by(StockSegment.low).limit(50)))


def movements(paging: Paging, holder_code: str = "", kind: str = "") -> Page[StockMovement]:
    """The ledger of the present scope or of one holder, the newest first."""
    statement = select(StockMovement)
    if holder_code:
        statement = statement.where(
            StockMovement.province_code == holder_code[:2], StockMovement.holder_code == holder_code
        )
    if kind:
        statement = statement.where(StockMovement.kind == kind)
    ordered = Paging(paging.number, paging.size, "at", True)
    return paged(statement, ordered, {"at": StockMovement.at})


@dataclass(frozen=True, slots=True)
class Standing:
    """A holder's line on the overview: quantities by account, cases waiting, days since stock moved, advice."""

    code: str
    amounts: dict[str, int]
    need: int
    idle_days: int
    findings: list[Finding] = field(default_factory=list)


def overview(item: str, season_key: str, rules: RuleSet, now: datetime, paging: Paging) -> Page[Standing]:
    """Holders of the present scope with what lies where, what is needed, and what is low or idle."""
    amount = func.sum(StockSegment.high - StockSegment.low + 1)
    columns = [
        func.sum(case((StockSegment.account == account, StockSegment.high - StockSegment.low + 1), else_=0))
        for account in Account
    ]
    statement: Any = (
        select(StockSegment.holder_code, *columns)
        .where(StockSegment.item == item)
        .group_by(StockSegment.holder_code)
        .having(amount > 0)
    )
    page = paged(statement, paging, {"holder": func.min(StockSegment.holder_code)}, entities=False)
    codes = [row[0] for row in page.rows]
    moved = _last_moved(item, codes)
    need = _needs(item, codes, season_key)
    rows = [
        _standing(row[0], {a.value: int(n) for a, n in zip(Account, row[1:], strict=True)}, need, moved, rules, now)
        for row in page.rows
    ]
    return Page(rows, page.paging, page.has_next)


def _standing(
    code: str, amounts: dict[str, int], need: dict[str, int], moved: dict[str, datetime], rules: RuleSet, now: datetime
) -> Standing:
    idle = (now - moved[code]).days if code in moved else 0
    advice = judge_holding(
        amounts[Account.HELD], need.get(code, 0), idle, rules.v.stock_low_share, rules.v.stock_idle_days
    )
    if code[2:] == "000":
        advice = [finding for finding in advice if finding.code != "stock_low"]
    return Standing(code, amounts, need.get(code, 0), idle, advice)


def _needs(item: str, codes: list[str], season_key: str) -> dict[str, int]:
    """Cases waiting at each holder; a province's are those of all its institutions."""
    found: dict[str, int] = {}
    for province in {code[:2] for code in codes if code != CENTRE}:
        by_institution = need_by_institution(item, province, season_key)
        found |= by_institution
        found[province_holder(province)] = sum(by_institution.values())
    return found


def _last_moved(item: str, codes: list[str]) -> dict[str, datetime]:
    statement = (
        select(StockMovement.holder_code, func.max(StockMovement.at))
        .where(
            StockMovement.item == item,
            StockMovement.holder_code.in_(codes),
            StockMovement.province_code.in_({code[:2] for code in codes}),
        )
        .group_by(StockMovement.holder_code)
    )
    return {row[0]: row[1] for row in session().execute(statement)}
