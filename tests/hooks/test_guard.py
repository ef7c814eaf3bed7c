"""Nothing but the declared type comes back from a province; everything else is a fault of that province."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from structlog.testing import capture_logs

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.hooks.guard import LONGEST_TEXT, MOST_RESULTS, mismatch
from core.hooks.host import Moment
from core.hooks.types import (
    AttendanceRecord,
    CheckReceipt,
    CheckResult,
    EvidenceAnswer,
    EvidenceOutcome,
    NoticeSection,
    Outcome,
    ProvinceSettings,
    TrainingPolicy,
)
from core.testing import border
from tests.hooks.conftest import host_of


def judging(answer: str) -> str:
    """A plugin whose plan judgement is the statement `answer`."""
    return f"@hookimpl\ndef judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:\n    {answer}\n"


FAULTS = {
    "return None": ("no answer", "is there a return missing?"),
    "return ()": ("wrong answer", "must be list, tuple came"),
    "return ['refused']": ("wrong answer", "must be Finding, str came"),
    "return [Finding('a', 'b', severity='refusal')]": (
        "wrong answer",
        "Finding.severity must be Severity, str came",
    ),
    "return [Finding('a', None)]": ("wrong answer", "Finding.message must be str, NoneType came"),
    "return [Finding('', 'b')]": ("wrong answer", "needs a code and a message"),
    f"return [Finding('a', 'b')] * {MOST_RESULTS + 1}": ("wrong answer", "10001 items, more than 10000"),
    f"return [Finding('a', 'b' * {LONGEST_TEXT + 1})]": ("wrong answer", "20001 characters, more than 20000"),
    "raise RuntimeError('no such table')": ("raised", "RuntimeError: no such table"),
    "raise SystemExit(1)": ("raised", "SystemExit: 1"),
    "raise MemoryError": ("raised", "MemoryError"),
    "return judge_plan(ctx, draft)": ("raised", "RecursionError"),
    "raise AgencyUnavailable('connection refused')": ("agency unavailable", "connection refused"),
    "raise AgencyRefused('HTTP 409')": ("agency refused", "HTTP 409"),
}


@pytest.mark.parametrize("statement", FAULTS)
def test_a_fault_is_named(at: Moment, statement: str) -> None:
    kind, text = FAULTS[statement]
    with pytest.raises(ProvinceFault) as caught:
        host_of(judging(statement)).judge_plan(at, border.plans("33")[0])
    assert (caught.value.province, caught.value.hook, caught.value.kind) == ("33", "judge_plan", kind)
    assert text in caught.value.detail


def test_a_pending_interrupt_is_not_the_provinces() -> None:
    with pytest.raises(KeyboardInterrupt):
        host_of(judging("raise KeyboardInterrupt")).judge_plan(border.moment(), border.plans("33")[0])


GOOD = CheckResult("r", Outcome.CLEAR, date(2020, 3, 25))


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        ([GOOD], list[CheckResult], ""),
        (
            [CheckResult("r", "clear", GOOD.decided_on)],
            list[CheckResult],
            "CheckResult.outcome must be Outcome",
        ),  # type: ignore[arg-type]
        (
            [CheckResult("r", Outcome.CLEAR, datetime(2020, 3, 25))],
            list[CheckResult],
            "decided_on must be date",
        ),
        ([CheckResult("r", Outcome.CLEAR, "2020-03-25")], list[CheckResult], "decided_on must be date"),  # type: ignore[arg-type]
        ([AttendanceRecord("33001", True)], list[AttendanceRecord], "attendees must be int, bool came"),
        ([NoticeSection("a", "b\0c")], list[NoticeSection], "NUL character"),
        (
            [EvidenceAnswer("q", EvidenceOutcome.MATCHED, "r", ("a", 1))],
            list[EvidenceAnswer],
            "must be str, int",
        ),  # type: ignore[arg-type]
        (
            [EvidenceAnswer("q", EvidenceOutcome.MATCHED, "r", ["a"])],
            list[EvidenceAnswer],
            "must be tuple, list",
        ),  # type: ignore[arg-type]
        ([EvidenceAnswer("q", "matched ", "r")], list[EvidenceAnswer], "result must be EvidenceOutcome"),  # type: ignore[arg-type]
        (TrainingPolicy(2), TrainingPolicy, ""),
        ([TrainingPolicy(2)], TrainingPolicy, "must be TrainingPolicy, list came"),
        (None, date | None, ""),
        ("2020", date | None, "must be"),
        ([Finding("a", "b", params={"n": object()})], list[Finding], ""),
    ],
)
def test_types_are_checked_through_and_through(answer: object, expected: object, said: str) -> None:
    assert said in mismatch(answer, expected)
    assert bool(said) == bool(mismatch(answer, expected))


def submitting(answer: str) -> str:
    """A plugin whose submission answers with the expression `answer`."""
    return f"@hookimpl\ndef submit_criminal_checks(batch: CheckBatch) -> list[CheckReceipt]:\n    return {answer}\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("[]", "no receipt for the batch"),
        ("[CheckReceipt('other', 'A')]", "a receipt for another batch"),
        ("[CheckReceipt(batch.reference, 'A', 'pigeon')]", "channel must be agency or paper"),
        ("[CheckReceipt(batch.reference, 'A'), CheckReceipt(batch.reference, 'B', 'paper')]", "one channel"),
    ],
)
def test_silence_is_no_receipt(at: Moment, answer: str, said: str) -> None:
    with pytest.raises(ProvinceFault) as caught:
        host_of(submitting(answer)).submit_criminal_checks(at, border.batch(2))
    assert caught.value.kind == "wrong answer"
    assert said in caught.value.detail


def test_a_split_batch_has_several_receipts(at: Moment) -> None:
    host = host_of(submitting("[CheckReceipt(batch.reference, 'A'), CheckReceipt(batch.reference, 'B')]"))
    assert host.submit_criminal_checks(at, border.batch(2)) == [
        CheckReceipt("batch-1", "A"),
        CheckReceipt("batch-1", "B"),
    ]


@pytest.mark.parametrize(
    "item", ["ExtraMaterial('id', '身份证', '核验', copies=2)", "ExtraMaterial('id', '身份证复印件', '存档')"]
)
def test_copies_abolished_by_the_notice_are_refused_whoever_asks(at: Moment, item: str) -> None:
    host = host_of(
        f"@hookimpl\ndef extra_materials(facts: ApplicationFacts) -> list[ExtraMaterial]:\n    return [{item}]\n"
    )
    with pytest.raises(ProvinceFault, match="copies are abolished by 一"):
        host.extra_materials(at, border.applications("33")[0])


def test_a_receipt_of_another_notice_is_refused(at: Moment) -> None:
    host = host_of(
        "@hookimpl\ndef publish_notice(notice: NoticePublication) -> PublicationReceipt:\n"
        "    return PublicationReceipt('other', '')\n"
    )
    with pytest.raises(ProvinceFault, match="a receipt for another notice"):
        host.publish_notice(at, border.publication())


def test_faults_and_logs_hide_secrets_and_people(at: Moment) -> None:
    plugin = judging(
        "ctx.log('asked', url='https://agency.example/?key=hunter2-hunter2'); "
        "raise RuntimeError('hunter2-hunter2 for 990101199605170012, 13812345678')"
    )
    host = host_of(plugin)
    host.settings = ProvinceSettings({"agency_key": "hunter2-hunter2"}, ["agency_key"])
    with capture_logs() as logged, pytest.raises(ProvinceFault) as caught:
        host.judge_plan(at, border.plans("33")[0])
    said = f"{logged}{caught.value}"
    assert "RuntimeError: ••• for 990101********0012, 138****5678" in said
    assert "hunter2" not in said
    assert {entry["province"] for entry in logged} == {"33"}


def test_a_fault_names_nobody_of_the_batch(at: Moment) -> None:
    batch = border.batch(2)
    with capture_logs() as logged, pytest.raises(ProvinceFault) as caught:
        host_of(submitting("1 / 0 if not batch else [][repr(batch)]")).submit_criminal_checks(at, batch)
    with pytest.raises(ProvinceFault) as again:
        host_of(submitting("int(repr(batch.subjects))")).submit_criminal_checks(at, batch)
    assert "CheckSubject" in again.value.detail
    for subject in batch.subjects:
        assert subject.name not in f"{logged}{caught.value}{again.value}"
        assert subject.document_number not in f"{logged}{caught.value}{again.value}"


def test_what_each_hook_took_and_failed_is_measured(at: Moment) -> None:
    host = host_of(judging("import time; time.sleep(0.06); return []"))
    with capture_logs() as logged:
        host.judge_plan(at, border.plans("33")[0])
    seen = host.measured["judge_plan"]
    assert (seen.calls, seen.faults) == (1, 0)
    assert seen.slowest_ms >= 60
    assert [entry["hook"] for entry in logged if entry["event"] == "slow hook in a request"] == ["judge_plan"]
    failing = host_of(judging("return None"))
    with pytest.raises(ProvinceFault):
        failing.judge_plan(at, border.plans("33")[0])
    assert failing.measured["judge_plan"].faults == 1
    assert failing.measured["judge_plan"].last_fault.startswith("no answer: ")
