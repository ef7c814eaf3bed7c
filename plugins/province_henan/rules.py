"""The province's additions to the national rules: pure, and only ever stricter."""

from __future__ import annotations

import re

from core.sdk.values import N_, Finding, NoticeDraft, TrainingPolicy, clause

DOCUMENT = N_("豫教资〔2020〕8号")
TRAINING = TrainingPolicy(meetings=1, hours=16)

_NUMBER = r"[^\d\n]{0,12}\d{3,4}-\d{5,8}"
_WANTED = ((re.compile(r"咨询电话" + _NUMBER), N_("咨询电话")), (re.compile(r"监督电话" + _NUMBER), N_("监督电话")))


@clause("豫教资〔2020〕8号")
def judge_telephones(draft: NoticeDraft) -> list[Finding]:
    """A notice names a line for questions and a line for complaints, each with its number."""
    return [
        Finding(
            "notice_telephone_missing",
            N_("本省要求工作通知写明%(line)s及号码"),
            clause=DOCUMENT,
            field="body",
            remedy=N_("例如：咨询电话：0371-66310000，监督电话：0371-66310001"),
            params={"line": words},
        )
        for pattern, words in _WANTED
        if not pattern.search(draft.body)
    ]
