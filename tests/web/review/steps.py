"""The steps of a joint review in the browser, each by the person who does it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.web.job.office import DESK, PHONE, Office, act, draw_and_sign, signature
from tests.web.job.steps import OFFICERS

PERMITS = {
    "P102": "启行审〔2026〕0006号",
    "P105": "用字第3206812026XS0000006号",
    "P106": "地字第3206812026YG0000006号",
}


def ask_the_wizard(page: Page, url: str, stage: int, values: dict[str, Any]) -> None:
    """Anybody answers every question the wizard asks, one after another, as the project is."""
    page.goto(f"{url}/guides/wizard?stage={stage}")
    for _ in range(60):
        open_question = page.locator("#questions .unanswered").first
        if not open_question.count():
            break
        _answer(page, open_question, values)
    expect(page.locator("#settled")).to_be_visible()


def _answer(page: Page, question: Any, values: dict[str, Any]) -> None:
    entry = question.locator("input, select").first
    path = entry.get_attribute("name")
    assert path is not None
    section, key = path.split(".")[:2]
    value = values[section][key]
    with page.expect_response(re.compile(r"/guides/wizard\?")):
        if entry.evaluate("e => e.tagName") == "SELECT":
            entry.select_option(str(value))
        elif entry.get_attribute("type") in ("radio", "checkbox"):
            code = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
            code = code[0] if isinstance(code, list) else code
            question.locator(f"input[value='{code}']").click()
        else:
            entry.fill(str(value))
            entry.press("Tab")
    expect(page.locator(f"#questions .unanswered [name='{path}']")).to_have_count(0)


def open_application(office: Office, page: Page, login: str, password: str, project: tuple[str, str]) -> int:
    """From the wizard's result to the form of the new case, signing in on the way."""
    page.click("#open-application")
    page.wait_for_url(re.compile(r"/signin"))
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button.primary")
    page.wait_for_url(re.compile(r"/apply"))
    expect(page.locator("#stage-1")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#answers-carried")).not_to_be_empty()
    page.fill("#project-code", project[0])
    page.fill("#project-name", project[1])
    page.click("#start")
    page.wait_for_url(re.compile(r"/cases/\d+/form"))
    expect(page.locator("#one-form")).to_be_visible()
    found = re.search(r"/cases/(\d+)/form", page.url)
    assert found is not None
    return int(found[1])


def carried(address: str) -> dict[str, list[str]]:
    """What the address of an application carries."""
    return parse_qs(urlsplit(address).query)


def read(office: Office, case_id: int, *in_browser: str) -> None:
    """Every department reads without objection, those named in the browser."""
    for one in office.assignments(case_id):
        if one["round"] != "documents":
            continue
        if one["unit"] not in in_browser:
            office.command(one["unit"], "FinishDocumentReview", case_id=case_id, assignment_id=one["id"])
            continue
        with office.at(one["unit"], f"/cases/{case_id}?panel=review") as page:
            act(page, "FinishDocumentReview")
            expect(page.get_by_test_id(f"deciding-{one['id']}")).to_be_visible()


def plan_survey(office: Office, case_id: int, day: str) -> None:
    """The coordinator takes a common free half-day for the units that need the site."""
    with office.at("coordinator", f"/cases/{case_id}?panel=survey") as page:
        page.locator(f"[data-testid^='slot-{day}']").first.click()
        page.locator("#officer-planning").select_option(label=OFFICERS["planning"])
        page.click("#schedule")
        expect(page.locator("[data-testid^='visit-']").filter(has_text=day)).to_have_count(1)


def go_there(office: Office, case_id: int, phone: str) -> None:
    """The officers sign in at the survey, the one of `phone` on the phone, and the coordinator ends it."""
    for one in office.assignments(case_id):
        if one["site"] and one["unit"] != phone:
            office.command(one["unit"], "SignIn", case_id=case_id)
    with office.at(phone, f"/cases/{case_id}/onsite", PHONE) as page:
        page.get_by_test_id("onsite-sign-in").click()
        expect(page.get_by_test_id("onsite-sign-in")).to_have_count(0)
        expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-waiting", "0")
    office.command("coordinator", "CloseVisit", case_id=case_id)


def fill_decision(page: Page, number: int, result: str, text: str, **more: str) -> None:
    """Write a decision into its form and have it checked."""
    page.locator(f"#decide-{number}-result").select_option(result)
    page.locator(f"#decide-{number}-text").fill(text)
    for name, value in more.items():
        page.locator(f"#decide-{number}-{name}").fill(value)
    page.get_by_test_id(f"deciding-{number}").locator("button[type=submit]").click()


def decide(office: Office, case_id: int, one: dict[str, Any], result: str, text: str, **more: str) -> None:
    """A department writes, checks and signs its decision in the browser."""
    with office.at(one["unit"], f"/cases/{case_id}?panel=review", DESK) as page:
        fill_decision(page, one["id"], result, text, **more)
        sign_decision(page, one["id"])


def sign_decision(page: Page, number: int) -> None:
    """Sign what was checked; the form goes and the decision stands in the list."""
    draw_and_sign(page, f"decide-{number}")
    expect(page.get_by_test_id(f"deciding-{number}")).to_have_count(0)
    expect(page.get_by_test_id(f"decision-{number}")).to_be_visible()


def decide_over_http(office: Office, case_id: int, *left: str) -> None:
    """The other departments decide over HTTP; `left` are the items left open."""
    for one in office.assignments(case_id):
        if one["round"] != "decision" or one["item"] in left:
            continue
        office.command(
            one["unit"],
            "DecideItem",
            case_id=case_id,
            assignment_id=one["id"],
            result="PASS",
            text="经审查，符合要求，同意。",
            document_no=PERMITS.get(one["item"], ""),
            signature=signature(one["unit"]),
        )
