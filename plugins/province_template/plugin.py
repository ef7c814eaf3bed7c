"""Declares the province and implements its hooks; what they do is in the modules beside it.

Left out on purpose: `judge_plan`, `judge_application`, `extra_materials`, `compare_evidence` and
`publish_notice`. This province adds nothing there, and for a hook that a plugin lacks the core has a default.
"""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from core.sdk.actions import Manifest, hookimpl
from core.sdk.values import (
    N_,
    AttendanceRecord,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    Finding,
    HotlineCall,
    HotlineDay,
    MeetingRef,
    NoticeDraft,
    NoticeSeason,
    NoticeSection,
    ProvinceContext,
    TrainingPolicy,
)
from plugins.province_template import client, notices, rules


def _safe_address(url: str) -> None:
    """Personal data travels encrypted; only a machine's own address may be plain."""
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValidationError("must begin with https:// (http:// on this machine only)")


class Settings(Schema):
    """Read from XINGTAN_PROVINCE_00_AGENCY_URL and so on; checked at start, an unknown one is refused."""

    agency_url = fields.Url(required=True, require_tld=False, validate=_safe_address)
    agency_key = fields.String(required=True, validate=validate.Length(min=16), metadata={"secret": True})
    agency_timeout = fields.Float(load_default=10.0, validate=validate.Range(min=0.1, max=30))
    # Where the agency calls back, as it reaches the staff site; empty: answers are only collected.
    callback_url = fields.Url(load_default="", require_tld=False, validate=_safe_address)
    telephone = fields.String(load_default="000-12345", validate=validate.Regexp(rules.TELEPHONE))


MANIFEST = Manifest(code="00", name=N_("示范省"), version="1.0.0", requires="1.1", settings=Settings)


@hookimpl
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """A notice of this province names a telephone line (stricter than the nation)."""
    return rules.judge_telephone(draft)


@hookimpl
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """The province's own part of a notice."""
    return notices.sections(season, ctx.settings["telephone"])


@hookimpl
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """One meeting a year, as the nation asks, of eight hours."""
    return rules.TRAINING


@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Hand the batch to the agency, which knows a repeat by the batch's reference."""
    receipt = client.submit(_line(ctx), batch, ctx.settings["callback_url"])
    ctx.log("batch submitted", people=len(batch.subjects))
    return [CheckReceipt(batch=batch.reference, agency_reference=receipt)]


@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Ask the agency for the answers to each receipt."""
    line = _line(ctx)
    results = [result for receipt in receipts for result in client.collect(line, receipt.agency_reference)]
    ctx.log("answers collected", receipts=len(receipts), answers=len(results))
    return results


@hookimpl
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """Ask the province's meeting system, which knows a meeting by its day."""
    return client.attendance(_line(ctx), meeting.held_on)


@hookimpl
def fetch_hotline_calls(ctx: ProvinceContext, day: HotlineDay) -> list[HotlineCall]:
    """Ask the province's enquiry line for a day's calls; new in hooks 1.1, so the manifest requires that."""
    return client.calls(_line(ctx), day.day)


def _line(ctx: ProvinceContext) -> client.Line:
    settings = ctx.settings
    return client.Line(settings["agency_url"], settings["agency_key"], settings["agency_timeout"])
