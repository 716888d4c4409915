"""File names keep their Chinese and lose what could do harm."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.storage.names import NAME_LIMIT_BYTES, content_disposition, safe_name


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("竣工图（一层）.pdf", "竣工图（一层）.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\桌面\\总平面.dwg", "总平面.dwg"),
        ("a\x00b\r\nc\x7f.pdf", "abc.pdf"),
        ("图\u202efdp.exe", "图fdp.exe"),
        ("零\u200b宽.txt", "零宽.txt"),
        ('图<1>:"二"|?*.pdf', "图_1___二____.pdf"),
        ("  .隐藏. ", "隐藏"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("console.txt", "console.txt"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
    ],
)
def test_names_are_made_safe(given_name, expected):
    assert safe_name(given_name) == expected


def test_a_long_name_keeps_its_ending_and_whole_characters():
    name = safe_name("竣" * 300 + ".pdf")
    assert name.endswith("竣.pdf")
    assert NAME_LIMIT_BYTES - 3 < len(name.encode()) <= NAME_LIMIT_BYTES


@given(st.text())
def test_whatever_is_typed_the_name_is_short_plain_and_stays_as_it_is(text):
    name = safe_name(text)
    assert 0 < len(name.encode()) <= NAME_LIMIT_BYTES
    assert not set(name) & set('/\\<>:"|?*\r\n\x00')
    assert name not in {".", ".."}
    assert safe_name(name) == name


@pytest.mark.parametrize(("inline", "word"), [(True, "inline"), (False, "attachment")])
def test_the_header_carries_the_chinese_name_and_a_plain_one(inline, word):
    header = content_disposition('竣工图 "A".pdf', inline)
    assert header.startswith(f'{word}; filename="')
    assert unquote(header.split("filename*=UTF-8''")[1]) == "竣工图 _A_.pdf"
    assert 'filename="___ _A_.pdf"' in header


@given(st.text())
def test_no_name_breaks_out_of_the_header(text):
    header = content_disposition(text, inline=False)
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    assert {key for key, _ in message.get_params(header="content-disposition")} == {"attachment", "filename"}
