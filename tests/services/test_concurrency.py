"""Two people at once: one wins, the other is told; numbers stay unique and without gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from core.applications import service as cases
from core.certificates import service as certificates
from core.certificates.models import CertificateNumber
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import NATION, Actor, within
from core.foundation.db import db, session
from core.foundation.errors import Conflict, Refused
from core.penalties import service as penalties
from core.people.models import PersonBar
from tests.services import test_penalties as penal


def at_once(world: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Do acts in threads of their own; gives each one's result or error."""
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with world.staff.app_context(), within(NATION):
            gate.wait()
            try:
                results[number] = acts[number]()
            except (Refused, Conflict) as told:
                results[number] = told
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def conclude(head: Actor, case_id: Any) -> Callable[[], Any]:
    return lambda: cases.conclude(head, case_id, "recognised", "", clock.today(), clock.now())


def test_two_officers_conclude_at_once(house):
    case_id = story.play(10, "proposed", house.plan)
    story.settle("00")
    head = story.officer("head")
    session().rollback()
    first, second = at_once(house, conclude(head, case_id), conclude(head, case_id))
    told = [result for result in (first, second) if isinstance(result, Refused | Conflict)]
    assert len(told) == 1
    assert len(list(session().scalars(select(CertificateNumber)))) == 1


def test_a_decision_comes_in_force_while_its_party_is_recognised(house):
    case_id = story.play(10, "proposed", house.plan)
    story.settle("00")
    row = penal.lost(10)
    clerk, head = story.officer("clerk"), story.officer("head")
    data = {"version": row.version, "served_on": clock.today(), "how": "in_person"}
    session().rollback()
    at_once(house, conclude(head, case_id), lambda: penalties.serve(clerk, row.id, data, clock.now()))
    assert set(session().scalars(select(CertificateNumber.state))) <= {"lost_qualification"}
    assert session().scalar(select(PersonBar.decision)) == row.decision_number


def test_numbers_are_unique_and_without_gaps(house):
    case_ids = [story.play(serial, "proposed", house.plan) for serial in (10, 11, 12, 13, 14, 15)]
    story.settle("00")
    head = story.officer("head")
    session().rollback()
    results = at_once(house, *(conclude(head, case_id) for case_id in case_ids))
    assert not [result for result in results if isinstance(result, Conflict | Refused)]
    session().rollback()
    numbers = session().scalars(select(CertificateNumber.number))
    assert sorted(int(number[-6:]) for number in numbers) == [1, 2, 3, 4, 5, 6]
    assert certificates.balances() == [("00000", 494)]


def test_two_sign_ups_with_one_document(world):
    def sign_up() -> Any:
        return story.person(3)

    results = at_once(world, sign_up, sign_up)
    assert sum(isinstance(result, Actor) for result in results) == 1


def test_a_plan_extended_takes_its_cases_along(house):
    from datetime import date

    from core.foundation import outbox
    from core.foundation.db import new_id
    from core.plans import service as plans

    case_id = story.apply(3, house.plan)
    clerk = Actor("officer", id=story.officer("clerk").id, prefix="000101")
    province = story.officer("province2")
    data = {
        "id": new_id(), "reason": "延长", "entry_start": date(2020, 3, 20), "entry_end": date(2020, 4, 17),
        "confirm_start": date(2020, 3, 23), "confirm_end": date(2020, 4, 24),
    }  # fmt: skip
    row = plans.extend(clerk, house.plan, data, clock.now())
    plans.submit(clerk, row.id, clock.now())
    plans.approve(province, row.id, clock.now())
    plans.publish(province, row.id, clock.now())
    outbox.drain()
    assert cases.case(case_id).confirm_last == date(2020, 4, 24)
    house.at("2020-04-21")
    story.confirm(story.officer("clerk"), case_id)
    assert cases.case(case_id).state == "confirmed"
