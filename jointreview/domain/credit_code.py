"""The unified social credit code of an organisation (GB 32100-2015)."""

from __future__ import annotations

from jointreview.domain.code_check import CodeCheck, CodeKind
from jointreview.domain.problems import Problem
from jointreview.domain.regions import has_province, region_name

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NATIONAL_REGION = "100000"
_AUTHORITIES = frozenset("123456789ANY")


def check_credit_code(code: str) -> CodeCheck:
    """Check a normalised code: length, characters, region digits, check character.

    A wrong inner check character of the organisation code (GB 11714) is only a warning, for such codes
    have been issued; so are an unknown registering authority and an unknown region.
    """
    problems = _faults(code)
    if problems:
        return CodeCheck(CodeKind.CREDIT, code, problems)
    parts = {
        "authority": code[0],
        "category": code[1],
        "region": code[2:8],
        "region_name": region_name(code[2:8]),
        "organisation": code[8:17],
        "check": code[17],
    }
    return CodeCheck(CodeKind.CREDIT, code, (), _warnings(code), parts)


def _faults(code: str) -> tuple[Problem, ...]:
    if len(code) != LENGTH:
        return (Problem("ids.credit_length", {"length": len(code), "wanted": LENGTH}),)
    wrong = sorted(set(code) - set(ALPHABET))
    if wrong:
        return (Problem("ids.credit_characters", {"characters": " ".join(wrong)}),)
    if not code[2:8].isdigit():
        return (Problem("ids.credit_region", {"region": code[2:8]}),)
    wanted = check_character(code[:17])
    if code[17] != wanted:
        return (Problem("ids.credit_check", {"found": code[17], "wanted": wanted}),)
    return ()


def _warnings(code: str) -> tuple[Problem, ...]:
    found = []
    if code[0] not in _AUTHORITIES:
        found.append(Problem("ids.credit_authority", {"character": code[0]}))
    if code[2:8] != _NATIONAL_REGION and not has_province(code[2:8]):
        found.append(Problem("ids.region_unknown", {"region": code[2:8]}))
    wanted = organisation_check(code[8:16])
    if code[16] != wanted:
        found.append(Problem("ids.credit_inner", {"found": code[16], "wanted": wanted}))
    return tuple(found)


def check_character(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, annex)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """The ninth character of an organisation code for its first eight (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(first8, _INNER_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
