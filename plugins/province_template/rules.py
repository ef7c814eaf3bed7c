"""The province's additions to the national rules: pure, and only ever stricter."""

from __future__ import annotations

import re

from core.sdk.values import N_, Finding, NoticeDraft, TrainingPolicy, clause

# The province's own document, as the national rules name theirs; every finding of a province cites one.
DOCUMENT = "示范省教字〔2020〕1号"

TELEPHONE = r"\d{3,4}-\d{5,8}"

TRAINING = TrainingPolicy(meetings=1, hours=8)

_TELEPHONE = re.compile(TELEPHONE)


@clause(DOCUMENT)
def judge_telephone(draft: NoticeDraft) -> list[Finding]:
    """A notice names a telephone line that people can call (示范省教字〔2020〕1号)."""
    if _TELEPHONE.search(draft.body):
        return []
    return [
        Finding(
            "notice_without_telephone",
            N_("本省要求工作通知写明咨询电话"),
            clause=DOCUMENT,
            field="body",
            remedy=N_("在正文中写明区号和号码，例如000-12345"),
        )
    ]
