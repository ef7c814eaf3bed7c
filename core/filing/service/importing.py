"""A province's divisions, institutions and officers from a sheet: judged line by line, then all lines or none.

The preview is the import itself, taken back: what it shows is what will happen. Between the two steps the file waits
sealed on the officer's own page, so nothing of it is kept here that nobody confirmed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from core.filing.models import Division, Filing, Institution, School
from core.filing.rules import LEVEL_NAMES, PLACE_NAMES, STAGE_NAMES, judge_institution
from core.filing.service.divisions import NewDivision, add_division, current_division, rename_division
from core.filing.service.institutions import add_institution, change_institution
from core.filing.service.proposing import draft
from core.filing.service.schools import add_school, change_school
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.crypto import UnknownKey
from core.foundation.db import keyring, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import joined
from core.people.rules import masked_number, normalise_number
from core.people.service import document_index

NEW, CHANGED, SAME = N_("新增"), N_("变更"), N_("不变")
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet, by its number in the file, in the shape of its verb."""

    number: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a line does: `outcome` is new, changed or the same; `told` are its cells as shown."""

    number: int
    outcome: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """A kind of sheet: who may bring it in, what a line does, the headings of its preview."""

    permission: str
    carry: Callable[[Actor, dict[str, Any], datetime], tuple[str, tuple[str, ...]]]
    heads: tuple[str, ...]


class _Rehearsed(Exception):
    """Takes a preview's transaction back."""


def bring_in(actor: Actor, what: str, lines: list[Line], now: datetime, *, keep: bool) -> list[Preview]:
    """Carry out every line, or (`keep` False) only say what they would do. Raises `Refused`, fields "line-N"."""
    actor.must(IMPORTS[what].permission)
    done: list[Preview] = []
    with suppress(_Rehearsed):
        _carried(actor, what, lines, now, keep, done)
    return done


@one_transaction
def _carried(actor: Actor, what: str, lines: list[Line], now: datetime, keep: bool, done: list[Preview]) -> None:
    done.clear()
    faults: list[Finding] = []
    for line in lines:
        try:
            outcome, told = IMPORTS[what].carry(actor, line.data, now)
            done.append(Preview(line.number, outcome, told))
        except (Refused, NotFound) as refusal:
            said = refusal.findings if isinstance(refusal, Refused) else (_foreign(),)
            faults += [replace(finding, field=f"line-{line.number}") for finding in said]
        session().flush()
    if not lines:
        faults.append(Finding("import_empty", N_("表中没有数据行"), clause="三(二)", field="file"))
    if faults:
        raise Refused(faults)
    if not keep:
        raise _Rehearsed
    audit.record(
        actor, f"imports.{what}", "import", actor.prefix, province_code=actor.province_code, now=now, clause="三(二)",
        rows=len(done), changed=sum(line.outcome != SAME for line in done),
    )  # fmt: skip


def _foreign() -> Finding:
    return Finding("import_foreign", N_("没有此代码，或不属于本省"), clause="三(二)")


def _division(actor: Actor, data: dict[str, Any], now: datetime) -> tuple[str, tuple[str, ...]]:
    told = (data["code"], data["name"], PLACE_NAMES[data["kind"]], str(data["valid_from"] or ""))
    row = session().get(Division, data["code"])
    if row is None or row.kind != data["kind"]:
        add_division(actor, NewDivision(data["code"], data["name"], data["kind"], data["valid_from"]), now)
        return NEW, told
    if row.name == data["name"]:
        return SAME, told
    before = row.name
    rename_division(actor, row.code, data["name"], row.version, now)
    return CHANGED, (told[0], f"{before} → {data['name']}", *told[2:])


def _institution(actor: Actor, data: dict[str, Any], now: datetime) -> tuple[str, tuple[str, ...]]:
    place = current_division(data["division"], clock.beijing(now).date())
    code = place.code if place else data["division"]
    shown = code if code == data["division"] else f"{data['division']} → {code}"
    told = (data["code"], data["name"], LEVEL_NAMES[data["level"]], shown, joined(data["kinds"]), data["telephone"])
    row = session().get(Institution, data["code"])
    if row is None:
        register_institution(actor, data | {"division": code}, now)
        return NEW, told
    if (row.division, row.level) != (code, data["level"]):
        raise Refused(
            [
                Finding(
                    "institution_moved", N_("此机构代码已在用，层级和区划不能改变"), clause="条例13",
                    remedy=N_("请停用原机构、写明接续机构，另用新代码登记"),
                )
            ]
        )  # fmt: skip
    names = ("name", "kinds", "telephone")
    if all(getattr(row, name) == data[name] for name in names):
        return SAME, told
    kept = {name: getattr(row, name) for name in ("also", "responsible_id", "valid_from", "valid_to", "successor")}
    change_institution(actor, row.code, kept | {name: data[name] for name in names} | {"version": row.version}, now)
    return CHANGED, told


@one_transaction
def register_institution(actor: Actor, data: dict[str, Any], now: datetime) -> Institution:
    """The province enters an institution of its own: code, name, level, division, kinds, telephone, valid_from.

    Raises `Refused`, also for a used code.
    """
    actor.must("institutions.change")
    findings = judge_institution(data["code"], data["kinds"], data["valid_from"], None, "")
    if not (data["code"].isdigit() and len(data["code"]) == 5 and data["code"][:2] == actor.province_code):
        findings.append(
            Finding("institution_code_form", N_("机构代码应为5位数字，前两位是本省代码"), clause="条例13", field="code")
        )
    if session().get(Institution, data["code"]) is not None:
        findings.append(
            Finding("institution_known", N_("此代码已在用或用过，不能再用"), clause="条例13", field="code")
        )  # fmt: skip
    if findings:
        raise Refused(findings)
    row = add_institution(
        data["code"], data["name"], data["level"], data["division"], data["kinds"], data["telephone"]
    )  # fmt: skip
    row.valid_from = data["valid_from"]
    audit.record(
        actor, "institutions.add", "institution", row.code, province_code=row.province_code, now=now, clause="条例13",
        name=row.name, division=row.division, kinds=row.kinds,
    )  # fmt: skip
    return row


def _school(actor: Actor, data: dict[str, Any], now: datetime) -> tuple[str, tuple[str, ...]]:
    told = (data["code"], data["name"], STAGE_NAMES[data["stage"]], data["institution_code"], data["telephone"])
    row = session().get(School, data["code"])
    if row is None:
        add_school(actor, data, now)
        return NEW, told
    names = ("name", "stage", "public", "telephone")
    if all(getattr(row, name) == data[name] for name in names):
        return SAME, told
    given = {name: data[name] for name in names} | {"active": row.active}
    change_school(actor, row.code, given, row.version, now)
    return CHANGED, told


def _officer(actor: Actor, data: dict[str, Any], now: datetime) -> tuple[str, tuple[str, ...]]:
    """A draft of each person: the signed undertaking is added on its page, and the level above approves each."""
    number = normalise_number(data["document_number"])
    known = select(Filing.id).where(
        Filing.document_index == document_index(number), Filing.state.not_in(("withdrawn", "ended"))
    )
    if session().scalar(known.limit(1)) is not None:
        raise Refused(
            [
                Finding(
                    "person_listed", N_("此人在表中重复，或已有办理中、有效的备案"), clause="三(二)",
                    remedy=N_("一人一个账号：请删去此行"),
                )
            ]
        )  # fmt: skip
    taken = select(Filing.id).where(
        Filing.username == data["username"], Filing.state.not_in(("withdrawn", "ended"))
    )  # fmt: skip
    if session().scalar(taken.limit(1)) is not None:
        raise Refused(
            [Finding("username_taken", N_("用户名已被使用"), clause="三(二)", remedy=N_("请换一个用户名"))]
        )  # fmt: skip
    row = draft(actor, data | {"id": new_id(), "undertaking": None}, now)
    session().flush()
    return NEW, (row.name, masked_number(number), row.unit, row.post, row.username)


IMPORTS = {
    "divisions": Import("institutions.change", _division, (N_("区划代码"), N_("名称"), N_("类别"), N_("启用日期"))),
    "institutions": Import(
        "institutions.change", _institution,
        (N_("机构代码"), N_("名称"), N_("层级"), N_("区划"), N_("资格种类"), N_("电话")),
    ),
    "schools": Import(
        "schools.change", _school, (N_("学校代码"), N_("名称"), N_("类别"), N_("主管机构代码"), N_("电话"))
    ),
    "officers": Import(
        "filing.propose", _officer, (N_("姓名"), N_("证件号码"), N_("单位"), N_("职务"), N_("用户名"))
    ),
}  # fmt: skip


def waiting(actor: Actor, what: str, data: bytes) -> str:
    """An uploaded file as the preview's page carries it to the second step: sealed, for this officer and kind."""
    head = f"{what}\0{actor.id}\0".encode()
    return base64.b64encode(keyring().seal_bytes(head + data)).decode()


def reopened(actor: Actor, what: str, sealed: str) -> bytes:
    """The file behind `waiting`; raises `Refused` for any other text."""
    head = f"{what}\0{actor.id}\0".encode()
    try:
        data = keyring().unseal_bytes(base64.b64decode(sealed, validate=True))
    except (binascii.Error, UnknownKey, InvalidTag):
        data = b""
    if not data.startswith(head):
        raise Refused(
            [Finding("import_stale", N_("预览已失效"), clause="三(二)", field="file", remedy=N_("请重新上传文件"))]
        )
    return data[len(head) :]
