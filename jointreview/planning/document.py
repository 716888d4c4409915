"""Reading a JSON document piece by piece: every fault is noted with its path, and reading goes on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from jointreview.domain.problems import Problem, Refused, refuse

MISSING: Any = object()
_MOST_PROBLEMS = 50


class _Twice(ValueError):
    """A key that stands twice in one object."""


def parse_document(text: str, name: str) -> object:
    """The JSON value of a text. Raises Refused naming `name` and the line for anything that is not JSON."""
    try:
        return json.loads(text, object_pairs_hook=_no_twice, parse_constant=_no_constant)
    except _Twice as fault:
        raise refuse("plan.key_twice", where=name, key=str(fault)) from None
    except json.JSONDecodeError as fault:
        raise refuse("plan.not_json", where=name, line=fault.lineno, column=fault.colno) from None
    except (ValueError, RecursionError):
        raise refuse("plan.not_json", where=name, line=1, column=1) from None


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, key: str, where: str, /, **params: object) -> None:
        """Remember one fault."""
        self.problems.append(Problem(key, params, where))

    def stop(self) -> None:
        """Raise Refused with what was noted, if anything was."""
        if self.problems:
            raise Refused(*self.problems[:_MOST_PROBLEMS])


class Node:
    """One value of the document with its path. Readers note a fault and answer a harmless value."""

    def __init__(self, value: Any, path: str, faults: Faults) -> None:
        self.value, self.path, self.faults = value, path, faults

    def fault(self, key: str, /, **params: object) -> None:
        """Note a fault here."""
        self.faults.note(key, self.path, **params)

    def object(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> bool:
        """Whether it is an object; notes unknown and missing keys."""
        if not isinstance(self.value, Mapping):
            self.fault("plan.want_object", found=_kind(self.value))
            return False
        for key in self.value:
            if key not in required and key not in optional:
                self.faults.note(
                    "plan.unknown_key", self._below(key), key=key, known=", ".join((*required, *optional))
                )
        for key in required:
            if key not in self.value:
                self.faults.note("plan.missing_key", self._below(key), key=key)
        return True

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the object has the key."""
        return isinstance(self.value, Mapping) and key in self.value

    def at(self, key: str) -> Node:
        """The value below a key that is there."""
        return Node(self.value[key], self._below(key), self.faults)

    def pairs(self) -> list[tuple[str, Node]]:
        """The members of an object with free keys."""
        if not isinstance(self.value, Mapping):
            self.fault("plan.want_object", found=_kind(self.value))
            return []
        return [(key, self.at(key)) for key in self.value]

    def items(self, fewest: int = 0) -> list[Node]:
        """The members of a list."""
        if not isinstance(self.value, list):
            self.fault("plan.want_list", found=_kind(self.value))
            return []
        if len(self.value) < fewest:
            self.fault("plan.list_short", fewest=fewest)
        return [Node(v, f"{self.path}[{i}]", self.faults) for i, v in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str):
            self.fault("plan.want_text", found=_kind(self.value))
            return ""
        if not self.value.strip():
            self.fault("plan.empty_text")
        return self.value

    def number(self, least: float, most: float, *, above: bool = False) -> float:
        """A finite number within bounds; `above` excludes the lower bound itself."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("plan.want_number", found=_kind(value))
            return max(least, 1.0)
        if (
            not (isinstance(value, int) or math.isfinite(value))
            or not least <= value <= most
            or (above and value == least)
        ):
            self.fault("plan.out_of_range", value=str(value)[:30], least=f"{least:g}", most=f"{most:g}")
            return max(least, 1.0)
        return float(value)

    def whole(self, least: int, most: int) -> int:
        """A whole number within bounds (12.0 is one)."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("plan.want_whole", found=_kind(value))
            return least
        if isinstance(value, float) and not value.is_integer():
            self.fault("plan.want_whole", found=str(value)[:30])
            return least
        if not least <= value <= most:
            self.fault("plan.out_of_range", value=str(value)[:30], least=least, most=most)
            return least
        return int(value)

    def day(self) -> date:
        """A day written YYYY-MM-DD."""
        text = self.value
        if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self.fault("plan.want_day", found=str(text)[:40])
        return date.min

    def time(self) -> int:
        """A time of day written HH:MM, as minutes after midnight."""
        text = self.value
        if isinstance(text, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
            return int(text[:2]) * 60 + int(text[3:])
        self.fault("plan.want_time", found=str(text)[:40])
        return 0


def _kind(value: object) -> str:
    """A JSON word for what stands there."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, int | float):
        return str(value)[:30]
    return "{...}" if isinstance(value, Mapping) else "[...]"
