"""The province's own sections of a notice: plain text, pure."""

from __future__ import annotations

from core.sdk.values import N_, NoticeSeason, NoticeSection

_APPLICANTS = N_("现场确认实行分时预约，请按预约时间到场，只带原件核验，不收复印件。")
_TEACHERS = N_("定期注册由所在学校统一组织，请按学校通知的时间办理。")
_QUESTIONS = N_("咨询电话：%(telephone)s（工作日9:00—17:00）")


def sections(season: NoticeSeason, telephone: str) -> list[NoticeSection]:
    """What the province adds for the notice's audience, and where to ask."""
    one = {"applicants": [_APPLICANTS], "teachers": [_TEACHERS]}
    texts = one.get(season.audience, [_APPLICANTS, _TEACHERS])
    questions = _QUESTIONS % {"telephone": telephone}
    return [NoticeSection(title=N_("本省提示"), body="\n".join([*texts, questions]))]
