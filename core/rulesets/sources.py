"""Where a rule comes from, in words for people: our own numbering of rules says nothing to an applicant."""

from __future__ import annotations

from core.foundation.findings import N_

# The longest beginning of a clause that is listed names its source; what is not listed names itself (一(二), 条例13).
SOURCES = {
    "§2.1": N_("教师资格条例"),
    "§2.3": N_("教师资格条例"),
    "§2.4": N_("教师资格证书管理规定"),
    "§2.6": N_("教育行政处罚暂行实施办法"),
    "§2.8": N_("教师资格认定申请表"),
    "§3": N_("填写规范"),
    "§4": N_("办理流程"),
    "R-APPL": N_("教师资格条例"),
    "R-CAL": "三(一)",
    "R-CERT": N_("教师资格证书管理规定"),
    "R-CHECK": "一(二)",
    "R-COND": N_("教师资格条例及实施办法"),
    "R-CONS": "一(五)",
    "R-EVID": "一(一)",
    "R-EXAM": "一(四)",
    "R-FILE": "三(二)",
    "R-HAND": "一(五)",
    "R-HMT": "教师厅〔2019〕1号",
    "R-ORG": "一(五)",
    "R-PEN": "一(三)",
    "R-PHOTO": "二(三)",
    "R-PILOT": "二(二)",
    "R-PLAN": "二(一)",
    "R-REG": N_("中小学教师资格定期注册暂行办法"),
    "R-SEC": "三(二)",
    "R-STOCK": "二(三)",
    "R-TIME": N_("教师资格条例及实施办法"),
    "R-TIME-04": N_("中小学教师资格定期注册暂行办法"),
    "R-TIME-05": N_("中小学教师资格定期注册暂行办法"),
    "R-TIME-06": N_("行政复议法、行政诉讼法"),
    "R-TRAIN": "一(五)",
}


def source_of(clause: str) -> str:
    """The Chinese name of the regulation behind a clause of ours; the clause itself where it is one of a regulation."""
    known = max((start for start in SOURCES if clause.startswith(start)), key=len, default="")
    return SOURCES.get(known, clause)
