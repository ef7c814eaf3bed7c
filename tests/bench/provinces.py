"""`make isolation`: how the other provinces fare while one hangs, with real workers, Redis and PostgreSQL.

Each of the provinces is asked for checks at a steady rate for a while, once with all of them healthy and once with
one hanging for ever. What counts is how many checks of the others are finished when the time is over.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from core.rulesets.loader import provinces
from tests.journeys.fleet import GOOD, HANGING, Fleet


def run(count: int, seconds: float, every: float, workers: int, hanging: bool) -> dict[str, int]:
    """Checks finished by province after `seconds` of steady asking and a short while more."""
    codes = sorted(provinces())[:count]
    bodies = dict.fromkeys(codes, GOOD) | ({codes[0]: HANGING} if hanging else {})
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), bodies)
        try:
            fleet.start("relay --pause 0.1", *["work --lane usual"] * workers, "work --lane slow")
            fleet.ask(codes[1], [1])
            fleet.wait_for({codes[1]: 1}, 120)  # all is up and warm
            end, serial = time.monotonic() + seconds, 1
            while (started := time.monotonic()) < end:
                for code in codes:
                    fleet.ask(code, range(serial, serial + 3))
                serial += 3
                time.sleep(max(0.0, every - (time.monotonic() - started)))
            time.sleep(every)
            have = fleet.finished()
        finally:
            fleet.stop()
    return {code: have.get(code, 0) for code in codes}


def main() -> None:
    """Run healthy, hanging, hanging, healthy (so that a machine's moods fall on both); exit 1 below nine tenths."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--provinces", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--workers", type=int, default=3)
    asked = parser.parse_args()
    finished = {False: 0, True: 0}
    for hanging in (False, True, True, False):
        done = run(asked.provinces, asked.seconds, asked.every, asked.workers, hanging)
        first, *others = sorted(done)
        count = sum(done[code] for code in others)
        finished[hanging] += count
        what = {"hanging": hanging, "first": done[first], "others": count}
        sys.stdout.write(json.dumps(what | {"others_a_second": round(count / asked.seconds, 2)}) + "\n")
        sys.stdout.flush()
    if finished[False] < asked.provinces * 6:
        sys.exit("too little was finished to say anything: fewer provinces, more workers or an idle machine")
    kept = finished[True] / finished[False]
    sys.stdout.write(f"the others keep {kept:.0%} of their rate\n")
    sys.exit(kept < 0.9)


if __name__ == "__main__":
    main()
