"""What acts on filings, hand-overs, institutions and divisions are called in their histories."""

from core.foundation.findings import N_

VERB_NAMES = {
    "filing.open_first": N_("由运维登记首批人员"),
    "filing.draft": N_("填写"),
    "filing.submit": N_("提交备案"),
    "filing.withdraw": N_("撤回"),
    "filing.approve": N_("审核备案"),
    "filing.return": N_("退回"),
    "filing.invite": N_("发放一次性代码"),
    "filing.invite_again": N_("重新发送一次性代码"),
    "filing.reveal": N_("查看完整号码"),
    "filing.contact": N_("变更联系方式"),
    "filing.change": N_("申请变更"),
    "filing.register": N_("登记变更"),
    "filing.refuse_change": N_("不予登记变更"),
    "filing.suspend": N_("暂停"),
    "filing.resume": N_("恢复"),
    "filing.confirm": N_("年度确认"),
    "filing.lapse": N_("到期暂停"),
    "filing.end": N_("终止备案"),
    "handover.start": N_("编制清单"),
    "handover.leaver_signed": N_("交出人签字"),
    "handover.successor_signed": N_("接收人签字"),
    "handover.confirmed": N_("监交"),
    "handover.filed": N_("备案"),
    "handover.cancelled": N_("取消"),
    "institutions.add": N_("登记机构"),
    "institutions.change": N_("变更"),
    "schools.add": N_("登记学校"),
    "schools.change": N_("变更学校"),
    "divisions.add": N_("登记区划"),
    "divisions.rename": N_("更名"),
    "divisions.close": N_("停用"),
}

# The names of an institution's facts, for what a change was.
FIELD_NAMES = {
    "name": N_("名称"),
    "telephone": N_("电话"),
    "kinds": N_("资格种类"),
    "also": N_("另管辖"),
    "responsible_id": N_("网络安全责任人"),
    "valid_from": N_("启用日期"),
    "valid_to": N_("停用日期"),
    "successor": N_("接续机构"),
}
