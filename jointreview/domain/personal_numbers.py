"""Mobile numbers and identity numbers of people; messages never repeat the number itself."""

from __future__ import annotations

import re

from jointreview.domain.code_check import CodeCheck, CodeKind, normalise
from jointreview.domain.permit_numbers import real_date
from jointreview.domain.problems import Problem
from jointreview.domain.regions import has_province

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[0-9]{10}$))")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")


def check_mobile(text: str) -> CodeCheck:
    """Check a mobile number of the mainland: eleven digits from 13 to 19, with or without +86."""
    number = _COUNTRY.sub("", normalise(text).replace("-", ""))
    if _MOBILE.fullmatch(number):
        return CodeCheck(CodeKind.MOBILE, number)
    return CodeCheck(CodeKind.MOBILE, number, (Problem("ids.mobile"),))


def check_identity_number(text: str) -> CodeCheck:
    """Check an eighteen-digit resident identity number (GB 11643): region, birthday, ISO 7064 MOD 11-2."""
    number = normalise(text)
    problem = _identity_fault(number)
    if problem:
        return CodeCheck(CodeKind.IDENTITY, number, (Problem(problem),))
    birthday = real_date(number[6:14])
    return CodeCheck(CodeKind.IDENTITY, number, parts={"region": number[:6], "birthday": str(birthday)})


def _identity_fault(number: str) -> str:
    if not _IDENTITY.fullmatch(number):
        return "ids.identity_shape"
    if not has_province(number):
        return "ids.identity_region"
    birthday = real_date(number[6:14])
    if birthday is None or birthday.year < 1900:
        return "ids.identity_birthday"
    return "" if number[17] == identity_check(number[:17]) else "ids.identity_check"


def identity_check(first17: str) -> str:
    """The last character for the first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * 2 ** (17 - n) for n, digit in enumerate(first17))
    return "0123456789X"[(1 - total) % 11]
