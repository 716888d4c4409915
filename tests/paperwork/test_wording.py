"""Numbers, dates and areas are written the official way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.paperwork import wording
from jointreview.paperwork.numbering import format_number


def test_a_number_is_counted_by_year_with_four_digits():
    assert format_number("启联验〔{year}〕{n:04d}号", 2026, 1) == "启联验〔2026〕0001号"
    assert format_number("启联踏〔{year}〕{n:04d}号", 2026, 12345) == "启联踏〔2026〕12345号"


@given(
    st.tuples(st.integers(2000, 2100), st.integers(1, 99999)),
    st.tuples(st.integers(2000, 2100), st.integers(1, 99999)),
)
def test_no_two_documents_share_a_number(one, other):
    pattern = "启联验〔{year}〕{n:04d}号"
    assert (format_number(pattern, *one) == format_number(pattern, *other)) == (one == other)


@pytest.mark.parametrize("pattern", ["启联验0001号", "〔{year}〕", "{n}", "〔{year}〕{n}{x}", "〔{year}〕{}"])
def test_a_pattern_that_would_repeat_numbers_is_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        format_number(pattern, 2026, 1)


def test_documents_are_counted_from_one():
    with pytest.raises(ValueError, match="from 1"):
        format_number("〔{year}〕{n}号", 2026, 0)


def test_times_are_printed_in_chinas_time():
    assert wording.minute(datetime(2026, 5, 13, 16, 5, tzinfo=UTC)) == "2026-05-14 00:05"
    assert wording.clock_time(datetime(2026, 5, 13, 16, 5, tzinfo=UTC)) == "00:05"
    assert wording.day(date(2026, 5, 6)) == "2026年5月6日"


def test_areas_have_two_decimals_and_unknown_ones_a_dash():
    assert wording.area(Decimal("12345.678")) == "12,345.68 平方米"
    assert wording.area(None) == "—"
    assert wording.area(Decimal(0)) == "0.00 平方米"


@pytest.mark.parametrize(
    ("n", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_headings_are_counted_in_chinese(n, text):
    assert wording.chinese_number(n) == text


@pytest.mark.parametrize("n", [0, 100])
def test_headings_are_counted_to_ninety_nine_only(n):
    with pytest.raises(ValueError, match="no heading"):
        wording.chinese_number(n)
