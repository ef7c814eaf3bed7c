"""Verbs of notices: draft, file with the centre, receive or return, publish, withdraw."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, ProvinceFault, Refused
from core.foundation.findings import N_, Finding, Verdict, verdict
from core.foundation.paging import Page, Paging, paged
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.notices.models import Notice
from core.notices.rules import NOTICE_MOVES, REPORTED, Audience, judge_notice


def notices(paging: Paging, state: str = "") -> Page[Notice]:
    """Notices of the present scope, the newest first unless sorted."""
    statement = select(Notice)
    if state:
        statement = statement.where(Notice.state == state)
    if not paging.sort:
        paging = Paging(paging.number, paging.size, "drafted_at", True)
    sorts = {"drafted_at": Notice.drafted_at, "province": Notice.province_code, "state": Notice.state}
    return paged(statement, paging, sorts)


def notice(notice_id: UUID) -> Notice:
    """One notice of the present scope; raises `NotFound`."""
    return found(Notice, notice_id)


def reported_audiences(province_code: str, year: int, season: str) -> list[str]:
    """For whom a province has reported a notice of a season to the centre (R-PLAN-03)."""
    statement = select(Notice.audience).where(
        Notice.province_code == province_code,
        Notice.year == year,
        Notice.season == season,
        Notice.state.in_(REPORTED),
    )
    with within(territory(province_code)):  # a county sets its plans under the province's notices
        return list(session().scalars(statement))


def published_notices(paging: Paging, province_code: str = "") -> Page[Notice]:
    """Published notices, the newest first; for the public."""
    statement = select(Notice).where(Notice.state == "published")
    if province_code:
        statement = statement.where(Notice.province_code == province_code)
    return paged(
        statement, replace(paging, sort="published_at", descending=True), {"published_at": Notice.published_at}
    )


@one_transaction
def draft(actor: Actor, data: dict[str, Any], now: datetime) -> Notice:
    """Draft a notice of the actor's province; the province's sections are asked for and kept with it.

    `data`: id, year, season, audience, title, body, photo_rule.
    """
    known = session().scalars(select(Notice).where(Notice.id == data["id"])).one_or_none()
    if known is not None:
        return known
    row = Notice(
        **data,
        province_code=actor.province_code,
        territory=actor.province_code,
        sections=_sections(actor.province_code, data, now),
        state="draft",
        drafted_by=actor.id,
        drafted_at=now,
    )
    session().add(row)
    _record(actor, "notices.draft", row, now)
    return row


def _moment(now: datetime) -> Moment:
    return Moment(calendar.rules_on(clock.beijing(now).date())[1], now)


def _sections(province_code: str, data: dict[str, Any], now: datetime) -> list[Any]:
    season = types.NoticeSeason(data["year"], data["season"], data["audience"])
    try:
        return [types.to_json(part) for part in host_for(province_code).notice_sections(_moment(now), season)]
    except ProvinceFault:
        return []  # the core's text stands alone; the fault is logged and flagged


@one_transaction
def change(actor: Actor, notice_id: UUID, data: dict[str, Any], version: int, now: datetime) -> Notice:
    """Change a draft or a returned notice; `version` is what the form was made from."""
    row = locked(Notice, notice_id)
    if row.state not in ("draft", "returned"):
        raise Refused(NOTICE_MOVES.judge(row.state, "draft"))
    _same_version(row, version)
    for name in ("audience", "title", "body", "photo_rule"):
        setattr(row, name, data[name])
    _record(actor, "notices.change", row, now)
    return row


def _same_version(row: Any, version: int) -> None:
    if row.version != version:
        raise Refused(
            [
                Finding(
                    "changed_meanwhile",
                    N_("您打开页面后，此内容已被他人修改"),
                    clause="§4",
                    remedy=N_("请刷新页面，核对后再提交"),
                )
            ]
        )


def judge(row: Notice, now: datetime) -> Verdict:
    """The nation's and the province's rules on a notice; a fault of the province is a refusal."""
    drafted = types.NoticeDraft(row.year, row.season, row.audience, row.title, row.body, row.photo_rule)
    try:
        local = host_for(row.province_code).judge_notice(_moment(now), drafted)
    except ProvinceFault:
        local = [province_unavailable()]
    national = judge_notice(Audience(row.audience), row.photo_rule)
    return verdict(("judge_notice", national), ("province", local))


def province_unavailable() -> Finding:
    """What is said when a province's rules cannot be asked: never an approval."""
    return Finding(
        "province_rules_unavailable",
        N_("本省规则暂时无法执行，不能办理"),
        clause="§4.1",
        remedy=N_("请稍后再试，或联系系统运维"),
    )


@one_transaction
def file(actor: Actor, notice_id: UUID, now: datetime) -> Notice:
    """Report a notice to the centre (上报); reporting is not approval (R-PLAN-05)."""
    row = _moved(notice_id, "filed", "P")
    judged = judge(row, now)
    if judged.refused:
        raise Refused(judged)
    row.state, row.filed_at, row.returned_reason = "filed", now, ""
    _record(actor, "notices.file", row, now)
    return row


@one_transaction
def receive(actor: Actor, notice_id: UUID, now: datetime) -> Notice:
    """The centre notes that it has the notice."""
    row = _moved(notice_id, "received", "N")
    row.state, row.received_at = "received", now
    _record(actor, "notices.receive", row, now)
    return row


@one_transaction
def give_back(actor: Actor, notice_id: UUID, reason: str, now: datetime) -> Notice:
    """The centre returns the notice with its reason."""
    row = _moved(notice_id, "returned", "N")
    row.state, row.returned_reason = "returned", reason
    _record(actor, "notices.return", row, now, reason=reason)
    return row


@one_transaction
def publish(actor: Actor, notice_id: UUID, now: datetime) -> Notice:
    """Show a filed notice on the public site, and hand it to the province's own site in a job."""
    row = _moved(notice_id, "published", "P")
    row.state, row.published_at = "published", now
    _record(actor, "notices.publish", row, now)
    outbox.post("notices.publish", row.province_code, now=now, notice_id=row.id)
    return row


@one_transaction
def withdraw(actor: Actor, notice_id: UUID, reason: str, now: datetime) -> Notice:
    """Take a notice back, with the reason."""
    row = _moved(notice_id, "withdrawn", "P")
    row.state = "withdrawn"
    _record(actor, "notices.withdraw", row, now, reason=reason)
    return row


def _moved(notice_id: UUID, state: str, who: str) -> Notice:
    row = locked(Notice, notice_id)
    findings = NOTICE_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row


def publish_at_province(notice_id: UUID, now: datetime) -> None:
    """The job: hand a published notice to the province's hook and keep the receipt; raises `ProvinceFault`."""
    row = found(Notice, notice_id)
    if row.state != "published" or row.publication_receipt:
        return
    paper = types.NoticePublication(str(row.id), row.title, row.body, row.audience)
    receipt = host_for(row.province_code).publish_notice(_moment(now), paper)
    _keep_receipt(notice_id, receipt.address)


@one_transaction
def record_publication(actor: Actor, notice_id: UUID, address: str, now: datetime) -> None:
    """Write where the province's own site shows a published notice; raises `NotFound`."""
    row = locked(Notice, notice_id)
    if row.state != "published":
        raise NotFound()
    row.publication_receipt = address[:200] or "-"
    _record(actor, "notice.shown", row, now, address=row.publication_receipt)


@one_transaction
def _keep_receipt(notice_id: UUID, address: str) -> None:
    locked(Notice, notice_id).publication_receipt = address[:200] or "-"


def _record(actor: Actor, verb: str, row: Notice, now: datetime, **detail: Any) -> None:
    audit.record(actor, verb, "notice", row.id, province_code=row.province_code, now=now, clause="二(一)", **detail)
