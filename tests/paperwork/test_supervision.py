"""The supervision notice (督办单): on one page, with the facts and their days as official documents write them."""

from __future__ import annotations

import io
from datetime import date

from docx import Document
from pypdf import PdfReader

from jointreview.paperwork import build, data
from jointreview.paperwork.pdf import to_pdf
from tests.paperwork.samples import COMMON

FACTS = (
    "2026-05-13 到场踏勘（验收），“建设用地规划许可证核发”的意见应于 2026-05-14 前出具；文号 2026-05-99 不是日期。"
)
ORDINARY = "2026-05-13 到场踏勘（验收），“建设用地规划许可证核发”的意见应于 2026-05-14 前出具，当日未出具。"


def paper(facts: str = FACTS) -> data.SupervisionCard:
    return data.SupervisionCard(
        **(COMMON | {"number": "启效督〔2026〕0009号"}),
        addressee="自然资源和规划局规划科",
        handler="顾晓明",
        colour_label="黄牌",
        rule="R16 踏勘后逾期出具意见",
        formula="到场部门在踏勘（验收）后1个工作日内未出具意见。",
        basis="联合踏勘管理要求",
        facts=facts,
        happened_on=date(2026, 5, 15),
        issued_as="系统按规则自动发出",
        reply_due=date(2026, 5, 18),
    )


def test_the_facts_stand_in_the_table_with_their_days_written_out() -> None:
    document = Document(io.BytesIO(build.supervision_card(paper())))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any("2026年5月13日 到场踏勘" in text and "2026-05-99" in text for text in cells)
    assert {"黄牌", "R16 踏勘后逾期出具意见", "自然资源和规划局规划科", "顾晓明"} <= cells


def test_an_ordinary_notice_is_one_page() -> None:
    assert len(PdfReader(io.BytesIO(to_pdf(build.supervision_card(paper(ORDINARY))))).pages) == 1
