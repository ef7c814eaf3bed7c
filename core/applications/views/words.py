"""Labels that both sites' pages of a case show."""

from __future__ import annotations

from typing import Any

from core.applications.rules.eligibility import PLACE_NAMES
from core.applications.rules.states import CASE_MOVES, OWNER_NAMES
from core.checks.rules import CHECK_MOVES
from core.evidence.rules import (
    EDUCATION_LEVELS,
    EDUCATION_NAMES,
    KIND_NAMES,
    PUTONGHUA_LEVELS,
    PUTONGHUA_NAMES,
    RESULT_NAMES,
)
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.rulesets.loader import RuleSet

FIELD_NAMES = {
    "place_basis": N_("申请地类型"), "ethnic_group": N_("民族"), "political_affiliation": N_("政治面貌"),
    "education_level": N_("学历"), "degree": N_("学位"), "school": N_("毕业学校"), "major": N_("所学专业"),
    "graduated_on": N_("毕业时间"), "study_form": N_("学习形式"), "education_certificate": N_("学历证书编号"),
    "teacher_training": N_("师范类"), "putonghua_level": N_("普通话水平"),
    "putonghua_certificate": N_("普通话证书编号"), "putonghua_on": N_("普通话测试日期"),
    "ability_basis": N_("能力依据"), "exam_certificate": N_("考试合格证明编号"), "exam_kind": N_("考试类别"),
    "exam_subject": N_("考试学科"), "exam_valid_until": N_("合格证明有效期至"), "occupation": N_("现从事职业"),
    "unit": N_("工作单位"), "photo_taken_on": N_("照片拍摄日期"),
}  # fmt: skip
ABILITY_NAMES = {"exam": N_("国家教师资格考试"), "direct": N_("直接认定（师范类毕业生）")}
YES_NO = {"yes": N_("是"), "no": N_("否")}
STUDY_NAMES = {"full_time": N_("全日制"), "part_time": N_("非全日制")}


VERB_NAMES = {
    "start": N_("开始申请"), "photo": N_("上传照片"), "submit": N_("提交申请"), "compare": N_("电子比对"),
    "to_draft": N_("退回草稿修改"), "withdraw": N_("撤回申请"), "discard": N_("删除草稿"), "lapse": N_("逾期失效"),
    "confirm": N_("确认受理"), "return": N_("退回修改"), "reject_on_site": N_("确认不通过"),
    "original_seen": N_("已核验原件"), "upload": N_("上传原件照片"), "start_review": N_("开始审核"),
    "look_at_photo": N_("审核照片"), "propose": N_("提交负责人"), "conclude": N_("作出结论"),
    "step_back": N_("退回审核"), "reopen": N_("执行复议决定或更正错误"), "assign": N_("分派"),
    "ask_material": N_("发补正通知"), "answer_material": N_("提交答复"), "close_material": N_("办结补正"),
    "hold": N_("暂停"), "lift_hold": N_("恢复"), "reveal": N_("查看证件号码和手机号"),
}  # fmt: skip


def _options(names: dict[Any, str], order: Any = None) -> list[tuple[str, str]]:
    return [(str(key), say(names[key])) for key in (order or names)]


def words(rules: RuleSet) -> dict[str, Any]:
    """Labels and options for a case under `rules`."""
    return {
        "labels": CASE_MOVES.labels,
        "verb_names": VERB_NAMES,
        "owner_names": OWNER_NAMES,
        "check_labels": CHECK_MOVES.labels,
        "evidence_names": KIND_NAMES,
        "result_names": RESULT_NAMES,
        "field_names": FIELD_NAMES,
        "value_names": {
            "education_level": EDUCATION_NAMES, "putonghua_level": PUTONGHUA_NAMES, "place_basis": PLACE_NAMES,
            "ability_basis": ABILITY_NAMES, "teacher_training": YES_NO, "study_form": STUDY_NAMES,
            "exam_kind": {kind.code: kind.name for kind in rules.kinds},
        },
        "kind_names": {kind.code: kind.name for kind in rules.kinds},
        "rules": rules,
    }  # fmt: skip


def options(rules: RuleSet) -> dict[str, Any]:
    """Options of the application form's lists."""
    return {
        "kinds": [(kind.code, say(kind.name)) for kind in rules.kinds],
        "subjects": sorted({subject for kind in rules.kinds for subject in kind.subjects}),
        "places": _options(PLACE_NAMES),
        "educations": _options(EDUCATION_NAMES, EDUCATION_LEVELS[1:]),
        "putonghuas": _options(PUTONGHUA_NAMES, PUTONGHUA_LEVELS[::-1]),
        "abilities": _options(ABILITY_NAMES),
        "yes_no": _options(YES_NO),
        "studies": _options(STUDY_NAMES),
    }
