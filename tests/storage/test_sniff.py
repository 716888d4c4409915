"""Files are recognised by what they contain; what is refused is named, with what to do instead."""

import io
import json
import random
import struct
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.problems import Refused
from jointreview.storage import LocalStore, sniff
from jointreview.storage.sniff import KINDS, recognise
from jointreview.text import LANGUAGES, texts, tr
from tests.geo.samples import nameless
from tests.storage import samples as s


@pytest.fixture
def refusal_of():
    def refused(content, name, whole=None):
        with pytest.raises(Refused) as refusal:
            recognise(content, name, whole)
        return refusal.value.problems[0]

    return refused


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (s.pdf(), "竣工图.pdf", "pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4\n", "scan.PDF", "pdf"),
        (s.OFD, "证照.ofd", "ofd"),
        (s.picture("JPEG"), "现场.jpeg", "jpg"),
        (s.picture("PNG"), "现场.png", "png"),
        (s.DWG, "总平面.dwg", "dwg"),
        (s.DXF, "总平面.dxf", "dxf"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(30), "b.dxf", "dxf"),
        (s.SHAPEFILE, "红线.zip", "shp"),
        (s.TXT.encode(), "界址点.txt", "txt"),
        (s.TXT.encode("gbk"), "界址点.txt", "txt"),
        (s.TXT.encode("utf-8-sig"), "界址点.TXT", "txt"),
        (b"J1,1,2\nJ2,3,4\nJ3,5,6\n", "points.txt", "txt"),
        (s.XLSX, "清单.xlsx", "xlsx"),
        (s.docx(), "报告.docx", "docx"),
        (s.GEOJSON, "parcel.geojson", "geojson"),
        (s.GEOJSON, "parcel.json", "geojson"),
        (s.IFC, "模型.ifc", "ifc"),
        (b"J1,1,2\nJ2,3,4\n", "points.csv", "csv"),
        (s.TXT.encode("gbk"), "界址点.CSV", "csv"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<kml xmlns='http://www.opengis.net/kml/2.2'/>", "地块.kml", "kml"),
        (b"\n<!-- x -->\n<k:kml xmlns:k='http://www.opengis.net/kml/2.2'/>", "地块.kml", "kml"),
        (s.archive("doc.kml", "images/a.png"), "地块.kmz", "kmz"),
    ],
)
def test_accepted_kinds_are_recognised(content, name, code):
    assert recognise(content, name) is KINDS[code]


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.pdf", "empty"),
        (s.EXE, "竣工图.pdf", "program"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "a.txt", "program"),
        (s.SVG, "a.svg", "svg"),
        (s.SVG, "a.png", "svg"),
        (b"<svg onload='alert(1)'/>", "a.txt", "svg"),
        (s.HTML, "a.html", "web_page"),
        (s.HTML, "竣工验收报告.pdf", "web_page"),
        (b"  \n<ScRiPt>alert(1)</script>", "a.txt", "web_page"),
        (b"just words, then <iframe src=x>", "a.txt", "web_page"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "xml"),
        (b"<?xml version='1.0'?><a><kml></kml></a>", "a.kml", "xml"),
        (b"<!DOCTYPE html><html><kml>", "a.kml", "web_page"),
        (s.archive("doc.kml", "setup.exe"), "a.kmz", "archive"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "script"),
        (b"<?php system($_GET['c']);", "a.txt", "script"),
        (b"@echo off\r\ndel x\r\n", "a.bat", "script"),
        (b"alert(1)", "a.js", "script"),
        (b"Get-Item x", "a.ps1", "script"),
        (s.RAR, "a.rar", "archive"),
        (s.RAR, "a.zip", "archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(30), "a.7z", "archive"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "a.gz", "archive"),
        (s.archive("图.dwg", "表.xlsx"), "材料.zip", "archive"),
        (s.archive("setup.exe"), "a.zip", "archive"),
        (s.OLE, "旧.doc", "old_office"),
        (s.archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx", "macro"),
        (s.archive("[Content_Types].xml", "ppt/presentation.xml"), "a.pptx", "slides"),
        (b"GIF89a" + bytes(20), "a.gif", "picture"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "a.mp4", "media"),
        (s.STEP, "a.ifc", "step"),
        (b'{"a": 1}', "a.json", "json"),
        (b'{"type": "Feature", broken, and more', "a.geojson", "json"),
        (b"\x00\x00\x27\x0a" + bytes(24) + struct.pack("<i", 1000) + bytes(64), "a.shp", "bare_shp"),
        (s.TXT.encode("utf-16"), "a.txt", "utf16"),
        (s.docx()[:2000], "a.docx", "damaged"),
        (nameless(s.archive("Q")), "a.zip", "damaged"),
        (random.Random(4).randbytes(4000), "a.txt", "unknown"),
        (b"AC1032 is a version of drawings\x00", "a.txt", "unknown"),
    ],
)
def test_everything_else_is_refused_and_named(refusal_of, content, name, word):
    problem = refusal_of(content, name)
    assert problem.key == f"files.refused_{word}"
    assert problem.where == name
    for lang in LANGUAGES:
        assert name in tr(lang, problem.key, **problem.params)


@pytest.mark.parametrize(
    ("content", "name", "format", "ending"),
    [
        (s.pdf(), "竣工图.dwg", "PDF", ".pdf"),
        (s.picture("PNG"), "现场.jpg", "PNG", ".png"),
        (s.docx(), "报告.zip", "DOCX", ".docx"),
        (s.SHAPEFILE, "红线.shp", "Shapefile ZIP", ".zip"),
        (b"J1,1,2\nJ2,3,4\n", "points.dat", "TXT", ".txt"),
        (b"<kml/>", "a.xml", "KML", ".kml"),
        (s.archive("doc.kml"), "a.zip", "KMZ", ".kmz"),
        (s.pdf(), "report.pdf.exe", "PDF", ".pdf"),
    ],
)
def test_a_name_that_promises_something_else_is_refused(refusal_of, content, name, format, ending):
    problem = refusal_of(content, name)
    assert problem.key == "files.ending_differs"
    assert (problem.params["format"], problem.params["ending"]) == (format, ending)


def test_a_name_without_ending_is_told_which_to_add(refusal_of):
    problem = refusal_of(s.pdf(), "竣工图")
    assert (problem.key, problem.params["ending"]) == ("files.ending_missing", ".pdf")


def test_only_pdf_and_pictures_are_ever_shown_in_place():
    assert {code for code, kind in KINDS.items() if kind.inline_safe} == {"pdf", "jpg", "png"}


def test_a_shapefile_lacking_parts_is_told_which(refusal_of):
    problem = refusal_of(s.archive("地块.shp", "地块.prj"), "a.zip")
    assert (problem.key, problem.params["endings"]) == ("files.shp_incomplete", ".dbf .shx")


def test_a_shapefile_whose_parts_have_different_names_is_incomplete(refusal_of):
    assert refusal_of(s.archive("a.shp", "b.shx", "a.dbf"), "a.zip").params["endings"] == ".shx"


def test_a_shapefile_must_not_carry_other_files(refusal_of):
    problem = refusal_of(s.archive("a.shp", "a.shx", "a.dbf", "setup.exe"), "a.zip")
    assert (problem.key, problem.params["member"]) == ("files.shp_strangers", "setup.exe")


def test_what_a_mac_adds_to_an_archive_is_overlooked():
    content = s.archive("a.shp", "a.shx", "a.dbf", "__MACOSX/._a.shp", ".DS_Store")
    assert recognise(content, "a.zip").code == "shp"


def test_a_shapefile_with_a_password_is_refused(refusal_of):
    content = bytearray(s.archive("a.shp", "a.shx", "a.dbf"))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    assert refusal_of(bytes(content), "a.zip").key == "files.refused_protected"


def test_an_archive_that_claims_to_unpack_to_too_much_is_refused(refusal_of, monkeypatch):
    monkeypatch.setattr("jointreview.storage.archives.UNPACKED_LIMIT_BYTES", 2)
    assert refusal_of(s.archive("a.shp", "a.shx", "a.dbf"), "a.zip").key == "files.unpacks_too_large"


def test_an_archive_is_recognised_while_it_passes_by_before_it_is_stored(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for ending in ("shp", "shx", "dbf"):
            file.writestr(f"parcel.{ending}", bytes(3_000_000))
    with LocalStore(tmp_path).begin(20_000_000) as incoming:
        incoming.write(out.getvalue())
        assert recognise(incoming.head, "parcel.zip", incoming.ends()).code == "shp"


def test_an_archive_is_recognised_from_a_path(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(s.OFD)
    assert recognise(s.OFD[:20], "a.ofd", path).code == "ofd"


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_geojson_is_recognised_although_the_head_ends_in_its_middle(cut):
    feature = {"type": "Feature", "properties": {"名称": "地块", "ok": True, "e": None}, "geometry": None}
    text = json.dumps({"type": "FeatureCollection", "features": [feature] * 9}, ensure_ascii=False).encode()
    assert recognise(text[: len(text) - cut], "a.geojson").code == "geojson"


@given(st.text(alphabet="启东市竣工验收界址点号，。ABC123 \r\n", min_size=1), st.integers(0, 3))
def test_chinese_text_stays_text_wherever_the_head_is_cut(text, cut):
    for encoding in ("utf-8", "gb18030"):
        content = ("说明：" + text + "完").encode(encoding)
        assert recognise(content[: len(content) - cut], "说明.txt").code == "txt"


@given(st.binary(max_size=300), st.sampled_from(["a.pdf", "a.zip", "a.txt", "a", ""]))
def test_any_bytes_get_a_kind_or_a_plain_answer(content, name):
    for start in (b"", b"PK\x03\x04", b"{", b"0\nSECTION\n"):
        try:
            assert recognise(start + content, name).code in KINDS
        except Refused as refusal:
            assert all(tr("zh", p.key, **p.params) for p in refusal.problems)


def test_a_missing_library_is_named(refusal_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "magic", None)
    sniff._magic_mime.cache_clear()
    problem = refusal_of(b"words", "a.txt")
    assert problem.key == "files.libmagic_missing"
    assert "libmagic1" in tr("en", problem.key)


def test_every_kind_and_every_refusal_has_its_text():
    words = {*sniff._REFUSED_MIMES.values(), "empty", "macro", "slides", "protected", "damaged", "unknown", "utf16"}
    expected = {kind.label for kind in KINDS.values()} | {f"files.refused_{word}" for word in words}
    assert expected <= set(texts("zh"))


def packed(*members, method=zipfile.ZIP_DEFLATED):
    """An archive of members with their content, tightly packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("marker", ["OFD.xml", "[Content_Types].xml"])
def test_a_document_that_unpacks_to_a_thousand_times_its_size_is_a_bomb(marker):
    bomb = packed((marker, b"x"), ("word/document.xml", bytes(70 * 1024**2)))
    with pytest.raises(Refused) as refusal:
        recognise(bomb[:65536], "说明.docx", io.BytesIO(bomb))
    assert refusal.value.problems[0].key == "files.bomb"


def test_members_that_lie_on_top_of_each_other_are_a_bomb():
    content = bytearray(packed(("[Content_Types].xml", b"x" * 999), ("word/document.xml", b"y" * 999), method=0))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)  # the second member begins where the first does
    with pytest.raises(Refused) as refusal:
        recognise(bytes(content), "说明.docx")
    assert refusal.value.problems[0].key == "files.bomb"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.bin"])
def test_macros_of_every_kind_are_recognised(part):
    with pytest.raises(Refused) as refusal:
        recognise(s.archive("[Content_Types].xml", "xl/workbook.xml", part), "表.xlsx")
    assert refusal.value.problems[0].key == "files.refused_macro"
