"""PDFs have the pages, words and typefaces of their documents."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from jointreview.domain.problems import Refused
from jointreview.paperwork import build, pdf
from jointreview.text import LANGUAGES, tr
from tests.paperwork import samples


def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    return "".join(page.extract_text() for page in reader(data).pages)


def font_names(data: bytes) -> set[str]:
    """The typefaces embedded in a PDF."""
    names = set()
    for page in reader(data).pages:
        for font in page["/Resources"]["/Font"].values():
            real = font.get_object()
            inner = real["/DescendantFonts"][0].get_object() if "/DescendantFonts" in real else real
            description = inner["/FontDescriptor"].get_object()
            assert any(key in description for key in ("/FontFile", "/FontFile2", "/FontFile3")), real["/BaseFont"]
            names.add(str(real["/BaseFont"]).split("+")[-1])
    return names


@pytest.fixture(scope="module")
def opinion_pdf() -> bytes:
    return pdf.to_pdf(build.joint_opinion(samples.joint_opinion()))


def test_the_opinion_has_its_words_and_numbered_pages(opinion_pdf):
    pages = reader(opinion_pdf).pages
    assert 3 <= len(pages) <= 4
    text = words(opinion_pdf).replace(" ", "")
    for opinion in samples.opinions():
        assert opinion.unit_name[:6] in text
        assert opinion.officer in text
    for n, page in enumerate(pages, start=1):
        assert f"第{n}页共{len(pages)}页" in page.extract_text().replace(" ", "")


def test_the_signed_page_carries_text_of_the_document(opinion_pdf):
    [last] = [page.extract_text() for page in reader(opinion_pdf).pages if "非电子印章" in page.extract_text()]
    assert "本意见书汇总" in last.replace(" ", "")


def test_the_typefaces_are_chinese_serif_and_sans_and_embedded(opinion_pdf):
    names = font_names(opinion_pdf)
    assert any("SerifCJK" in name for name in names)
    assert any("SansCJK" in name for name in names)
    assert not any("UKai" in name or "DejaVu" in name for name in names)


def test_kaiti_headings_use_a_kaiti():
    assert any("UKai" in name for name in font_names(pdf.to_pdf(build.rectification_notice(samples.rectification()))))


def test_two_conversions_at_once_both_succeed():
    papers = [build.refusal_notice(samples.refusal(number=f"启不受〔2026〕000{n}号")) for n in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(pdf.to_pdf, papers))
    for n, data in enumerate(made, start=1):
        assert f"000{n}号" in words(data).replace(" ", "")


def test_a_conversion_that_takes_too_long_is_ended_and_refused(tmp_path, monkeypatch):
    endless = tmp_path / "soffice"
    endless.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    endless.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Refused) as refusal:
        pdf.to_pdf(b"anything", timeout=2)
    assert [p.key for p in refusal.value.problems] == ["paper.pdf_failed"]
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_conversion_without_result_is_refused(tmp_path, monkeypatch):
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\necho failed\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused) as refusal:
        pdf.to_pdf(b"anything")
    assert [p.key for p in refusal.value.problems] == ["paper.pdf_failed"]


def test_the_servers_secrets_do_not_reach_libreoffice(tmp_path, monkeypatch):
    spy = tmp_path / "soffice"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("JOINTREVIEW_S3_SECRET_KEY", "secret-value")
    with pytest.raises(Refused):
        pdf.to_pdf(b"anything")
    seen = (tmp_path / "seen").read_text()
    assert "secret-value" not in seen
    assert f"FONTCONFIG_FILE={pdf.FONTS_CONF}" in seen


def test_without_libreoffice_everything_but_the_pdf_works(tmp_path):
    script = (
        "from jointreview.domain.problems import Refused\n"
        "from jointreview.paperwork import build, pdf\n"
        "from tests.paperwork import samples\n"
        "docx = build.refusal_notice(samples.refusal())\n"
        "assert not pdf.office_available()\n"
        "try:\n    pdf.to_pdf(docx)\n"
        "except Refused as refusal:\n    print(refusal.problems[0].key, refusal.kind)\n"
    )
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["paper.office_missing", "state"]


@pytest.mark.parametrize("key", ["paper.office_missing", "paper.pdf_failed", "paper.signature_unreadable"])
def test_every_refusal_has_a_text_in_both_languages(key):
    assert all(tr(lang, key, name="张明远") for lang in LANGUAGES)
