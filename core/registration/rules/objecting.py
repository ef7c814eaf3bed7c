"""Who may object to a result shown in public, until when, and how they are reached (R-TIME-04). Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from core.foundation.findings import N_, Finding, clause
from core.people.rules import judge_mail, judge_mobile, judge_name


@clause("R-TIME-04")
def judge_objection(today: date, days: tuple[date, date], name: str, contact: str) -> list[Finding]:
    """An objection comes within the notice's days (first, last), in real name, from somebody who can be reached."""
    found = []
    if not days[0] <= today <= days[1]:
        words, remedy = N_("公示已于%(last)s结束，不能再在网上提出异议"), N_("可以向办理机构来电、来信反映")
        found.append(Finding("objection_closed", words, "R-TIME-04", remedy=remedy, params={"last": days[1]}))
    found += [replace(item, field="said_by", clause="R-TIME-04") for item in judge_name(name)]
    if not reachable(contact) and not re.fullmatch(r"\+?\d[\d -]{4,18}\d", contact, re.ASCII):
        words, remedy = N_("联系方式应为电话号码或电子邮箱"), N_("例如0571-88008800或name@example.cn")
        found.append(Finding("objection_contact", words, "R-TIME-04", field="contact", remedy=remedy))
    return found


def unknown_objected() -> Finding:
    """What is said where the notice does not list whom an objection is about."""
    words, remedy = N_("公示名单中没有此人，或其结论已退回审核"), N_("请在名单中选择")
    return Finding("objection_unknown", words, "R-TIME-04", field="about", remedy=remedy)


def reachable(contact: str) -> str:
    """The mail address or mobile that a letter reaches; "" for any other contact."""
    plain = re.sub(r"[ -]", "", contact)
    if not judge_mobile(plain):
        return plain
    return "" if judge_mail(contact) else contact
