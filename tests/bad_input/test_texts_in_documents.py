"""Whatever people write, the documents made of it open, and say it as it was written."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlmodel import select

from jointreview.commands.files import document_store
from jointreview.models import base
from jointreview.models.outcome import IssuedDocument
from tests.api.helpers import Browsers
from tests.bad_input.drafting import Draft
from tests.bad_input.test_form_values import TEXTS


def latest(case_id: int) -> bytes:
    with base.reading() as session:
        rows = session.exec(
            select(IssuedDocument).where(IssuedDocument.case_id == case_id).order_by(IssuedDocument.id)
        ).all()
    return b"".join(document_store().open(rows[-1].digest))


def words(content: bytes) -> str:
    """Everything a Word file says; opened as Word would, and every part of it read as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
    body = Document(io.BytesIO(content)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def returned(house: Browsers, wanted: str, **changes: dict) -> str:
    """The words of a notice whose one gap says `wanted`."""
    case_id = house.world.submitted(**changes)
    gap = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": wanted}
    answer = house.send("clerk", "ReturnCase", {"case_id": case_id, "gaps": [gap]})
    assert answer.status_code == 200, answer.text
    return words(latest(case_id))


@pytest.mark.parametrize("text", TEXTS)
def test_a_notice_says_what_was_written(draft: Draft, text: str):
    said = returned(draft.house, f"要求：{text}", S2={"works_name": text, "address": text})
    assert "".join(text.split()) in "".join(said.split())


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\x7f", "\x85", "\u2028"])
def test_characters_that_xml_or_word_do_not_know_do_no_harm(draft: Draft, odd: str):
    assert "补充" in returned(draft.house, f"补充{odd}地址说明")


def test_the_longest_texts_fit(house: Browsers):
    case_id = house.world.submitted(S2={"address": "长" * 200, "works_name": "名" * 200})
    gaps = [
        {"kind": "field", "subject": "S2.address", "rule": "条" * 300, "wanted": "补" * 1000, "page": "页" * 40}
    ] * 60
    assert house.send("clerk", "ReturnCase", {"case_id": case_id, "gaps": gaps}).status_code == 200
    assert words(latest(case_id)).count("补" * 1000) == 60


def test_a_text_beyond_the_longest_is_refused_and_makes_no_document(house: Browsers):
    case_id = house.world.submitted()
    gap = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "补" * 10_000}
    assert house.send("clerk", "ReturnCase", {"case_id": case_id, "gaps": [gap]}).status_code == 422
    with base.reading() as session:
        assert not session.exec(select(IssuedDocument).where(IssuedDocument.case_id == case_id)).all()
