"""People change posts: a clerk leaves, a successor is filed, both sign the list, the province files it."""

from __future__ import annotations

from datetime import datetime

from core.demonstration.season import house, places
from core.demonstration.season.acting import Cast
from core.demonstration.season.places import Body, Officer
from core.filing import service as filing
from core.filing.rules import RETURNED
from core.foundation.access import NATION, within
from core.foundation.db import new_id


def change(cast: Cast, body: Body, serial: int, now: datetime) -> None:
    """The institution's clerk b hands over to a new one; a first count that does not fit the ledger is refused."""
    leaver = f"p{body.code}b"
    pair = tuple(cast.officer(one.username) for one in places.province_officers(body.province))
    fresh = Officer(f"p{body.code}c", f"{body.name[:2]}新", "case_officer", body.division, body.code)
    successor = house.file_one(cast, fresh, serial, "", pair, now)  # type: ignore[arg-type]
    old, new, head = cast.officer(leaver), cast.officer(fresh.username), cast.officer(f"p{body.code}h")
    with within(NATION):
        leaving = filing.by_account(old.id)
    if leaving is None:
        return
    row = cast.act(old, filing.start, new_id(), leaving.id, successor.id, now)
    counts = {matter["kind"]: matter["count"] for matter in row.matters if matter["counted"]}
    if counts:
        wrong = {kind: count + 1 for kind, count in counts.items()}
        cast.attempt(old, filing.sign_leaver, row.id, wrong, "", "", now)
    cast.act(old, filing.sign_leaver, row.id, counts, "", "", now)
    cast.act(new, filing.sign_successor, row.id, counts, list(RETURNED), "", now)
    cast.act(head, filing.confirm_handover, row.id, now)
    cast.act(pair[0], filing.file_handover, row.id, now)
    cast.replace(leaver, fresh.username)
