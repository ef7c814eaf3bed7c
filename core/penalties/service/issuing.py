"""The papers of a case as PDF, drawn from what the case holds when it is issued; kept with their hash."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.filing import service as filing
from core.foundation import pdf
from core.foundation.access import Actor
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.storage import storage
from core.penalties.models import Penalty, PenaltyPaper
from core.penalties.rules import GROUND_NAMES, LAW_OF, MEASURE_NAMES, PUNISHMENT_NAMES, Ground, Measure
from core.penalties.service.cases import CLAUSE, paper, party_of, penalty, written
from core.people.rules import DOCUMENT_NAMES, DocumentKind
from core.rulesets.loader import RuleSet

PAPER_NAMES = {
    "notice": N_("处罚告知书"),
    "hearing_notice": N_("听证通知书"),
    "decision": N_("决定书"),
    "service_receipt": N_("送达回证"),
}


def data_of(row: Penalty, rules: RuleSet, basis: dict[str, Any], on: date, **more: Any) -> dict[str, Any]:
    """What a paper's template reads: Chinese words and days, whatever language the officer's pages are in."""
    party = party_of(row)
    return {
        "body": filing.institution(row.institution_code).name, "number": row.number, "on": long_day(on),
        "party": party["name"], "document": DOCUMENT_NAMES[DocumentKind(row.document_kind)],
        "document_number": party["document_number"], "unit": party.get("unit", ""),
        "measure": MEASURE_NAMES[Measure(row.measure)], "kind": row.measure,
        "ground": GROUND_NAMES[Ground(row.ground)], "facts": row.facts, "law": row.law or LAW_OF[Measure(row.measure)],
        "basis_body": basis.get("body", ""), "basis_number": basis.get("number", ""),
        "punishment": str(PUNISHMENT_NAMES.get(basis.get("punishment", ""), "")),
        "basis_on": long_day(row.basis_on), "hearing_until": long_day(row.hearing_until), "proposal": row.proposal,
        "weighing": row.weighing, "review_days": rules.v.review_days, "court_months": rules.v.court_months,
        "hearing_on": long_day(row.hearing_on), "hearing_place": row.hearing_place,
        "decision_number": row.decision_number, "decided_on": long_day(row.decided_on),
        "bar_years": rules.v.bar_years_revocation if row.measure == Measure.REVOCATION else rules.v.bar_years_cheating,
    } | more  # fmt: skip


def long_day(day: date | None) -> str:
    """A day as papers write it: 2020年4月7日."""
    return f"{day.year}{N_('年')}{day.month}{N_('月')}{day.day}{N_('日')}" if day else ""


def undrawable(field: str, texts: Any) -> list[Finding]:
    """A finding beside `field` when no font can draw a character of `texts`, so that no case waits for its paper."""
    gone = pdf.missing_in(texts) if pdf.available() else ""
    if not gone:
        return []
    message = N_("文书中的字没有字形，打印出来会是方框：%(characters)s")
    remedy = N_("请改写，或请系统管理员在字库目录（XINGTAN_FONT_DIR）中加入含有此字的字体")
    params = {"characters": pdf.named(gone)}
    return [Finding("penalty_glyph_missing", message, CLAUSE, field=field, remedy=remedy, params=params)]


def issue(actor: Actor, row: Penalty, kind: str, number: str, data: dict[str, Any], now: datetime) -> PenaltyPaper:
    """Draw a paper and keep it. Raises `Refused` with characters that no font can draw, `PdfUnavailable`."""
    if not pdf.available():
        raise pdf.PdfUnavailable()
    gone = undrawable("", data)
    if gone:
        raise Refused(gone)
    made = pdf.render(f"penalty_{kind}", data)
    kept = storage().put(made, ".pdf")
    paper_ = PenaltyPaper(
        id=new_id(), province_code=row.province_code, territory=row.territory, penalty_id=row.id, kind=kind,
        number=number, file_key=kept.key, file_sha256=kept.sha256, size=len(made), issued_by=actor.id, issued_at=now,
    )  # fmt: skip
    session().add(paper_)
    session().flush()
    written(actor, "issue", row, now, paper=kind, sha256=kept.sha256)
    return paper_


@one_transaction
def read_paper(actor: Actor, penalty_id: UUID, paper_id: UUID, now: datetime) -> bytes:
    """A paper of a case, for reading: it names the party, so that the reading is written down."""
    row = paper(penalty_id, paper_id)
    written(actor, "read_paper", penalty(penalty_id), now, paper=row.kind)
    return storage().get(row.file_key)
