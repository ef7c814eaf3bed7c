"""Provinces beside 00 in the demonstration: Zhejiang and Henan with their other sides, the XPCC without any code.

Each side outside is a small local server or a folder that the demonstration runs itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from core.hooks.discovery import installed
from core.testing import office
from core.testing.agency import KEY, Agency
from core.testing.authority import authority
from core.testing.signed_agency import SignedAgency

CODES = ("00", "33", "41")

# The XPCC is these rows alone: a tree of divisions of its own, no plugin, checks on paper.
BODIES: list[dict[str, Any]] = [
    {"code": "33001", "name": "浙江省教育厅", "level": "province", "division": "33", "kinds": ["7"]},
    {"code": "33102", "name": "浙江省示例县教育局", "level": "county", "division": "339801", "kinds": ["1", "2", "3"]},
    {"code": "66001", "name": "新疆生产建设兵团教育局", "level": "province", "division": "66", "kinds": ["7"]},
    {"code": "66101", "name": "兵团示例师教育局", "level": "city", "division": "6698", "kinds": ["4", "5", "6"]},
    {"code": "66102", "name": "示例师一团教育科", "level": "county", "division": "669801", "kinds": ["1", "2", "3"]},
]

OFFICERS: list[tuple[str, str, list[str], str, str]] = [
    ("zhejiang", "浙安", ["province_officer"], "33", ""),
    ("zhejiang2", "浙和", ["province_officer"], "33", ""),
    ("zjclerk", "浙清", ["case_officer"], "339801", "33102"),
    ("zjhead", "浙远", ["institution_head"], "339801", "33102"),
    ("bingtuan", "团安", ["province_officer"], "66", ""),
    ("bingtuan2", "团宁", ["province_officer"], "66", ""),
    ("btclerk", "团清", ["case_officer"], "669801", "66102"),
    ("btclerk2", "团和", ["case_officer"], "669801", "66102"),
    ("bthead", "团远", ["institution_head"], "669801", "66102"),
]

OFFICER_SERIAL = 951
PEOPLE = {"33": 41, "41": 40, "66": 42}  # the serial of the one applicant of each


def codes() -> str:
    """The provinces that the demonstration activates: those installed here."""
    return ",".join(code for code in CODES if code in installed())


def drop_folder(folder: Path) -> Path:
    """The folder that Henan exchanges workbooks through."""
    drop = folder / "henan"
    for name in ("out", "in"):
        (drop / name).mkdir(parents=True, exist_ok=True)
    return drop


def tell(agency: Agency, ca_file: Path, drop: Path, callback: str = "") -> None:
    """Tell the plugins where their other sides are."""
    os.environ.update(
        {
            "XINGTAN_PROVINCE_33_AGENCY_URL": agency.url,
            "XINGTAN_PROVINCE_33_AGENCY_KEY": KEY,
            "XINGTAN_PROVINCE_33_ALGORITHM": "HMAC-SM3",
            "XINGTAN_PROVINCE_33_CA_FILE": str(ca_file),
            "XINGTAN_PROVINCE_33_CALLBACK_URL": callback,
            "XINGTAN_PROVINCE_41_FOLDER": str(drop),
            "XINGTAN_PROVINCE_41_EXCHANGE_KEY": office.KEY,
        }
    )


@contextmanager
def outside(folder: Path, day: date, staff_site: str) -> Iterator[None]:
    """Run what the provinces talk to, and tell their plugins where it is.

    Zhejiang's agency: HTTPS with a CA of its own, HMAC-SM3, calls back to the staff site. Henan's: a drop folder
    that somebody answers.
    """
    drop = drop_folder(folder)
    ca_file, context = authority(folder)
    agency = SignedAgency(answered_on=day, algorithm="HMAC-SM3", tls=context, delay=2.0)
    with ExitStack() as running:
        running.enter_context(agency)
        running.enter_context(office.Office(drop, answered_on=day))
        tell(agency, ca_file, drop, f"{staff_site}/p/33/checks")
        yield
