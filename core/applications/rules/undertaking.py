"""个人承诺书: the undertaking that replaced the conduct form in 2019; its text has a version, kept with each case."""

from __future__ import annotations

from core.foundation.findings import N_

VERSION = "2020-1"
POINTS = (
    N_("本人所填内容和上传材料真实、准确、有效；"),
    N_("拥护宪法，热爱教育事业，遵守教师职业道德规范；"),
    N_("没有被撤销教师资格未满五年、丧失教师资格或考试作弊停考期未满的情形；"),
    N_("没有受过剥夺政治权利或故意犯罪有期徒刑以上的刑事处罚；"),
    N_("同意认定机构核查有关信息，包括无犯罪记录核查；"),
    N_("如有弄虚作假，愿承担不予认定、撤销资格等法律后果。"),
)
