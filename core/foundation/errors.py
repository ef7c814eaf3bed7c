"""The platform's few errors, each named for its event and carrying its data.

One place (`foundation/web.py`) turns them into pages and problem documents.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.foundation.findings import N_, Finding, Verdict


class PlatformError(Exception):
    """Base of everything the platform says no with; `status` is the HTTP status it becomes."""

    status = 500
    code = "error"
    message = N_("系统出现错误")

    def __init__(self, message: str = "", **params: object) -> None:
        super().__init__(message or self.message)
        self.text = message or self.message
        self.params = params


class Refused(PlatformError):
    """A rule said no; `findings` say which, where, by which clause and what would do."""

    status = 422
    code = "refused"
    message = N_("未能办理，请按下列说明修改")

    def __init__(self, findings: Verdict | Iterable[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings.findings if isinstance(findings, Verdict) else findings)


class NotAllowed(PlatformError):
    """The actor's role does not cover this verb."""

    status = 403
    code = "not_allowed"
    message = N_("您的岗位没有办理此事项的权限")


class NotFound(PlatformError):
    """There is no such thing, or it lies outside the actor's territory: the two look alike."""

    status = 404
    code = "not_found"
    message = N_("没有找到您要的内容")


class Conflict(PlatformError):
    """Somebody else changed it since it was read."""

    status = 409
    code = "conflict"
    message = N_("此内容已被他人修改，请刷新后核对再办理")


class ClosedNow(PlatformError):
    """The site is in maintenance or the business is out of season; `until` is the day it reopens."""

    status = 503
    code = "closed"
    message = N_("系统维护中")


class SettingInvalid(PlatformError):
    """A setting is missing or wrong; the text names the variable and what would do."""

    code = "setting_invalid"


class ScopeMissing(PlatformError):
    """A query ran although nobody said for which territory. A fault of ours, never of the user."""

    code = "scope_missing"
    message = N_("查询未限定管辖范围")


class ProvinceFault(PlatformError):
    """A province's plugin raised, returned nonsense or took too long. Never an approval."""

    status = 502
    code = "province_fault"
    message = N_("省级接口暂时不可用")

    def __init__(self, province: str, hook: str, kind: str, text: str = "") -> None:
        super().__init__()
        self.province, self.hook, self.kind, self.detail = province, hook, kind, text

    def __str__(self) -> str:
        return f"province {self.province}: {self.hook}: {self.kind}: {self.detail}"
