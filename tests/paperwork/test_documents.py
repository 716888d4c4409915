"""Documents say what they were given, completely and in the official layout."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jointreview.domain.problems import Refused
from jointreview.paperwork import build, data, form_data, images
from jointreview.text import LANGUAGES, texts, tr
from tests.paperwork import samples, trip_samples

KINDS: dict[str, tuple[Callable[[Any], bytes], Callable[..., data.Paper]]] = {
    "opinion": (build.joint_opinion, samples.joint_opinion),
    "receipt": (build.acceptance_receipt, samples.receipt),
    "gaps": (build.gap_notice, samples.gap_notice),
    "rectification": (build.rectification_notice, samples.rectification),
    "visit": (build.visit_notice, samples.visit_notice),
    "units": (build.units_notice, trip_samples.units_notice),
    "absence": (build.absence_report, trip_samples.absence),
    "record": (build.survey_record, samples.record),
    "refusal": (build.refusal_notice, samples.refusal),
    "form": (build.application_form, samples.form),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def opened(docx: bytes) -> Any:
    return Document(io.BytesIO(docx))


def words(docx: bytes) -> str:
    """Everything written in the body, paragraphs and cells in order."""
    body = opened(docx).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def pictures(docx: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]


@every_kind
def test_a_document_carries_title_number_issuer_date_and_verification(kind):
    make, sample = KINDS[kind]
    paper = sample()
    text = words(make(paper))
    assert tr("zh", build.title_key(paper)) in text
    assert paper.number in text
    assert paper.issuer in text
    assert "2026年5月19日" in text
    assert paper.verify_code in text
    assert paper.verify_url in text
    assert "系统内确认，非电子印章" in text


@every_kind
def test_the_qr_code_leads_to_the_verification_address(kind):
    make, sample = KINDS[kind]
    paper = sample()
    assert images.qr_png(paper.verify_url) in pictures(make(paper))
    other = dataclasses.replace(paper, verify_url="https://elsewhere.example/")
    assert images.qr_png(paper.verify_url) not in pictures(make(other))


@every_kind
def test_the_same_content_gives_the_same_bytes(kind):
    make, sample = KINDS[kind]
    assert make(sample()) == make(sample())


@every_kind
def test_the_page_is_a4_with_government_margins_and_counts_its_pages(kind):
    make, sample = KINDS[kind]
    paper = sample()
    doc = opened(make(paper))
    page = doc.sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.cm, 1) for margin in margins] == [3.7, 3.5, 2.8, 2.6]
    fields = [e.text.strip() for e in page.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert page.footer.paragraphs[0].text == "第 1 页 共 1 页"
    assert paper.number in page.header.paragraphs[0].text
    assert paper.case_number in page.header.paragraphs[0].text


@every_kind
def test_the_typefaces_are_the_official_ones(kind):
    make, sample = KINDS[kind]
    styles = opened(make(sample())).styles

    def face(name: str) -> tuple[str, float]:
        fonts = styles[name].element.rPr.find(qn("w:rFonts"))
        return fonts.get(qn("w:eastAsia")), styles[name].font.size.pt

    assert face("Paper Title") == ("方正小标宋简体", 22)
    assert face("Paper Body") == ("仿宋_GB2312", 16)
    assert face("Paper Cell") == ("仿宋_GB2312", 12)
    assert face("Paper Heading")[0] == "黑体"
    assert styles["Paper Body"].font.name == "Times New Roman"


@every_kind
def test_tables_have_borders_and_fit_between_the_margins(kind):
    make, sample = KINDS[kind]
    doc = opened(make(sample()))
    borders = doc.styles["Table Grid"].element.find(".//" + qn("w:tblBorders"))
    assert {side.tag for side in borders} == {
        qn(f"w:{side}") for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    }
    bordered = [table for table in doc.tables if table.style.name == "Table Grid"]
    assert len(bordered) == len(doc.tables) - 1, "all but the closing block"
    for table in doc.tables:
        assert sum(column.width for column in table.columns) <= Cm(22.6)


@every_kind
def test_properties_come_from_the_document_alone(kind):
    make, sample = KINDS[kind]
    paper = sample()
    core = opened(make(paper)).core_properties
    assert core.title == f"{tr('zh', build.title_key(paper))} {paper.number}"
    assert core.author == core.last_modified_by == paper.issuer
    assert core.created.replace(tzinfo=None) == datetime(2026, 5, 18, 16)
    assert "python-docx" not in core.comments


@every_kind
def test_a_void_document_says_so_on_its_face_and_across_every_page(kind):
    make, sample = KINDS[kind]
    mark = data.VoidMark(reason="结论有误", voided_on=date(2026, 6, 1), replaced_by="启联验〔2026〕0009号")
    docx = make(sample(void=mark))
    assert "本文书已作废，自2026年6月1日起不再有效。" in words(docx)
    assert "作废原因：结论有误" in words(docx)
    assert "替代文书：启联验〔2026〕0009号" in words(docx)
    header = opened(docx).sections[0].header._element
    assert [e.get("string") for e in header.iter("{urn:schemas-microsoft-com:vml}textpath")][-1] == "作废"
    assert "作废" not in words(make(sample()))


@every_kind
def test_names_with_rare_characters_and_markup_are_printed_as_written(kind):
    make, sample = KINDS[kind]
    name = "𠮷龘<b>&amp;\"'{{x}}{0}工程"
    paper = sample(project=dataclasses.replace(samples.PROJECT, works_name=name), issuer=f"{name}局")
    assert f"{name}局" in words(make(paper))


def test_control_characters_and_direction_marks_are_left_out():
    opinions = samples.opinions(text="合\x00格\x0b第二\u202e行\ud800")
    text = words(build.joint_opinion(samples.joint_opinion(opinions=opinions)))
    assert "合格\n第二行" in text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_a_person_can_type_makes_a_document_that_opens(text):
    paper = samples.refusal(reasons=(text,), issuer=text, void=data.VoidMark(reason=text, voided_on=date(2026, 1, 1)))
    assert opened(build.refusal_notice(paper)).paragraphs


def test_the_joint_opinion_has_every_departments_opinion_result_name_and_time():
    paper = samples.joint_opinion()
    doc = opened(build.joint_opinion(paper))
    table = next(t for t in doc.tables if t.cell(0, 0).text == "部门及事项")
    assert len(table.rows) == 1 + len(paper.opinions)
    for row, opinion in zip(table.rows[1:], paper.opinions, strict=True):
        who, said, result, signed = (cell.text for cell in row.cells)
        assert who.split("\n") == [opinion.unit_name, opinion.item_name]
        assert said.startswith(opinion.text)
        assert opinion.result_document in said
        assert result == opinion.result_label
        assert opinion.officer in signed
        assert "2026-05-14 10:36" in signed
        assert row._tr.findall(".//" + qn("w:drawing"))
    text = words(build.joint_opinion(paper))
    assert "容缺通过" in text
    assert "移交竣工档案电子卷（城建档案馆负责核查），2026年8月14日前完成" in text
    assert "2026年5月6日受理，应于2026年5月20日前办结，实际用时9个工作日" in text


def test_header_rows_repeat_and_short_rows_stay_whole():
    doc = opened(build.joint_opinion(samples.joint_opinion()))
    table = next(t for t in doc.tables if t.cell(0, 0).text == "部门及事项")
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_an_opinion_nobody_signed_shows_a_dash_and_no_name():
    opinions = samples.opinions(officer="", signed_at=None, signature_png=None)
    doc = opened(build.joint_opinion(samples.joint_opinion(opinions=opinions)))
    table = next(t for t in doc.tables if t.cell(0, 0).text == "部门及事项")
    assert {row.cells[3].text for row in table.rows[1:]} == {"—"}


def test_an_opinion_of_three_thousand_characters_is_printed_whole_in_an_annex():
    long = ("消防车道净宽4.2米，符合要求；𠮷龘<&>。" * 150)[:3000]
    opinions = (dataclasses.replace(samples.opinions()[0], text=long), *samples.opinions()[1:])
    text = words(build.joint_opinion(samples.joint_opinion(opinions=opinions)))
    assert "意见全文见附件1。" in text
    assert text.count(long) == 1
    assert text.index("附件1　自然资源和规划局") < text.index(long)


def test_forty_buildings_are_listed_in_an_annex():
    towers = tuple(
        data.BuildingLine(name=f"{n}#住宅楼", storeys="地上18层", area_m2=Decimal("8456.3")) for n in range(1, 41)
    )
    project = dataclasses.replace(samples.PROJECT, buildings=towers)
    docx = build.joint_opinion(samples.joint_opinion(project=project))
    assert "共40栋单体，明细见附表" in words(docx)
    annex = opened(docx).tables[-1]
    assert [row.cells[1].text for row in annex.rows[1:]] == [tower.name for tower in towers]
    assert annex.rows[1].cells[4].text == "8,456.30"
    assert annex.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_new_version_names_the_one_it_replaces():
    text = words(build.joint_opinion(samples.joint_opinion(version=2, replaces="启联验〔2025〕0007号")))
    assert "启联验〔2026〕0001号（第2版，替代 启联验〔2025〕0007号）" in text


def test_a_negative_opinion_gives_reasons_and_remedy():
    paper = samples.joint_opinion(
        conclusion_label="不通过",
        conditions=(),
        reasons=("消防验收不合格",),
        remedy=data.Remedy(review_body="启东市人民政府", court="某某人民法院"),
    )
    text = words(build.joint_opinion(paper))
    assert "1. 消防验收不合格" in text
    assert "六十日内依法向启东市人民政府申请行政复议" in text
    assert "六个月内依法向某某人民法院提起行政诉讼" in text


def test_a_real_seal_replaces_the_label():
    text = words(build.joint_opinion(samples.joint_opinion(assurance="已加盖电子印章")))
    assert "已加盖电子印章" in text
    assert "非电子印章" not in text


def test_the_receipt_names_items_materials_and_the_due_date():
    paper = samples.receipt()
    text = words(build.acceptance_receipt(paper))
    assert "承诺办理时限为10个工作日（受理当日不计），应于2026年5月20日前办结" in text
    assert all(item.item in text and item.unit in text for item in paper.items)
    assert all(material in text for material in paper.materials)


def test_the_gap_notice_numbers_every_gap_with_what_is_wanted():
    paper = samples.gap_notice(count=25)
    doc = opened(build.gap_notice(paper))
    rows = [[cell.text for cell in row.cells] for row in doc.tables[0].rows[1:]]
    assert [row[0] for row in rows] == [str(n) for n in range(1, 26)]
    for row, gap in zip(rows, paper.gaps, strict=True):
        assert row[1:5] == [gap.material, gap.page or "—", gap.rule, gap.wanted]
        assert row[5] == f"{gap.unit}\n{gap.contact}"
    assert "有25处需要补正" in words(build.gap_notice(paper))


def test_the_rectification_notice_has_every_finding_with_clause_criterion_and_photographs():
    paper = samples.rectification()
    docx = build.rectification_notice(paper)
    text = words(docx)
    for finding in paper.findings:
        assert all(part in text for part in (finding.unit, finding.text, finding.clause, finding.criterion))
    assert "请于2026年6月13日前完成整改" in text
    photos = [Image.open(io.BytesIO(picture)) for picture in pictures(docx)]
    assert sum(image.format == "JPEG" for image in photos) == 2


def test_an_unreadable_photograph_does_not_hold_up_the_notice():
    paper = samples.rectification(findings=samples.findings(photos=(b"no image",)))
    assert "照片无法在文书中显示，请在系统中查看原件。" in words(build.rectification_notice(paper))


def test_an_unreadable_signature_refuses_the_document():
    opinions = samples.opinions(signature_png=b"no image")
    with pytest.raises(Refused) as refusal:
        build.joint_opinion(samples.joint_opinion(opinions=opinions))
    [problem] = refusal.value.problems
    assert problem.key == "paper.signature_unreadable"
    for lang in LANGUAGES:
        assert "张明远" in tr(lang, problem.key, **problem.params)


def test_the_visit_notice_says_when_where_who_and_what_to_bring():
    paper = samples.visit_notice()
    text = words(build.visit_notice(paper))
    assert "2026年5月13日上午" in text
    assert paper.place in text
    assert all(team.unit in text and team.members[0].name in text for team in paper.teams)
    assert all(thing in text for thing in paper.bring)
    survey = words(build.visit_notice(samples.visit_notice(stage="立项用地规划许可", half_day="pm")))
    assert "联合踏勘告知书" in survey
    assert "2026年5月13日下午" in survey


def test_the_record_has_sign_in_times_checklists_absences_and_signatures():
    paper = samples.record()
    doc = opened(build.survey_record(paper))
    attendance = next(t for t in doc.tables if t.cell(0, 0).text == "部门（单位）")
    assert [row.cells[3].text for row in attendance.rows[1:6]] == ["08:30", "08:31", "08:32", "08:33", "08:34"]
    assert attendance.rows[6].cells[1].text == "未到场。按规定视为无现场异议。"
    checklists = [t for t in doc.tables if len(t.columns) == 5 and t.cell(0, 1).text == "检查内容"]
    assert len(checklists) == len(paper.sheets)
    for table, sheet in zip(checklists, paper.sheets, strict=True):
        checked = [[cell.text for cell in row.cells][1:] for row in table.rows[1:-1]]
        assert checked == [[c.text, c.result_label, c.value or "—", c.note or "—"] for c in sheet.lines]
        assert table.rows[-1].cells[0].text == f"结论：{sheet.conclusion}"
        assert sheet.signature.name in table.rows[-1].cells[4].text
    text = words(build.survey_record(paper))
    assert all(name in text for name in ("周慧", "陆晓明", "沈海涛"))


def test_a_record_without_findings_says_so():
    assert "未发现需要整改的问题。" in words(build.survey_record(samples.record(findings=())))


def test_the_form_prints_every_value_and_turns_the_page_for_wide_tables():
    paper = samples.form()
    docx = build.application_form(paper)
    text = words(docx)
    for section in paper.sections:
        assert section.title in text
        for label, value in section.rows:
            assert label in text
            assert value in text
        for table in section.tables:
            assert all(cell in text for row in table.rows for cell in row)
    assert [s.page_width > s.page_height for s in opened(docx).sections] == [False, True, False]
    assert "施建平" in text


def test_a_time_without_zone_is_not_printed():
    with pytest.raises(ValueError, match="without zone"):
        build.joint_opinion(samples.joint_opinion(opinions=samples.opinions(signed_at=datetime(2026, 5, 14, 9))))


@pytest.mark.parametrize(
    "empty",
    [
        lambda: samples.joint_opinion(opinions=()),
        lambda: samples.gap_notice(count=0),
        lambda: samples.rectification(findings=()),
        lambda: samples.visit_notice(teams=()),
        lambda: samples.refusal(reasons=()),
        lambda: samples.receipt(items=()),
    ],
)
def test_a_document_that_would_say_nothing_cannot_be_made(empty):
    with pytest.raises(ValueError, match="says nothing"):
        empty()


def test_a_form_row_must_fill_its_columns():
    with pytest.raises(ValueError, match="2 columns"):
        form_data.FormTable(title="t", columns=("a", "b"), rows=(("1",),))


@every_kind
def test_files_are_named_by_title_and_number_in_both_languages(kind):
    _, sample = KINDS[kind]
    paper = sample(number="启/联:验〔2026〕1号")
    for lang in LANGUAGES:
        name = build.file_name(paper, lang)
        assert name == f"{texts(lang)[build.title_key(paper)]} 启-联-验〔2026〕1号.docx"
