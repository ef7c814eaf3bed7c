"""The criminal check of a case: carried by hand, typed in by two officers, late, unclear, of another with that name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.applications import service as cases
from core.calendar.rules import WORKING_DAYS
from core.checks import service as checks
from core.demonstration.season import concluding, invented
from core.demonstration.season.life import Life, Stage, Step, case_of
from core.foundation.access import SYSTEM, territory, within
from core.hooks.types import CheckResult, Outcome

LATE = timedelta(days=17)


def begin(stage: Stage, life: Life) -> None:
    """What follows the confirmation: the answer in its time; an impatient office reviews before it."""
    kind = life.course.check
    if life.course.review == "too_early":
        stage.at(WORKING_DAYS.after(stage.today, 1), concluding.review, life)
    stage.outside.expect(invented.number(life.course.serial), kind)
    if kind == "silent":
        stage.at(stage.today + timedelta(days=40), concluding.review, life)
        return
    day = stage.today + LATE if kind == "late" else life.wait(stage.today)
    stage.at(day, remind if kind == "late" else _comes(stage, life), life)


def _comes(stage: Stage, life: Life) -> Step:
    """How an answer comes: from the province's agency, else on paper."""
    return told if stage.outside.answers(life.course.province) else answer


def told(stage: Stage, life: Life) -> None:
    """The agency has answered overnight; what it could not tell is carried over by hand."""
    check = _waits(stage, life, "clear", "unclear", "record_found")
    if check is not None:
        steps = {"unclear": ask_again, "record_found": weigh}
        steps.get(check.state, settled)(stage, life)


def _check(stage: Stage, life: Life) -> Any:
    clerk = stage.cast.officer(life.clerk)
    found: Any = case_of(stage, life).check_id
    return stage.cast.act(clerk, lambda actor: checks.check(found))


def _waits(stage: Stage, life: Life, *states: str) -> Any:
    """The open check, if the case still stands and the check is in one of these states."""
    row = case_of(stage, life)
    if row.check_id is None or row.state not in ("confirmed", "in_review", "proposed_recognised", "proposed_refused"):
        return None
    check = _check(stage, life)
    return check if check.state in states else None


def remind(stage: Stage, life: Life) -> None:
    """The answer is late: the list is carried over once more."""
    check = _waits(stage, life, "overdue")
    if check is not None:
        stage.cast.act(stage.cast.officer(life.clerk), checks.send_by_hand, check.id, stage.now)
        stage.at(life.wait(stage.today), answer, life)


def answer(stage: Stage, life: Life) -> None:
    """The answer on paper is typed in by one and confirmed by another."""
    check = _waits(stage, life, "sent", "overdue")
    if check is None:
        return
    kind = life.course.check
    if kind == "dirty":
        _dirty(stage, life, check.reference)
    outcome = "clear"
    if not life.mended or kind not in ("unclear", "record"):
        outcome = {"unclear": "unclear", "same_name": "record_found", "record": "record_found"}.get(kind, "clear")
    _typed(stage, life, check.id, outcome, apart=kind == "typed_apart")
    if outcome == "unclear":
        stage.at(life.wait(stage.today), ask_again, life)
    elif outcome == "record_found":
        stage.at(life.wait(stage.today), weigh, life)
    else:
        settled(stage, life)


def _typed(stage: Stage, life: Life, check_id: Any, outcome: str, apart: bool) -> None:
    one, two = stage.cast.officer(life.clerk), stage.cast.officer(life.other)
    stage.cast.act(one, checks.type_in, check_id, outcome, stage.today, "", stage.now)
    if apart:
        stage.cast.attempt(one, checks.confirm_typed, check_id, outcome, stage.today, stage.now)
        stage.cast.attempt(two, checks.confirm_typed, check_id, "unclear", stage.today, stage.now)
    stage.cast.act(two, checks.confirm_typed, check_id, outcome, stage.today, stage.now)


def _dirty(stage: Stage, life: Life, reference: str) -> None:
    """An agency's list holds strangers: they are kept aside and change nothing."""
    stranger = CheckResult(reference[:-4] + "ZZZZ", Outcome.CLEAR, stage.today)
    with within(territory(life.course.province)):
        checks.record_results(SYSTEM, life.course.province, [stranger], "collected", stage.now)


def ask_again(stage: Stage, life: Life) -> None:
    """Unclear: with more particulars the list goes over again."""
    check = _waits(stage, life, "unclear")
    if check is not None:
        life.mended = True
        stage.cast.act(stage.cast.officer(life.clerk), checks.send_by_hand, check.id, stage.now)
        stage.at(life.wait(stage.today), answer, life)


def weigh(stage: Stage, life: Life) -> None:
    """A record is weighed by a named officer and signed by the head: another of that name, or a bar."""
    check = _waits(stage, life, "record_found")
    if check is None:
        return
    clerk, head = stage.cast.officer(life.clerk), stage.cast.officer(life.officer("h"))
    stage.cast.act(clerk, checks.start_review, check.id, stage.now)
    same = life.course.check == "same_name"
    stage.cast.attempt(clerk, checks.propose, check.id, "clear_after_review", "无", stage.now)  # no reason given
    proposal, reason = "disqualifying", "判决书显示有期徒刑"
    if same:
        proposal, reason = "clear_after_review", "同名同姓，证件号码不同"
    stage.cast.act(clerk, checks.propose, check.id, proposal, reason, stage.now)
    stage.cast.attempt(clerk, checks.sign, check.id, True, stage.now)  # one's own proposal
    stage.cast.act(head, checks.sign, check.id, True, stage.now)
    if not same and life.course.serial % 3 == 0:
        stage.at(life.wait(stage.today), quashed, life)
    else:
        settled(stage, life)


def quashed(stage: Stage, life: Life) -> None:
    """The judgement was quashed: the answer is annulled and a new check asked for."""
    check = _waits(stage, life, "disqualifying")
    if check is None:
        return
    life.mended = True
    stage.cast.act(
        stage.cast.officer(life.officer("h")), checks.annul, check.id, "再审改判无罪，附判决书", stage.now
    )  # fmt: skip
    ask_anew(stage, life)


def ask_anew(stage: Stage, life: Life) -> None:
    """A check that no longer opens the gate is asked for anew."""
    if stage.cast.attempt(stage.cast.officer(life.clerk), cases.recheck, life.case_id, stage.now) is not None:
        send_anew(stage, life)


def send_anew(stage: Stage, life: Life) -> None:
    """A new check goes over, and this time comes back clear."""
    stage.outside.expect(invented.number(life.course.serial), "")
    stage.sends(life.course.province)
    stage.at(life.wait(stage.today), _comes(stage, life), life)


def settled(stage: Stage, life: Life) -> None:
    """The check says what it says: the case is reviewed, or concluded where it was reviewed before."""
    stage.at(life.wait(stage.today), concluding.conclude if life.reviewed else concluding.review, life)
