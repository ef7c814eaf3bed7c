"""Issues, misprints, orders and spoilages at once, by processes that are killed: sums right to the serial."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from core.app import create_app
from core.certificates import service as certificates
from core.certificates.models import CertificateNumber, StockOrder, StockSegment
from core.config import load
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import NATION, within
from core.foundation.db import db, new_id, session
from core.foundation.schema import create_schema
from tests.conftest import broken, own_database
from tests.journeys.test_killed import environment

WORKERS, ACTS, KILLS = (10, 40, 60) if os.environ.get("XINGTAN_SOAK") else (3, 6, 3)
ROOT = Path(__file__).parents[2]


def prepare(environ):
    """Institutions, officers, and 4000 blanks with province 00."""
    os.environ.update({key: value for key, value in environ.items() if key.startswith("XINGTAN_PROVINCE_")})
    app = create_app("staff", load(environ))
    with app.app_context(), within(NATION):
        create_schema()
        clock.use_file(environ["XINGTAN_CLOCK_FILE"])
        clock.set_to(story.DAY)
        story._house()
        centre, now = story.officer("centre"), clock.now()
        certificates.receive(centre, new_id(), "blank", "S00", 1, 4000, False, now)
        rules = story.national(2020)
        sent = certificates.allot(centre, new_id(), "00000", "blank", 4000, story.SEASON, "压力测试备货", rules, now)
        certificates.dispatch(centre, sent.id, "", "", now)
        certificates.accept(story.officer("province"), sent.id, now)
        db.session.remove()
    return app


def start(environ, seed, log):
    command = [sys.executable, "-m", "tests.journeys.stock_worker", str(seed), str(ACTS)]
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log)


def test_killed_processes_leave_every_serial_and_number_accounted_for(tmp_path, agency, cheap_passwords):
    with own_database("stock_killed") as url, open(tmp_path / "log", "ab") as log:
        environ = environment(tmp_path, agency, XINGTAN_DATABASE_URL=url)
        app = prepare(environ)
        chance, seeds = random.Random(1), iter(range(1, 100_000))
        running = [start(environ, next(seeds), log) for _ in range(WORKERS)]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.5, 2.5))
            place = chance.randrange(WORKERS)
            running[place].kill()
            running[place].wait()
            running[place] = start(environ, next(seeds), log)
        assert [process.wait(timeout=300) for process in running] == [0] * WORKERS
        with app.app_context(), within(NATION):
            issued = session().scalar(select(func.count()).select_from(CertificateNumber))
            assert issued >= WORKERS * ACTS
            assert broken(3, 4, 5, 6, 7, 8) == {}
            everywhere = func.sum(StockSegment.high - StockSegment.low + 1)
            assert session().scalar(select(everywhere)) == 4000
            placed = select(func.sum(StockOrder.quantity)).where(StockOrder.state == "placed")
            assert (session().scalar(placed) or 0) <= 1000
            db.session.remove()
            db.engine.dispose()
