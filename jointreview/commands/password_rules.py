"""What a new password must be: long enough and not among those everybody chooses (NIST SP 800-63B).

No rules of composition and no change by the calendar: both lead to worse passwords.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jointreview.domain.problems import Problem
from jointreview.settings import settings

LONGEST = 200
WITH_SECOND_FACTOR = 8
"""SP 800-63B-4, 3.1.1.2: eight characters where a second factor is asked as well."""
_LIST = Path(__file__).with_name("common_passwords.txt")
_DIGITS_AT_THE_END = re.compile(r"[\d\W_]+$")


@cache
def common_passwords() -> frozenset[str]:
    """The passwords chosen most, lower case."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def least_length(second_factor: bool) -> int:
    """How many characters a password needs, with or without a second factor beside it."""
    return WITH_SECOND_FACTOR if second_factor else settings().least_password_length


def password_problem(password: str, login: str = "", name: str = "", second_factor: bool = False) -> Problem | None:
    """What is wrong with a new password: too short or long, a common one, or the person's name."""
    least = least_length(second_factor)
    if len(password) < least:
        return Problem("account.password_short", {"length": least}, "password")
    if len(password) > LONGEST:
        return Problem("account.password_long", {}, "password")
    said = password.lower()
    own_words = {word for word in (login.lower(), name.lower()) if word}
    own = said in own_words or _DIGITS_AT_THE_END.sub("", said) in own_words
    if len(set(said)) < 4 or own or said in common_passwords():
        return Problem("account.password_guessable", {}, "password")
    return None
