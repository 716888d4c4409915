"""The national code of an investment project (GB/T 40058-2021 and the form used from 2015 to 2020)."""

from __future__ import annotations

import re

from jointreview.domain.code_check import CodeCheck, CodeKind
from jointreview.domain.problems import Problem
from jointreview.domain.regions import has_province, region_name

LENGTH = 24
_SHAPE = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{6})")
_YEAR = re.compile(r"20(?:1[5-9]|20)")
_YEAR_MONTH = re.compile(r"2[0-9](?:0[1-9]|1[0-2])")


def check_project_code(code: str) -> CodeCheck:
    """Check the structure of a normalised code (requirements §5.3).

    The rule of its last digit is not public, so a code that is well formed may still not exist.
    """
    shape = _SHAPE.fullmatch(code)
    if shape is None:
        problem = Problem("ids.project_shape", {"length": len(code), "wanted": LENGTH})
        return CodeCheck(CodeKind.PROJECT, code, (problem,))
    time, region, sector, kind, serial = shape.groups()
    if not (_YEAR.fullmatch(time) or _YEAR_MONTH.fullmatch(time)):
        return CodeCheck(CodeKind.PROJECT, code, (Problem("ids.project_time", {"time": time}),))
    warnings = () if has_province(region) else (Problem("ids.region_unknown", {"region": region}),)
    parts = {
        "time": time,
        "region": region,
        "region_name": region_name(region),
        "sector": sector,
        "type": kind,
        "serial": serial,
    }
    return CodeCheck(CodeKind.PROJECT, code, (), warnings, parts)
