"""Zhejiang keeps the contract, against an agency that speaks its own language over HTTPS with a CA of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from core.testing import border
from core.testing.agency import KEY, Agency
from core.testing.authority import authority
from core.testing.conformance import ProvinceConformance
from core.testing.signed_agency import SignedAgency
from plugins.province_zhejiang import plugin as subject


class TestZhejiang(ProvinceConformance):
    """Province 33 against its agency."""

    plugin = subject
    folder: Path

    @contextlib.contextmanager
    def start_agency(self) -> Iterator[Agency]:
        """HTTPS, HMAC-SM3, answers after one asking."""
        with TemporaryDirectory() as folder:
            self.ca_file, context = authority(Path(folder))
            with SignedAgency(polls=1, answered_on=border.DAY, algorithm="HMAC-SM3", tls=context) as agency:
                yield agency

    def connect(self, agency: Agency) -> dict[str, str]:
        """Point the plugin at the agency, with little patience."""
        return {
            "XINGTAN_PROVINCE_33_AGENCY_URL": agency.url,
            "XINGTAN_PROVINCE_33_AGENCY_KEY": KEY,
            "XINGTAN_PROVINCE_33_ALGORITHM": "HMAC-SM3",
            "XINGTAN_PROVINCE_33_CA_FILE": str(self.ca_file),
            "XINGTAN_PROVINCE_33_AGENCY_TIMEOUT": "0.3",
        }
