"""What the pages of penalties share: the blueprint, navigation, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from core.certificates.views.words import kind_names
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Section
from core.hooks.discovery import province_name
from core.penalties import service
from core.penalties.rules import (
    GROUND_NAMES,
    MEASURE_NAMES,
    OUTCOME_NAMES,
    PENALTY_MOVES,
    PUNISHMENT_NAMES,
    REPORT_MOVES,
    SOURCE_NAMES,
)

staff = Blueprint("penalties", __name__)

STAFF_SECTIONS = (
    Section(N_("处罚案件"), "penalties.index", "penalties.view", order=66, menu=N_("业务办理")),
    Section(N_("季度报告"), "penalties.reports", "reports.view", order=67, menu=N_("业务办理")),
)
SEX_NAMES = {"1": N_("男"), "2": N_("女")}
HOW_NAMES = {
    "in_person": N_("直接送达"), "left": N_("留置送达"), "post": N_("邮寄送达"), "notice": N_("公告送达"),
    "agent": N_("委托送达"),
}  # fmt: skip
REVIEW_NAMES = {"review": N_("行政复议"), "suit": N_("行政诉讼")}
RESULT_NAMES = {"pending": N_("审理中"), "upheld": N_("维持"), "withdrawn": N_("已撤回")}
EXECUTION_NAMES = {
    "surrendered": N_("已收缴"), "none": N_("没有需要收缴的证书"), "declared_void": N_("公告作废"),
}  # fmt: skip
QUARTER_NAMES = {1: N_("第一季度"), 2: N_("第二季度"), 3: N_("第三季度"), 4: N_("第四季度")}
VERB_NAMES = {
    "penalties.open": N_("立案"), "penalties.refer": N_("定期注册移送立案"), "penalties.investigate": N_("调查终结"),
    "penalties.notify": N_("送达告知书"), "penalties.defence": N_("记录陈述申辩"),
    "penalties.hearing_asked": N_("登记听证要求"), "penalties.hearing_withdrawn": N_("撤回听证要求"),
    "penalties.hearing_called": N_("发出听证通知"), "penalties.hear": N_("登记听证"),
    "penalties.propose": N_("提出拟决定意见"), "penalties.send_back": N_("退回补充调查"),
    "penalties.decide": N_("作出决定"), "penalties.close": N_("销案"), "penalties.serve": N_("送达并生效"),
    "penalties.execute": N_("登记执行"), "penalties.review": N_("登记复议或诉讼"),
    "penalties.annul": N_("登记决定被撤销"), "penalties.receipt": N_("补传送达回证"),
    "penalties.amend": N_("更正当事人信息"),
    "penalties.issue": N_("出具文书"), "penalties.reveal": N_("查看当事人信息"), "penalties.read_paper": N_("查看文书"),
    "penalties.report_begin": N_("开始编制"), "penalties.report_sign": N_("签发"), "penalties.report_file": N_("上报"),
    "penalties.report_accept": N_("接收"), "penalties.report_return": N_("退回"),
}  # fmt: skip


def options(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Names for a select, in the reader's language."""
    return [(str(key), say(name)) for key, name in names.items()]


def words() -> dict[str, Any]:
    """What every page of the area needs to speak."""
    return {
        "labels": PENALTY_MOVES.labels,
        "report_labels": REPORT_MOVES.labels,
        "measure_names": MEASURE_NAMES,
        "ground_names": GROUND_NAMES,
        "source_names": SOURCE_NAMES,
        "punishment_names": PUNISHMENT_NAMES,
        "outcome_names": OUTCOME_NAMES,
        "sex_names": SEX_NAMES,
        "how_names": HOW_NAMES,
        "review_names": REVIEW_NAMES,
        "result_names": RESULT_NAMES,
        "execution_names": EXECUTION_NAMES,
        "quarter_names": QUARTER_NAMES,
        "paper_names": service.PAPER_NAMES,
        "kind_names": kind_names(),
        "verb_names": VERB_NAMES,
        "province_name": province_name,
    }
