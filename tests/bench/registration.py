"""How many teachers a second one process takes through a registration season, on SQLite and on PostgreSQL.

    python -m tests.bench.registration --teachers 2000

Every step is the bulk verb that pages and jobs call; nothing is written past the services.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice
from typing import Any

from core.app import create_app
from core.certificates import service as certificates
from core.config import load
from core.demonstration import registering, story
from core.foundation import clock, outbox
from core.foundation.access import NATION, within
from core.foundation.db import db, new_id, session
from core.foundation.invariants import INVARIANTS, answer
from core.foundation.paging import Paging
from core.foundation.schema import create_schema
from core.plans import service as plans
from core.registration import service
from core.rulesets.loader import national
from core.testing.agency import KEY
from core.testing.papers import signed_undertaking
from tests.conftest import own_database

SCHOOL, SEASON, LETTER = 500, "2020-second_half", "函〔2020〕1号"


def at(moment: str) -> Any:
    clock.set_to(story.DAY.fromisoformat(f"{moment}T09:00"))
    return clock.now()


class Season:
    """One season of `count` teachers, schools of five hundred each."""

    def __init__(self, count: int) -> None:
        self.count, self.times = count, dict[str, float]()
        story._house()
        story._registers()
        story._province("00", "province", "province2", "clerk")
        self.province, self.clerk, self.head = map(story.officer, ("province", "clerk", "head"))
        now = at("2020-08-20")
        area = registering.area(self.province, now)
        codes = [(f"{registering.AREA}{n:06d}", f"第{n}学校", "junior_middle") for n in range(1, count // SCHOOL + 2)]
        registering.schools(self.head, now, codes)
        registering.notice(self.province, now)
        self.survey = service.open_survey(self.head, area, now).id
        self.school = registering.school_person(
            self.head, self.province, codes[0][0], "school1", 871, signed_undertaking(), story.PASSWORD, now
        )
        people = registering.teachers(count)
        self.schools = [(code, some) for code, *_ in codes if (some := list(islice(people, SCHOOL)))]

    def timed(self, name: str, verb: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = verb()
        self.times[name] = self.times.get(name, 0) + time.perf_counter() - began
        return done

    def until_none(self, name: str, verb: Callable[[], Any]) -> None:
        while self.timed(name, verb):
            session().expire_all()

    def survey_of_all(self) -> None:
        now = at("2020-08-21")
        for code, some in self.schools:
            listed = [service.Listed(t.name, t.document_number, t.certificate_number) for t in some]
            self.timed("survey list", lambda c=code, x=listed: service.add_lines(self.clerk, self.survey, c, x, now))
        self.until_none("survey asked", lambda: service.ask_all(self.clerk, self.survey, "2010", "发证机构", now))
        self.until_none("survey answered", lambda: service.answer_all(self.clerk, self.survey, "发证机构", LETTER, now))
        self.until_none("survey signed", lambda: service.sign_all(self.head, self.survey, LETTER, now))
        service.close_survey(self.head, self.survey, now)

    def cases(self) -> None:
        plan = registering.plan(self.clerk, self.province, at("2020-08-25"))
        now = at("2020-09-14")
        plans.advance(clock.today(), now)
        for code, some in self.schools:
            mine = replace(self.school, prefix=code)
            entries = registering.entries(some)
            self.timed("applied", lambda m=mine, c=code, e=entries: service.apply_many(m, plan, c, e, now))
            self.until_none("endorsed", lambda m=mine, c=code: service.endorse_all(m, plan, c, "good", now))
        self.until_none("confirmed", lambda: service.confirm_all(self.clerk, plan, now))
        self.until_none("proposed", lambda: service.propose_all(self.clerk, plan, now))
        self.until_none("publicised", lambda: service.publicise_all(self.head, plan, now))
        now = at("2020-09-22")
        for notice in service.publicities(Paging(size=2000), plan).rows:
            self.timed("concluded", lambda n=notice: service.conclude_all(self.head, n.id, now))
        self.stickers(now)
        self.until_none("stickers", lambda: service.apply_stickers_all(self.clerk, plan, now))
        assert service.counts(plan) == {"passed": self.count}, service.counts(plan)

    def stickers(self, now: Any) -> None:
        centre, rules, more = story.officer("centre"), national(2020), self.count
        certificates.receive(centre, new_id(), "sticker", "TB", 1, more, False, now)
        holder = certificates.province_holder("00")
        sent = certificates.allot(centre, new_id(), holder, "sticker", more, SEASON, "按注册人数", rules, now)
        certificates.dispatch(centre, sent.id, f"1-{more}", "TB", now)
        certificates.accept(self.province, sent.id, now)


def run(kind: str, count: int) -> None:
    os.environ |= {"XINGTAN_SECRET_KEY": "a secret for the bench only, forty letters", "XINGTAN_LOG_LEVEL": "ERROR",
                   "XINGTAN_PROVINCES": "00", "XINGTAN_PROVINCE_00_AGENCY_KEY": KEY,
                   "XINGTAN_PROVINCE_00_AGENCY_URL": "http://127.0.0.1:1"}  # fmt: skip
    folder = tempfile.mkdtemp()
    with own_database("registering", durable=False) if kind == "postgresql" else nullcontext("") as url:
        os.environ |= {"XINGTAN_DATABASE_URL": url, "XINGTAN_DATA_DIR": folder,
                       "XINGTAN_CLOCK_FILE": f"{folder}/clock"}  # fmt: skip
        app = create_app("staff", load())
        with app.app_context(), within(NATION):
            create_schema()
            clock.set_to(story.EARLIER)
            season = Season(count)
            season.survey_of_all()
            season.cases()
            outbox.drain()
            began = time.perf_counter()
            broken = [name for name in INVARIANTS if "regist" in name or "sticker" in name or "survey" in name
                      if answer(INVARIANTS[name]).count]  # fmt: skip
            total = sum(season.times.values())
            for name, seconds in season.times.items():
                print(f"{kind:12}{name:18}{count / seconds:10.0f} a second")
            asked = time.perf_counter() - began
            print(f"{kind:12}{'the whole season':18}{count / total:10.0f} a second: {total:.1f} s for {count} teachers")
            print(f"{kind:12}laws asked in {asked:.1f} s, broken: {broken or 'none'}")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--teachers", type=int, default=2000)
    said.add_argument("--databases", default="sqlite,postgresql")
    given = said.parse_args()
    for one in given.databases.split(","):
        run(one, given.teachers)
