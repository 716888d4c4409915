"""What is wrong or worth knowing about a parcel file, with the line it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from jointreview.domain.problems import Problem
from jointreview.text import tr

_MOST_TEXT = 500


class Severity(StrEnum):
    """An error refuses the file; a warning is shown and accepted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class ParcelProblem:
    """One finding in a parcel file; `line` counts from 1 and is None for formats without lines.

    `entity` is the handle of a drawing's entity or the name of a placemark, empty elsewhere.
    """

    line: int | None
    key: str
    params: dict[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    entity: str = ""

    def message(self, lang: str) -> str:
        """The finding in the language of the reader."""
        return tr(lang, self.key, **self.params)

    def as_problem(self, filename: str = "") -> Problem:
        """The finding as a problem of the domain; `where` is `file:line`, with `#entity` where there is one."""
        place = filename if self.line is None else f"{filename}:{self.line}"
        return Problem(self.key, dict(self.params), f"{place}#{self.entity}" if self.entity else place)

    def at(self, entity: str) -> ParcelProblem:
        """The same finding about an entity of a drawing or a placemark."""
        return replace(self, entity=clean(entity)[:80])


def clean(text: str) -> str:
    """A text from a file as it can be stored and printed: no halves of characters, no controls, no essay."""
    whole = text[:_MOST_TEXT].encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in whole if char.isprintable() or char == " ").strip()


def _clean(params: dict[str, object]) -> dict[str, object]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in params.items()}


def error(key: str, line: int | None = None, /, **params: object) -> ParcelProblem:
    """A finding that refuses the file."""
    return ParcelProblem(line, f"geo.{key}", _clean(params), Severity.ERROR)


def warning(key: str, line: int | None = None, /, **params: object) -> ParcelProblem:
    """A finding the reader is told about; the file is accepted."""
    return ParcelProblem(line, f"geo.{key}", _clean(params), Severity.WARNING)


def any_error(problems: list[ParcelProblem]) -> bool:
    """Does any of these findings refuse the file?"""
    return any(problem.severity is Severity.ERROR for problem in problems)
