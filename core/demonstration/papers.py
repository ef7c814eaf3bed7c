"""Paper in the demonstration: a run with a misprint, orders on both sides of the threshold, a change asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.applications import service as cases
from core.certificates import service as certificates
from core.certificates.service import printing
from core.foundation import outbox
from core.foundation.access import Actor
from core.foundation.db import new_id
from core.foundation.paging import Paging
from core.rulesets.loader import national

MARK = "K00"


def printed(clerk: Actor, now: datetime) -> None:
    """Print what waits at the clerk's desk: the first comes well and is handed over, the next is a misprint.

    Without the extra `pdf` the run stays as failed, with the remedy on its page.
    """
    device = printing.add_printer(clerk, new_id(), "办公室左侧打印机", True, now)
    printing.calibrate(clerk, device.id, "front", 29.2, 30.5, now)
    waiting = [row.id for row in printing.waiting(Paging(), clerk.institution_code).rows]
    run = printing.open_run(clerk, new_id(), device.id, waiting, now)
    outbox.drain()
    lines = printing.lines(run.id)
    if printing.run(run.id).state != "ready" or len(lines) < 2:
        return
    printing.printed(clerk, run.id, [lines[0].id], now)
    certificates.hand_over(clerk, lines[0].piece_id, "signature", "本人签收", now)
    printing.misprinted(clerk, lines[1].id, new_id(), "套打偏移，压到边框", b"", True, now)


def ordered(one: Actor, two: Actor, season: str, now: datetime) -> None:
    """The province orders within its own word, then beyond it; two of its blanks came damaged, seen by a second."""
    rules = national(now.year)
    certificates.order(one, new_id(), season, "misprint", 30, "首批打印作废后补充", rules, now)
    certificates.order(one, new_id(), season, "reissue", 980, "预计遗失补办", rules, now)
    season_spoilt = certificates.spoil(
        one, new_id(), "blank", MARK, "499-500", "damaged", "运输途中受潮", b"", True, season, now
    )  # fmt: skip
    certificates.confirm_spoilage(two, season_spoilt[0].id, now)


def asked(case_id: UUID, now: datetime) -> None:
    """The holder of the handed-over paper has lost it and asks for another; the officer has not answered yet."""
    row = cases.case(case_id)
    (certificate,) = certificates.of_person(row.person_id)
    holder = Actor("applicant", name=certificate.name, person_id=row.person_id)
    certificates.request_change(holder, new_id(), certificate.id, "reissue", {}, "搬家时遗失", b"", now)
