"""Who is in the demonstration: institutions, officers and applicants, all invented."""

from __future__ import annotations

from typing import Any

PASSWORD = "apricot altar 2020"  # noqa: S105 - printed at every start, for invented accounts only

# What the nation's list does not have: places of the invented province and of invented cities and counties.
DIVISIONS = [
    ("00", "示范省", "province"),
    ("0001", "杏林市", "city"),
    ("000101", "春溪县", "county"),
    ("000102", "秋原县", "county"),
    ("4198", "示例市", "city"),
    ("419801", "示例县", "county"),
    ("3398", "示例市", "city"),
    ("339801", "示例县", "county"),
    ("6698", "示例师", "corps_division"),
    ("669801", "一团", "county"),
]

BODIES: list[dict[str, Any]] = [
    {"code": "00001", "name": "示范省教育厅", "level": "province", "division": "00", "kinds": ["7"]},
    {"code": "00101", "name": "杏林市教育局", "level": "city", "division": "0001", "kinds": ["4", "5", "6"]},
    {
        "code": "00102",
        "name": "杏林市春溪县教育局",
        "level": "county",
        "division": "000101",
        "kinds": ["1", "2", "3"],
    },
    {
        "code": "00103",
        "name": "杏林市秋原县教育局",
        "level": "county",
        "division": "000102",
        "kinds": ["1", "2", "3"],
    },
    {"code": "41001", "name": "河南省教育厅", "level": "province", "division": "41", "kinds": ["7"]},
    {
        "code": "41102",
        "name": "河南省示例县教育局",
        "level": "county",
        "division": "419801",
        "kinds": ["1", "2", "3"],
    },
]

OFFICERS: list[tuple[str, str, list[str], str, str]] = [
    ("centre", "钟国平", ["national_officer"], "", ""),
    ("centre2", "国昕", ["national_officer"], "", ""),
    ("province", "省明", ["province_officer"], "00", ""),
    ("province2", "省慧", ["province_officer"], "00", ""),
    ("clerk", "县文", ["case_officer"], "000101", "00102"),
    ("clerk2", "县雅", ["case_officer"], "000101", "00102"),
    ("head", "县正", ["institution_head"], "000101", "00102"),
    ("cityclerk", "市思", ["case_officer"], "0001", "00101"),
    ("cityhead", "市恒", ["institution_head"], "0001", "00101"),
    ("henan", "豫安", ["province_officer"], "41", ""),
    ("henan2", "豫宁", ["province_officer"], "41", ""),
    ("henanclerk", "豫清", ["case_officer"], "419801", "41102"),
    ("henanclerk2", "豫和", ["case_officer"], "419801", "41102"),
    ("henanhead", "豫远", ["institution_head"], "419801", "41102"),
    ("auditor", "审言", ["auditor"], "00", ""),
    ("operator", "运维", ["operator"], "", ""),
    ("examiner", "考衡", ["exam_officer"], "00", ""),
]

# Proposed by the county's head for a school of the pilot area.
SCHOOL_OFFICER = ("school1", "", ["school_officer"], "000101000001", "")

# Identity numbers of officers run from here; applicants' stay below.
OFFICER_SERIAL = 901
# Opened by the operator's command; who proposes and who approves in a province, and ("") at the centre.
FIRST = ("centre", "centre2")
FILERS = {
    "": ("centre", "centre2"), "00": ("province", "province2"), "33": ("zhejiang", "zhejiang2"),
    "41": ("henan", "henan2"), "66": ("bingtuan", "bingtuan2"),
}  # fmt: skip
UNITS = {
    "": "国家教师资格管理中心", "00": "示范省教育厅", "33": "浙江省教育厅", "41": "河南省教育厅",
    "66": "新疆生产建设兵团教育局",
}  # fmt: skip
POSTS = {
    "national_officer": "业务主管", "province_officer": "教师资格管理", "auditor": "审计", "operator": "运维工程师",
    "exam_officer": "考务管理", "case_officer": "认定经办", "institution_head": "分管负责人",
}  # fmt: skip

# serial of the person → how far their case goes; the serial's last digit decides the agency's answer.
STORIES: list[tuple[int, str]] = [
    (1, "draft"),
    (2, "submitted"),
    (3, "submitted"),
    (4, "confirmed"),
    (5, "in_review"),
    (6, "proposed"),
    (10, "recognised"),
    (11, "recognised"),
    (12, "refused"),
    (17, "confirmed"),
    (18, "confirmed"),
    (19, "confirmed"),
    (20, "withdrawn"),
    (21, "proposed"),
]
REHEARSAL = 30
