"""Each step of a case as a page of its own: one table says who may take it, when, and what it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema

from core.foundation import clock
from core.foundation.access import Actor, officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, notify, see_other
from core.penalties import service
from core.penalties.models import Penalty
from core.penalties.rules import LAW_OF, PUNISHMENT_NAMES, Measure
from core.penalties.schemas import (
    AmendShape,
    AnnulShape,
    AskHearingShape,
    CallHearingShape,
    DecidePenaltyShape,
    DefenceShape,
    ExecuteShape,
    InvestigateShape,
    NotifyShape,
    ProposePenaltyShape,
    ReasonStepShape,
    ReceiptShape,
    RecordHearingShape,
    ReviewShape,
    ServeShape,
)
from core.penalties.views.words import (
    EXECUTION_NAMES,
    HOW_NAMES,
    RESULT_NAMES,
    REVIEW_NAMES,
    SEX_NAMES,
    options,
    staff,
    words,
)
from core.people.rules import masked_name

HANDLE, DECIDE, SUPERVISE = "penalties.handle", "penalties.decide", "penalties.supervise"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's form: which macro draws it, its name, label, hint, choices."""

    kind: str
    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its title, who may take it in which states, and what it asks and does."""

    title: str
    permission: str
    states: tuple[str, ...]
    shape: type[Schema]
    verb: Callable[[Actor, UUID, dict[str, Any], Any], Penalty]
    fields: tuple[Field, ...]
    weighed: bool | None = None
    kind: str = ""
    files: tuple[str, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


def _choices(names: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), name) for key, name in names.items())


_REASON = Field("area", "reason", N_("理由"))
_BASIS = (
    Field("text", "body", N_("作出判决或决定的机关")),
    Field("text", "number", N_("判决书或决定书文号")),
    Field("day", "basis_on", N_("生效日期")),
    Field("select", "punishment", N_("判处的刑罚（丧失资格）"), choices=_choices(PUNISHMENT_NAMES)),
    Field("tick", "intentional", N_("判决认定为故意犯罪")),
)
_FACTS = Field("area", "facts", N_("查明的事实"), N_("时间、地点、行为、证据和后果；写入文书"))
_LAW = Field("text", "law", N_("适用的法律依据"), N_("可以补充到条、款、项"))

STEPS: dict[str, Step] = {
    "investigate": Step(
        N_("登记调查结果"), HANDLE, ("opened",), InvestigateShape, service.investigate, (_FACTS,), True
    ),
    "supplement": Step(
        N_("补充调查结果"), HANDLE, ("investigated",), InvestigateShape, service.investigate, (_FACTS,), True,
        "secondary",
    ),
    "establish": Step(
        N_("认定事实和依据"), HANDLE, ("opened",), InvestigateShape, service.investigate, (_FACTS, *_BASIS), False
    ),
    "establish-anew": Step(
        N_("补充事实和依据"), HANDLE, ("investigated",), InvestigateShape, service.investigate, (_FACTS, *_BASIS),
        False, "secondary",
    ),
    "notify": Step(
        N_("送达告知书"), HANDLE, ("investigated",), NotifyShape, service.notify,
        (Field("day", "notified_on", N_("当事人收到告知书的日期"), N_("要求听证的期限自次日起计算")), _LAW), True,
    ),
    "defend": Step(
        N_("记录陈述申辩"), HANDLE, ("notified",), DefenceShape, service.record_defence,
        (Field("area", "defence", N_("陈述申辩的意见、事实和理由")),), True, "secondary",
    ),
    "ask-hearing": Step(
        N_("登记听证要求"), HANDLE, ("notified",), AskHearingShape, service.ask_hearing,
        (Field("day", "asked_on", N_("当事人提出要求的日期")),), True, "secondary",
    ),
    "call-hearing": Step(
        N_("发出听证通知"), HANDLE, ("notified",), CallHearingShape, service.call_hearing,
        (Field("day", "hearing_on", N_("听证日期")), Field("text", "place", N_("听证地点"))), True, "secondary",
    ),
    "withdraw-hearing": Step(
        N_("撤回听证要求"), HANDLE, ("notified",), ReasonStepShape, service.withdraw_hearing, (_REASON,), True,
        "secondary",
    ),
    "hear": Step(
        N_("登记听证"), HANDLE, ("notified",), RecordHearingShape, service.record_hearing,
        (Field("area", "record", N_("听证笔录要点和听证意见")),), True,
    ),
    "propose": Step(
        N_("提出拟决定意见"), HANDLE, ("investigated", "notified", "heard"), ProposePenaltyShape, service.propose,
        (
            Field("area", "proposal", N_("拟作出的决定和理由")),
            Field("area", "weighing", N_("对陈述申辩、听证意见的采纳情况和理由"), N_("没有陈述申辩的可以不填")), _LAW,
        ),
    ),
    "decide": Step(
        N_("作出决定"), DECIDE, ("proposed",), DecidePenaltyShape, service.decide,
        (Field("text", "decision_number", N_("决定书文号"), N_("决定书和送达回证将随之生成，不能再改")),),
    ),
    "send-back": Step(
        N_("退回补充调查"), DECIDE, ("proposed",), ReasonStepShape, service.send_back, (_REASON,), kind="secondary"
    ),
    "close": Step(
        N_("作销案处理"), DECIDE, ("opened", "investigated", "heard"), ReasonStepShape, service.close, (_REASON,),
        kind="secondary",
    ),
    "serve": Step(
        N_("登记送达"), HANDLE, ("decided",), ServeShape, service.serve,
        (
            Field("day", "served_on", N_("送达日期"), N_("决定自送达之日起生效：证书、限制和注册同时处理")),
            Field("select", "how", N_("送达方式"), choices=_choices(HOW_NAMES)),
            Field("file", "proof", N_("签收的送达回证（选填，可以以后补传）")),
        ),
        files=("proof",),
    ),
    "receipt": Step(
        N_("补传送达回证"), HANDLE, ("in_force", "executed", "annulled"), ReceiptShape, service.add_receipt,
        (Field("file", "proof", N_("签收的送达回证"), N_("PDF、JPEG或PNG，最多8兆字节；上传后不能更换")),),
        kind="secondary", files=("proof",),
    ),
    "execute": Step(
        N_("登记执行"), HANDLE, ("in_force",), ExecuteShape, service.execute,
        (
            Field("select", "outcome", N_("证书"), choices=_choices(EXECUTION_NAMES)[:2]),
            Field("day", "on", N_("日期")), Field("area", "note", N_("执行情况")),
        ),
    ),
    "declare-void": Step(
        N_("登记公告作废"), SUPERVISE, ("in_force",), ExecuteShape, service.execute,
        (Field("day", "on", N_("公告日期")), Field("area", "note", N_("公告的媒体和期号"))), kind="secondary",
        fixed=(("outcome", "declared_void"),),
    ),
    "review": Step(
        N_("登记复议或诉讼"), HANDLE, ("in_force", "executed"), ReviewShape, service.record_review,
        (
            Field("select", "kind", N_("类型"), choices=_choices(REVIEW_NAMES)),
            Field("text", "body", N_("复议机关或人民法院")), Field("day", "asked_on", N_("提出日期")),
            Field("select", "result", N_("结果"), N_("决定被撤销的，由省级登记“决定被撤销”"), _choices(RESULT_NAMES)),
        ),
        kind="secondary",
    ),
    "amend": Step(
        N_("更正当事人信息"), HANDLE,
        ("opened", "investigated", "notified", "heard", "proposed", "decided", "in_force", "executed"),
        AmendShape, service.amend,
        (
            Field("select", "sex", N_("性别（选填）"), choices=_choices(SEX_NAMES)),
            Field("text", "unit", N_("工作单位（选填）")), Field("text", "post", N_("职务（选填）")),
            Field("text", "address", N_("送达地址（选填）")),
            Field("area", "reason", N_("原因"), N_("已出具的文书和已签发的报告不变；姓名、证件号码有误的应当销案重立")),
        ),
        kind="secondary",
    ),
    "annul": Step(
        N_("登记决定被撤销"), SUPERVISE, ("in_force", "executed"), AnnulShape, service.annul,
        (
            Field("text", "reference", N_("复议决定书或判决书文号")), Field("day", "annulled_on", N_("撤销日期")),
            Field("area", "reason", N_("撤销理由"), N_("限制自始解除，证书恢复有效；案件记录保留")),
        ),
        kind="secondary",
    ),
}  # fmt: skip


def steps_of(row: Penalty, who: Actor) -> list[tuple[str, Step]]:
    """The steps that this officer may take now, the main one first."""
    if not service.handles(who, row):
        return []
    found = [
        (name, step)
        for name, step in STEPS.items()
        if row.state in step.states and who.may(step.permission) and _fits(row, name, step)
    ]
    return sorted(found, key=lambda pair: pair[1].kind != "")


def _fits(row: Penalty, name: str, step: Step) -> bool:
    weighed = row.measure == Measure.REVOCATION
    if step.weighed is not None and step.weighed != weighed:
        return False
    asked = row.hearing_asked_on is not None
    if name == "ask-hearing":
        return not asked
    if name in ("call-hearing", "withdraw-hearing", "hear"):
        return asked and (name != "hear" or row.hearing_on is not None)
    if name == "receipt":
        return not row.served_proof
    if name == "declare-void":
        return row.due_on is not None
    if name == "propose":
        return not (row.state == "investigated" and weighed) and not (row.state == "notified" and asked)
    return True


def _take(name: str, step: Step) -> Callable[[UUID], Any]:
    def take(penalty_id: UUID) -> Any:
        row, today = service.penalty(penalty_id), clock.today().isoformat()
        initial = {field.name: today for field in step.fields if field.kind == "day" and field.name != "basis_on"}
        initial |= {"facts": row.facts, "law": row.law or say(LAW_OF[Measure(row.measure)]), **dict(step.fixed)}
        form = Form(step.shape(), _wanted(step, initial) | {"version": row.version}, files=step.files)
        if form.sent and form.carry_out(lambda data: step.verb(actor(), penalty_id, data, clock.now())) is not None:
            notify(N_("已办理：%(title)s。"), title=step.title)
            return see_other("penalties.show", penalty_id=penalty_id)
        fields = [
            (field.kind, field.name, say(field.label), say(field.hint), options(dict(field.choices)))
            for field in step.fields
        ]
        return form.page(
            "staff/penalties/step.html",
            row=row,
            step=step,
            fields=fields,
            masked=masked_name,
            fixed=step.fixed,
            **words(),
        )

    take.__doc__ = f"The step “{name}” of a case: asked and taken."
    take.__name__ = "take"
    return take


def _wanted(step: Step, initial: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in step.fields} | {name for name, _value in step.fixed}
    return {name: value for name, value in initial.items() if name in names}


for _name, _step in STEPS.items():
    staff.add_url_rule(
        f"/penalties/<uuid:penalty_id>/{_name}",
        _name.replace("-", "_"),
        officer(_step.permission, fresh=_step.permission != HANDLE)(_take(_name, _step)),
        methods=["GET", "POST"],
    )
