"""Declares the province and implements its hooks; what they do is in the modules beside it.

Answers do not come through `collect_criminal_checks`: a returned workbook waits on a page of the province until an
officer has looked at it and takes it.
"""

from __future__ import annotations

from pathlib import Path

from flask import has_app_context
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.sdk.actions import Manifest, hookimpl
from core.sdk.values import (
    N_,
    AttendanceRecord,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    Finding,
    MeetingRef,
    NoticeDraft,
    ProvinceContext,
    TrainingPolicy,
)
from plugins.province_henan import exchange, meetings, rules


def _folder(path: str) -> None:
    if not Path(path).is_dir():
        raise ValidationError("there is no such folder; make it, with out/ and in/ inside where it is the drop itself")


class Settings(Schema):
    """Read from XINGTAN_PROVINCE_41_FOLDER and so on; checked at start, an unknown one is refused.

    `folder` keeps what was sent; without an SFTP server it is the drop itself, with `out/` and `in/`.
    """

    folder = fields.String(required=True, validate=_folder)
    exchange_key = fields.String(required=True, validate=validate.Length(min=16), metadata={"secret": True})
    sftp_host = fields.String(load_default="")
    sftp_port = fields.Integer(load_default=22, validate=validate.Range(min=1, max=65535))
    sftp_user = fields.String(load_default="")
    sftp_password = fields.String(load_default="", metadata={"secret": True})
    sftp_key_file = fields.String(load_default="")
    sftp_host_key = fields.String(load_default="", validate=validate.Regexp(r"|[a-z0-9-]+ [A-Za-z0-9+/=]+( .*)?"))
    sftp_folder = fields.String(load_default=".")
    sftp_timeout = fields.Float(load_default=10.0, validate=validate.Range(min=0.1, max=20))

    @validates_schema
    def _complete(self, data: dict[str, object], **kwargs: object) -> None:
        if data["sftp_host"]:
            for name in ("sftp_user", "sftp_host_key"):
                if not data[name]:
                    raise ValidationError("is needed with sftp_host", name)
            if not (data["sftp_password"] or data["sftp_key_file"]):
                raise ValidationError("is needed with sftp_host, or sftp_key_file", "sftp_password")


MANIFEST = Manifest(code="41", name=N_("河南省"), version="1.1.0", requires="1.0", settings=Settings)


@hookimpl
def judge_notice(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:
    """A notice of this province names two telephone lines (stricter than the nation)."""
    return rules.judge_telephones(draft)


@hookimpl
def training_policy(ctx: ProvinceContext) -> TrainingPolicy:
    """One meeting a year, of two days."""
    return rules.TRAINING


@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    """Put the batch's workbook and its manifest into the exchange, once."""
    exchange.send(ctx.settings, batch, ctx.now)
    ctx.log("workbook sent", people=len(batch.subjects))
    return [CheckReceipt(batch=batch.reference, agency_reference=f"{batch.reference}.xlsx")]


@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    """Nothing comes by itself: this only finds out early when the exchange is out of reach."""
    ctx.log("returned workbooks waiting", files=len(exchange.waiting(ctx.settings)))
    return []


@hookimpl
def fetch_training_attendance(ctx: ProvinceContext, meeting: MeetingRef) -> list[AttendanceRecord]:
    """The province's own record of who came, by the day of the meeting; away from a platform there is none."""
    return meetings.attendance_on(meeting.held_on) if has_app_context() else []
