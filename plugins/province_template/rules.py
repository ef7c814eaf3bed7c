"""The province's additions to the national rules: pure, and only ever stricter."""

from __future__ import annotations

import re

from core.sdk.values import N_, Finding, NoticeDraft, clause

_TELEPHONE = re.compile(r"\d{3,4}-\d{5,8}")


@clause("示范省教字〔2020〕1号")
def judge_telephone(draft: NoticeDraft) -> list[Finding]:
    """A notice names a telephone line people can call (示范省教字〔2020〕1号)."""
    if _TELEPHONE.search(draft.body):
        return []
    return [
        Finding(
            "notice_without_telephone",
            N_("本省要求工作通知写明咨询电话"),
            clause="示范省教字〔2020〕1号",
            field="body",
            remedy=N_("在正文中写明区号和号码，例如000-12345"),
        )
    ]
