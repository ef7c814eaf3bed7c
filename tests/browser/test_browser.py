"""The whole journey by hand in a browser: a phone for the applicant, a desk for the officers, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page

from core.demonstration import story
from core.demonstration.people import PASSWORD, REHEARSAL
from core.testing.people import mobile, name
from core.testing.photos import drawing, jpeg, portrait
from tests.browser.demonstration import browser, running, sign_in, sign_out
from tests.conftest import typed

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[str, str]]:
    with running() as addresses:
        yield addresses


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def phone(chromium: Browser, **options: object) -> Page:
    return chromium.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN", **options)  # type: ignore[arg-type]


def desk(chromium: Browser, **options: object) -> Page:
    return chromium.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN", **options)  # type: ignore[arg-type]


def looks_well(page: Page) -> None:
    """No page is wider than its window, and axe finds nothing against it."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}).then(r => r.violations.map(v =>"
        " v.id + ' ' + v.nodes.map(n => n.target.join(' ')).join(' | ')))"
    )
    assert found == [], (page.url, found)


CHOSEN = (
    "kind", "subject", "place_basis", "education_level", "degree", "study_form", "teacher_training", "putonghua_level",
    "ability_basis", "exam_kind", "exam_subject", "ethnic_group", "political_affiliation", "occupation",
)  # fmt: skip


def fill_in(page: Page) -> None:
    for field, value in typed(story.form_of(REHEARSAL)).items():
        if field in CHOSEN:
            page.select_option(f"#{field}", value)
        elif not field.startswith("cv-3-"):
            page.fill(f"#{field}", value)
    page.click("button:has-text('暂存')")  # makes room for more lines of the life
    for field, value in typed(story.form_of(REHEARSAL)).items():
        if field.startswith("cv-3-"):
            page.fill(f"#{field}", value)


def apply_on_a_phone(page: Page, public: str) -> str:
    sign_in(page, public, mobile(REHEARSAL), PASSWORD)
    page.goto(f"{public}/my/new?kind=3")
    looks_well(page)
    page.check("input[name=plan_id]")
    page.click("text=开始申请")
    fill_in(page)
    looks_well(page)
    page.click("text=保存并上传照片")
    bad = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": jpeg(drawing(background=(60, 120, 220)))}
    page.set_input_files("#photo", files=[bad])
    page.click("main form button:has-text('上传')")
    assert page.locator("[data-code=photo_background_not_white]").count() == 1
    looks_well(page)
    good = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": portrait(REHEARSAL)}
    page.set_input_files("#photo", files=[good])
    page.click("main form button:has-text('上传')")
    page.click("text=提交申请")
    assert page.locator("[data-code=undertaking_missing]").count() == 1
    page.check("#undertaking")
    page.click("text=提交申请")
    page.wait_for_selector("text=比对无误", timeout=20_000)
    looks_well(page)
    return page.url.rsplit("/", 1)[-1]


def test_a_person_becomes_a_teacher(sites, chromium):
    public, staff = sites
    mine = phone(chromium)
    case = apply_on_a_phone(mine, public)
    clerk, head = desk(chromium), desk(chromium)
    sign_in(clerk, staff, "clerk", PASSWORD)
    sign_in(head, staff, "head", PASSWORD)
    clerk.goto(f"{staff}/cases/{case}")
    looks_well(clerk)
    while clerk.locator("button:has-text('已核验原件')").count():
        clerk.locator("button:has-text('已核验原件')").first.click()
    clerk.select_option("#bareheaded", "yes")
    clerk.check("#photo_recent")
    clerk.check("#photo_accepted")
    clerk.check("#signed_on_site")
    clerk.click("text=确认受理")
    clerk.click("button:has-text('开始审核')")
    clerk.click("button:has-text('照片审核通过')")
    clerk.click("text=录入体检结果")
    clerk.select_option("#medical_result", "passed")
    clerk.fill("#hospital", "杏林市人民医院")
    clerk.fill("#on", "2020-03-25")
    clerk.click("button:text-is('录入')")
    clerk.select_option("#result", "recognised")
    clerk.click("button:has-text('提交负责人')")
    for _ in range(40):
        head.goto(f"{staff}/cases/{case}")
        if not head.locator(".xt-finding--refusal").count():
            break
        head.wait_for_timeout(500)
    looks_well(head)
    head.click("main button:has-text('予以认定')")
    mine.goto(f"{public}/my/{case}")
    text = mine.inner_text("main")
    assert "予以认定" in text
    number = text.split("证书号码：")[1][:17]
    anyone = phone(chromium)
    anyone.goto(f"{public}/verify")
    anyone.fill("#number", number)
    anyone.fill("#name", name(REHEARSAL))
    anyone.click("main form button")
    assert "证书状态：有效" in anyone.inner_text("main")
    looks_well(anyone)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_looks_well_on_a_phone(sites, chromium, language):
    public, staff = sites
    page = phone(chromium)
    for site, login, paths in (
        (
            public,
            mobile(10),
            (
                "/",
                "/plans",
                "/calendar",
                "/notices",
                "/verify",
                "/my",
                "/me",
                "/my/certificates",
                "/me/sessions",
                "/me/contact",
                "/sign-up",
                "/forgotten",
            ),
        ),
        (
            staff,
            "clerk",
            (
                "/",
                "/cases",
                "/checks",
                "/plans",
                "/plans/new",
                "/certificates",
                "/stock",
                "/desk",
                "/me",
                "/me/sessions",
                "/me/factors",
                "/me/factors/new",
                "/confirm",
            ),
        ),
        (
            staff,
            "province",
            (
                "/",
                "/notices",
                "/notices/new",
                "/plan-tables",
                "/plan-tables/new",
                "/meetings",
                "/sign-ins",
                "/networks?institution=00102",
            ),
        ),
        (staff, "centre", ("/yearbooks", "/yearbooks/new", "/registers", "/registers/new")),
        (staff, "operator", ("/operations",)),
    ):
        page.context.clear_cookies()
        sign_in(page, site, login, PASSWORD)
        page.goto(f"{site}/language/{language}")
        for path in paths:
            answer = page.goto(site + path)
            assert answer is not None
            assert answer.ok, path
            looks_well(page)


def test_it_works_without_javascript(sites, chromium):
    public, _staff = sites
    page = phone(chromium, java_script_enabled=False)
    sign_in(page, public, mobile(10), PASSWORD)
    page.goto(f"{public}/my")
    page.click("main h2 a")
    assert "证书号码" in page.inner_text("main")


def test_no_page_asks_another_host(sites, chromium):
    public, staff = sites
    page, asked = desk(chromium), []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/api/v1/", "/verify"):
        page.goto(public + path)
        page.wait_for_timeout(300)
    sign_in(page, staff, "clerk", PASSWORD)
    page.goto(f"{staff}/api/v1/")
    page.wait_for_timeout(500)
    foreign = [url for url in asked if not url.startswith((public, staff, "data:", "blob:"))]
    assert foreign == []


def test_an_officer_enrols_and_signs_in_with_a_passkey(sites, chromium):
    staff = sites[1].replace("127.0.0.1", "localhost")  # browsers give no passkey to a bare address
    page = desk(chromium)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    authenticator = keys.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]
    sign_in(page, staff, "cityclerk", PASSWORD)
    page.goto(f"{staff}/me/factors/new")
    page.fill("#name", "办公室电脑")
    page.click("button:has-text('登记通行密钥')")
    page.wait_for_selector(".xt-codes")
    assert page.locator(".xt-codes li").count() == 10
    looks_well(page)
    page.click("text=已保存，继续")
    sign_out(page)
    sign_in(page, staff, "cityclerk", PASSWORD)
    page.wait_for_url("**/sign-in/second")
    looks_well(page)
    page.click("button:has-text('用通行密钥登录')")
    page.wait_for_url(f"{staff}/")
    page.goto(f"{staff}/me/factors")
    assert "办公室电脑" in page.inner_text("main")
    page.goto(f"{staff}/confirm?next=/me")
    page.click("button:has-text('用通行密钥确认')")
    page.wait_for_url("**/me")
    sign_out(page)
    keys.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})  # another key answers nothing
    sign_in(page, staff, "cityclerk", PASSWORD)
    page.click("button:has-text('用通行密钥登录')")
    page.wait_for_selector("[role=alert]:visible")
    assert page.url.endswith("/sign-in/second")


def test_a_replayed_passkey_answer_opens_nothing(sites, chromium):
    staff = sites[1].replace("127.0.0.1", "localhost")
    page = desk(chromium)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    sign_in(page, staff, "cityhead", PASSWORD)
    page.goto(f"{staff}/me/factors/new")
    page.click("button:has-text('登记通行密钥')")
    page.click("text=已保存，继续")
    sign_out(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    sign_in(page, staff, "cityhead", PASSWORD)
    page.click("button:has-text('用通行密钥登录')")
    page.wait_for_url(f"{staff}/")
    answer = parse_qs(next(body for body in sent if "passkey=%7B" in body))["passkey"][0]
    sign_out(page)
    sign_in(page, staff, "cityhead", PASSWORD)
    page.wait_for_url("**/sign-in/second")
    page.evaluate(
        "answer => { const f = document.querySelector('main form'); f.querySelector('[name=passkey]').value = answer;"
        " f.submit(); }",
        answer,
    )
    page.wait_for_selector(".govuk-error-summary")
    assert "通行密钥未能验证" in page.inner_text("main")
