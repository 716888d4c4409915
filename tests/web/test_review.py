"""Joint reviews in the browser: from the wizard to the decision, overlapping pauses, and a silent department."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Browser, expect

from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.demo.cast import DEMO_PASSWORD, FIRMS
from tests.web.job import steps as job
from tests.web.job.office import DESK, Office, act, act_in_menu, confirm, draw_and_sign, open_office
from tests.web.review import steps
from tests.web.review.cases import PLAY, clock_of

ACCEPTED = "2026-05-06T09:00:00+08:00"
SURVEYED = "2026-05-08"
CONCLUDED = "2026-05-12"
PROJECT = ("2605-320681-89-01-411515", "启东市汇龙中学新建工程")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("reviews"), browser, ACCEPTED, PLAY) as running:
        yield running


def test_a_review_of_twelve_departments_goes_from_the_wizard_to_the_decision_in_ten_days(office: Office):
    values = sample_values("stage1_school", date(2026, 5, 6))
    credit_code, name = FIRMS["school"]
    values["S1"] |= {"project_code": PROJECT[0], "applicant_name": name, "applicant_credit_code": credit_code}
    values["S2"] |= {"project_name": PROJECT[1]}
    case_id = from_the_wizard(office, values)
    office.fill("school", case_id, values)
    job.add_files(office, "school", case_id, values, date(2026, 5, 6), "启东市实验学校扩建.txt", stage=1)
    number, code = job.submit(office, "school", case_id)
    job.accept(office, case_id)
    assert len({a["unit"] for a in office.assignments(case_id)}) >= 8
    steps.read(office, case_id, "planning")
    add_a_department(office, case_id)
    ask_and_answer(office, case_id)
    steps.plan_survey(office, case_id, SURVEYED)

    office.time_is(f"{SURVEYED}T14:00:00+08:00")
    steps.go_there(office, case_id, "planning")
    decide_in_the_browser(office, case_id)
    office.time_is(f"{CONCLUDED}T09:00:00+08:00")
    grant_the_land_permit(office, case_id)
    conclude(office, case_id)
    assert clock_of(office, case_id)["used"] <= 10
    assert_everybody_sees_it(office, case_id, number, code)


def from_the_wizard(office: Office, values: dict[str, Any]) -> int:
    """Somebody not signed in asks the wizard, and the case it opens holds the answers."""
    page = office.browser.new_context(**DESK).new_page()
    page.on("pageerror", lambda error: office.faults.append(f"wizard: {error}"))
    page.goto(f"{office.server.url}/guides")
    page.locator("a[href^='/guides/wizard']").first.click()
    steps.ask_the_wizard(page, office.server.url, 1, values)
    assert int(page.locator("#n-units").inner_text()) >= 8
    case_id = steps.open_application(office, page, "school", DEMO_PASSWORD, PROJECT)
    page.click("#step-S2")
    expect(page.locator("[id='S2.land_acquisition']")).to_be_visible()
    page.context.close()
    assert not office.faults, office.faults
    with office.client("school") as client:
        filled = client.get(f"/api/cases/{case_id}/application").json()["sections"]
    assert filled["S2"]["values"]["land_acquisition"] == "allocation"
    assert filled["S21"]["values"]["energy_use"] == values["S21"]["energy_use"]
    return case_id


def add_a_department(office: Office, case_id: int) -> None:
    """The coordinator brings in the energy unit, which nobody thought of at acceptance."""
    with office.at("coordinator", f"/cases/{case_id}") as page:
        act_in_menu(page, "AddDepartment", item="P107", reason="可研报告核定年综合能耗超过一千吨标准煤")
        expect(page.get_by_test_id("matrix-row-P107")).to_be_visible()
    steps.read(office, case_id)


def ask_and_answer(office: Office, case_id: int) -> None:
    """The water bureau asks the heritage unit, which is not part of the case, and gets its answer."""
    with office.at("water", f"/cases/{case_id}?panel=review") as page:
        act_in_menu(page, "Consult", to_unit="heritage", question="北侧河道是否属于需要保护的古河道遗存？")
        question = page.locator("#panel article").filter(has_text="古河道遗存")
        expect(question).to_contain_text("待答复")
    with office.at("heritage", f"/cases/{case_id}?panel=review") as page:
        expect(page.locator("#tab-form")).to_have_count(0)
        page.locator("[data-testid^='answer-consultation-']").click()
        confirm(page, answer="经核查，不涉及文物保护单位和古河道遗存。")
        expect(page.locator("#panel")).to_contain_text("不涉及文物保护单位")
    with office.at("water", f"/cases/{case_id}?panel=review") as page:
        expect(page.locator("#panel")).to_contain_text("不涉及文物保护单位")


def decide_in_the_browser(office: Office, case_id: int) -> None:
    """Four departments decide on the page, the others over HTTP; the order the rules set is kept."""
    of = {a["item"]: a for a in office.assignments(case_id)}
    steps.decide(
        office,
        case_id,
        of["P109"],
        "PASS_COND",
        "水土保持方案符合要求，原则同意。",
        condition="开工前落实弃渣处置协议",
    )
    steps.decide(office, case_id, of["P111"], "PASS", "应当修建防空地下室，同意。")
    steps.decide_over_http(office, case_id, "P101", "P102", "P106")
    with office.at("investment", f"/cases/{case_id}?panel=review") as page:
        proposal, study = (of[item]["id"] for item in ("P101", "P102"))
        card = page.get_by_test_id(f"deciding-{study}")
        expect(card).to_contain_text("项目建议书")
        page.locator(f"#decide-{study}-text").fill("可行性研究报告编制规范，同意。")
        steps.fill_decision(page, proposal, "PASS", "建设必要，资金落实，同意立项。")
        steps.sign_decision(page, proposal)
        # What was written for the one that waited is still there, and now it may be granted.
        expect(page.locator(f"#decide-{study}-text")).to_have_value("可行性研究报告编制规范，同意。")
        steps.fill_decision(page, study, "PASS", "可行性研究报告编制规范，同意。", document_no=steps.PERMITS["P102"])
        steps.sign_decision(page, study)


def grant_the_land_permit(office: Office, case_id: int) -> None:
    """A number that is none is told before anything is signed; what was written stays."""
    one = next(a for a in office.assignments(case_id) if a["item"] == "P106")
    with office.at("planning", f"/cases/{case_id}?panel=review") as page:
        number, text = one["id"], "用地位置、面积和规划条件符合控制性详细规划，准予许可。"
        steps.fill_decision(page, number, "PASS", text, document_no="地字第123号", valid_until="2027-05-12")
        card = page.get_by_test_id(f"deciding-{number}")
        expect(card.get_by_role("alert")).to_be_visible()
        expect(page.locator(f"[id='decide-{number}']")).to_have_count(0)
        expect(page.locator(f"#decide-{number}-text")).to_have_value(text)
        steps.fill_decision(page, number, "PASS", text, document_no=steps.PERMITS["P106"])
        expect(card).to_contain_text("2027-05-12")
        steps.sign_decision(page, number)
        expect(page.get_by_test_id(f"decision-{number}")).to_contain_text(steps.PERMITS["P106"])


def conclude(office: Office, case_id: int) -> None:
    """The lead unit concludes what the rule says, in its own words, and the decision is there."""
    with office.at("planning", f"/cases/{case_id}?panel=review") as page:
        lead = page.locator("#lead-conclusion")
        expect(lead).to_contain_text("附条件")
        page.fill("#conclusion-text", "综合各部门意见，本阶段审查事项齐全，请按条件落实。")
        lead.locator("button[type=submit]").click()
        draw_and_sign(page, "conclude-review")
        expect(page.locator("#conclusion")).to_contain_text("请按条件落实")
        expect(page.locator("#conclusion-points")).to_contain_text("水土保持")
        with page.expect_download() as download:
            page.locator("#conclusion a").click()
        content = Path(download.value.path()).read_bytes()
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    text = "\n".join([p.text for p in document.paragraphs] + cells)
    for words in ("请按条件落实", steps.PERMITS["P106"], "落实弃渣处置协议"):
        assert words in text
    assert office.case(case_id)["outcome"] == "conditional"


def assert_everybody_sees_it(office: Office, case_id: int, number: str, code: str) -> None:
    """The applicant reads the conclusion; whoever has number and code sees that it is over."""
    with office.at("school", f"/cases/{case_id}?panel=review") as page:
        expect(page.locator("#conclusion")).to_contain_text("请按条件落实")
        page.click("#tab-overview")
        expect(page.get_by_test_id("matrix-row-P106")).to_contain_text(steps.PERMITS["P106"])
    with office.client() as anybody:
        shown = anybody.post("/progress", data={"number": number, "code": code}, follow_redirects=True).text
    assert PROJECT[1] in shown and "办结" in shown


def test_a_supplement_and_a_special_procedure_that_overlap_stop_the_clock_once(office: Office):
    case_id = office.cases["asking"]
    office.time_is("2026-05-08T09:00:00+08:00")
    with office.at("coordinator", f"/cases/{case_id}") as page:
        act(page, "IssueSupplementNotice")
        expect(page.locator("#case-state")).to_contain_text("暂停")
    with office.at("planning", f"/cases/{case_id}?panel=time") as page:
        fields = {"procedure": "expert_review", "legal_basis": "《中华人民共和国行政许可法》第四十五条"}
        act(
            page,
            "RequestPause",
            **fields,
            reason="用地方案需要专家评审",
            planned_days="4",
            evidence_no="启资规评〔2026〕3号",
        )
        expect(page.locator("#pauses")).to_contain_text("启资规评〔2026〕3号")

    office.time_is("2026-05-11T09:00:00+08:00")
    with office.at("planning_head", f"/cases/{case_id}?panel=time") as page:
        page.locator("#pauses").get_by_test_id("act-ApprovePause").click()
        expect(page.locator("#act-preview li").first).to_be_visible()
        page.locator("#act-confirm").click()
        expect(page.get_by_test_id("act-dialog")).to_be_hidden()
        notice = page.locator("[data-testid^='pauses-pause:'] a").first
        with page.expect_download() as download:
            notice.click()
        assert download.value.suggested_filename.endswith(".docx")

    office.time_is("2026-05-12T09:00:00+08:00")
    answer_the_notice(office, case_id)
    told = clock_of(office, case_id)
    assert told["paused"] and told["due"] is None

    office.time_is("2026-05-14T09:00:00+08:00")
    with office.at("planning", f"/cases/{case_id}?panel=time") as page:
        act(page, "ClosePause", result="专家评审通过，意见已采纳")
        expect(page.locator("#case-state")).not_to_contain_text("暂停")
    clock = clock_of(office, case_id)
    # Supplement from 8 to 12 May, procedure from 11 to 14 May: 9 (a make-up day), 11, 12, 13 and 14 May, each once.
    assert (clock["due"], sum(clock["days"].values()), clock["used"]) == ("2026-05-26", 5, 2)
    with office.at("school", f"/cases/{case_id}?panel=time") as page:
        expect(page.locator("#case-state")).to_contain_text(clock["due"])
        expect(page.locator("#time-facts")).to_contain_text(clock["due"])
        page.click("#why-date")
        days = page.locator("#why-dialog li")
        expect(days.first).to_be_visible()
        lines = days.all_inner_texts()
    assert sum("暂停" in line for line in lines) == 5
    assert len({line[:10] for line in lines}) == len(lines)


def answer_the_notice(office: Office, case_id: int) -> None:
    """The applicant answers what the water bureau asked and hands in."""
    job.answer_gaps(office, "school", case_id)
    with office.at("school", f"/cases/{case_id}/form") as page:
        page.click("#step-finish")
        page.get_by_test_id("submit-supplement").click()
        expect(page.get_by_test_id("submit-supplement")).to_have_count(0)


def test_silence_of_a_department_counts_as_agreement_where_the_rules_say_so(office: Office):
    case_id = office.cases["silent"]
    office.time_is("2026-05-11T09:00:00+08:00")
    with office.at("coordinator", f"/cases/{case_id}") as page:
        row = page.get_by_test_id("matrix-row-P115")
        expect(row).to_contain_text("逾期", timeout=40_000)
    office.time_is("2026-05-14T09:00:00+08:00")
    with office.at("investment", f"/cases/{case_id}") as page:
        row = page.get_by_test_id("matrix-row-P115")
        expect(row).to_contain_text("视为同意", timeout=40_000)
    with office.at("planning", f"/cases/{case_id}?panel=review") as page:
        lead = page.locator("#lead-conclusion")
        expect(lead.locator("#conclusion-reasons")).to_contain_text("视为同意")
        page.fill("#conclusion-text", "各部门均已作出决定，一个部门逾期未反馈，按规则视为同意。")
        lead.locator("button[type=submit]").click()
        draw_and_sign(page, "conclude-review")
        expect(page.locator("#conclusion-points")).to_contain_text("视为同意")
    assert office.case(case_id)["outcome"] == "pass"
    item = load_catalog(on=date(2026, 5, 6), stage=1).item("P115")
    with office.at("applicant", f"/cases/{case_id}?panel=review") as page:
        expect(page.locator("#conclusion-points")).to_contain_text(item.name.zh)
