"""What no province may ask or answer, whatever its types say: pure judgements at the border."""

from __future__ import annotations

from collections.abc import Iterable

from core.foundation.clock import beijing
from core.foundation.findings import N_, Finding, clause
from core.hooks.types import (
    CheckBatch,
    CheckReceipt,
    ExtraMaterial,
    HotlineCall,
    HotlineDay,
    NoticePublication,
    PublicationReceipt,
)

COPY_WORDS = ("复印件", "影印件", "复印")
CHANNELS = frozenset({"agency", "paper"})


@clause("一(一)", "R-EVID-01", "R-EVID-04")
def judge_materials(items: Iterable[ExtraMaterial]) -> list[Finding]:
    """No photocopy of any certificate may be asked of an applicant, by a province either."""
    return [
        Finding(
            "material_copy_abolished",
            N_("不得要求申请人提交复印件：%(title)s"),
            clause="一(一)",
            remedy=N_("只核验原件，不收取复印件"),
            params={"title": item.title},
        )
        for item in items
        if item.copies or any(word in item.title or word in item.reason for word in COPY_WORDS)
    ]


@clause("一(二)", "R-CHECK-03")
def wrong_receipts(batch: CheckBatch, receipts: list[CheckReceipt]) -> str:
    """ "" when the receipts are for this batch, else what is wrong: silence is no receipt."""
    if not receipts:
        return "no receipt for the batch"
    for receipt in receipts:
        if receipt.batch != batch.reference:
            return f"a receipt for another batch, {receipt.batch[:60]!r}"
        if receipt.channel not in CHANNELS:
            return f"channel must be agency or paper, not {receipt.channel[:20]!r}"
    if len({receipt.channel for receipt in receipts}) > 1:
        return "one batch goes through one channel"
    return ""


def wrong_publication(notice: NoticePublication, receipt: PublicationReceipt) -> str:
    """ "" when the receipt is for this notice, else what is wrong."""
    if receipt.reference != notice.reference:
        return f"a receipt for another notice, {receipt.reference[:60]!r}"
    return ""


def wrong_calls(asked: HotlineDay, calls: list[HotlineCall]) -> str:
    """ "" when every call is of the day that was asked for, by Beijing's hours, and told once."""
    for call in calls:
        if beijing(call.received_at).date() != asked.day:
            return f"a call of another day, {call.reference!r}"
    if len({call.reference for call in calls}) < len(calls):
        return "two calls with one reference"
    return ""
