"""Correction, replacement, re-issue: each by its procedure, the number stays (R-CERT-03 … -07)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.certificates.rules.spoilage import Cause
from core.certificates.rules.states import PieceState
from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves


class ChangeKind(StrEnum):
    """Why a certificate gets another piece of paper."""

    CORRECTION = "correction"
    IDENTITY = "identity"
    REPLACEMENT = "replacement"
    REISSUE = "reissue"


CHANGE_NAMES = {
    ChangeKind.CORRECTION: N_("信息更正（证书打印或录入有误）"),
    ChangeKind.IDENTITY: N_("信息变更（姓名或证件号码变更）"),
    ChangeKind.REPLACEMENT: N_("换发（证书损毁）"),
    ChangeKind.REISSUE: N_("补发（证书遗失）"),
}
CAUSE_OF = {
    ChangeKind.CORRECTION: Cause.CORRECTION,
    ChangeKind.IDENTITY: Cause.CORRECTION,
    ChangeKind.REPLACEMENT: Cause.REPLACEMENT,
    ChangeKind.REISSUE: Cause.REISSUE,
}
# What may be corrected; kind, subject and date are never "corrected" into something not recognised (R-CERT-07).
CORRECTABLE = ("name", "sex", "birth_date", "document_number")

CHANGE_MOVES = Moves(
    N_("证书变更"),
    {
        "requested": N_("待办理"),
        "done": N_("已办结"),
        "refused": N_("不予办理"),
        "withdrawn": N_("已撤回"),
    },
    {"requested": {"done": "O", "refused": "O", "withdrawn": "AO"}},
    {"requested": ("O", N_("核对材料，收回原证后办理"))},
)


@clause("R-CERT-03", "R-CERT-04", "R-CERT-07")
def judge_change(
    kind: str, values: Mapping[str, str], reason: str, proof: bool, piece: str, certificate: str
) -> list[Finding]:
    """Whether a change may be asked for: of a certificate in force, on its grounds, with what must be shown."""
    found = []
    if certificate != "in_force":
        found.append(
            Finding(
                "change_not_in_force",
                N_("证书不在有效状态，不能办理"),
                clause="R-CERT-05",
                remedy=N_("请向发证机关咨询"),
            )
        )
    corrects = kind in (ChangeKind.CORRECTION, ChangeKind.IDENTITY)
    lost = kind == ChangeKind.REISSUE and piece == PieceState.REPORTED_LOST
    if piece != PieceState.HANDED_OVER and not lost:
        found.append(
            Finding(
                "change_piece_not_held",
                N_("证书尚未领取或正在办理，不能申请变更"),
                clause="R-CERT-05",
                remedy=N_("领取前发现错误的，请向发证机关说明"),
            )
        )
    if corrects and not any(values.values()):
        found.append(Finding("change_empty", N_("请填写要更正的内容"), clause="R-CERT-07", field="name"))
    if not corrects and any(values.values()):
        found.append(Finding("change_no_values", N_("换发和补发的证书内容不变"), clause="R-CERT-05", field="name"))
    if kind == ChangeKind.IDENTITY:
        if values.get("sex") or values.get("birth_date"):
            found.append(
                Finding("change_identity_only", N_("信息变更只限姓名和证件号码"), clause="R-CERT-07", field="sex")
            )
        if not proof:
            found.append(
                Finding(
                    "change_proof_missing",
                    N_("姓名或证件号码变更须有公安机关的证明"),
                    clause="R-CERT-07",
                    field="proof",
                    remedy=N_("请上传户口簿变更页或公安机关证明"),
                )
            )
    if len(reason.strip()) < 4:
        found.append(Finding("reason_missing", N_("请写明原因"), clause="R-CERT-05", field="reason"))
    return found


@clause("R-CERT-03", "R-CERT-04", "R-CERT-07")
def judge_old_piece(kind: str, taken_back: bool) -> list[Finding]:
    """A new piece is given for the old one; only a lost one cannot be taken back."""
    if kind == ChangeKind.REISSUE or taken_back:
        return []
    return [
        Finding(
            "old_piece_not_taken_back",
            N_("须收回原证后办理"),
            clause="R-CERT-04",
            field="taken_back",
            remedy=N_("收回后请勾选；确已遗失的按补发办理"),
        )
    ]
