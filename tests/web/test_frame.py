"""The frame in a browser: signing in, language, colours, phone, keyboard, live updates, a lost connection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.serving import PASSWORD, Server, start

Opens = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def someone(server: Server) -> str:
    """A coordinator's login."""
    server.account("frame", "coordinator", name="王安娜", title="牵头协调岗")
    return "frame"


def test_after_signing_in_the_frame_says_who_and_in_which_post(someone: str, browser_page: Opens) -> None:
    page = browser_page(someone)
    expect(page.locator("header")).to_contain_text("王安娜")
    expect(page.locator("header")).to_contain_text("牵头协调岗")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_page_asked_for_before_signing_in_opens_after_it(server: Server, someone: str, browser_page: Opens) -> None:
    page = browser_page(path="/account")
    assert "/signin?next=" in page.url
    page.fill("#login", someone)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")


def test_the_language_switch_changes_everything_and_stays(server: Server, someone: str, browser_page: Opens) -> None:
    page = browser_page(someone)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    expect(page).to_have_title("My work · Joint Review")


def test_what_the_server_sent_before_does_not_take_the_language_back(someone: str, browser_page: Opens) -> None:
    page = browser_page(someone)
    expect(page.locator("header")).to_contain_text("王安娜")
    page.evaluate("""() => {
        document.querySelector("[data-language=en]").click();
        document.cookie = "jr_lang=zh; path=/";  // as the first answer of a page does when it comes after the click
    }""")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")


def test_one_build_serves_every_name_of_the_machine(server: Server, someone: str, browser_page: Opens) -> None:
    page = browser_page()
    page.goto(f"http://127.0.0.1:{server.port}/signin")
    page.fill("#login", someone)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    expect(page.locator("header")).to_contain_text("王安娜")


def test_on_a_phone_nothing_sticks_out_and_the_ways_are_below(someone: str, browser_page: Opens) -> None:
    page = browser_page(someone, path="/", **PHONE)
    expect(page.locator(".jr-bottom")).to_be_visible()
    expect(page.locator(".jr-rail")).to_be_hidden()
    page.get_by_role("button", name="个人菜单").click()
    page.get_by_role("menuitem", name="我的账号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_skip_link_is_the_first_stop_of_the_keyboard(someone: str, browser_page: Opens) -> None:
    page = browser_page(someone)
    expect(page.locator("header")).to_contain_text("王安娜")
    page.keyboard.press("Tab")
    expect(page.locator(".jr-skip")).to_be_focused()


def test_a_lost_connection_is_said_until_it_is_back(tmp_path: Path, browser: Browser) -> None:
    server, process = start(tmp_path)
    context = browser.new_context()
    try:
        server.account("alone", "admin", name="王安娜")
        page = context.new_page()
        page.goto(f"{server.url}/signin")
        page.fill("#login", "alone")
        page.fill("#password", PASSWORD)
        page.click("button.primary")
        expect(page.locator("header")).to_contain_text("王安娜")
        process.terminate()
        process.wait(timeout=60)
        expect(page.locator(".jr-offline")).to_contain_text("连接已中断", timeout=20000)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        process = server.start_process()
        expect(page.locator(".jr-offline")).to_be_hidden(timeout=30000)
    finally:
        context.close()
        process.terminate()
        process.wait(timeout=60)


def test_a_session_ended_elsewhere_leads_to_the_sign_in_page(
    server: Server, someone: str, browser_page: Opens
) -> None:
    page, other = browser_page(someone), browser_page(someone, path="/account/")
    expect(page.locator("header")).to_contain_text("王安娜")
    expect(other.get_by_role("button", name="退出该设备").first).to_be_visible()
    # Every other browser of this account is shown; ending one takes it from the list at once.
    buttons = other.get_by_role("button", name="退出该设备")
    shown = buttons.count()
    for left in range(shown - 1, -1, -1):
        buttons.first.click()
        expect(buttons).to_have_count(left)
    page.wait_for_url("**/signin**")


def test_an_unknown_address_says_so_in_the_frame(server: Server, someone: str, browser_page: Opens) -> None:
    page = browser_page(someone, path="/")
    page.goto(f"{server.url}/nowhere/at/all")
    expect(page.get_by_text("没有这个页面")).to_be_visible()


def test_signing_out_by_the_menu_ends_the_session(server: Server, someone: str, browser_page: Opens) -> None:
    page = browser_page(someone)
    page.get_by_role("button", name="个人菜单").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page.get_by_role("status")).to_contain_text("安全退出")
    page.goto(f"{server.url}/account")
    assert "/signin" in page.url
