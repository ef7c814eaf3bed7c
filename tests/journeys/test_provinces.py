"""One province hangs for ever, in real workers over a real Redis: the checks of all others are finished."""

from __future__ import annotations

from pathlib import Path

from core.foundation.access import NATION, within
from core.hooks.models import all_health
from tests.journeys.fleet import GOOD, HANGING, Fleet


def test_one_hangs_and_the_others_finish(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, {"33": HANGING, "41": GOOD, "44": GOOD, "51": GOOD})
    try:
        for code in fleet.bodies:
            fleet.ask(code, range(1, 6))
        fleet.start("relay --pause 0.1", "work --lane usual", "work --lane slow")
        have = fleet.wait_for({"41": 5, "44": 5, "51": 5}, 90)
        assert have == {"41": 5, "44": 5, "51": 5}
        with fleet.app.app_context(), within(NATION):
            (row,) = all_health()
            assert (row.province_code, row.hook) == ("33", "submit_criminal_checks")
            assert row.slow_since is not None
    finally:
        fleet.stop()
