"""The whole job in the browser: two projects from application to joint opinion, by everybody who takes part."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from jointreview.catalog.loader import sample_values
from jointreview.demo.cast import FIRMS
from jointreview.demo.sample_files import photo
from tests.web.job import steps
from tests.web.job.office import Office, act, act_in_menu, draw_and_sign, open_office, picture

APPLIED = "2026-05-06T09:00:00+08:00"
READ = "2026-05-07T09:00:00+08:00"
VISITED = "2026-05-11"
RETURNED = "2026-05-14"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office"), browser, APPLIED) as running:
        yield running


def form_of(sample: str, firm: str, code: str) -> dict:
    values = sample_values(sample, date(2026, 5, 6))
    credit_code, name = FIRMS[firm]
    values["S1"] |= {"project_code": code, "applicant_name": name, "applicant_credit_code": credit_code}
    for slot, day in zip(values["S11"]["candidate_slots"], ("2026-05-11", "2026-05-12", "2026-05-13"), strict=False):
        slot["date"] = day
    return values


def test_a_school_with_civil_defence_fails_is_put_right_and_passes(office: Office):
    values = form_of("school", "school", "2207-320681-89-01-123456")
    case_id = steps.begin_application(office, "school", "2207-320681-89-01-123456", "启东市实验学校扩建")
    steps.write_form(office, "school", case_id, values)
    steps.add_files(office, "school", case_id, values, date(2026, 5, 6), "启东市实验学校扩建.txt")
    steps.invite_and_sign(office, "school", case_id, "design", "builder")
    number, code = steps.submit(office, "school", case_id)
    steps.return_once(office, case_id)
    steps.answer_gaps(office, "school", case_id)
    steps.submit(office, "school", case_id)
    steps.accept(office, case_id)
    assert set(steps.CORE) <= {a["unit"] for a in office.assignments(case_id)}

    office.time_is(READ)
    steps.read_documents(office, case_id, asking="fire")
    steps.supplement(office, "school", case_id)
    steps.read_documents(office, case_id)
    steps.arrange_visit(office, case_id, VISITED)

    office.time_is(f"{VISITED}T09:00:00+08:00")
    visit(office, case_id, failing="fire")
    rectify(office, case_id)
    again = [a["unit"] for a in office.assignments(case_id) if a["round"] == "reinspection"]
    assert again == ["fire"]
    steps.arrange_visit(office, case_id, RETURNED)

    office.time_is(f"{RETURNED}T09:00:00+08:00")
    fire = next(a for a in office.assignments(case_id) if a["unit"] == "fire")
    steps.pass_on_site(office, case_id, fire)
    finish(office, case_id)
    document_id = conclude(office, case_id)
    deliver(office, case_id, document_id)
    the_document_says_it_all(office, case_id, document_id)
    the_public_pages_tell_the_truth(office, case_id, number, code)


def visit(office: Office, case_id: int, failing: str = "") -> None:
    for one in office.assignments(case_id):
        if one["unit"] == failing:
            steps.fail_on_site(office, case_id, one)
        elif one["unit"] in steps.CORE and one["site"]:
            steps.pass_on_site(office, case_id, one)
    steps.pass_over_http(office, case_id, site=True)
    steps.pass_over_http(office, case_id, site=False)
    with office.at("coordinator", f"/cases/{case_id}") as page:
        expect(page.locator("#matrix")).to_be_visible()
        expect(page.locator("#case-actions button").first).to_be_visible()
        picture(page, "opinions")
        if page.get_by_test_id("act-CloseVisit").count():
            act(page, "CloseVisit")
        else:
            act_in_menu(page, "CloseVisit")
        if failing:
            act(page, "IssueRectification")
            expect(page.locator("#case-state")).to_contain_text("暂停")
            picture(page, "rectification")


def rectify(office: Office, case_id: int) -> None:
    with office.at("school", f"/cases/{case_id}?panel=findings") as page:
        page.locator("[data-testid^='answer-finding-']").click()
        dialog = page.get_by_test_id("act-dialog")
        dialog.locator("#answer").fill("已更换闭门器，逐扇测试合格")
        shot = {"name": "整改后.jpg", "mimeType": "image/jpeg", "buffer": photo("after")}
        dialog.locator("input[type=file]").first.set_input_files(shot)
        expect(dialog.locator(".jr-uploaded")).to_contain_text("整改后.jpg")
        picture(page, "answer")
        dialog.locator("#act-confirm").click()
        expect(dialog).to_be_hidden()
        act(page, "SubmitRectification")
        expect(page.locator("#case-state")).to_contain_text("复验")


def finish(office: Office, case_id: int) -> None:
    """The filing comes last, when every other item is decided."""
    filing = next(a for a in office.assignments(case_id) if a["unit"] == "filing")
    steps.pass_on_site(office, case_id, filing)


def conclude(office: Office, case_id: int) -> int:
    with office.at("coordinator", f"/cases/{case_id}") as page:
        expect(page.locator("#verdict")).to_contain_text("合格")
        assert page.locator("#verdict-reasons li").count() >= len(office.assignments(case_id))
        picture(page, "verdict")
        draw_and_sign(page, "conclude")
        expect(page.locator("#case-state")).to_contain_text("办结")
        page.click("#tab-documents")
        newest = page.locator("[data-testid^='docx-']").first
        expect(newest).to_be_visible()
        picture(page, "documents")
    assert office.case(case_id)["outcome"] == "pass"
    return office.server.run(
        "from sqlmodel import select\n"
        "from jointreview.models.base import reading\n"
        "from jointreview.models.outcome import IssuedDocument as D\n"
        "with reading() as db:\n"
        "    result = db.exec(select(D.id).where(D.case_id == args[0], D.kind == 'opinion')).one()",
        case_id,
    )


def deliver(office: Office, case_id: int, document_id: int) -> None:
    with office.at("clerk", f"/cases/{case_id}?panel=documents") as page:
        act(page, "RecordDelivery", document_id=str(document_id), way="collected", receiver="陈志远")
        expect(page.locator("#panel")).to_contain_text("陈志远")


def the_document_says_it_all(office: Office, case_id: int, document_id: int) -> None:
    with office.at("school", f"/cases/{case_id}?panel=documents") as page:
        with page.expect_download() as download:
            page.get_by_test_id(f"docx-{document_id}").click()
        content = Path(download.value.path()).read_bytes()
    document = Document(io.BytesIO(content))
    text = "\n".join(c.text for t in document.tables for r in t.rows for c in r.cells)
    for officer in ("顾晓明", "陆建军", "倪春华", "茅永兵", "龚雪", "徐静"):
        assert officer in text
    with office.client("school") as client:
        pdf = client.get(f"/api/cases/{case_id}/documents/{document_id}.pdf")
    assert pdf.status_code == 200, pdf.text
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    assert len(pages) >= 2 and "联合验收意见书" in pages[0].extract_text()


def the_public_pages_tell_the_truth(office: Office, case_id: int, number: str, code: str) -> None:
    verify_code = office.server.run(
        "from sqlmodel import select\n"
        "from jointreview.models.base import reading\n"
        "from jointreview.models.outcome import IssuedDocument as D\n"
        "with reading() as db:\n"
        "    result = db.exec(select(D.verify_code).where(D.case_id == args[0], D.kind == 'opinion')).one()",
        case_id,
    )
    with office.client() as anybody:
        page = anybody.get("/verify", params={"code": verify_code}).text
        assert "有效" in page and "启东市实验学校扩建" in page
        right = anybody.post("/progress", data={"number": number, "code": code}, follow_redirects=True).text
        wrong = anybody.post("/progress", data={"number": number, "code": "ABCDEFGH"}, follow_redirects=True).text
    assert "办结" in right and "启东市实验学校扩建" in right
    assert "启东市实验学校扩建" not in wrong
    with office.at("coordinator", f"/cases/{case_id}?panel=documents") as page:
        act_in_menu(page, "VoidOpinion", reason="复核发现建设地点有误")
    with office.client() as anybody:
        page = anybody.get("/verify", params={"code": verify_code}).text
    assert "作废" in page and "复核发现建设地点有误" in page


def test_a_factory_without_civil_defence_passes_the_short_way(office: Office):
    office.time_is(APPLIED)
    values = form_of("factory", "equipment", "2101-320681-89-01-556677")
    case_id = steps.begin_application(office, "applicant", "2101-320681-89-01-556677", "启东智能装备厂房一期")
    steps.write_form(office, "applicant", case_id, values)
    steps.add_files(office, "applicant", case_id, values, date(2026, 5, 6), "启东智能装备厂房一期.txt")
    steps.submit(office, "applicant", case_id)
    steps.accept(office, case_id)
    assert "civil_defence" not in {a["unit"] for a in office.assignments(case_id)}
    office.time_is(READ)
    steps.read_documents(office, case_id)
    steps.arrange_visit(office, case_id, "2026-05-12")
    office.time_is("2026-05-12T09:00:00+08:00")
    visit(office, case_id)
    finish(office, case_id)
    conclude(office, case_id)
