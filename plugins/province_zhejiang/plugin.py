"""Declares the province and implements its hooks; what they do is in the modules beside it."""

from __future__ import annotations

from pathlib import Path

from marshmallow import Schema, ValidationError, fields, validate

from core.sdk.actions import Manifest, hookimpl
from core.sdk.values import (
    N_,
    AttendanceRecord,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    MeetingRef,
    NoticePublication,
    NoticeSeason,
    NoticeSection,
    ProvinceContext,
    PublicationReceipt,
    TrainingPolicy,
)
from plugins.province_zhejiang import client, rules, signing


def _safe_address(url: str) -> None:
    """Personal data travels encrypted; only a machine's own address may be plain."""
    if url and not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValidationError("must begin with https:// (http:// on this machine only)")


def _readable(path: str) -> None:
    if path and not Path(path).is_file():
        raise ValidationError("there is no such file; name the agency's CA as a PEM file, or leave it empty")


class Settings(Schema):
    """Read from XINGTAN_PROVINCE_33_AGENCY_URL and so on; checked at start, an unknown one is refused."""

    agency_url = fields.Url(required=True, require_tld=False, validate=_safe_address)
    agency_key = fields.String(required=True, validate=validate.Length(min=16), metadata={"secret": True})
    algorithm = fields.String(load_default="HMAC-SHA256", validate=validate.OneOf(list(signing.ALGORITHMS)))
    # The agency's CA as a PEM file, where its certificate is not from a public one.
    ca_file = fields.String(load_default="", validate=_readable)
    agency_timeout = fields.Float(load_default=8.0, validate=validate.Range(min=0.1, max=15))
    # Where the agency calls back, as it reaches the staff site; empty: answers are only collected.
    callback_url = fields.Url(load_default="", require_tld=False, validate=_safe_address)


MANIFEST = Manifest(code="33", name=N_("浙江省"), version="1.0.0", requires="1.0", settings=Settings)


@hookimpl
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """The province's own part of a notice."""
    return rules.sections(season)


@hookimpl
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """One meeting a year, as the nation asks, of eight hours."""
    return rules.TRAINING


@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Hand the batch over in parts; the agency knows a repeat by the part's reference."""
    receipts = client.submit(_line(ctx), batch, ctx.settings["callback_url"])
    ctx.log("batch submitted", people=len(batch.subjects), parts=len(receipts))
    return [CheckReceipt(batch=batch.reference, agency_reference=receipt) for receipt in receipts]


@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Ask for the answers to each receipt; those of one that fails come another time."""
    line = _line(ctx)
    results = [result for receipt in receipts for result in client.collect(line, receipt.agency_reference)]
    ctx.log("answers collected", receipts=len(receipts), answers=len(results))
    return results


@hookimpl
def publish_notice(ctx: ProvinceContext, notice: NoticePublication) -> PublicationReceipt:
    """Put the notice into the feed of the province's site."""
    return PublicationReceipt(reference=notice.reference, address=client.publish(_line(ctx), notice))


@hookimpl
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """Ask the province's meeting system, which knows a meeting by its day."""
    return client.attendance(_line(ctx), meeting.held_on)


def _line(ctx: ProvinceContext) -> client.Line:
    settings = ctx.settings
    return client.Line(
        settings["agency_url"],
        settings["agency_key"],
        settings["algorithm"],
        settings["ca_file"],
        settings["agency_timeout"],
    )
