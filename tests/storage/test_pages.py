"""Pages are counted where they can be, and counting never stands in the way."""

import io

from hypothesis import given
from hypothesis import strategies as st

from jointreview.storage import LocalStore
from jointreview.storage.pages import page_count
from jointreview.storage.reader import open_seekable
from jointreview.storage.sniff import KINDS
from tests.storage import samples as s


def count(content, code="pdf"):
    return page_count(io.BytesIO(content), KINDS[code])


def test_pages_of_a_pdf_are_counted():
    assert count(s.pdf(1)) == 1
    assert count(s.pdf(12)) == 12


def test_pages_are_counted_straight_from_the_store(tmp_path):
    store = LocalStore(tmp_path)
    digest = store.put(io.BytesIO(s.pdf(7)), 1_000_000).digest
    with open_seekable(store, digest) as file:
        assert page_count(file, KINDS["pdf"]) == 7


def test_a_picture_is_one_sheet_and_a_drawing_has_no_pages():
    assert count(s.picture("PNG"), "png") == 1
    assert count(s.DWG, "dwg") is None


def test_a_page_count_nobody_would_believe_is_not_told():
    assert count(s.pdf(1).replace(b"/Count 1", b"/Count 9999999")) is None
    assert count(s.pdf(1).replace(b"/Count 1", b"/Count -1")) is None


@given(st.binary(max_size=400), st.integers(0, 600))
def test_damaged_files_are_counted_or_not_but_never_fail(noise, at):
    content = s.pdf(3)
    assert count(content[:at] + noise + content[at + len(noise) :]) in {None, *range(1, 100_001)}
    assert count(b"%PDF-1.7\n" + noise) is None
