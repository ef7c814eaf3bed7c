"""The README's screenshots, from the running demonstration: `make pictures`."""

from __future__ import annotations

from pathlib import Path

from core.demonstration.people import PASSWORD
from core.testing.people import mobile
from tests.browser.demonstration import browser, running, sign_in

TARGET = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    """Take each picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with running() as (public, staff), browser() as chromium:
        phone = chromium.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        sign_in(phone, public, mobile(10), PASSWORD)
        phone.goto(f"{public}/my")
        phone.click("main h2 a")
        phone.screenshot(path=TARGET / "public-phone.png")
        phone.goto(f"{public}/verify")
        phone.screenshot(path=TARGET / "public-verify.png")
        desk = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        sign_in(desk, staff, "clerk", PASSWORD)
        desk.goto(f"{staff}/cases")
        desk.screenshot(path=TARGET / "staff-queue.png")
        desk.click("tbody a")
        desk.screenshot(path=TARGET / "staff-case.png")


if __name__ == "__main__":
    main()
