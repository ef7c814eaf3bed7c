"""The province's additions to the national rules: pure, and only ever stricter."""

from __future__ import annotations

from core.sdk.values import N_, NoticeSeason, NoticeSection, TrainingPolicy

DOCUMENT = N_("浙教办师〔2020〕5号")
TRAINING = TrainingPolicy(meetings=1, hours=8)

_BOOKING = N_("现场确认实行网上预约，请先在政务服务网选定时段，按时携带原件到场，不收复印件。")
_SCHOOL = N_("定期注册由所在学校统一办理，请按学校通知提交。")


def sections(season: NoticeSeason) -> list[NoticeSection]:
    """What the province adds for the notice's audience."""
    one = {"applicants": [_BOOKING], "teachers": [_SCHOOL]}
    return [NoticeSection(title=N_("浙江省提示"), body="\n".join(one.get(season.audience, [_BOOKING, _SCHOOL])))]
