"""The example forms as stored, and ways to change one answer of them."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from jointreview.catalog.form_engine import Check, check_form, clean_section
from jointreview.catalog.loader import load_catalog, sample_values

TODAY = date(2026, 4, 28)
CATALOG = load_catalog("qidong", TODAY, stage=4)
Form = dict[str, dict[str, Any]]


def cleaned(values: Form) -> Form:
    """A form as the sections are stored."""
    return {code: clean_section(CATALOG, code, section) for code, section in values.items()}


def factory_values() -> Form:
    """A factory with three buildings, no civil defence, fire filing."""
    return cleaned(sample_values("factory"))


def school_values() -> Form:
    """A government school with a civil-defence basement of 3200 m², special works for fire."""
    return cleaned(sample_values("school"))


def changed(values: Form, **answers: Any) -> Form:
    """The form with answers replaced: `S2__town="huilong"`; None takes the answer away."""
    form = deepcopy(values)
    for path, value in answers.items():
        section, _, key = path.partition("__")
        if value is None:
            form.get(section, {}).pop(key, None)
        else:
            form.setdefault(section, {})[key] = value
    return form


def with_building(values: Form, n: int = 0, **cells: Any) -> Form:
    """The form with cells of one building replaced."""
    form = deepcopy(values)
    row = form["S4"]["buildings"][n]
    for key, value in cells.items():
        if value is None:
            row.pop(key, None)
        else:
            row[key] = value
    return form


def with_index(values: Form, index: str, **cells: Any) -> Form:
    """The form with cells of one planning index replaced."""
    form = deepcopy(values)
    row = next(r for r in form["S5"]["indices"] if r["index"] == index)
    row.update(cells)
    return form


def found(values: Form, level: str = "", today: date = TODAY) -> set[tuple[str, str]]:
    """Path and key of every check of that level (all, when empty)."""
    return {(c.path, c.key) for c in check_form(CATALOG, values, today) if not level or c.level == level}


def errors(values: Form) -> list[Check]:
    """What prevents filing."""
    return [c for c in check_form(CATALOG, values, TODAY) if c.level == "error"]
