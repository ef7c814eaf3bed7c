"""One process that issues, misprints, orders and spoils until it has done its acts or is killed: for the soak."""

from __future__ import annotations

import random
import sys
from datetime import date
from uuid import UUID

from core.app import create_app
from core.certificates import service as certificates
from core.certificates.models import CertificatePiece
from core.config import load
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import NATION, within
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, Refused
from core.rulesets.loader import national


def one_act(number: int, chance: random.Random) -> None:
    """Issue a certificate; now and then misprint it, order for it, or spoil a blank of the province."""
    clerk, province, now = story.officer("clerk"), story.officer("province"), clock.now()
    recognition = certificates.Recognition(new_id(), "00", "000101", "00102", "春溪县教育局", "3", "语文", "")
    holder = certificates.Holder(new_id(), f"甲{number}", "1", date(1990, 1, 1), f"X{number:09d}")
    row = certificates.issue(clerk, recognition, holder, date(2020, 3, 25), now)
    if chance.random() < 0.3:
        piece = session().query(CertificatePiece).filter_by(certificate_id=row.id).one()
        certificates.misprint(clerk, piece.id, new_id(), "套打偏移", b"", True, now)
    if chance.random() < 0.3:
        quantity, rules = chance.randint(1, 40), national(2020)
        certificates.order(province, new_id(), story.SEASON, "misprint", quantity, "", rules, now)
    if chance.random() < 0.3:
        serial = str(chance.randint(2001, 4000))
        certificates.spoil(
            province, new_id(), "blank", "S00", serial, "damaged", "", b"", True, story.SEASON, now
        )  # fmt: skip


def main(seed: str, acts: str) -> None:
    """Do so many acts; each acknowledged one is a line on standard output."""
    chance = random.Random(int(seed))
    app = create_app("staff", load())
    with app.app_context(), within(NATION):
        for number in range(int(acts)):
            try:
                one_act(int(seed) * 1000 + number, chance)
            except (Refused, Conflict) as told:
                print("told", type(told).__name__, flush=True)
            else:
                print("done", number, UUID(int=0), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
