"""Identity numbers, documents, names, mobiles and bars, judged as plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.foundation.findings import N_, Finding, clause

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class DocumentKind(StrEnum):
    """Documents by which a person is known (rulebook § 3.1, R-HMT-02)."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"


DOCUMENT_NAMES = {
    DocumentKind.RESIDENT_ID: N_("居民身份证"),
    DocumentKind.RESIDENCE_PERMIT: N_("港澳台居民居住证"),
    DocumentKind.HK_MACAO_PERMIT: N_("港澳居民来往内地通行证"),
    DocumentKind.TAIWAN_PERMIT: N_("五年有效期台湾居民来往大陆通行证"),
}

_PERMITS = {
    DocumentKind.HK_MACAO_PERMIT: (
        re.compile(r"[HM]\d{8}(\d{2})?"),
        N_("H或M加8位数字（旧证加2位换证次数）"),
    ),
    DocumentKind.TAIWAN_PERMIT: (re.compile(r"\d{8}"), N_("8位数字")),
}


def normalise_number(text: str) -> str:
    """Full-width digits and letters made plain, blanks dropped, letters in capitals."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def _identity(code: str, message: str, remedy: str = "", **params: object) -> list[Finding]:
    return [Finding(code, message, clause="GB 11643", field="document_number", remedy=remedy, params=params)]


@clause("GB 11643")
def judge_identity_number(text: str, today: date) -> list[Finding]:
    """Length, characters, ISO 7064 MOD 11-2 check and birth date of an 18-character number (GB 11643).

    The division code only advises: codes change, people keep theirs.
    """
    number = normalise_number(text)
    if len(number) != 18:
        return _identity(
            "identity_length",
            N_("身份证件号码应为18位，现为%(length)s位"),
            N_("请对照证件逐位核对"),
            length=len(number),
        )
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number, re.ASCII):
        return _identity("identity_character", N_("只能是数字，最后一位可以是X"), N_("请对照证件逐位核对"))
    found = []
    if check_character(number[:17]) != number[17]:
        found += _identity("identity_checksum", N_("校验位不符，号码可能输错"), N_("请对照证件逐位核对"))
    born = birth_date_of(number)
    if born is None or born > today:
        found += _identity("identity_date", N_("第7至14位不是有效的出生日期"), N_("请对照证件逐位核对"))
    return found


def check_character(first17: str) -> str:
    """The ISO 7064 MOD 11-2 check character of the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def birth_date_of(number: str) -> date | None:
    """The birth date inside an 18-character number; None when there is no such day."""
    if len(number) != 18 or not number[6:14].isascii() or not number[6:14].isdigit():
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """ "1" male, "2" female by the 17th digit (GB/T 2261.1); "" for another document."""
    if len(number) != 18 or not number[16].isdigit():
        return ""
    return "1" if int(number[16]) % 2 else "2"


def masked_number(number: str) -> str:
    """A document number fit for a screen: the ends alone, 440524********0014."""
    if len(number) <= 6:
        return number[:1] + "*" * max(len(number) - 1, 0)
    head, tail = (6, 4) if len(number) >= 15 else (2, 2)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def masked_name(name: str) -> str:
    """A name fit for the public: the first character and stars."""
    return name[:1] + "*" * max(len(name) - 1, 1)


@clause("R-HMT-02", "R-COND-01")
def judge_document(kind: str, number: str, today: date) -> list[Finding]:
    """A document number must have the form of its kind (rulebook § 3.1)."""
    if kind not in set(DocumentKind):
        return _identity("document_kind", N_("不能用此种证件申请"), N_("请从列出的证件类型中选择"))
    pattern = _PERMITS.get(DocumentKind(kind))
    if pattern is not None:
        if pattern[0].fullmatch(normalise_number(number)):
            return []
        return _identity("document_form", N_("号码应为：%(form)s"), form=pattern[1])
    found = judge_identity_number(number, today)
    of_permit = normalise_number(number)[:6] in {"810000", "820000", "830000"}
    if not found and of_permit != (kind == DocumentKind.RESIDENCE_PERMIT):
        found = _identity("document_kind_mismatch", N_("号码与所选证件类型不符"), N_("请核对证件类型"))
    return found


@clause("§3.3")
def judge_mobile(mobile: str) -> list[Finding]:
    """A mainland mobile: 1, then 3–9, then nine digits (rulebook § 3.3)."""
    if re.fullmatch(r"1[3-9]\d{9}", mobile, re.ASCII):
        return []
    return [
        Finding(
            "mobile_form",
            N_("手机号应为11位，以13至19开头"),
            clause="§3.3",
            field="mobile",
            remedy=N_("请核对手机号"),
        )
    ]


@clause("§3.3")
def judge_mail(address: str) -> list[Finding]:
    """A mail address in form: something, an at sign, a domain with a dot."""
    if re.fullmatch(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}", address) and len(address) <= 120:
        return []
    return [
        Finding(
            "mail_form",
            N_("电子邮箱格式不正确"),
            clause="§3.3",
            field="mail",
            remedy=N_("例如 name@example.cn"),
        )
    ]


@clause("R-FILE-04")
def judge_name(name: str) -> list[Finding]:
    """A name as on the document: letters of any script, with the middle dot; no digits or signs."""
    kinds = {unicodedata.category(char)[0] for char in name.replace("·", "").replace(" ", "")}
    if name and len(name) <= 50 and kinds <= {"L", "M"}:
        return []
    return [
        Finding(
            "name_form",
            N_("姓名只能是文字，少数民族姓名可以用间隔号“·”"),
            clause="R-FILE-04",
            field="name",
            remedy=N_("请与证件上的姓名一致"),
        )
    ]


class BarKind(StrEnum):
    """Why a person may not be recognised: 丧失, 撤销, 考试作弊 (rulebook § 2.6)."""

    LIFELONG = "lifelong"
    REVOCATION = "revocation"
    CHEATING = "cheating"


BAR_NAMES = {
    BarKind.LIFELONG: N_("丧失教师资格，不能重新取得"),
    BarKind.REVOCATION: N_("被撤销教师资格未满五年"),
    BarKind.CHEATING: N_("考试作弊未满三年"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `starts_on`; on `ends_on` one may apply again (None: never)."""

    kind: BarKind
    starts_on: date
    ends_on: date | None


def years_on(day: date, years: int) -> date:
    """The same calendar day `years` later; 29 February becomes 1 March (rulebook § 2.6)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def bar_in_force(bars: Iterable[Bar], day: date) -> Bar | None:
    """The gravest bar in force on `day`: the one that ends last."""
    standing = [bar for bar in bars if bar.starts_on <= day and (bar.ends_on is None or day < bar.ends_on)]
    return max(standing, key=lambda bar: bar.ends_on or date.max, default=None)


@clause("一(三)", "R-COND-09")
def judge_bars(bars: Iterable[Bar], day: date) -> list[Finding]:
    """A person under a bar may not apply or be recognised, in any province (R-COND-09)."""
    bar = bar_in_force(bars, day)
    if bar is None:
        return []
    return [
        Finding(
            "person_barred",
            N_("不能申请：%(reason)s"),
            clause="一(三)",
            remedy=N_("可在%(until)s起重新申请") if bar.ends_on else N_("如有异议，请联系认定机构"),
            params={"reason": BAR_NAMES[bar.kind], "until": bar.ends_on.isoformat() if bar.ends_on else ""},
        )
    ]
