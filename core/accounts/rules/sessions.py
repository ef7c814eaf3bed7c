"""When a session goes on, from where an officer may sign in, and what a device is called. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from core.foundation.findings import N_, Finding, clause


def network_of(address: str) -> str:
    """The network an address belongs to, as far as it tells one place from another: /24, or /64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def browser_of(agent: str) -> str:
    """A browser without its versions: an update must not look like another device."""
    return re.sub(r"[\d._]+", "", agent)


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox", "Firefox"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
            ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_name(agent: str) -> str:
    """A browser and its system in the words people know, else the beginning of what it calls itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:40]


class EndReason(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    ELSEWHERE = "elsewhere"
    REMOTE = "remote"
    IDLE = "idle"
    TOO_LONG = "too_long"
    MOVED = "moved"
    CHANGED = "changed"
    CLOSED = "closed"
    GUESSED = "guessed"


END_WORDS = {
    EndReason.SIGNED_OUT: N_("已退出登录"),
    EndReason.ELSEWHERE: N_("您的账号已在别处登录，此处的登录已结束"),
    EndReason.REMOTE: N_("此处的登录已被您在另一处退出"),
    EndReason.IDLE: N_("长时间没有操作，请重新登录"),
    EndReason.TOO_LONG: N_("登录已满最长时间，请重新登录"),
    EndReason.MOVED: N_("此登录出现在另一台设备或另一个网络上，已结束；如非本人操作请修改密码"),
    EndReason.CHANGED: N_("密码、岗位或登录方式已变更，请重新登录"),
    EndReason.CLOSED: N_("此账号已停用"),
    EndReason.GUESSED: N_("确认身份时错误次数过多，请重新登录"),
}


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What decides whether a session goes on; ages in seconds."""

    opens: bool
    same_epoch: bool
    idle: float
    age: float
    same_browser: bool
    same_network: bool


def session_fault(facts: SessionFacts, idle_most: float, age_most: float) -> EndReason | None:
    """Why a running session must end now, or None."""
    table = (
        (not facts.opens, EndReason.CLOSED),
        (not facts.same_epoch, EndReason.CHANGED),
        (facts.age > age_most, EndReason.TOO_LONG),
        (facts.idle > idle_most, EndReason.IDLE),
        (not (facts.same_browser and facts.same_network), EndReason.MOVED),
    )
    return next((reason for wrong, reason in table if wrong), None)


@clause("三(二)", "R-SEC-03")
def judge_network(address: str, allowed: Iterable[str]) -> list[Finding]:
    """An officer of an institution that names its networks signs in from one of them."""
    networks = [ip_network(cidr) for cidr in allowed]
    try:
        here = ip_address(address)
    except ValueError:
        here = None
    if not networks or (here is not None and any(here in network for network in networks)):
        return []
    return [
        Finding(
            "network_not_allowed",
            N_("您的认定机构只允许从其登记的网络登录，当前地址%(address)s不在其中"),
            clause="三(二)",
            field="login",
            remedy=N_("请在单位网络内登录，或请机构负责人登记此网络"),
            params={"address": address},
        )
    ]


@clause("三(二)", "R-SEC-03")
def judge_cidr(text: str) -> list[Finding]:
    """A network is written as address/length and is not the whole internet."""
    try:
        network = ip_network(text.strip())
    except ValueError:
        network = None
    if network is not None and network.prefixlen >= (8 if network.version == 4 else 32):
        return []
    return [
        Finding(
            "network_malformed",
            N_("“%(text)s”不是可以登记的网段"),
            clause="三(二)",
            field="cidr",
            remedy=N_("按地址/前缀长度填写，主机位为零，例如 10.20.30.0/24；IPv4不短于/8，IPv6不短于/32"),
            params={"text": text.strip()[:60]},
        )
    ]
