"""What happened in the year, as figures: the same year played twice with one seed gives the same report."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from core.applications.models import Case, CaseAppeal, CaseEvidence, CaseHold, CaseNote, MaterialRequest, PhotoOffer
from core.certificates.models import (
    Certificate,
    CertificateChange,
    CertificatePiece,
    Destruction,
    Printer,
    PrintLine,
    PrintRun,
    Spoilage,
    StockCount,
    StockMovement,
    StockOrder,
    StockRequest,
    VerificationBatch,
)
from core.checks.models import CriminalCheck, StrayResult
from core.consultation.models import Enquiry, EnquiryCall, EnquiryInbox, EnquiryLine, KnowledgeArticle
from core.demonstration.season.acting import Tally
from core.evidence.models import ExamConference, ExamContact, ExamScreening
from core.filing.models import Filing, Handover
from core.foundation import outbox
from core.foundation.access import NATION, within
from core.foundation.audit import AuditEntry
from core.foundation.db import session
from core.hooks.models import ProvinceFile
from core.notices.models import Notice
from core.oversight.models import Subscription
from core.penalties.models import Penalty, PenaltyReport
from core.people.models import Person, PersonBar
from core.plans.models import Plan, PlanTable
from core.registration.models import Registration, RegistrationObjection, RegistrationUpload, SurveyedTeacher
from core.training.models import Attendance, Material, Meeting

Figures = dict[str, Any]

# A heading and the columns its rows are counted by.
COUNTED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("cases by season and state", (Case.season_key, Case.state)),
    ("cases by province and state", (Case.province_code, Case.state)),
    ("cases by kind", (Case.kind,)),
    ("evidence by kind and result", (CaseEvidence.kind, CaseEvidence.result)),
    ("checks by state", (CriminalCheck.state,)),
    ("checks by door", (CriminalCheck.door,)),
    ("answers that fitted no check", (StrayResult.why,)),
    ("holds", (CaseHold.kind,)),
    ("appeals by outcome", (CaseAppeal.kind, CaseAppeal.outcome)),
    ("certificates by state", (Certificate.state,)),
    ("pieces of paper by state", (CertificatePiece.state,)),
    ("print runs by state", (PrintRun.state,)),
    ("print lines by state", (PrintLine.state,)),
    ("changes of certificates", (CertificateChange.kind, CertificateChange.state)),
    ("stock requests by purpose and state", (StockRequest.item, StockRequest.purpose, StockRequest.state)),
    ("orders beyond need", (StockOrder.cause, StockOrder.state)),
    ("spoilage records by cause", (Spoilage.cause,)),
    ("notices by state", (Notice.audience, Notice.state)),
    ("plan tables by state", (PlanTable.state,)),
    ("plans by state", (Plan.business, Plan.season, Plan.state)),
    ("meetings by state", (Meeting.state,)),
    ("penalties by measure and state", (Penalty.measure, Penalty.ground, Penalty.state)),
    ("quarterly reports by state", (PenaltyReport.year, PenaltyReport.quarter, PenaltyReport.state, PenaltyReport.nil)),
    ("bars by kind", (PersonBar.kind,)),
    ("registrations by state", (Registration.state,)),
    ("survey lines by state", (SurveyedTeacher.state,)),
    ("objections by decision", (RegistrationObjection.decision,)),
    ("workbooks of schools by state", (RegistrationUpload.kind, RegistrationUpload.state)),
    ("enquiries by state and time", (Enquiry.channel, Enquiry.state, Enquiry.timely)),
    ("calls answered and missed", (EnquiryCall.answered, EnquiryCall.missed)),
    ("articles by state", (KnowledgeArticle.state,)),
    ("mailboxes in use and at fault", (EnquiryInbox.enabled, EnquiryInbox.fault)),
    ("lists of candidates by state", (ExamScreening.state,)),
    ("reminders chosen", (Subscription.letters,)),
    ("filings by state", (Filing.state,)),
    ("hand-overs by state", (Handover.state,)),
    ("acts by kind", (AuditEntry.verb,)),
)
SUMMED: tuple[tuple[str, tuple[Any, ...], Any], ...] = (
    (
        "stock movements, pieces",
        (StockMovement.item, StockMovement.kind, StockMovement.account),
        StockMovement.quantity,
    ),
    ("attendance at meetings", (Attendance.province_code,), Attendance.attendees),
    ("candidates barred", (ExamScreening.state,), ExamScreening.barred),
)
WHOLE: tuple[tuple[str, Any], ...] = (
    ("persons", Person.id),
    ("requests for papers", MaterialRequest.id),
    ("stock-takings", StockCount.id),
    ("destructions", Destruction.id),
    ("printers", Printer.id),
    ("employers' lists", VerificationBatch.id),
    ("notes on cases", CaseNote.id),
    ("offered photos nobody took", PhotoOffer.id),
    ("materials of meetings", Material.id),
    ("lines of institutions", EnquiryLine.id),
    ("contacts at exam departments", ExamContact.id),
    ("joint meetings with them", ExamConference.id),
    ("files that plugins keep", ProvinceFile.id),
)
# How often a message was tried and a batch made up depends on the machine: only what failed is of interest.
FAILED = outbox.OutboxMessage.state == outbox.MessageState.FAILED


def figures(tally: Tally, asked: Figures) -> Figures:
    """The report: what was asked, then counts by heading; no id, no time, no name."""
    found: Figures = {"asked": asked, "refusals by finding": dict(sorted(tally.refusals.items()))}
    with within(NATION):
        for heading, column in WHOLE:
            found[heading] = session().scalar(select(func.count(column)))
        for heading, columns in COUNTED:
            found[heading] = _grouped(columns, func.count())
        for heading, columns, amount in SUMMED:
            found[heading] = _grouped(columns, func.sum(amount))
        found["messages failed"] = session().scalar(select(func.count(outbox.OutboxMessage.id)).where(FAILED))
        session().rollback()
    return found


def _grouped(columns: tuple[Any, ...], amount: Any) -> dict[str, int]:
    rows = session().execute(select(*columns, amount).group_by(*columns))
    return dict(sorted((" ".join(str(part) or "-" for part in row[:-1]), int(row[-1])) for row in rows))


def text(found: Figures) -> str:
    """The report to read."""
    lines = []
    for heading, value in found.items():
        if not isinstance(value, dict):
            lines.append(f"{heading:<46}{value:>9}")
            continue
        lines.append(f"\n{heading}")
        lines += [f"  {name:<44}{count:>9}" for name, count in value.items()]
    return "\n".join(lines)


def as_json(found: Figures) -> str:
    """The report for machines, one form only."""
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
