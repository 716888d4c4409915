"""Issued documents over HTTP: the Word file as issued, and the PDF made once where LibreOffice is installed."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document
from pypdf import PdfReader
from sqlmodel import select

from jointreview.api import documents as route
from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.models import base
from jointreview.models.outcome import IssuedDocument
from jointreview.paperwork import pdf
from jointreview.settings import settings
from tests.api.helpers import Browsers, problem_keys, problem_texts


def issued(case_id: int, kind: str) -> IssuedDocument:
    with base.reading() as session:
        return session.exec(
            select(IssuedDocument).where(IssuedDocument.case_id == case_id, IssuedDocument.kind == kind)
        ).one()


@pytest.fixture
def receipt(house: Browsers) -> str:
    """The address of the receipt of an accepted case with an invited party, without its ending."""
    world = house.world
    case_id = world.submitted()
    with base.writing() as session:
        world.person(session, "party", "applicant")
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))
    world.accept(case_id)
    return f"/api/cases/{case_id}/documents/{issued(case_id, 'receipt').id}"


def test_those_of_the_case_read_the_document_and_nobody_else_does(house: Browsers, receipt: str):
    for login in ("applicant", "clerk", "coordinator", "fire"):
        assert house.get(login, f"{receipt}.docx").status_code == 200, login
    for login in ("stranger", "party", "admin", "civil_defence"):
        for ending in ("docx", "pdf"):
            assert house.get(login, f"{receipt}.{ending}").status_code == 404, (login, ending)
    assert house.get("", f"{receipt}.docx").status_code == 401


def test_the_word_file_opens_and_is_offered_under_its_chinese_name(house: Browsers, receipt: str):
    answer = house.get("applicant", f"{receipt}.docx")
    assert Document(io.BytesIO(answer.content)).tables
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "filename*=UTF-8''%" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_document_is_only_found_through_its_own_case(house: Browsers, receipt: str):
    other = house.world.drafted("school")
    number = receipt.rsplit("/", 1)[1]
    assert house.get("applicant", f"/api/cases/{other}/documents/{number}.docx").status_code == 404


def test_the_pdf_is_made_once_and_then_kept(house: Browsers, receipt: str, monkeypatch: pytest.MonkeyPatch):
    first = house.get("applicant", f"{receipt}.pdf")
    assert first.status_code == 200 and first.headers["content-type"] == "application/pdf"
    assert PdfReader(io.BytesIO(first.content)).pages
    assert first.headers["content-disposition"].startswith("inline")

    def never(docx: bytes) -> bytes:
        raise AssertionError("converted twice")

    monkeypatch.setattr(route, "to_pdf", never)
    assert house.get("clerk", f"{receipt}.pdf").content == first.content


def test_two_people_asking_at_the_same_moment_both_get_it(
    house: Browsers, receipt: str, monkeypatch: pytest.MonkeyPatch
):
    both_there = threading.Barrier(2, timeout=30)

    def slow(docx: bytes) -> bytes:
        both_there.wait()
        return b"%PDF-1.4 made"

    monkeypatch.setattr(route, "to_pdf", slow)
    digest = issued(house.world.case(1).id or 0, "receipt").digest
    with ThreadPoolExecutor(2) as people:
        paths = [job.result() for job in [people.submit(route._converted, digest) for _ in range(2)]]
    assert {path.read_bytes() for path in paths} == {b"%PDF-1.4 made"}
    assert [p.name for p in (settings().data_dir / "pdf").iterdir()] == [f"{digest}.pdf"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "本机未安装 LibreOffice"), ("en", "LibreOffice")])
def test_without_libreoffice_the_answer_says_how_to_get_the_document(
    house: Browsers, receipt: str, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
):
    monkeypatch.setattr(pdf, "_office", lambda: None)
    answer = house.get("applicant", f"{receipt}.pdf", params={"lang": lang})
    assert answer.status_code == 409 and problem_keys(answer) == ["paper.office_missing"]
    assert words in problem_texts(answer)[0]
