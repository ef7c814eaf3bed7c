"""Institutions and where people confirm in person; named filings and hand-over lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Json, Keyed, Sealed, Territorial, Versioned


class Division(Versioned, Base):
    """An administrative division (行政区划), by its code of 2, 4 or 6 digits. Public facts, kept by the province.

    `parent` is the code above ("": the nation); `kind` one of `rules.PLACE_NAMES`; past `valid_until` the code is
    read as that of its `successor`.
    """

    __tablename__ = "division"
    __table_args__ = (Index(None, "province_code", "parent"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    parent: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(14))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    successor: Mapped[str] = mapped_column(String(12), default="")


class Institution(Versioned, Base):
    """A body that recognises or confirms (认定机构), by its five-digit code. Public facts, changed by the province.

    `level` is county, city, province or university; `division` the division code of its territory
    ("33", "3301", "330102"); `kinds` the kinds 1–7 it concludes; `also` further territories it concludes
    kinds for: [{"division", "kinds"}]. `responsible_id` is the account of the responsible person (R-SEC-02).
    """

    __tablename__ = "institution"
    __table_args__ = (Index(None, "province_code", "division"),)

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(12))
    division: Mapped[str] = mapped_column(String(12))
    division_name: Mapped[str] = mapped_column(String(60))
    kinds: Mapped[list[str]]
    also: Mapped[list[Any]] = mapped_column(Json, default=list)
    telephone: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor: Mapped[str] = mapped_column(String(5), default="")
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class School(Versioned, Base):
    """A school or kindergarten whose teachers register (定期注册). Public facts, kept by its county or province.

    `code` is its division in six digits and six more of its own; it is the territory of its cases and of its filed
    people, so that they see these and nothing else. `institution_code`: the institution that decides on its teachers,
    along personnel affiliation (人事隶属关系). `stage` is one of `rules.STAGE_NAMES`; `public`: 公办.
    """

    __tablename__ = "school"
    __table_args__ = (Index(None, "province_code", "code"), Index(None, "institution_code"))

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(120))
    stage: Mapped[str] = mapped_column(String(20))
    public: Mapped[bool] = mapped_column(default=True)
    institution_code: Mapped[str] = mapped_column(ForeignKey("institution.code"))
    telephone: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)


class ConfirmationPoint(Keyed, Base):
    """A place where applicants of an institution confirm in person (现场确认点)."""

    __tablename__ = "confirmation_point"

    institution_code: Mapped[str] = mapped_column(ForeignKey("institution.code"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    telephone: Mapped[str] = mapped_column(String(40))


class Filing(Territorial, Versioned, Base):
    """The named filing (实名备案) of one person for one post; `territory` is what the person may see and touch.

    `change` holds the particulars proposed while `changing`; `invite_index` and `invite_until` a one-time code for
    the first password.
    """

    __tablename__ = "filing"
    __extra_args__ = (
        Index(None, "province_code", "state", "confirm_by"),
        Index(None, "province_code", "institution_code", "name"),
        Index(None, "account_id"),
        Index(None, "document_index"),
        Index(None, "username"),
    )

    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    document_kind: Mapped[str] = mapped_column(String(30))
    document_number: Mapped[str] = mapped_column(Sealed)
    document_index: Mapped[str] = mapped_column(String(64))
    mobile: Mapped[str] = mapped_column(Sealed)
    mail: Mapped[str] = mapped_column(Sealed, default="")
    username: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(120))
    institution_code: Mapped[str] = mapped_column(String(5), default="")
    post: Mapped[str] = mapped_column(String(60))
    roles: Mapped[list[str]]
    valid_until: Mapped[date | None]
    signed_on: Mapped[date | None]
    undertaking_key: Mapped[str] = mapped_column(String(60), default="")
    undertaking_sha256: Mapped[str] = mapped_column(String(64), default="")
    change: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    drafted_by: Mapped[UUID | None]
    proposed_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    confirm_by: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    invite_index: Mapped[str] = mapped_column(String(64), default="")
    invite_until: Mapped[datetime | None]


class FiledPerson(Base):
    """National: who is filed, by document; its key keeps one person at one live filing and one account (R-FILE-03)."""

    __tablename__ = "filed_person"

    document_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    filing_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), unique=True)


class Handover(Territorial, Versioned, Base):
    """A hand-over list (交接清单): from one filing to another; `matters` as last assembled, `counts` by hand.

    `returned` names what was given back; `in_place` is the head's reason for signing for a leaver who is gone.
    """

    __tablename__ = "handover"
    __extra_args__ = (
        Index(None, "province_code", "state", "created_at"),
        Index(None, "province_code", "leaver_id"),
        Index(None, "province_code", "successor_id"),
    )

    state: Mapped[str] = mapped_column(String(20))
    leaver_id: Mapped[UUID]
    successor_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5), default="")
    matters: Mapped[list[Any]]
    counts: Mapped[dict[str, Any]]
    returned: Mapped[list[str]]
    remarks: Mapped[str] = mapped_column(Text, default="")
    in_place: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    leaver_signed_by: Mapped[UUID | None]
    leaver_signed_at: Mapped[datetime | None]
    successor_signed_by: Mapped[UUID | None]
    successor_signed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None]
    filed_at: Mapped[datetime | None]
