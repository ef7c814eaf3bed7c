"""How long each kind of data is kept, under which clause, and what is done with it then. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.foundation.findings import N_


@dataclass(frozen=True, slots=True)
class Retention:
    """One line of the table: `days` after which the kind goes (None: never), counted from `since`."""

    kind: str
    name: str
    since: str
    days: int | None
    then: str
    clause: str

    def goes_before(self, today: date) -> date | None:
        """What ended before this day is due for disposal; None when the kind is kept for good."""
        return None if self.days is None else today - timedelta(days=self.days)


TABLE: tuple[Retention, ...] = (
    Retention("ended_cases", N_("未进入审核的申请（草稿、已删除、已撤回、逾期失效）"), N_("结束之日"), 730,
              N_("连同照片、材料和联系方式一并删除"), clause="个人信息保护法19、47"),
    Retention("check_details", N_("无犯罪记录核查的答复内容"), N_("答复之日"), 365, N_("删除内容，保留结论和日期"),
              clause="一(二)、个人信息保护法28、47"),
    Retention("register_files", N_("导入的比对数据文件"), N_("导入之日"), 180, N_("删除文件，保留校验值"),
              clause="一(一)、个人信息保护法19"),
    Retention("ended_registrations", N_("未进入审核的定期注册（草稿、已撤回、逾期失效）"), N_("创建之日"), 730,
              N_("删除"), clause="个人信息保护法19、47"),
    Retention("registration_files", N_("学校报送的名单和申报表"), N_("报送之日"), 180, N_("删除文件，保留校验值"),
              clause="二(二)、个人信息保护法19"),
    Retention("objectors", N_("已处理的公示异议的提出人"), N_("处理之日"), 730,
              N_("删除姓名和联系方式，保留异议和处理结果"), clause="个人信息保护法19、47"),
    Retention("enquiries", N_("已办结的咨询"), N_("办结之日"), 730, N_("连同往来内容、附件和联系方式一并删除"),
              clause="一(五)、个人信息保护法19、47"),
    Retention("screenings", N_("考试机构查询的名单和结果"), N_("查询之日"), 90, N_("删除名单和结果，保留校验值和人数"),
              clause="一(四)、个人信息保护法19"),
    Retention("exam_contacts", N_("不再联系的考试机构联系人"), N_("停止联系之日"), 365, N_("删除"),
              clause="一(四)、个人信息保护法19、47"),
    Retention("messages", N_("已完成的任务记录"), N_("完成之日"), 180, N_("删除"), clause="网络安全法21"),
    Retention("sign_ins", N_("登录记录"), N_("结束之日"), 180, N_("删除"), clause="网络安全法21"),
    Retention("recognition", N_("认定结论与证书记录"), N_("认定之日"), None, N_("长期保存"),
              clause="教师资格条例、档案法"),
    Retention("registration", N_("定期注册结论与证书摸底记录"), N_("注册之日"), None, N_("长期保存"),
              clause="二(二)、档案法"),
    Retention("penalties", N_("处罚案件、文书与季度报告"), N_("立案之日"), None, N_("长期保存"),
              clause="一(三)、档案法"),
    Retention("audit", N_("审计记录"), N_("发生之日"), None, N_("长期保存，不含个人信息原文"),
              clause="三(二)、网络安全法21"),
)  # fmt: skip

BY_KIND = {line.kind: line for line in TABLE}
