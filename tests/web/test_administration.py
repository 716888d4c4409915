"""The administrator's panels in the browser: a message that did not leave, and one person's work for another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.serving import PASSWORD, Server

_LETTER = """
from datetime import UTC, datetime
from jointreview.models.base import writing
from jointreview.models.event import Notification, OutboxMessage
with writing() as session:
    now = datetime.now(UTC)
    message = Notification(account_id=args[0], key='notify.accepted', params={}, at=now)
    session.add(message)
    session.flush()
    row = OutboxMessage(notification_id=message.id, channel='mail', status='dead', next_try_at=now,
                        last_error='uncertain: no answer', tries=5)
    session.add(row)
    session.flush()
    result = row.id
"""


def confirm(page: Page) -> None:
    page.get_by_role("alertdialog").get_by_role("button").last.click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_a_message_that_did_not_leave_is_given_up_after_a_question(server: Server, browser_page) -> None:
    server.account("panel-admin", "admin")
    letter = server.run(_LETTER, server.account("addressee"))
    page = browser_page("panel-admin", path="/admin/?panel=outbox")
    row = page.get_by_test_id(f"letter-{letter}")
    expect(row).to_contain_text("可能已送达")
    expect(page.locator("#outbox-uncertain")).to_have_text("1")
    page.get_by_test_id(f"give-up-{letter}").click()
    confirm(page)
    expect(row).to_have_count(0)
    expect(page.locator("#panel .jr-empty")).to_contain_text("没有未发出的通知")


@pytest.mark.parametrize("device", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "phone"])
def test_a_persons_posts_go_to_another_with_the_reason(server: Server, browser_page, device: dict) -> None:
    server.account("panel-admin", "admin")
    giver, taker = (f"{who}-{len(device)}" for who in ("leaves", "stays"))
    server.account(giver, "officer", unit="fire")
    stays = server.account(taker, "officer", unit="fire")
    page = browser_page("panel-admin", path="/admin/?panel=handover", **device)
    page.get_by_test_id(f"hand-over-{giver}").click()
    page.select_option("#handover-to_id", str(stays))
    page.select_option("#handover-posts", "yes")
    page.fill("#handover-reason", "调离本部门")
    page.click("#handover-save")
    expect(page.get_by_test_id("handover-dialog")).to_be_hidden()
    expect(page.get_by_test_id(f"carrier-{giver}")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_whoever_is_refused_a_page_is_told_once(server: Server, browser_page) -> None:
    server.account("curious")
    page = browser_page("curious", path="/admin/")
    expect(page.locator("h1")).to_contain_text("没有查看本页的权限")
    expect(page.locator("[data-sonner-toast]")).to_have_count(1)


_ASKED = """
from jointreview.commands.administration import AddStaff
from jointreview.commands.executor import execute
from jointreview.commands.identity import sign_in
from jointreview.queries.principal import principal
admin = principal(sign_in(args[0], args[1]).secret)
result = execute(admin, AddStaff(login=args[2], name='新来的人', role='clerk')).value['one_time_password']
"""


def test_a_post_the_administrator_asked_for_works_after_the_security_officer_granted_it(
    server: Server, browser_page
) -> None:
    server.account("panel-admin", "admin")
    server.account("panel-security", "security")
    password = server.run(_ASKED, "panel-admin", PASSWORD, "newcomer")
    page = browser_page("panel-security", path="/rights/")
    waiting = page.locator("#asked-posts li", has_text="newcomer")
    expect(waiting).to_contain_text("综合窗口")
    waiting.get_by_role("button").first.click()
    expect(waiting).to_have_count(0)
    with server.client() as client:
        form = {"login": "newcomer", "password": password, "next": "/"}
        assert client.post("/signin", data=form).headers["location"] == "/password"
