"""A plugin's foreign code in a box: whatever it does, its own province alone gets a fault, and in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.foundation.errors import ProvinceFault
from core.hooks import box
from core.hooks.breaker import MemoryHealth
from core.hooks.host import Moment
from core.testing import border
from tests.hooks.conftest import host_of

SUBMIT = """
import os, sys, time
@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    {body}
    return [CheckReceipt(batch.reference, "A-1")]
"""
BODIES = {
    "hangs": ("time.sleep(600)", "no answer in time: stopped after 0.5 seconds"),
    "swallows": (
        "import signal\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while True:\n"
        "        try:\n            time.sleep(600)\n        except BaseException:\n            pass",
        "no answer in time: stopped after 0.5 seconds",
    ),
    "raises": ("raise KeyError('x')", "raised: KeyError: 'x'"),
    "exits": ("sys.exit(0)", "raised: SystemExit: 0"),
    "dies": ("os._exit(3)", "died: the process ended without an answer (memory?)"),
    "crashes": ("os.kill(os.getpid(), 11)", "died: the process ended without an answer (memory?)"),
    "eats": ("x = bytearray(900 * 1024 * 1024)", "raised: MemoryError: "),
    "none": ("return None", "no answer: the hook returned None; is there a return missing?"),
    "nonsense": ("return [lambda: 1]", "wrong answer: an item of the answer must be CheckReceipt, function came"),
    "agency": ("raise AgencyUnavailable('HTTP 503')", "agency unavailable: HTTP 503"),
}


@pytest.fixture(autouse=True)
def boxes() -> Iterator[None]:
    """Calls go into boxes with little time, as in the slow lane."""
    box.use(box.Limits(0.5, 256 * box.MEGABYTE))
    yield
    box.use(None)


@pytest.mark.parametrize("name", BODIES)
def test_whatever_it_does_is_a_fault_in_time(name: str, at: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.hooks.host.USUAL", box.Limits(0.1))
    body, said = BODIES[name]
    host = host_of(SUBMIT.format(body=body))
    started = time.monotonic()
    with pytest.raises(ProvinceFault) as fault:
        host.submit_criminal_checks(at, border.batch())
    assert time.monotonic() - started < 10
    assert f"{fault.value.kind}: {fault.value.detail}" == said
    assert isinstance(host.health, MemoryHealth)
    assert host.health.errors["33", "submit_criminal_checks"] == said


def test_a_good_answer_comes_through_and_prints_do_not(at: Moment, capfd: pytest.CaptureFixture[str]) -> None:
    host = host_of(SUBMIT.format(body="print('secret'); print('secret', file=sys.stderr)"))
    (receipt,) = host.submit_criminal_checks(at, border.batch())
    assert (receipt.batch, receipt.agency_reference) == ("batch-1", "A-1")
    printed = capfd.readouterr()
    assert "secret" not in printed.out + printed.err


def test_its_children_die_with_it(at: Moment) -> None:
    body = "pid = os.fork()\n    if pid == 0: time.sleep(600)\n    raise AgencyRefused(str(pid))"
    host = host_of(SUBMIT.format(body=body))
    with pytest.raises(ProvinceFault) as fault:
        host.submit_criminal_checks(at, border.batch())
    time.sleep(0.2)
    state = Path(f"/proc/{fault.value.detail}/stat")  # gone, or dead and waiting for somebody to notice
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_what_is_only_slow_goes_to_the_slow_lane_and_comes_back(at: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.hooks.host.USUAL", box.Limits(0.5))
    monkeypatch.setattr("core.hooks.host.QUICK_SECONDS", 0.4)
    host = host_of(SUBMIT.format(body="time.sleep(float(os.environ['XT_SLEEP']))"))
    health = host.health
    assert isinstance(health, MemoryHealth)
    monkeypatch.setenv("XT_SLEEP", "0.8")
    with pytest.raises(ProvinceFault):
        host.submit_criminal_checks(at, border.batch())
    assert health.slow == {("33", "submit_criminal_checks")}
    assert health.errors == {}
    box.use(box.Limits(5))
    assert host.submit_criminal_checks(at, border.batch())
    assert health.slow
    monkeypatch.setenv("XT_SLEEP", "0")
    assert host.submit_criminal_checks(at, border.batch())
    assert health.slow == set()


def test_one_that_answers_but_slowly_leaves_the_usual_lane_too(at: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.hooks.host.QUICK_SECONDS", 0.1)
    host = host_of(SUBMIT.format(body="time.sleep(0.2)"))
    assert host.submit_criminal_checks(at, border.batch())
    assert isinstance(host.health, MemoryHealth)
    assert host.health.slow == {("33", "submit_criminal_checks")}
    assert host.health.errors == {}
