"""The steps of the job, each by the person who does it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from jointreview.catalog.form_engine import materials_for
from jointreview.catalog.loader import load_catalog
from jointreview.demo.cast import PEOPLE
from jointreview.demo.sample_files import material_pdf, photo
from tests.web.job.office import (
    PHONE,
    SAMPLES,
    Office,
    act,
    draw_and_sign,
    picture,
    signature,
)

OFFICERS = {p.unit: p.name for p in PEOPLE if p.role == "officer" and p.unit != "filing"}
CORE = ("planning", "fire", "quality", "civil_defence", "archives", "filing")


def begin_application(office: Office, login: str, code: str, name: str) -> int:
    """The applicant opens a new application and lands on its form."""
    with office.at(login, "/apply") as page:
        page.fill("#project-code", code)
        page.fill("#project-name", name)
        page.click("#start")
        page.wait_for_url(re.compile(r"/cases/\d+/form"))
        expect(page.locator("#one-form")).to_be_visible()
        return int(re.search(r"/cases/(\d+)/form", page.url).group(1))


def write_form(office: Office, login: str, case_id: int, values: dict[str, Any]) -> None:
    """The applicant writes the address and pastes the buildings; the other sections come over the same interface."""
    buildings = values["S4"]["buildings"]
    office.fill(login, case_id, {k: v for k, v in values.items() if k not in ("S4", "S12")})
    with office.at(login, f"/cases/{case_id}/form") as page:
        page.click("#step-S2")
        page.locator("[id='S2.address']").fill("启东市汇龙镇公园中路288号")
        expect(page.locator("#save-state")).to_have_attribute("data-state", "clean")
        page.click("#step-S4")
        paste_table(page, "S4.buildings", buildings)
        expect(page.locator("#save-state")).to_have_attribute("data-state", "clean")
        picture(page, "form-buildings")
    office.fill(login, case_id, {"S4": values["S4"]})


def paste_table(page: Page, path: str, rows: list[dict[str, Any]]) -> None:
    """Paste rows as copied from a spreadsheet, with the Chinese headings."""
    table = next(t for s in load_catalog().sections for t in s.tables if f"{s.code}.{t.key}" == path)
    columns = [c for c in table.columns if any(c.key in row for row in rows) and not c.options]
    lines = ["\t".join(c.label.zh for c in columns)]
    lines += ["\t".join(str(row.get(c.key, "")) for c in columns) for row in rows]
    page.get_by_test_id(f"{path}-paste").click()
    page.locator(f"[id='{path}-paste-text']").fill("\n".join(lines))
    page.locator(f"[id='{path}-paste-take']").click()


def add_files(
    office: Office, login: str, case_id: int, values: dict[str, Any], on: date, parcel: str, stage: int = 4
) -> None:
    """One material by the file chooser, the others over the same interface; the parcel is seen and confirmed."""
    needed = [n.material for n in materials_for(load_catalog(on=on, stage=stage), values) if n.must_upload]
    for material in needed[1:]:
        upload_id = office.upload(login, f"{material.name.zh}.pdf", material_pdf(material.code))
        office.command(login, "AddMaterial", case_id=case_id, material=material.code, upload_id=upload_id)
    with office.at(login, f"/cases/{case_id}/form") as page:
        page.click("#step-S12")
        first = needed[0]
        file = {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": material_pdf(first.code)}
        page.locator(f"[id='upload-{first.code}']").set_input_files(file)
        expect(page.locator(f"[id='material-{first.code}'] .jr-file")).to_contain_text("材料.pdf")
        picture(page, "materials")
        page.click("#step-parcel")
        page.locator("#parcel-file").set_input_files(SAMPLES / parcel)
        expect(page.locator("#parcel-confirm")).to_be_visible()
        picture(page, "parcel")
        page.click("#parcel-confirm")
        expect(page.get_by_test_id("parcel-confirmed")).to_be_visible()


def invite_and_sign(office: Office, login: str, case_id: int, party: str, guest: str) -> None:
    """A responsible party gets a code, joins with it and signs its own part."""
    with office.at(login, f"/cases/{case_id}/form") as page:
        page.click("#step-S3")
        page.get_by_test_id(f"invite-{party}").click()
        code = page.locator(f"#code-{party}").inner_text()
    with office.at(guest, "/apply") as page:
        page.fill("#invitation-code", code)
        page.click("#invitation-accept")
        page.wait_for_url(re.compile(rf"/cases/{case_id}/form"))
        page.fill("#party-opinion", "设计文件已全部实施，同意验收。")
        draw_and_sign(page, "party-sign")
        expect(page.get_by_test_id(f"own-party-{party}")).not_to_contain_text("签署本单位意见")


def submit(office: Office, login: str, case_id: int) -> tuple[str, str]:
    """The applicant signs the declaration; answers the case's number and look-up code."""
    with office.at(login, f"/cases/{case_id}/form") as page:
        page.click("#step-finish")
        expect(page.get_by_test_id("finish-complete")).to_be_visible()
        picture(page, "declaration")
        draw_and_sign(page, "submit")
        expect(page.get_by_test_id("submitted")).to_be_visible()
        return page.locator("#done-number").inner_text(), page.locator("#done-code").inner_text()


def return_once(office: Office, case_id: int) -> None:
    """The clerk tells a gap; the applicant answers and hands in again."""
    with office.at("clerk", f"/cases/{case_id}?panel=review") as page:
        page.get_by_test_id("precheck-1-subject").select_option("field:S2.address")
        page.get_by_test_id("precheck-1-rule").fill("联合验收申请表填表说明")
        page.get_by_test_id("precheck-1-wanted").fill("请写明门牌号，与不动产权证一致")
        page.get_by_test_id("precheck-send").click()
        page.get_by_test_id("precheck-send").click()
        expect(page.locator("#case-state")).to_contain_text("补正")
        picture(page, "returned")


def answer_gaps(office: Office, login: str, case_id: int) -> None:
    """The applicant answers every gap on the form page."""
    with office.at(login, f"/cases/{case_id}/form") as page:
        answers = page.locator("[id^='gap-answer-']")
        expect(answers.first).to_be_visible()
        for answer in answers.all():
            answer.fill("已按要求补充")
        for button in page.locator("[id^='gap-send-']").all():
            button.click()
        expect(page.locator("#gaps li[data-status='told']")).to_have_count(0)
        picture(page, "gaps-answered")


def accept(office: Office, case_id: int) -> None:
    """The clerk accepts with the effective working day."""
    with office.at("clerk", f"/cases/{case_id}") as page:
        act(page, "AcceptCase")
        expect(page.locator("#case-state")).to_contain_text("剩余")
        page.click("#why-date")
        expect(page.locator("#why-dialog")).to_contain_text("2026-05")
        picture(page, "accepted")


def read_documents(office: Office, case_id: int, asking: str = "") -> None:
    """Core departments finish reading in the browser, `asking` notes a gap first; the others over HTTP."""
    for one in office.assignments(case_id):
        if one["round"] != "documents":
            continue
        if one["unit"] not in CORE:
            office.command(one["unit"], "FinishDocumentReview", case_id=case_id, assignment_id=one["id"])
            continue
        with office.at(one["unit"], f"/cases/{case_id}?panel=review") as page:
            if one["unit"] == asking:
                editor = page.locator(f"[id='gap-{one['id']}']")
                editor.locator("select").select_option("field:S2.town")
                editor.locator("[data-testid$='-1-rule']").fill("消防验收资料要点第3条")
                editor.locator("[data-testid$='-1-wanted']").fill("请核对所在镇与消防设计审查意见书一致")
                editor.locator("[data-testid$='-send']").click()
                expect(page.locator("#panel")).to_contain_text("请核对所在镇")
                picture(page, "gap-noted")
            act(page, "FinishDocumentReview")
            expect(page.get_by_test_id("act-FinishDocumentReview")).to_have_count(0)


def supplement(office: Office, login: str, case_id: int) -> None:
    """ONE merged notice, the clock stands still, the applicant answers."""
    with office.at("coordinator", f"/cases/{case_id}") as page:
        act(page, "IssueSupplementNotice")
        expect(page.locator("#case-state")).to_contain_text("暂停")
        picture(page, "supplement")
    answer_gaps(office, login, case_id)
    with office.at(login, f"/cases/{case_id}/form") as page:
        page.click("#step-finish")
        page.get_by_test_id("submit-supplement").click()
        expect(page.get_by_test_id("submit-supplement")).to_have_count(0)


def arrange_visit(office: Office, case_id: int, day: str) -> None:
    """The coordinator takes a common free half-day on that day and fixes the visit."""
    with office.at("coordinator", f"/cases/{case_id}?panel=survey") as page:
        if office.case(case_id)["state"] == "reviewing":
            act(page, "CloseDocumentReview")
            page.click("#tab-survey")
        slot = page.locator(f"[data-testid^='slot-{day}']").first
        expect(slot).to_be_visible()
        slot.click()
        expect(page.locator("#schedule")).to_be_visible()
        for unit, name in OFFICERS.items():
            choice = page.locator(f"[id='officer-{unit}']")
            if choice.count():
                choice.select_option(label=name)
        picture(page, "slots")
        page.click("#schedule")
        expect(page.locator("[data-testid^='visit-']").filter(has_text=day)).to_have_count(1)
        picture(page, "visit-planned")


def arrive(page: Page) -> None:
    """The officer signs in on site."""
    expect(page.get_by_test_id("onsite-queue")).to_be_visible()
    expect(page.locator("[data-testid^='onsite-assignment-']").first).to_be_visible()
    button = page.get_by_test_id("onsite-sign-in")
    if button.count():
        button.click()
        expect(button).to_have_count(0)


def tick(page: Page, assignment_id: int, failing: bool = False) -> None:
    """Answer every line of the checklist; with `failing` the first is not in order."""
    lines = page.locator(f"[id^='line-{assignment_id}-'].jr-site-line")
    expect(lines.first).to_be_visible()
    count = lines.count()
    assert count, "the checklist was there and is gone"
    for n in range(count):
        answer = "not_ok" if failing and n == 0 else "ok"
        lines.nth(n).locator(f"label:has([data-testid$='-{answer}'])").click()


def wait_until_sent(page: Page) -> None:
    """Nothing waits in the phone any more."""
    expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-waiting", "0")


def fail_on_site(office: Office, case_id: int, assignment: dict[str, Any]) -> None:
    """The fire officer photographs, raises a finding and signs a failure, all on the phone."""
    with office.at(assignment["unit"], f"/cases/{case_id}/onsite", PHONE) as page:
        number = assignment["id"]
        arrive(page)
        tick(page, number, failing=True)
        line = page.locator(f"[id^='line-{number}-'].jr-site-line").first
        shot = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo("before")}
        line.locator("input[type=file]").first.set_input_files(shot)
        finding = line.locator("[data-testid^='finding-']").first
        finding.locator("[id$='-text']").fill("二层东侧防火门闭门器缺失")
        finding.locator("[id$='-criterion']").fill("闭门器安装齐全，门能自行关闭")
        finding.locator("[id$='-rule']").fill("GB 50016 第6.5.1条")
        picture(page, "finding")
        finding.locator("[data-testid$='-raise']").click()
        expect(page.locator("[data-testid='finding-1']")).to_be_visible()
        wait_until_sent(page)
        page.locator(f"label:has(#opinion-{number}-FAIL)").click()
        draw_and_sign(page, f"opinion-{number}-sign")
        expect(page.get_by_test_id(f"opinion-given-{number}")).to_be_visible()
        picture(page, "failed")


def pass_on_site(office: Office, case_id: int, assignment: dict[str, Any]) -> None:
    """A core officer signs in, ticks the list and signs a pass on the phone."""
    with office.at(assignment["unit"], f"/cases/{case_id}/onsite", PHONE) as page:
        number = assignment["id"]
        expect(page.get_by_test_id(f"onsite-assignment-{number}")).to_be_visible()
        if assignment["site"]:
            arrive(page)
            if assignment["round"] == "site":
                tick(page, number)
            wait_until_sent(page)
        for verify in page.locator("[data-testid^='verify-'][data-testid$='-yes']").all():
            verify.click()
            expect(verify).to_have_count(0)
        page.locator(f"label:has(#opinion-{number}-PASS)").click()
        draw_and_sign(page, f"opinion-{number}-sign")
        expect(page.get_by_test_id(f"opinion-given-{number}")).to_be_visible()
        if assignment["unit"] == "civil_defence":
            picture(page, "passed")


def pass_over_http(office: Office, case_id: int, site: bool) -> None:
    """The departments that are not looked at in the browser."""
    for one in office.assignments(case_id):
        if one["unit"] in CORE or one["site"] is not site or one["round"] not in ("site", "reinspection"):
            continue
        if site and not any(
            o["unit"] == one["unit"] and o["opinion"] for o in office.assignments(case_id) if o["site"]
        ):
            office.command(one["unit"], "SignIn", case_id=case_id)
        office.command(
            one["unit"],
            "GiveOpinion",
            case_id=case_id,
            assignment_id=one["id"],
            result="PASS",
            text="符合要求，同意通过。",
            signature=signature(one["unit"]),
        )
