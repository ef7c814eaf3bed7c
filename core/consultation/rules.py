"""Enquiries are answered in working hours and in time (R-CONS-01 … -03): hours, dues, moves, what letters carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendar.rules import WORKING_DAYS, WorkingDays, YearNotPromulgated
from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet

ENQUIRY_MOVES = Moves(
    N_("咨询"),
    {"open": N_("待答"), "answered": N_("已答复"), "escalated": N_("已转中心"), "closed": N_("已办结")},
    {
        "open": {"answered": "OHPN", "escalated": "OHPX"},
        "escalated": {"answered": "OHPN"},
        "answered": {"closed": "AOHPNX"},
    },
    {
        "open": ("O", N_("答复，或转国家中心")),
        "escalated": ("N", N_("答复，或写明意见由认定机构答复")),
        "answered": ("X", N_("无人再问的，到期自动办结")),
    },
)
WAITING = ("open", "escalated")
CHANNEL_NAMES = {"web": N_("网页"), "letter": N_("邮件"), "phone": N_("电话")}
CALL_SOURCES = {"hand": N_("工作人员登记"), "line": N_("咨询专线")}
ARTICLE_MOVES = Moves(
    N_("常见问题"),
    {"draft": N_("草稿"), "published": N_("已发布"), "withdrawn": N_("已撤下")},
    {"draft": {"published": "PN"}, "published": {"withdrawn": "PN"}, "withdrawn": {"published": "PN"}},
)

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_TELEPHONE = re.compile(r"\+?\d[\d -]{2,18}\d(?:[-转]\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a line is answered on a working day, as "08:30"; the pause at noon may be "" and ""."""

    opens: str
    closes: str
    pause_from: str = ""
    pause_to: str = ""


USUAL = Hours("08:30", "17:30", "12:00", "13:30")


def _wrong(code: str, message: str, field: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="一(五)", field=field, remedy=remedy, params=params)


@clause("一(五)", "R-CONS-01")
def judge_hours(hours: Hours) -> list[Finding]:
    """Hours are times of a day, in order, with a pause that lies within them or none."""
    given = {name: getattr(hours, name) for name in ("opens", "closes", "pause_from", "pause_to")}
    found = [
        _wrong("line_hours_form", N_("时间应写成时:分，例如08:30"), name)
        for name, text in given.items()
        if not _CLOCK.fullmatch(text) and (text or name in ("opens", "closes"))
    ]
    if found:
        return found
    if hours.opens >= hours.closes:
        return [_wrong("line_hours_order", N_("结束时间应晚于开始时间"), "closes")]
    if bool(hours.pause_from) != bool(hours.pause_to):
        return [_wrong("line_pause_half", N_("午休的起止时间应一并填写，或都不填"), "pause_to")]
    if hours.pause_from and not hours.opens <= hours.pause_from < hours.pause_to <= hours.closes:
        return [_wrong("line_pause_outside", N_("午休应在接听时间之内"), "pause_from")]
    return []


@clause("一(五)", "R-CONS-01")
def judge_telephone(text: str) -> list[Finding]:
    """A telephone number that somebody can dial."""
    if _TELEPHONE.fullmatch(text):
        return []
    words = N_("电话号码只能由数字和短横组成，例如0571-88008800")
    return [_wrong("line_telephone_form", words, "telephone", N_("请核对电话号码"))]


def _at(text: str) -> time:
    return time.fromisoformat(text)


def is_open(hours: Hours, local: datetime, days: WorkingDays = WORKING_DAYS) -> bool | None:
    """Whether a line is answered at a Beijing moment; None where nobody has said which days are worked."""
    try:
        if not days.is_working(local.date()):
            return False
    except YearNotPromulgated:
        return None
    now = local.time().replace(tzinfo=None)
    at_noon = bool(hours.pause_from) and _at(hours.pause_from) <= now < _at(hours.pause_to)
    return _at(hours.opens) <= now < _at(hours.closes) and not at_noon


@clause("一(五)", "R-CONS-01")
def counts_as_missed(hours: Hours, local: datetime, answered: bool, days: WorkingDays = WORKING_DAYS) -> bool:
    """Whether a call breaks the duty to answer: nobody took it although it came in working hours."""
    return not answered and is_open(hours, local, days) is True


@clause("一(五)", "R-CONS-02")
def due_on(asked_on: date, rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> date | None:
    """The last day for an answer; None while the holidays on the way are not promulgated: they are never guessed."""
    try:
        return days.after(asked_on, rules.v.consultation_reply_working_days)
    except YearNotPromulgated:
        return None


def is_overdue(state: str, due: date | None, today: date) -> bool:
    """Whether an answer is late: computed, never a state of its own (§ 4.3)."""
    return state in WAITING and due is not None and today > due


@clause("一(五)", "R-CONS-02")
def in_time(due: date | None, answered_on: date) -> bool:
    """Whether an answer came in time."""
    return due is None or answered_on <= due


CLOSES_AFTER = timedelta(days=14)  # an answered enquiry that nobody asks about again

# What a letter may carry. Nothing of it is ever opened by the platform: files are kept and handed on.
MOST_LETTER = 10 * 1024 * 1024
MOST_PARTS = 60
MOST_TEXT = 20_000
MOST_FILES = 5
MOST_FILE = 5 * 1024 * 1024
KINDS = {
    ".pdf": (b"%PDF-",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
}


@clause("一(五)", "R-CONS-02")
def judge_attachment(name: str, data: bytes, present: int) -> bool:
    """Whether a letter's file is kept: of a known kind by name and beginning, not too large, not one too many."""
    kinds = KINDS.get("." + name.lower().rpartition(".")[2], ())
    return present < MOST_FILES and len(data) <= MOST_FILE and bool(kinds) and data.startswith(kinds)


@clause("一(五)", "R-CONS-02")
def judge_reply(state: str, body: str) -> list[Finding]:
    """An answer is given to what waits for one, and says something."""
    if not body.strip():
        return [_wrong("enquiry_answer_empty", N_("请填写答复内容"), "body")]
    return ENQUIRY_MOVES.judge(state, "answered")


@clause("一(五)", "R-CONS-02")
def judge_waiting(state: str, count: int) -> list[Finding]:
    """What waits is owed: an answer by the institution, or by the centre once it is escalated."""
    words = {
        "open": ("enquiries_waiting", N_("%(count)s条咨询待答复"), N_("请在期限内答复，或转国家中心")),
        "escalated": ("enquiries_escalated", N_("%(count)s条咨询已转国家中心，待答复"), N_("请答复，或写明意见")),
    }
    if not count or state not in words:
        return []
    code, message, remedy = words[state]
    return [Finding(code, message, clause="一(五)", remedy=remedy, params={"count": count})]


PORTS = {"tls": (993, 465), "starttls": (143, 587), "none": (143, 25)}
SECURITY_NAMES = {"tls": N_("TLS加密"), "starttls": N_("STARTTLS加密"), "none": N_("不加密（仅限本机）")}
FAULT_NAMES = {
    "certificate": N_("邮件服务器的证书不可信"),
    "sign_in": N_("用户名或密码不正确"),
    "recipient": N_("收件地址被拒收"),
    "connection": N_("无法连接邮件服务器"),
    "answer": N_("邮件服务器应答异常"),
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@clause("三(二)", "R-SEC-03")
def judge_server(host: str, security: str, allowed: Iterable[str], field: str) -> list[Finding]:
    """A mailbox lies on a server that the operator has named, and is reached encrypted unless on this machine."""
    if host.lower() not in {name.lower() for name in allowed}:
        words = N_("邮件服务器%(host)s不在允许的范围内")
        return [_wrong("mail_server_foreign", words, field, N_("请联系系统运维登记此服务器"), host=host)]
    if security == "none" and host.lower() not in LOOPBACK:
        return [_wrong("mail_server_plain", N_("与邮件服务器的连接必须加密"), field, N_("请选择TLS加密"))]
    return []


@dataclass(frozen=True, slots=True)
class Figures:
    """A month of one institution (or of several together)."""

    calls: int = 0
    missed: int = 0
    asked: int = 0
    letters: int = 0
    answered: int = 0
    timely: int = 0
    median_hours: int | None = None

    @property
    def share(self) -> str:
        """Share answered in time as a whole percentage; "" when nothing was answered."""
        return f"{round(100 * self.timely / self.answered)}%" if self.answered else ""


def median_of(counts: Mapping[int, int]) -> int | None:
    """The (lower) median of values given as {value: how often}."""
    middle = (sum(counts.values()) + 1) // 2
    for value in sorted(counts):
        middle -= counts[value]
        if middle <= 0:
            return value
    return None
