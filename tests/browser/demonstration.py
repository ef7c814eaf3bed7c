"""The running demonstration, as `make run` starts it, on free ports and a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[tuple[str, str]]:
    """Start it; gives the addresses of the public and the staff site."""
    folder, ports = tempfile.mkdtemp(), (_free_port(), _free_port())
    environ = {key: value for key, value in os.environ.items() if not key.startswith("XINGTAN_")}
    environ |= {
        "XINGTAN_DATA_DIR": folder, "XINGTAN_PUBLIC_PORT": str(ports[0]), "XINGTAN_STAFF_PORT": str(ports[1]),
        "XINGTAN_SIGNIN_RATE": "1000 per minute",  # all the tests' people come from one address
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("xingtan")), "demonstrate"]
    with open(Path(folder) / "log", "wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        public, staff = (f"http://127.0.0.1:{port}" for port in ports)
        _wait(public, process, Path(folder) / "log")
        yield public, staff
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1800):  # three minutes: a crowded machine is no fault
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the demonstration did not come up")


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def sign_in(page: Page, site: str, login: str, password: str) -> None:
    """Sign in through the page."""
    page.goto(f"{site}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main form button")


def sign_out(page: Page) -> None:
    """Sign out, and wait until that is done: a page asked for earlier would still be the signed-in one's."""
    with page.expect_navigation():
        page.click("header button:has-text('退出')")
