"""Numbers of planning permits and of construction permits (requirements §5.4)."""

from __future__ import annotations

import re
from datetime import date

from jointreview.domain.code_check import CodeCheck, CodeKind
from jointreview.domain.problems import Problem
from jointreview.domain.regions import has_province, region_name

_LETTERS = {"建": "GG", "地": "YG", "用": "XS", "乡": "XG"}
_WORDS = {letters: word for word, letters in _LETTERS.items()}
_PLANNING = re.compile(r"(?:([建地用乡选])字第?)?([0-9]{6})([0-9]{4})(?:([A-Z]{2})([0-9]{7})|([0-9]{5}))号?")
_PERMIT = re.compile(r"([0-9]{6})([0-9]{8})([0-9]{2})([0-9]{2})")
_PLATFORM = re.compile(r"([0-9]{6})([0-9]{6})([0-9]{2})([0-9]{2})-SX-([0-9]{3})")
_YEARS = range(1990, 2100)


def check_planning_permit(code: str) -> CodeCheck:
    """Check a normalised planning permit number, of the present form (…GG0051651号) or the one before.

    建字第 building works, 地字第 land, 用字第 use and siting, 乡字第 villages, 选字第 siting (former form only).
    A number of the present form may come without its word: its letters tell it.
    """
    shape = _PLANNING.fullmatch(code)
    if shape is None:
        return CodeCheck(CodeKind.PLANNING_PERMIT, code, (Problem("ids.planning_shape"),))
    word, region, year, letters, new_serial, old_serial = shape.groups()
    word = word or _WORDS.get(letters or "")
    problems = _planning_faults(word, year, letters)
    if problems:
        return CodeCheck(CodeKind.PLANNING_PERMIT, code, problems)
    parts = {
        "word": f"{word}字第",
        "form": "present" if letters else "former",
        "region": region,
        "region_name": region_name(region),
        "year": year,
        "serial": new_serial or old_serial,
    }
    whole = f"{word}字第{region}{year}{letters or ''}{parts['serial']}号"
    return CodeCheck(CodeKind.PLANNING_PERMIT, whole, (), _region_warning(region), parts)


def _planning_faults(word: str | None, year: str, letters: str | None) -> tuple[Problem, ...]:
    if letters and letters not in _WORDS:
        return (Problem("ids.planning_letters", {"letters": letters}),)
    if word is None:
        return (Problem("ids.planning_word"),)
    if letters and _LETTERS.get(word) != letters:
        return (Problem("ids.planning_mismatch", {"word": word, "letters": letters}),)
    if not letters and word == "用":
        return (Problem("ids.planning_no_former", {"word": word}),)
    if int(year) not in _YEARS:
        return (Problem("ids.permit_year", {"year": year}),)
    return ()


def check_construction_permit(code: str) -> CodeCheck:
    """Check a normalised construction permit number.

    Eighteen digits: region 6, date 8, serial 2, class of works 2; or the number of the national building
    market platform: project 16 digits (region 6, date YYMMDD, type 2, serial 2) and -SX- with 3 digits.
    """
    whole, platform = _PERMIT.fullmatch(code), _PLATFORM.fullmatch(code)
    if whole:
        region, day, serial, works = whole.groups()
        parts = {"form": "permit", "region": region, "serial": serial, "class": works}
    elif platform:
        region, short_day, kind, project_serial, serial = platform.groups()
        day = f"20{short_day}"
        parts = {"form": "platform", "region": region, "serial": serial, "type": kind, "project": project_serial}
    else:
        problem = Problem("ids.construction_shape", {"length": len(code)})
        return CodeCheck(CodeKind.CONSTRUCTION_PERMIT, code, (problem,))
    issued = real_date(day)
    if issued is None or issued.year not in _YEARS:
        problem = Problem("ids.construction_date", {"day": day})
        return CodeCheck(CodeKind.CONSTRUCTION_PERMIT, code, (problem,))
    parts |= {"region_name": region_name(region), "date": issued.isoformat()}
    return CodeCheck(CodeKind.CONSTRUCTION_PERMIT, code, (), _region_warning(region), parts)


def real_date(digits: str) -> date | None:
    """The date written YYYYMMDD, or None when there is no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _region_warning(region: str) -> tuple[Problem, ...]:
    return () if has_province(region) else (Problem("ids.region_unknown", {"region": region}),)
