"""Henan keeps the contract, exchanging over a real SFTP server that fails in every way."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.testing.agency import Agency
from core.testing.conformance import ProvinceConformance
from core.testing.office import KEY
from core.testing.sftp import PASSWORD, USER, SftpServer
from plugins.province_henan import plugin as subject


class TestHenan(ProvinceConformance):
    """Province 41 against an SFTP server."""

    plugin = subject
    at_home = ("fetch_training_attendance",)

    @contextlib.contextmanager
    def start_agency(self) -> Iterator[Any]:
        """The exchange, empty."""
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            for name in ("out", "in", "own"):
                (self.folder / name).mkdir()
            with SftpServer(self.folder) as server:
                yield server

    def connect(self, agency: Agency) -> dict[str, str]:
        """Point the plugin at the exchange, with little patience."""
        server: Any = agency
        given = {
            "FOLDER": str(self.folder / "own"),
            "EXCHANGE_KEY": KEY,
            "SFTP_HOST": "127.0.0.1",
            "SFTP_PORT": str(server.port),
            "SFTP_USER": USER,
            "SFTP_PASSWORD": PASSWORD,
            "SFTP_HOST_KEY": server.host_key,
            "SFTP_FOLDER": ".",
            "SFTP_TIMEOUT": "1",
        }
        return {f"XINGTAN_PROVINCE_41_{name}": value for name, value in given.items()}
