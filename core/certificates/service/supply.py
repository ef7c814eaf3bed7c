"""What may be sent to whom: registered cases, stock, what is under way, recorded spoilage (R-STOCK-01, -02)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from core.certificates.models import StockMovement, StockOrder, StockRequest, StockSegment
from core.certificates.rules import CENTRE, COUNTED, SPOILING, Account, Item, Supply, margin
from core.certificates.service import holders
from core.certificates.service.holders import Place, province_holder
from core.certificates.service.need import need_by_institution
from core.filing import service as filing
from core.foundation.access import NATION, Actor, within
from core.foundation.db import session
from core.foundation.errors import NotAllowed
from core.rulesets.loader import RuleSet

USED = (StockMovement.kind == "use", StockMovement.account == Account.USED)


def supply(item: str, holder: Place, season_key: str, rules: RuleSet) -> Supply:
    """The figures by which one holder may be sent more."""
    return supplies(item, [holder], season_key, rules)[holder.code]


def supplies(item: str, places: list[Place], season_key: str, rules: RuleSet) -> dict[str, Supply]:
    """The figures of several holders of one level; a province's are those of all its holders together."""
    if not places:
        return {}
    whole = places[0].above == CENTRE
    keys = {there.code: there.province_code if whole else there.code for there in places}
    with within(NATION):
        needs = _needs(item, places, season_key, whole)
        held = _lying(item, set(keys.values()), whole, Account.HELD)
        coming = _lying(item, set(keys.values()), whole, Account.TRANSIT)
        approved = _approved(item, list(keys))
        used = _moved(item, set(keys.values()), whole, *USED)
        spoiled = _moved(
            item,
            set(keys.values()),
            whole,
            StockMovement.kind == "spoil",
            StockMovement.account == Account.SPOILED,
            StockMovement.cause.in_(SPOILING),
        )
        uncovered = _uncovered(set(keys.values()), season_key) if whole and item == Item.BLANK else {}
    return {
        code: Supply(
            needs.get(key, 0),
            held.get(key, 0),
            coming.get(key, 0) + approved.get(code, 0),
            margin(needs.get(key, 0), used.get(key, 0), spoiled.get(key, 0), rules.v.stock_margin_share),
            uncovered.get(key, 0),
        )
        for code, key in keys.items()
    }


def _needs(item: str, places: list[Place], season_key: str, whole: bool) -> dict[str, int]:
    province = places[0].province_code if len({there.province_code for there in places}) == 1 else ""
    needs = need_by_institution(item, province, season_key)
    if not whole:
        return needs
    summed: dict[str, int] = {}
    for code, count in needs.items():
        summed[code[:2]] = summed.get(code[:2], 0) + count
    return summed


def _column(model: Any, whole: bool) -> Any:
    return model.province_code if whole else model.holder_code


def _lying(item: str, keys: set[str], whole: bool, account: Account) -> dict[str, int]:
    column = _column(StockSegment, whole)
    statement = (
        select(column, func.sum(StockSegment.high - StockSegment.low + 1))
        .where(
            StockSegment.item == item,
            StockSegment.account == account,
            column.in_(keys),
            StockSegment.province_code.in_({key[:2] for key in keys}),
        )
        .group_by(column)
    )
    return {key: int(count) for key, count in session().execute(statement)}


def _approved(item: str, codes: list[str]) -> dict[str, int]:
    """Approved, and nothing sent yet."""
    statement = (
        select(StockRequest.holder_code, func.sum(StockRequest.approved))
        .where(
            StockRequest.holder_code.in_(codes),
            StockRequest.province_code.in_({code[:2] for code in codes}),
            StockRequest.item == item,
            StockRequest.state == "approved",
            StockRequest.purpose != "return",
        )
        .group_by(StockRequest.holder_code)
    )
    return {code: int(count) for code, count in session().execute(statement)}


def _moved(item: str, keys: set[str], whole: bool, *criteria: Any) -> dict[str, int]:
    """Sums of the lines that fit, by holder or province."""
    column = _column(StockMovement, whole)
    statement = (
        select(column, func.sum(StockMovement.quantity))
        .where(
            StockMovement.item == item,
            column.in_(keys),
            StockMovement.province_code.in_({key[:2] for key in keys}),
            *criteria,
        )
        .group_by(column)
    )
    return {key: int(count) for key, count in session().execute(statement)}


def _uncovered(provinces: set[str], season_key: str) -> dict[str, int]:
    """Extra blanks taken in the batch beyond those ordered, by province."""
    extra = _moved(
        Item.BLANK,
        provinces,
        True,
        *USED,
        StockMovement.cause != "",
        StockMovement.season_key == season_key,
    )
    return {code: max(count - ordered(code, season_key), 0) for code, count in extra.items()}


def ordered(province_code: str, season_key: str) -> int:
    """Extra blanks in force by the orders of a province's batch."""
    quantity = func.sum(func.coalesce(func.nullif(StockOrder.granted, 0), StockOrder.quantity))
    statement = select(quantity).where(
        StockOrder.province_code == province_code,
        StockOrder.season_key == season_key,
        StockOrder.state.in_(COUNTED),
    )
    return int(session().scalar(statement) or 0)


def extra_by_cause(province_code: str, season_key: str) -> dict[str, int]:
    """Extra blanks taken in a province's batch, by cause."""
    statement = (
        select(StockMovement.cause, func.sum(StockMovement.quantity))
        .where(
            StockMovement.province_code == province_code,
            StockMovement.season_key == season_key,
            StockMovement.item == Item.BLANK,
            *USED,
            StockMovement.cause != "",
        )
        .group_by(StockMovement.cause)
    )
    return {cause: int(count) for cause, count in session().execute(statement)}


def proposals(actor: Actor, item: str, season_key: str, rules: RuleSet) -> list[tuple[str, Supply]]:
    """What each holder below may be sent by its registered cases; those with neither case nor stock are left out."""
    if actor.institution_code:
        raise NotAllowed()
    above = holders.own_code(actor)
    if above == CENTRE:
        codes = sorted({body.province_code for body in filing.institutions()})
        places = [holders.place(province_holder(code)) for code in codes]
    else:
        places = [Place(body.code, body.province_code, body.division, above) for body in filing.institutions(above[:2])]
    found = supplies(item, places, season_key, rules)
    return [(code, figures) for code, figures in found.items() if figures.need or figures.held or figures.waiting]
