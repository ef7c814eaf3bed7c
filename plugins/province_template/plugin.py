"""Declares the province and implements its hooks; everything else is in the modules beside it."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.sdk.actions import Manifest, hookimpl
from core.sdk.values import (
    N_,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    Finding,
    NoticeDraft,
    NoticeSeason,
    NoticeSection,
    ProvinceContext,
    TrainingPolicy,
)
from plugins.province_template import client, rules


class Settings(Schema):
    """XINGTAN_PROVINCE_00_*: where the agency is, and the key both sides sign with."""

    agency_url = fields.Url(required=True, require_tld=False)
    agency_key = fields.String(required=True, metadata={"secret": True})


MANIFEST = Manifest(code="00", name=N_("示范省"), version="1.0.0", requires="1.0", settings=Settings)


@hookimpl
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """A notice of this province names a telephone line (stricter than the nation)."""
    return rules.judge_telephone(draft)


@hookimpl
def notice_sections(ctx: ProvinceContext, season: NoticeSeason) -> list[NoticeSection]:
    """The province's own part of a notice."""
    return [
        NoticeSection(
            title="本省提示",
            body="请提前准备近期证件照；现场确认实行分时预约。咨询电话：000-12345。",
        )
    ]


@hookimpl
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """One meeting a year, as the nation asks."""
    return TrainingPolicy(meetings=1, hours=8)


@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Hand the batch to the agency; it recognises a repeat by the batch's reference."""
    receipt = client.submit(ctx.settings["agency_url"], ctx.settings["agency_key"], batch)
    ctx.log("batch submitted", size=len(batch.subjects))
    return [CheckReceipt(batch=batch.reference, agency_reference=receipt)]


@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Ask the agency for the answers to each receipt."""
    return [
        result
        for receipt in receipts
        for result in client.collect(ctx.settings["agency_url"], receipt.agency_reference)
    ]
