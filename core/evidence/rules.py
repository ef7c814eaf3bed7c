"""Comparison of what was claimed with what a register holds, and the shape of a register's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.people.rules import judge_mail, normalise_number, years_on


class EvidenceKind(StrEnum):
    """What evidence is about."""

    EDUCATION = "education"
    PUTONGHUA = "putonghua"
    EXAM = "exam"
    RESIDENCE = "residence"


KIND_NAMES = {
    EvidenceKind.EDUCATION: N_("学历"),
    EvidenceKind.PUTONGHUA: N_("普通话水平"),
    EvidenceKind.EXAM: N_("考试合格证明或教师职业能力证书"),
    EvidenceKind.RESIDENCE: N_("户籍、居住或就读"),
}


class Result(StrEnum):
    """What a comparison came to; "" is: it never ran."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"


RESULT_NAMES = {
    "": N_("比对中"),
    Result.MATCHED: N_("比对无误"),
    Result.MISMATCHED: N_("信息不一致"),
    Result.NOT_FOUND: N_("未查到"),
    Result.UNAVAILABLE: N_("暂时无法比对"),
}

EDUCATION_LEVELS = ("senior_middle", "secondary", "diploma", "bachelor", "master", "doctor")
EDUCATION_NAMES = {
    "senior_middle": N_("高中"),
    "secondary": N_("中专（中师、幼师、中职）"),
    "diploma": N_("专科"),
    "bachelor": N_("本科"),
    "master": N_("硕士"),
    "doctor": N_("博士"),
}
PUTONGHUA_LEVELS = ("3B", "3A", "2B", "2A", "1B", "1A")
PUTONGHUA_NAMES = {
    "1A": N_("一级甲等"),
    "1B": N_("一级乙等"),
    "2A": N_("二级甲等"),
    "2B": N_("二级乙等"),
    "3A": N_("三级甲等"),
    "3B": N_("三级乙等"),
}

REGISTER_MOVES = Moves(
    N_("登记库导入"),
    {
        "waiting": N_("等待"), "checking": N_("校验中"), "checked": N_("待确认写入"), "writing": N_("写入中"),
        "refused": N_("未导入"), "discarded": N_("已放弃"), "in_force": N_("已生效"), "superseded": N_("已替代"),
    },
    {
        "waiting": {"checking": "X"}, "checking": {"checked": "X", "writing": "X", "refused": "X"},
        "checked": {"writing": "N", "discarded": "N"}, "writing": {"in_force": "X"}, "in_force": {"superseded": "X"},
    },
)  # fmt: skip

COLUMNS = (
    "document_number",
    "name",
    "number",
    "level",
    "subject",
    "division",
    "issued_on",
    "valid_until",
)
# The Chinese heading of each column; a file may have either.
HEADINGS = {
    "document_number": N_("证件号码"), "name": N_("姓名"), "number": N_("证书编号"), "level": N_("等级"),
    "subject": N_("学科"), "division": N_("区划代码"), "issued_on": N_("发证日期"), "valid_until": N_("有效期至"),
}  # fmt: skip
REQUIRED = {
    EvidenceKind.EDUCATION: ("document_number", "name", "number", "level"),
    EvidenceKind.PUTONGHUA: ("document_number", "name", "number", "level"),
    EvidenceKind.EXAM: ("document_number", "name", "number", "level", "valid_until"),
    EvidenceKind.RESIDENCE: ("document_number", "name", "division"),
}
LEVELS = {
    EvidenceKind.EDUCATION: frozenset(EDUCATION_LEVELS),
    EvidenceKind.PUTONGHUA: frozenset(PUTONGHUA_LEVELS),
    EvidenceKind.EXAM: frozenset("1234567"),
}
# Which words may stand for a level's code, as they are on the certificates.
LEVEL_WORDS = {
    EvidenceKind.EDUCATION: {word: code for code, word in EDUCATION_NAMES.items()},
    EvidenceKind.PUTONGHUA: {word: code for code, word in PUTONGHUA_NAMES.items()},
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST = {"name": 60, "number": 60, "level": 20, "subject": 60, "division": 12}


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of a register as the comparison wants it."""

    name: str
    number: str = ""
    level: str = ""
    subject: str = ""
    division: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result, and which claimed fields differ from the best fitting line."""

    result: Result
    differences: tuple[str, ...] = field(default=())


_COMPARED = {
    EvidenceKind.EDUCATION: ("level", "number"),
    EvidenceKind.PUTONGHUA: ("level", "number"),
    EvidenceKind.EXAM: ("level", "subject", "number", "valid_until"),
    EvidenceKind.RESIDENCE: ("division",),
}


@clause("一(一)", "R-EVID-02", "R-EVID-06")
def compare(kind: str, name: str, claimed: dict[str, str], lines: Sequence[RegisterLine] | None) -> Comparison:
    """Compare claims (strings, days in ISO) with a person's lines; None: the register could not be asked.

    A comparison that did not run is never a match (R-EVID-06).
    """
    if lines is None:
        return Comparison(Result.UNAVAILABLE)
    if not lines:
        return Comparison(Result.NOT_FOUND)
    differing = [_differences(EvidenceKind(kind), name, claimed, line) for line in lines]
    best = min(differing, key=len)
    return Comparison(Result.MISMATCHED, best) if best else Comparison(Result.MATCHED)


def _differences(kind: EvidenceKind, name: str, claimed: dict[str, str], line: RegisterLine) -> tuple[str, ...]:
    found = [] if line.name == name else ["name"]
    for attribute in _COMPARED[kind]:
        kept = getattr(line, attribute)
        kept = kept.isoformat() if isinstance(kept, date) else kept or ""
        said = claimed.get(attribute, "")
        if kind is EvidenceKind.RESIDENCE:
            same = bool(kept) and (said.startswith(kept) or kept.startswith(said)) and bool(said)
        else:
            same = not kept or kept == said
        if not same:
            found.append(attribute)
    return tuple(found)


@clause("一(一)", "R-EVID-02", "R-EVID-03")
def needs_original(result: str) -> bool:
    """Whether the original may be asked for: only where the comparison ran and did not match, or could not run."""
    return result in (Result.MISMATCHED, Result.NOT_FOUND, Result.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line of a register's file."""

    column: str
    message: str
    params: dict[str, str] = field(default_factory=dict)


def judge_register_line(kind: EvidenceKind, row: dict[str, object]) -> list[LineFault]:
    """Check one line's cells (texts); a number where text is due is already destroyed and refused."""
    found = [
        LineFault(name, N_("应为文本单元格：数字格式会丢失号码末位"))
        for name, value in row.items()
        if name in COLUMNS and not isinstance(value, str)
    ]
    if found:
        return found
    cells = {name: str(value).strip() for name, value in row.items()}
    missing = [LineFault(name, N_("不能为空")) for name in REQUIRED[kind] if not cells.get(name)]
    return missing or [*_judge_cells(kind, cells)]


def _judge_cells(kind: EvidenceKind, cells: dict[str, str]) -> Iterable[LineFault]:
    number = normalise_number(cells["document_number"])
    if not re.fullmatch(r"[0-9]{17}[0-9X]|[HM]\d{8,10}|\d{8}", number, re.ASCII):
        yield LineFault("document_number", N_("不是证件号码"))
    allowed = LEVELS.get(kind)
    if allowed is not None and cells.get("level", "") not in allowed:
        yield LineFault("level", N_("没有“%(value)s”这一等级"), {"value": cells.get("level", "")})
    for name in ("issued_on", "valid_until"):
        if cells.get(name) and not is_day(cells[name]):
            yield LineFault(name, N_("日期应写成年-月-日，例如2020-04-07"))
    for name, most in _LONGEST.items():
        if len(cells.get(name, "")) > most:
            yield LineFault(name, N_("过长"))


def is_day(text: str) -> bool:
    """Whether `text` is a day in ISO."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@clause("一(一)", "R-EVID-01", "R-EVID-04")
def judge_extra_material(title: str, copies: int) -> list[Finding]:
    """No copy of any certificate may be asked for, by anyone (R-EVID-01, -04)."""
    if copies == 0 and "复印件" not in title:
        return []
    return [
        Finding(
            "abolished_copy",
            N_("不得要求提交复印件：%(title)s"),
            clause="一(一)",
            remedy=N_("只能核验原件或上传原件照片"),
            params={"title": title},
        )
    ]


_DOCUMENT = re.compile(r"[0-9]{17}[0-9X]|[HM]\d{8,10}|\d{8}", re.ASCII)


@clause("一(四)", "R-EXAM-02", "R-COND-09")
def judge_candidate(number: str) -> list[Finding]:
    """What is asked about is a document number."""
    if _DOCUMENT.fullmatch(number):
        return []
    remedy = N_("请逐位核对；在XLSX中须为文本格式")
    return [
        Finding("candidate_number", N_("不是证件号码"), clause="一(四)", field="document_number", remedy=remedy)
    ]  # fmt: skip


@clause("一(四)", "R-EXAM-01")
def judge_contact(telephone: str, mail: str) -> list[Finding]:
    """A contact can be reached."""
    found = [replace(finding, field="mail") for finding in judge_mail(mail)] if mail else []
    if not re.fullmatch(r"\+?\d[\d -]{2,18}\d", telephone, re.ASCII):
        words = N_("电话号码只能由数字和短横组成，例如0571-88008800")
        found.append(Finding("contact_telephone", words, clause="一(四)", field="telephone"))
    return found


@clause("一(四)", "R-EXAM-01")
def judge_conference(held_on: date, today: date) -> list[Finding]:
    """What goes on record has been held."""
    if held_on <= today:
        return []
    return [Finding("conference_not_yet", N_("会商日期不能晚于今天"), clause="一(四)", field="held_on")]


@clause("一(四)", "R-COND-06", "R-COND-07")
def judge_exam_line(cells: dict[str, str], months: int) -> list[LineFault]:
    """A certificate names its subject (a kindergarten's has none) and is valid no longer than the rules let it be."""
    found = []
    if cells.get("level") != "1" and not cells.get("subject"):
        found.append(LineFault("subject", N_("不能为空")))
    issued, until = cells.get("issued_on", ""), cells.get("valid_until", "")
    if is_day(issued) and is_day(until):
        first, last = date.fromisoformat(issued), date.fromisoformat(until)
        if last <= first:
            found.append(LineFault("valid_until", N_("有效期应晚于发证日期")))
        elif last > years_on(first, months // 12):
            found.append(LineFault("valid_until", N_("有效期超过发证之日起%(months)s个月"), {"months": str(months)}))
    return found


def replaces_by_number(kind: str) -> bool:
    """Whether a line takes the place of the one under the same certificate number; else of the person's one."""
    return kind != EvidenceKind.RESIDENCE
