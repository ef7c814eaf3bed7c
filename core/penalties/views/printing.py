"""A report as a workbook and as a printed page, in Chinese whatever language the officer's pages are in."""

from __future__ import annotations

from typing import Any

from core.certificates.views.words import kind_names
from core.foundation.findings import N_
from core.foundation.i18n import joined, say
from core.foundation.tables import Sheets
from core.penalties.rules import GROUND_NAMES, MEASURE_NAMES, OUTCOME_NAMES
from core.penalties.views.words import EXECUTION_NAMES, RESULT_NAMES, REVIEW_NAMES, SEX_NAMES

HEAD = (
    N_("案号"), N_("姓名"), N_("性别"), N_("证件号码"), N_("工作单位"), N_("职务"), N_("证书号码"), N_("资格种类"),
    N_("任教学科"), N_("认定机构"), N_("发证日期"), N_("处理"), N_("事由"), N_("事实"), N_("法律依据"), N_("决定文号"),
    N_("决定机关"), N_("生效日期"), N_("限制至"), N_("送达日期"), N_("证书收缴"), N_("复议或诉讼"),
    N_("设区市"), N_("备注"),
)  # fmt: skip
CORRECTION_HEAD = (
    N_("案号"), N_("姓名"), N_("原决定文号"), N_("决定机关"), N_("原生效日期"), N_("原报告季度"), N_("撤销日期"),
    N_("撤销文书"),
)  # fmt: skip
TOTAL_NAMES = {
    "all": N_("合计"),
    "measure": N_("按处理"), "ground": N_("按事由"), "kind": N_("按资格种类"), "city": N_("按设区市"),
}  # fmt: skip
COUNT_NAMES = {"cases": N_("生效的决定"), "late": N_("其中补报以前季度"), "corrections": N_("对已报告案件的更正")}


def _until(case: dict[str, Any]) -> str:
    return case["bar_until"] or N_("终身")


def _paper(case: dict[str, Any]) -> str:
    said = [f"{OUTCOME_NAMES[one['outcome']]} {one['outcome_on']}".strip() for one in case["certificates"]]
    return "；".join(said) or EXECUTION_NAMES.get(case["execution"], "")


def _reviews(case: dict[str, Any]) -> str:
    said = [f"{REVIEW_NAMES[one['kind']]} {one['asked_on']} {RESULT_NAMES[one['result']]}" for one in case["reviews"]]
    return "；".join([*said, *([f"{N_('决定被撤销')} {case['annulled_on']}"] if case["annulled_on"] else [])])


def _case(case: dict[str, Any]) -> list[str]:
    papers = case["certificates"]
    kinds = kind_names()
    return [
        case["number"], case["name"], SEX_NAMES.get(case["sex"], ""), case["document_number"], case["unit"],
        case["post"], *("；".join(words) for words in (
            [one["number"] for one in papers], [kinds.get(one["kind"], one["kind"]) for one in papers],
            [one["subject"] for one in papers], [one["institution"] for one in papers],
            [one["issued_on"] for one in papers],
        )),
        MEASURE_NAMES[case["measure"]], GROUND_NAMES[case["ground"]],
        " ".join(filter(None, (case["facts"], case.get("basis", "")))), case["law"],
        case["decision_number"], case["body"], case["in_force_on"], _until(case), case["served_on"], _paper(case),
        _reviews(case), case["city"], N_("补报以前季度") if case["late"] else "",
    ]  # fmt: skip


def _correction(item: dict[str, Any]) -> list[str]:
    return [
        item["number"], item["name"], item["decision_number"], item["body"], item["in_force_on"], item["quarter"],
        item["annulled_on"], item["annulment"],
    ]  # fmt: skip


def _names(group: str) -> dict[str, str]:
    if group == "kind":
        return kind_names()
    known: dict[str, Any] = {"measure": MEASURE_NAMES, "ground": GROUND_NAMES, "all": COUNT_NAMES}
    return {str(key): name for key, name in known.get(group, {}).items()}


def _ordered(group: str, counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts in the order of their names, the others after them."""
    order = list(_names(group))
    return sorted(counts.items(), key=lambda pair: (order.index(pair[0]) if pair[0] in order else len(order), pair[0]))


def _counted(content: dict[str, Any]) -> list[tuple[str, str, int]]:
    """(group, name, count) of every total."""
    return [
        (TOTAL_NAMES[group], _names(group).get(key, key), count)
        for group in TOTAL_NAMES
        for key, count in _ordered(group, content["totals"][group])
    ]


def totals_in_words(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Totals as (group, "name count, name count") in the reader's language, for the page."""
    found: dict[str, list[str]] = {}
    for group, name, count in _counted(content):
        found.setdefault(say(group), []).append(f"{say(name)} {count}")
    return [(group, joined(parts, sign=N_("；"))) for group, parts in found.items()]


def sheets(content: dict[str, Any]) -> Sheets:
    """The workbook: cases, corrections, totals; a nil report says so in its first line."""
    cases = [_case(one) for one in content["cases"]]
    if content["nil"]:
        cases = [[N_("零报告：本季度无案件")]]
    made: dict[str, Any] = {
        N_("案件"): (HEAD, cases),
        N_("更正"): (CORRECTION_HEAD, [_correction(one) for one in content["corrections"]]),
        N_("统计"): ((N_("分组"), N_("项目"), N_("件数")), _counted(content)),
    }
    if content.get("annex"):
        made[N_("附件")] = ((N_("标题"), N_("内容")), [(one["title"], one["body"]) for one in content["annex"]])
    return made


def page(content: dict[str, Any], title: str, province: str, state: str, mark: str) -> dict[str, Any]:
    """The printed report as its template takes it."""
    grouped: dict[str, list[str]] = {}
    for group, name, count in _counted(content):
        grouped.setdefault(group, []).append(f"{name} {count}")
    signed = f"{N_('签发')}：{content['signer']} {content['signed_on']}" if content.get("signer") else N_("尚未签发")
    return {
        "title": title, "province": province, "state": state, "signed": signed, "footer": mark, "nil": content["nil"],
        "cases": [_printed(number, case) for number, case in enumerate(content["cases"], 1)],
        "corrections": [
            [one[name] for name in ("number", "name", "decision_number", "in_force_on", "annulled_on", "annulment")]
            for one in content["corrections"]
        ],
        "totals": [(group, "；".join(parts)) for group, parts in grouped.items()],
        "annex": content.get("annex", []),
    }  # fmt: skip


def _printed(number: int, case: dict[str, Any]) -> list[str]:
    pairs = list(zip(HEAD, _case(case), strict=True))
    cells = (pairs[1:6], pairs[6:11], pairs[11:15], pairs[15:22] + pairs[23:])
    return [str(number), *("\n".join(f"{name}：{text}" for name, text in cell if text) for cell in cells)]
