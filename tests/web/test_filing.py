"""A first application by somebody who has never been here, from registering to the number of the case."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from playwright.sync_api import Browser, FilePayload, expect

from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.catalog.schema_form import Section, Table
from jointreview.demo.sample_files import material_pdf
from tests.web.job.hall import MOMENT, Hall
from tests.web.job.newcomer import Newcomer
from tests.web.job.office import DESK, PATIENCE_MS, SAMPLES

TODAY = date.fromisoformat(MOMENT[:10])
PASSWORD = "Neuling-2026"
CODE, NAME = "2301-320681-89-01-778890", "启东经济开发区智能装备厂房二期"
FIRM, CREDIT_CODE = "启东智联装备制造有限公司", "91320681MA7Y8H2K5C"
TEN_MINUTES = 600
MOST_INTERACTIONS = 150


def test_a_first_time_user_files_the_whole_application_in_less_than_ten_minutes(hall: Hall, browser: Browser) -> None:
    context = browser.new_context(**DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    user = Newcomer(page)
    try:
        register(user, hall.server.url)
        values = begin(user)
        fill_in(user, values)
        give_parcel(user)
        give_materials(user)
        hand_in(user)
    except BaseException:
        page.screenshot(path=hall.server.folder / "newcomer.png", full_page=True)
        print(f"what the newcomer saw: {hall.server.folder}/newcomer.png {page.url} {user.report()}")
        raise
    finally:
        context.close()
    print(user.report())
    assert user.hands + user.waited < TEN_MINUTES
    assert sum(n for what, n in user.counts.items() if what not in ("keys", "waits")) <= MOST_INTERACTIONS


def register(user: Newcomer, url: str) -> None:
    with user.waiting():
        user.page.goto(f"{url}/register")
    entries = {
        "name": "钱小川",
        "login": "newcomer",
        "mobile": "13800000009",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    for name, text in entries.items():
        user.write(f"[name={name}]", text)
    with user.waiting():
        user.click("button.primary")
        user.page.wait_for_url(re.compile("/signin"))
    user.write("#login", "newcomer")
    user.write("#password", PASSWORD)
    with user.waiting():
        user.click("button.primary")
        expect(user.page.locator("h1")).to_be_visible()


def begin(user: Newcomer) -> dict[str, Any]:
    """The organisation is registered, the project named; answers what the sample texts say."""
    page = user.page
    with user.waiting():
        user.click("a[href='/apply']")
        expect(page.locator("#new-credit-code")).to_be_visible()
    user.write("#new-credit-code", CREDIT_CODE)
    user.write("#new-name", FIRM)
    with user.waiting():
        user.click("#register")
        expect(page.locator("[id^='organisation-'][aria-checked=true]")).to_be_visible()
    user.write("#project-code", CODE)
    user.write("#project-name", NAME)
    with user.waiting():
        user.click("#start")
        page.wait_for_url(re.compile(r"/cases/\d+/form"))
        expect(page.locator("#step-S1")).to_be_visible()
    values = sample_values("factory", TODAY)
    values["S1"] |= {"project_code": CODE, "applicant_name": FIRM, "applicant_credit_code": CREDIT_CODE}
    values["S2"]["project_name"] = NAME
    values["S3"]["parties"][0] |= {"name": FIRM, "credit_code": CREDIT_CODE}
    return values


def fill_in(user: Newcomer, values: dict[str, Any]) -> None:
    """Every section in its order, each question of the sample's that is not filled in already."""
    for section in load_catalog(on=TODAY).sections:
        entered = values.get(section.code)
        if not entered:
            continue
        user.click(f"#step-{section.code}")
        expect(user.page.get_by_test_id(f"step-{section.code}")).to_be_visible()
        for question in section.fields:
            if question.key in entered and not question.computed:
                answer(user, f"{section.code}.{question.key}", question, entered[question.key])
        for table in section.tables:
            if table.key in entered:
                fill_table(user, section, table, entered[table.key])
        with user.waiting():
            expect(user.page.locator("#save-state")).to_have_attribute("data-state", "clean")


def answer(user: Newcomer, path: str, question: Any, value: Any) -> None:
    few = question.type == "choice" and len(question.options) <= 4
    if question.type == "multi_choice":
        for code in value:
            user.mark(f"[data-testid='{path}:{code}']")
    elif question.type == "bool" or few:
        user.mark(f"[data-testid='{path}:{str(value).lower() if question.type == 'bool' else value}']")
    elif question.type == "choice":
        user.choose(f"[id='{path}']", value)
    elif user.page.locator(f"[id='{path}']").input_value() != str(value):
        user.write(f"[id='{path}']", str(value))


def fill_table(user: Newcomer, section: Section, table: Table, rows: list[dict[str, Any]]) -> None:
    """As copied from a spreadsheet that has the table's own headings and words."""
    path = f"{section.code}.{table.key}"
    columns = [c for c in table.columns if any(c.key in row for row in rows)]
    lines = ["\t".join(c.label.zh for c in columns)]
    lines += ["\t".join(in_words(table, c, row.get(c.key, "")) for c in columns) for row in rows]
    if user.page.get_by_test_id(f"{path}-paste").count():
        user.paste_rows(path, lines)
    else:
        user.paste_cells(f"[id^='{path}[0].']", lines)


def in_words(table: Table, column: Any, value: Any) -> str:
    named = {row.code: row.zh for row in table.fixed_rows} if column.key == table.row_key else {}
    named |= {option.code: option.zh for option in column.options}
    return named.get(value, str(value))


def give_parcel(user: Newcomer) -> None:
    user.click("#step-parcel")
    with user.waiting():
        user.hand_over("#parcel-file", SAMPLES / "启东智能装备厂房一期.txt")
        expect(user.page.locator("#parcel-confirm")).to_be_visible()
    with user.waiting():
        user.click("#parcel-confirm")
        expect(user.page.get_by_test_id("parcel-confirmed")).to_be_visible()


def give_materials(user: Newcomer) -> None:
    """Everything the page says is missing."""
    user.click("#step-S12")
    missing = user.page.locator("[id^='material-'][data-missing=true]")
    expect(missing.first).to_be_visible()
    for code in missing.evaluate_all("all => all.map((e) => e.id.replace('material-', ''))"):
        name = f"{code}.pdf"
        with user.waiting():
            user.hand_over(f"[id='upload-{code}']", file_of(name, material_pdf(code)))
            expect(user.page.locator(f"[id='material-{code}'] .jr-file")).to_contain_text(name)


def file_of(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def hand_in(user: Newcomer) -> None:
    page = user.page
    user.click("#step-finish")
    with user.waiting():
        expect(page.get_by_test_id("finish-complete")).to_be_visible()
    user.click("#submit")
    page.locator("#submit-canvas").scroll_into_view_if_needed()
    user.draw("#submit-canvas")
    user.write("#submit-password", PASSWORD)
    with user.waiting():
        user.click("#submit-confirm")
        expect(page.get_by_test_id("submitted")).to_be_visible()
    assert page.locator("#done-number").inner_text() and page.locator("#done-code").inner_text()
