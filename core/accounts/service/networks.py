"""The networks from which an institution's officers sign in; none registered means from everywhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.accounts.models import Account, AllowedNetwork, SignIn
from core.accounts.rules import EndReason, judge_cidr, judge_network
from core.accounts.service import sessions
from core.accounts.service.throttle import Source
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding


def networks_of(institution_code: str) -> list[AllowedNetwork]:
    """The networks of one institution."""
    statement = select(AllowedNetwork).where(AllowedNetwork.institution_code == institution_code)
    return list(session().scalars(statement.order_by(AllowedNetwork.cidr).limit(100)))


def networks_for(actor: Actor, institution_code: str) -> list[AllowedNetwork]:
    """The networks of an institution that the actor may change; none for any other."""
    return networks_of(institution_code) if institution_code and _covers(actor, institution_code) else []


def require_network(account: Account, source: Source) -> None:
    """Raise `Refused` when the officer's institution does not allow this address."""
    if not account.institution_code:
        return
    findings = judge_network(source.address, [row.cidr for row in networks_of(account.institution_code)])
    if findings:
        raise Refused(findings)


def _must_cover(actor: Actor, institution_code: str) -> None:
    """A head registers their own institution's networks, a province those of its institutions."""
    actor.must("networks.change")
    if not _covers(actor, institution_code):
        raise NotFound()


def _covers(actor: Actor, institution_code: str) -> bool:
    own = actor.institution_code
    return own == institution_code if own else institution_code[:2] == actor.province_code


@one_transaction
def add_network(
    actor: Actor, network_id: UUID, institution_code: str, cidr: str, note: str, source: Source, now: datetime
) -> AllowedNetwork:
    """Register a network; raises `Refused` for a malformed one or one that would shut the actor out."""
    _must_cover(actor, institution_code)
    findings = judge_cidr(cidr)
    if findings:
        raise Refused(findings)
    known = session().get(AllowedNetwork, network_id)
    if known is not None:
        return known
    row = AllowedNetwork(
        id=network_id, institution_code=institution_code, cidr=cidr.strip(), note=note, added_by=actor.id,
        created_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    if actor.institution_code == institution_code and judge_network(source.address, _cidrs(institution_code)):
        raise Refused(
            [
                Finding(
                    "network_shuts_out",
                    N_("登记后您当前的地址%(address)s将不能登录"),
                    clause="三(二)",
                    field="cidr",
                    remedy=N_("请先登记您所在的网络"),
                    params={"address": source.address},
                )
            ]
        )
    _end_outsiders(institution_code, source)
    _record(actor, "accounts.network_added", row, now)
    return row


def _cidrs(institution_code: str) -> list[str]:
    return [row.cidr for row in networks_of(institution_code)]


def _end_outsiders(institution_code: str, source: Source) -> None:
    allowed = _cidrs(institution_code)
    statement = (
        select(SignIn)
        .join(Account, SignIn.account_id == Account.id)
        .where(Account.institution_code == institution_code, SignIn.ended_at.is_(None))
    )
    for row in session().scalars(statement):
        if judge_network(row.address, allowed):
            sessions.mark_ended(row, EndReason.MOVED, source.address)


@one_transaction
def remove_network(actor: Actor, network_id: UUID, source: Source, now: datetime) -> str:
    """Take a network away; sessions from outside the others end. Returns the institution's code."""
    row = locked(AllowedNetwork, network_id)
    _must_cover(actor, row.institution_code)
    left = [cidr for cidr in _cidrs(row.institution_code) if cidr != row.cidr]
    if actor.institution_code == row.institution_code and judge_network(source.address, left):
        raise Refused(
            [
                Finding(
                    "network_shuts_out",
                    N_("移除后您当前的地址%(address)s将不能登录"),
                    clause="三(二)",
                    remedy=N_("请先登记您所在的网络"),
                    params={"address": source.address},
                )
            ]
        )
    session().delete(row)
    session().flush()
    _end_outsiders(row.institution_code, source)
    _record(actor, "accounts.network_removed", row, now)
    return row.institution_code


def _record(actor: Actor, verb: str, row: AllowedNetwork, now: datetime) -> None:
    audit.record(
        actor, verb, "institution", row.institution_code, province_code=row.institution_code[:2], now=now,
        clause="三(二)", cidr=row.cidr,
    )  # fmt: skip
