"""Words as documents print them: the Chinese texts, dates, times, areas, Chinese numerals, clean user text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from jointreview.paperwork.data import Paper
from jointreview.text import for_kind, tr

CHINA = ZoneInfo("Asia/Shanghai")
_DIGITS = "零一二三四五六七八九"
# What XML 1.0 forbids, and the marks that turn the reading direction around (they can make a text lie).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def say(name: str, /, **params: object) -> str:
    """The Chinese text `paper.<name>`: documents are Chinese in every interface language."""
    return tr("zh", f"paper.{name}", **params)


def say_of(paper: Paper, name: str, /, **params: object) -> str:
    """`say` in the words for the paper's kind of case; `{stage}` is the stage of a joint review."""
    return tr("zh", for_kind(f"paper.{name}", paper.kind), stage=paper.stage, **params)


def clean(text: str) -> str:
    """User text without characters a document cannot hold; every kind of line end becomes `\\n`."""
    return _UNPRINTABLE.sub("", re.sub("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85", "\n", text))


def day(value: date) -> str:
    """2026年5月6日."""
    return say("date", year=value.year, month=value.month, day=value.day)


def minute(value: datetime) -> str:
    """2026-05-06 15:30 in China's time. Raises ValueError for a time without zone."""
    if value.tzinfo is None:
        raise ValueError(f"a time without zone: {value}")
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"


def clock_time(value: datetime) -> str:
    """15:30 in China's time. Raises ValueError for a time without zone."""
    return minute(value)[-5:]


def area(value: Decimal | None) -> str:
    """12,345.67 平方米; a dash when unknown."""
    return say("area", value=f"{value:,.2f}") if value is not None else say("none")


def metres(value: Decimal | None) -> str:
    """23.90; a dash when unknown."""
    return f"{value:,.2f}" if value is not None else say("none")


def or_dash(text: str) -> str:
    """The text, or a dash: an empty cell looks forgotten."""
    return text if text.strip() else say("none")


def chinese_number(n: int) -> str:
    """一, 二 … 九十九, as headings are counted. Raises ValueError outside 1 to 99."""
    if not 1 <= n <= 99:
        raise ValueError(f"no heading is counted {n}")
    tens, ones = divmod(n, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
