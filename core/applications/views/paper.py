"""The application form on paper (教师资格认定申请表, § 2.8): two copies, for the applicant and for the officer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from core.applications import service
from core.applications.models import Case
from core.applications.rules.undertaking import POINTS
from core.applications.views.applicants import public
from core.applications.views.officers import staff
from core.applications.views.words import CONTACT_NAMES, FIELD_NAMES, MEDICAL_NAMES, SEX_NAMES, words
from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import clock, pdf
from core.foundation.access import applicant, officer
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.web import actor
from core.people import service as people
from core.people.models import Person

COPIES = (N_("第一份：存入本人人事档案"), N_("第二份：认定机构留存"))
REASON = N_("打印申请表")
_EDUCATION = (
    "education_level", "degree", "school", "major", "graduated_on", "study_form", "education_certificate",
    "teacher_training",
)  # fmt: skip
_LANGUAGE = (
    "putonghua_level", "putonghua_certificate", "putonghua_on", "putonghua_body", "ability_basis", "exam_certificate",
    "exam_kind", "exam_subject", "exam_valid_until", "skill",
)  # fmt: skip
_LIFE = ("unit", "role", "witness")
_RESULTS = {"": "", "recognised": N_("予以认定"), "refused": N_("不予认定")}


@public.get("/my/<uuid:case_id>/form.pdf")
@applicant()
def form_of_mine(case_id: UUID) -> Response:
    """The person's own form, before and after the conclusion."""
    return _answer(service.case_of_person(actor(), case_id))


@staff.get("/cases/<uuid:case_id>/form.pdf")
@officer("applications.reveal", fresh=True)
def form_of_case(case_id: UUID) -> Response:
    """The form for the files; it shows the whole document number, so that the reveal is written down."""
    service.reveal(actor(), case_id, REASON, clock.now())
    return _answer(service.case(case_id))


def _answer(row: Case) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{row.reference}.pdf"'}
    return Response(form_pdf(row), content_type="application/pdf", headers=headers)


def form_pdf(row: Case) -> bytes:
    """The PDF of both copies. Raises `Refused` with the characters that no font can draw."""
    person = people.by_id(row.person_id)
    if person is None:
        raise NotFound()
    data = _data(row, person)
    gone = pdf.missing_in(data)
    if gone:
        message = N_("申请表中的字没有字形，打印出来会是方框：%(characters)s")
        remedy = N_("请系统管理员在字库目录（XINGTAN_FONT_DIR）中加入含有此字的字体")
        raise Refused(
            [Finding("form_glyph_missing", message, "§2.8", remedy=remedy, params={"characters": pdf.named(gone)})]
        )
    pictures = {}
    if row.photo_key:
        pictures["photo.jpg"] = service.photo(row)
    if row.signature_key:
        pictures["signature.jpg"] = service.signature(row)
    return pdf.render("application_form", data, pictures)


def _data(row: Case, person: Person) -> dict[str, Any]:
    """Everything on the form as Chinese words, whatever language the reader's pages are in."""
    known = words(calendar.rules_by_id(row.yearbook_id))
    all_ = service.overview(row, timeline=False)

    def fields(names: tuple[str, ...]) -> list[tuple[str, str]]:
        values = known["value_names"]
        return [
            (FIELD_NAMES[name], str(values.get(name, {}).get(row.form.get(name), row.form.get(name) or "")))
            for name in names
        ]

    contact = {name: str(all_.contact.get(name) or "") for name in CONTACT_NAMES if name != "cv"}
    return {
        "copies": list(COPIES), "reference": row.reference, "name": person.name,
        "institution": filing.institution(row.institution_code).name,
        "photo": "photo.jpg" if row.photo_key else "", "signature": "signature.jpg" if row.signature_key else "",
        "person": [
            (N_("姓名"), person.name), (N_("性别"), SEX_NAMES.get(person.sex, "")),
            *fields(("ethnic_group",)), (N_("出生日期"), person.birth_date.isoformat()),
            (N_("证件类型"), str(known["document_names"].get(person.document_kind, ""))),
            (N_("证件号码"), person.document_number), *fields(("political_affiliation",)),
        ],
        "wish": [
            (FIELD_NAMES["kind"], known["kind_names"].get(row.kind, "")), (FIELD_NAMES["subject"], row.subject),
            *fields(("place_basis",)), (N_("认定机构"), filing.institution(row.institution_code).name),
            (FIELD_NAMES["confirmation_point"], _point(row)),
        ],
        "education": fields(_EDUCATION), "language": fields(_LANGUAGE),
        "contact": [
            *fields(("occupation", "unit")), (N_("手机号"), person.mobile),
            *((CONTACT_NAMES[name], value) for name, value in contact.items()),
        ],
        "cv": [
            [f"{line.get('since', '')}—{line.get('until', '')}", *(line.get(name, "") for name in _LIFE)]
            for line in all_.cv
        ],
        "points": list(POINTS), "undertaking_version": row.undertaking_version,
        "undertaken": clock.beijing(row.undertaken_at).date().isoformat() if row.undertaken_at else "",
        "authority": _authority(row),
    }  # fmt: skip


def _authority(row: Case) -> list[tuple[str, str]]:
    def day(moment: Any) -> str:
        return clock.beijing(moment).date().isoformat() if moment else ""

    medical = " ".join([MEDICAL_NAMES[row.medical_result], row.medical_hospital]) if row.medical_result else ""
    conduct = row.undertaken_at and row.confirmed_at
    return [
        (N_("现场确认"), day(row.confirmed_at)), (N_("体检结论"), medical),
        (N_("思想品德"), N_("个人承诺，并经核查") if conduct else ""), (N_("教育教学能力"), row.proposal_reason),
        (N_("认定结论"), _RESULTS.get(row.conclusion, "")), (N_("结论日期"), day(row.concluded_at)),
        (N_("证书号码"), row.certificate_number), (N_("备注"), row.conclusion_reason),
    ]  # fmt: skip


def _point(row: Case) -> str:
    points = {point.id: point.name for point in filing.points_of([row.institution_code])}
    return points.get(row.confirmation_point, "") if row.confirmation_point else ""
