"""The process that opens files from outside: what it makes of good ones, and that hostile ones cost little."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from PIL import Image

from jointreview.paperwork.pdf import office_available
from jointreview.preview import limits, places, raster, svg
from jointreview.preview.faults import Unshowable
from jointreview.preview.office import _without_outside
from jointreview.preview.run import work
from tests.preview import hostile
from tests.storage import samples

TXT = (
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=41\n精度=0.001\n"
    "转换参数=,,,,,,\n[地块坐标]\n4,1.0,1,厂房<b>,面,,,,@\n"
    "J1,1,3524384.000,41371302.000\nJ2,1,3524384.000,41371402.000\nJ3,1,3524284.000,41371402.000\n"
    "J4,1,3524284.000,41371302.000\n"
)


def made(tmp_path: Path, way: str, content: bytes) -> dict[str, Any]:
    """What the worker says, in a process of its own as the server starts it."""
    source, folder = tmp_path / "in", tmp_path / "made"
    source.write_bytes(content)
    folder.mkdir()
    return work(way, [str(source), str(folder)], folder)


def in_process(tmp_path: Path, way: str, content: bytes) -> dict[str, Any]:
    """The same without the process, for what does not hurt."""
    source, folder = tmp_path / "in", tmp_path / "made"
    source.write_bytes(content)
    folder.mkdir(exist_ok=True)
    prepare = {"pdf": raster.prepare_pdf, "picture": raster.prepare_picture, "places": places.prepare}[way]
    return prepare(source, folder)


def test_a_pdf_becomes_pages_of_which_the_first_is_there_at_once(tmp_path: Path):
    said = made(tmp_path, "pdf", samples.pdf(3))
    assert (said["pages"], said["of"]) == (3, 3)
    folder = tmp_path / "made"
    with Image.open(folder / "p1-1000.jpg") as first, Image.open(folder / "p1-240.jpg") as small:
        assert first.width == 1000 and abs(first.height / first.width - 842 / 595) < 0.01
        assert small.width == 240
    raster.make_page("pdf", folder / "source", 3, 1600, tmp_path / "third.jpg")
    with Image.open(tmp_path / "third.jpg") as third:
        assert third.width == 1600


@pytest.mark.parametrize("content", [samples.HTML, b"%PDF-1.7 nothing", b"%PDF-1.4\n" + bytes(5000), b""])
def test_what_is_no_pdf_is_told_to_be_broken(tmp_path: Path, content: bytes):
    with pytest.raises(Unshowable, match="broken"):
        in_process(tmp_path, "pdf", content)


@pytest.mark.parametrize(
    "box", [(1e6, 1e6), (14400, 1), (1, 14400), (1e9, 0.001), (3, 3)], ids=["huge", "flat", "tall", "absurd", "tiny"]
)
def test_a_page_costs_no_more_than_the_limit_however_large_its_box(tmp_path: Path, box: tuple[float, float]):
    try:
        in_process(tmp_path, "pdf", hostile.pdf_of_boxes(box))
    except Unshowable as reason:
        assert str(reason) == "page_broken"
        return
    with Image.open(tmp_path / "made" / "p1-1000.jpg") as page:
        assert page.width * page.height <= limits.MOST_PIXELS
        assert max(page.size) <= limits.LONGEST_SIDE


def test_ten_thousand_pages_are_counted_and_the_first_thousands_can_be_turned_to(tmp_path: Path):
    said = in_process(tmp_path, "pdf", hostile.pdf_of_pages(10_000))
    assert (said["of"], said["pages"]) == (10_000, limits.MOST_PAGES)
    raster.make_page("pdf", tmp_path / "made" / "source", limits.MOST_PAGES, 240, tmp_path / "last.jpg")


def test_a_picture_is_turned_upright_and_one_that_unpacks_to_gigabytes_is_not_opened(tmp_path: Path):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "white").save(out, "JPEG", exif=exif)
    in_process(tmp_path, "picture", out.getvalue())
    with Image.open(tmp_path / "made" / "p1-1000.jpg") as upright:
        assert upright.height == 2 * upright.width
    with pytest.raises(Unshowable, match="too_much"):
        in_process(tmp_path, "picture", hostile.png_of(30_000, 30_000))


def test_a_script_in_the_words_of_a_drawing_becomes_lines(tmp_path: Path):
    said = made(tmp_path, "drawing", hostile.drawing())
    assert said == {"pages": 1, "of": 1, "vector": True}
    content = (tmp_path / "made" / "p1.svg").read_bytes()
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(content).iter()}
    assert tags <= {"svg", "g", "defs", "style", "path", "rect"}
    assert b"path" in content
    for word in (b"script", b"javascript", b"onload", b"href", b"<image", b"passwd", b"root:"):
        assert word not in content


def test_what_is_no_drawing_is_told_to_be_broken(tmp_path: Path):
    assert made(tmp_path, "drawing", samples.HTML)["problem"] == "preview.broken"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<image href="file:///etc/passwd"/>',
        "<foreignObject><b>x</b></foreignObject>",
        "<style>path { fill: url(http://elsewhere/x) }</style>",
        "<style>@import 'http://elsewhere/x';</style>",
        '<rect fill="url(http://elsewhere/#x)"/>',
        '<use href="http://elsewhere/#x"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_nothing_but_shapes_and_words_is_left_in_a_drawing(inside: str):
    kept = svg.harmless(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}<path d="M1 1"/></svg>')
    for word in (b"alert", b"elsewhere", b"href", b"passwd", b"foreign", b"onclick"):
        assert word not in kept
    assert b'd="M1 1"' in kept


@pytest.mark.parametrize("content", ["", "<html/>", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "x" * 99])
def test_what_is_no_drawing_of_our_making_is_refused(content: str):
    with pytest.raises(ValueError, match="no SVG|of our making"):
        svg.harmless(content)


def test_a_file_of_coordinates_becomes_a_plan_and_its_lines(tmp_path: Path):
    said = in_process(tmp_path, "places", TXT.encode("gbk"))
    assert (said["pages"], said["vector"]) == (2, True)
    plan, lines = ((tmp_path / "made" / f"p{n}.svg").read_text(encoding="utf-8") for n in (1, 2))
    assert "J3" in plan and "evenodd" in plan and "20 m" in plan
    assert "41371402.000" in lines and "厂房&lt;b&gt;" in lines


def test_plain_text_is_shown_as_lines_and_rubbish_is_not(tmp_path: Path):
    assert in_process(tmp_path, "places", "说明<script>".encode())["pages"] == 1
    assert "&lt;script&gt;" in (tmp_path / "made" / "p1.svg").read_text(encoding="utf-8")
    with pytest.raises(Unshowable, match="nothing_drawn"):
        in_process(tmp_path, "places", b"PK\x03\x04" + bytes(50))


def test_the_readers_name_lies_across_a_drawing_as_words(tmp_path: Path):
    plain = svg.page("<path d='M0 0'/>").encode()
    marked = svg.marked(plain, "李<强> 2026-05-19 10:00").decode()
    assert "李&lt;强&gt; 2026-05-19 10:00" in marked and marked.endswith("</svg>")
    ElementTree.fromstring(marked)


def test_a_process_that_takes_too_long_or_too_much_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(limits.SECONDS, "drawing", 0.05)
    assert made(tmp_path, "drawing", hostile.drawing())["problem"] == "preview.too_slow"


@pytest.mark.skipif(not office_available(), reason="needs LibreOffice")
def test_a_document_becomes_pages_and_reaches_for_nothing_outside(tmp_path: Path):
    said = made(tmp_path, "office", _linked(tmp_path))
    assert said["pages"] == 1
    kept = zipfile.ZipFile(io.BytesIO(_without_outside(tmp_path / "in")))
    rels = kept.read("word/_rels/document.xml.rels")
    assert b"elsewhere" not in rels and b"example.org" in rels


def _linked(tmp_path: Path) -> bytes:
    """A document with a link, and with a picture that lies on another host."""
    document, out = Document(), io.BytesIO()
    document.add_paragraph("质量评估报告")
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    document.part.relate_to("http://elsewhere/x.png", f"{base}/image", is_external=True)
    document.part.relate_to("http://example.org/", f"{base}/hyperlink", is_external=True)
    document.save(out)
    return out.getvalue()


def test_a_workbook_without_a_program_for_it_is_shown_as_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from jointreview.preview import office

    source = tmp_path / "in"
    source.write_bytes(_workbook())
    assert office._as_table(source, tmp_path)["pages"] == 1
    assert "J1&lt;" in (tmp_path / "p1.svg").read_text(encoding="utf-8")


def _workbook() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["点号", "J1<", 3524384.0])
    book.save(out)
    return out.getvalue()


def test_the_worker_answers_with_one_line_of_json_whatever_libraries_print(tmp_path: Path):
    assert json.dumps(made(tmp_path, "pdf", samples.pdf())) == '{"pages": 1, "of": 1}'
