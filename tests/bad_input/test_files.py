"""Wrong files: too large, of a kind nobody reads, or of a kind the material does not take."""

from __future__ import annotations

import pytest

from tests.bad_input.drafting import Draft, told
from tests.storage import samples

KINDS_ZH = "请上传 PDF、OFD、图片、图纸等材料文件"
KINDS_EN = "Upload PDF, OFD, pictures, drawings or other materials."


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("空.pdf", b"", "“空.pdf”是空文件，请重新选择", "“空.pdf” is empty. Choose the file again."),
        (
            "竣工图.pdf",
            samples.EXE,
            f"“竣工图.pdf”是可执行程序，不能上传；{KINDS_ZH}",
            f"“竣工图.pdf” is a program and is not accepted. {KINDS_EN}",
        ),
        (
            "竣工图.pdf",
            samples.HTML,
            "“竣工图.pdf”是网页（HTML），不能上传；请打印或另存为 PDF 后上传",
            "“竣工图.pdf” is a web page (HTML) and is not accepted. Print it to PDF and upload that.",
        ),
        (
            "图.png",
            samples.SVG,
            "“图.png”是 SVG 矢量图，不能上传；请转换为 PDF 或 PNG 后上传",
            "“图.png” is an SVG picture and is not accepted. Convert it to PDF or PNG.",
        ),
        (
            "报告.doc",
            samples.OLE,
            "“报告.doc”是旧版、带密码的 Office 文件或其他复合文档，不能上传；"
            "请另存为不带密码的 DOCX、XLSX 或 PDF 后上传",
            "“报告.doc” is an old or password-protected Office file or another compound document "
            "and is not accepted. Save it as DOCX, XLSX or PDF without a password.",
        ),
        (
            "点.txt",
            samples.TXT.encode("utf-16"),
            "“点.txt”采用 UTF-16（Unicode）编码，无法读取；请用记事本另存为 UTF-8 或 ANSI 编码后上传",
            "“点.txt” is encoded as UTF-16 and cannot be read. Save it as UTF-8 or ANSI text.",
        ),
    ],
)
def test_a_file_nobody_takes(draft: Draft, name: str, content: bytes, zh: str, en: str):
    for lang, text in (("zh", zh), ("en", en)):
        answer = draft.house.put("applicant", "/api/uploads", params={"name": name, "lang": lang}, content=content)
        assert told(answer) == {name: text}


def test_a_file_too_large(draft: Draft, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JOINTREVIEW_UPLOAD_LIMIT_BYTES", "1536")
    for lang, text in (
        ("zh", "文件超过 1.5 KB 的上限，请拆分或压缩后重新上传"),
        ("en", "The file is larger than the limit of 1.5 KB. Split or compress it and upload it again."),
    ):
        answer = draft.house.put(
            "applicant", "/api/uploads", params={"name": "大.pdf", "lang": lang}, content=bytes(4096)
        )
        assert told(answer) == {"大.pdf": text}


def test_a_kind_the_material_does_not_take(draft: Draft):
    house = draft.house
    upload_id = house.upload("applicant", "点.txt", samples.TXT.encode()).json()["upload_id"]
    for lang, text in (
        ("zh", "“授权委托书和经办人身份证”不接受这种文件，请上传：pdf, ofd, jpg, png。"),
        (
            "en",
            "“Letter of authority and identity card of the agent” does not take this kind of file. "
            "Wanted: pdf, ofd, jpg, png.",
        ),
    ):
        args = {"case_id": draft.case_id, "material": "authorisation", "upload_id": upload_id}
        answer = house.ask(
            "applicant", "POST", "/api/commands/AddMaterial", params={"lang": lang}, json={"args": args}
        )
        assert told(answer) == {"点.txt": text}


@pytest.mark.parametrize(
    ("args", "zh", "en"),
    [
        ({"material": "no_such"}, "没有这种材料。", "There is no such material."),
        (
            {"upload_id": 999_999},
            "没有找到上传的文件，请重新上传。",
            "The uploaded file was not found; please send it again.",
        ),
    ],
)
def test_a_material_or_file_that_does_not_exist(draft: Draft, args: dict, zh: str, en: str):
    common = {"case_id": draft.case_id, "material": "authorisation", "upload_id": 1}
    for lang, text in (("zh", zh), ("en", en)):
        answer = draft.house.ask(
            "applicant", "POST", "/api/commands/AddMaterial", params={"lang": lang}, json={"args": {**common, **args}}
        )
        assert list(told(answer).values()) == [text]
