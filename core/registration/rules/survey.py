"""The survey of certificates before an area's first registration (摸底): R-PILOT-02, -03, -04."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.accounts.rules import judge_four_eyes
from core.certificates.rules import judge_certificate_number
from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves

LINE_MOVES = Moves(
    N_("摸底记录"),
    {
        "matched": N_("与证书记录一致"), "to_correct": N_("待更正"), "to_check": N_("待核查真伪"),
        "asked": N_("已发函核查"), "answered": N_("已复函，待复核"), "genuine": N_("核实为真"), "false": N_("核实为假"),
        "dropped": N_("已剔除"),
    },
    {
        "to_correct": {"matched": "O", "to_check": "O", "to_correct": "O", "dropped": "O"},
        "to_check": {"asked": "O", "to_correct": "O", "dropped": "O"},
        "asked": {"answered": "O", "dropped": "O"},
        "answered": {"genuine": "H", "false": "H", "asked": "H"},
    },
    {
        "to_correct": ("O", N_("核对证书原件，更正姓名、证件或证书号码")),
        "to_check": ("O", N_("向发证机构发函核查")),
        "asked": ("O", N_("登记发证机构的答复")),
        "answered": ("H", N_("由另一人复核签署")),
    },
)  # fmt: skip
OPEN_LINES = tuple(sorted(LINE_MOVES.steps))


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate's record as the survey compares it; `same_person`: the document is the line's."""

    number: str
    name: str
    same_person: bool
    state: str
    kind: str


@clause("R-PILOT-02", "R-PILOT-03", "R-PILOT-04")
def compare_line(name: str, number: str, record: Record | None, today: date) -> tuple[str, list[Finding]]:
    """(state of the line, what is wrong): matched, to be corrected first, or not in the system and to be checked."""
    if record is None and (wrong := judge_certificate_number(number, today)):
        return "to_correct", wrong
    if record is None:
        words = N_("系统中没有此证书号码")
        return "to_check", [_said("survey_not_in_system", words, N_("加强真伪审核：向发证机构核实"))]
    found = []
    if record.name != name:
        found.append(_said("survey_name_differs", N_("姓名与证书记录不一致"), N_("更正名单，或办理证书信息变更")))
    if not record.same_person:
        found.append(
            _said("survey_document_differs", N_("证件号码与证书记录不一致"), N_("更正名单，或办理证书信息变更"))
        )
    if record.state != "in_force":
        words = N_("证书已作废、被撤销或丧失")
        found.append(_said("survey_not_in_force", words, N_("核实后从名单剔除，或移送处理")))
    return ("to_correct" if found else "matched"), found


def _said(code: str, message: str, remedy: str = "", field: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="二(二)", field=field, remedy=remedy, params=params)


@clause("R-PILOT-04")
def judge_signature(answered_by: object, signer: object) -> list[Finding]:
    """Another officer than recorded the issuing institution's answer signs the authenticity check."""
    return judge_four_eyes(answered_by, signer)


@clause("R-PILOT-02", "R-PILOT-03")
def judge_closing(lines: int, open_lines: int) -> list[Finding]:
    """A survey closes with at least one line, and none open."""
    if not lines:
        return [_said("survey_empty", N_("还没有导入教师名单"), N_("请先由各学校报送名单"))]
    if open_lines:
        words = N_("还有%(count)s条记录未办结")
        return [_said("survey_lines_open", words, N_("请先更正、核查或剔除"), count=open_lines)]
    return []
