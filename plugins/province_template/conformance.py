"""What `xingtan province check 00` runs: the suite of every province, and how the kit's agency is reached."""

from __future__ import annotations

from core.testing.agency import KEY, Agency
from core.testing.conformance import ProvinceConformance
from plugins.province_template import plugin as subject


class TestTemplate(ProvinceConformance):
    """Province 00 against the kit's agency."""

    plugin = subject

    def connect(self, agency: Agency) -> dict[str, str]:
        """Point the plugin at the agency, with little patience."""
        return {
            "XINGTAN_PROVINCE_00_AGENCY_URL": agency.url,
            "XINGTAN_PROVINCE_00_AGENCY_KEY": KEY,
            "XINGTAN_PROVINCE_00_AGENCY_TIMEOUT": "0.5",
        }
