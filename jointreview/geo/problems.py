"""What is wrong or worth knowing about a parcel file, with the line it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jointreview.domain.problems import Problem
from jointreview.text import tr


class Severity(StrEnum):
    """An error refuses the file; a warning is shown and accepted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class ParcelProblem:
    """One finding in a parcel file; `line` counts from 1 and is None for formats without lines."""

    line: int | None
    key: str
    params: dict[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    def message(self, lang: str) -> str:
        """The finding in the language of the reader."""
        return tr(lang, self.key, **self.params)

    def as_problem(self, filename: str = "") -> Problem:
        """The finding as a problem of the domain; `where` is `file:line`."""
        place = filename if self.line is None else f"{filename}:{self.line}"
        return Problem(self.key, dict(self.params), place)


def error(key: str, line: int | None = None, /, **params: object) -> ParcelProblem:
    """A finding that refuses the file."""
    return ParcelProblem(line, f"geo.{key}", params, Severity.ERROR)


def warning(key: str, line: int | None = None, /, **params: object) -> ParcelProblem:
    """A finding the reader is told about; the file is accepted."""
    return ParcelProblem(line, f"geo.{key}", params, Severity.WARNING)


def any_error(problems: list[ParcelProblem]) -> bool:
    """Does any of these findings refuse the file?"""
    return any(problem.severity is Severity.ERROR for problem in problems)
