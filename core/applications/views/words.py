"""Labels that both sites' pages of a case show."""

from __future__ import annotations

from typing import Any

from flask import Response

from core.applications.rules.appeal import APPEAL_NAMES, OUTCOME_NAMES
from core.applications.rules.form import PLACE_NAMES, SKILL_NAMES, PlaceBasis
from core.applications.rules.lists import AFFILIATIONS, DEGREES, ETHNIC_GROUPS, OCCUPATIONS
from core.applications.rules.states import CASE_MOVES, OWNER_NAMES
from core.checks.rules import CHECK_MOVES
from core.checks.rules import NEXT as CHECK_NEXT
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
from core.people.rules import DOCUMENT_NAMES, DocumentKind
from core.rulesets.loader import RuleSet

FIELD_NAMES = {
    "kind": N_("申请资格种类"), "subject": N_("任教学科"), "confirmation_point": N_("确认点"), "photo": N_("照片"),
    "place_basis": N_("申请地类型"), "ethnic_group": N_("民族"), "political_affiliation": N_("政治面貌"),
    "education_level": N_("学历"), "degree": N_("学位"), "school": N_("毕业学校"), "major": N_("所学专业"),
    "graduated_on": N_("毕业时间"), "study_form": N_("学习形式"), "education_certificate": N_("学历证书编号"),
    "teacher_training": N_("师范类"), "putonghua_level": N_("普通话水平"),
    "putonghua_certificate": N_("普通话证书编号"), "putonghua_on": N_("普通话测试日期"),
    "putonghua_body": N_("普通话测试机构"), "skill": N_("专业技术职务或技术等级"),
    "ability_basis": N_("能力依据"),
    "exam_certificate": N_("考试合格证明或教师职业能力证书编号"), "exam_kind": N_("证书的资格种类"),
    "exam_subject": N_("证书的学科"), "exam_valid_until": N_("证书有效期至"), "occupation": N_("现从事职业"),
    "unit": N_("工作单位"), "photo_taken_on": N_("照片拍摄日期"),
}  # fmt: skip
CONTACT_NAMES = {
    "household_place": N_("户籍所在地"), "address": N_("通讯地址"), "post_code": N_("邮编"),
    "telephone": N_("固定电话"), "mail": N_("电子邮箱"), "cv": N_("本人简历"),
}  # fmt: skip
DIFFERENCE_NAMES = {
    "name": N_("姓名"), "number": N_("编号"), "level": N_("等级或层次"), "subject": N_("学科"),
    "division": N_("地区"), "valid_until": N_("有效期"),
}  # fmt: skip
MEDICAL_NAMES = {"": N_("尚未录入"), "passed": N_("合格"), "failed": N_("不合格")}
ABILITY_NAMES = {
    "exam": N_("国家教师资格考试"), "direct": N_("直接认定（师范类毕业生）"),
    "certificate": N_("师范生教师职业能力证书"),
}  # fmt: skip
YES_NO = {"yes": N_("是"), "no": N_("否")}
STUDY_NAMES = {
    "full_time": N_("全日制"), "part_time": N_("非全日制"), "correspondence": N_("函授"), "evening": N_("夜大"),
    "self_study": N_("自学考试"), "online": N_("网络教育"),
}  # fmt: skip
SEX_NAMES = {"1": N_("男"), "2": N_("女")}


VERB_NAMES = {
    "start": N_("开始申请"), "photo": N_("上传照片"), "submit": N_("提交申请"), "compare": N_("电子比对"),
    "to_draft": N_("退回草稿修改"), "withdraw": N_("撤回申请"), "discard": N_("删除草稿"), "lapse": N_("逾期失效"),
    "confirm": N_("确认受理"), "return": N_("退回修改"), "reject_on_site": N_("确认不通过"),
    "original_seen": N_("已核验原件"), "upload": N_("上传原件照片"), "start_review": N_("开始审核"),
    "look_at_photo": N_("审核照片"), "propose": N_("提交负责人"), "conclude": N_("作出结论"),
    "step_back": N_("退回审核"), "reopen": N_("执行复议决定或更正错误"), "assign": N_("分派"),
    "ask_material": N_("发补正通知"), "answer_material": N_("提交答复"), "close_material": N_("办结补正"),
    "sign": N_("上传签名"), "recheck": N_("重新发起核查"), "record_medical": N_("录入体检结果"),
    "record_appeal": N_("登记复议或诉讼"), "decide_appeal": N_("登记复议或诉讼结果"),
    "hold": N_("暂停"), "lift_hold": N_("恢复"), "reveal": N_("查看证件号码和手机号"),
}  # fmt: skip


# What an applicant's own page shows of the trail: what others noted or held among themselves stays inside.
TOLD = frozenset(
    {
        "start", "photo", "sign", "submit", "compare", "to_draft", "withdraw", "discard", "lapse", "confirm", "return",
        "reject_on_site", "original_seen", "upload", "start_review", "propose", "conclude", "step_back", "reopen",
        "ask_material", "answer_material", "close_material", "record_medical", "record_appeal", "decide_appeal",
    }
)  # fmt: skip


def as_file(data: bytes, ending: str) -> Response:
    """An uploaded file: pictures are shown, anything else is handed over for saving."""
    if ending == "jpg":
        return Response(data, content_type="image/jpeg")
    answer = Response(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="original.pdf"'
    return answer


def _options(names: dict[Any, str], order: Any = None) -> list[tuple[str, str]]:
    return [(str(key), say(names[key])) for key in (order or names)]


def words(rules: RuleSet) -> dict[str, Any]:
    """Labels and options for a case under `rules`."""
    return {
        "labels": CASE_MOVES.labels,
        "verb_names": VERB_NAMES,
        "owner_names": OWNER_NAMES,
        "check_labels": CHECK_MOVES.labels,
        "check_next": CHECK_NEXT,
        "evidence_names": KIND_NAMES,
        "difference_names": DIFFERENCE_NAMES,
        "medical_names": MEDICAL_NAMES,
        "medical_results": [(key, say(name)) for key, name in MEDICAL_NAMES.items() if key],
        "appeal_kinds": _options(APPEAL_NAMES),
        "outcomes": [(str(key), say(name)) for key, name in OUTCOME_NAMES.items() if key],
        "told_verbs": TOLD,
        "appeal_names": APPEAL_NAMES,
        "outcome_names": OUTCOME_NAMES,
        "result_names": RESULT_NAMES,
        "field_names": FIELD_NAMES,
        "value_names": {
            "education_level": EDUCATION_NAMES, "putonghua_level": PUTONGHUA_NAMES, "place_basis": PLACE_NAMES,
            "ability_basis": ABILITY_NAMES, "teacher_training": YES_NO, "skill": SKILL_NAMES, "study_form": STUDY_NAMES,
            "exam_kind": {kind.code: kind.name for kind in rules.kinds},
        },
        "sex_names": SEX_NAMES,
        "document_names": DOCUMENT_NAMES,
        "contact_names": CONTACT_NAMES,
        "kind_names": {kind.code: kind.name for kind in rules.kinds},
        "rules": rules,
    }  # fmt: skip


def options(rules: RuleSet, offered: list[str], document_kind: str) -> dict[str, Any]:
    """Options of the form's lists: the kinds an institution decides, places that fit the person's document."""
    kinds = [kind for kind in rules.kinds if kind.code in offered]
    resident = document_kind == DocumentKind.RESIDENT_ID
    return {
        "kinds": [(kind.code, say(kind.name)) for kind in kinds],
        "exam_kinds": [(kind.code, say(kind.name)) for kind in rules.kinds],
        "subjects": sorted({subject for kind in kinds for subject in kind.subjects}),
        "places": [pair for pair in _options(PLACE_NAMES) if resident or pair[0] != PlaceBasis.HOUSEHOLD],
        "educations": _options(EDUCATION_NAMES, EDUCATION_LEVELS[1:]),
        "putonghuas": _options(PUTONGHUA_NAMES, PUTONGHUA_LEVELS[::-1]),
        "abilities": _options(ABILITY_NAMES),
        "skills": _options(SKILL_NAMES),
        "yes_no": _options(YES_NO),
        "studies": _options(STUDY_NAMES),
        "ethnic_groups": ETHNIC_GROUPS,
        "affiliations": AFFILIATIONS,
        "degrees": DEGREES,
        "occupations": OCCUPATIONS,
        "resident": resident,
    }
