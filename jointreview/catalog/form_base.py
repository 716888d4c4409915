"""What all parts of the form engine share: a check's result, what is visible and required, labels in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_base import When, Words
from jointreview.catalog.schema_form import Field, FixedRow, Table
from jointreview.domain.conditions import ROW, describe, evaluate

Values = Mapping[str, Any]
Form = Mapping[str, Values]
Level = Literal["error", "warning", "info", "ok"]


@dataclass(frozen=True)
class Check:
    """A remark of the form beside one answer: `path` such as `S4.buildings[2].area`, the text as key with params.

    An `error` prevents filing. A parameter may be words in both languages, as `tr` takes them.
    """

    path: str
    level: Level
    key: str
    params: dict[str, object] = field(default_factory=dict)


def answered(value: object) -> bool:
    """Whether there is an answer; 0 and `no` are answers."""
    return value is not None and value != "" and value != []


def holds(condition: When | None, form: Form, row: Values | None = None) -> bool:
    """Whether a condition holds for the form, and for a row of a table if given; no condition holds always."""
    if condition is None:
        return True
    return evaluate(condition, {**form, ROW: row} if row is not None else form)


def visible(entry: Field | Table | FixedRow, form: Form, row: Values | None = None) -> bool:
    """Whether the question is asked at all."""
    return holds(entry.visible_when, form, row)


def required(entry: Field, form: Form, row: Values | None = None) -> bool:
    """Whether an answer is needed."""
    if entry.required == "always":
        return True
    return entry.required_when is not None and holds(entry.required_when, form, row)


def rows_of(values: Values, table: Table) -> list[Values]:
    """The rows entered in a table; what is not a list of rows counts as none."""
    rows = values.get(table.key)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def asked_rows(table: Table, values: Values, form: Form) -> Iterator[tuple[int, Values, FixedRow | None]]:
    """The visible rows of a table with their number and, where it is one, their fixed row."""
    for n, row in enumerate(rows_of(values, table)):
        fixed = table.fixed_row(row.get(table.row_key)) if table.row_key else None
        if fixed is None or visible(fixed, form):
            yield n, row, fixed


def missing_rows(table: Table, values: Values, form: Form) -> list[FixedRow]:
    """The required fixed rows that were not entered."""
    present = {row.get(table.row_key) for row in rows_of(values, table)}
    return [r for r in table.fixed_rows if r.required and r.code not in present and visible(r, form)]


def column_needed(column: Field, fixed: FixedRow | None, form: Form, row: Values) -> bool:
    """Whether a cell needs an answer; in a row that compares, permitted and measured are needed together."""
    if fixed is not None and fixed.rule is not None and column.key in ("permitted", "measured"):
        other = "measured" if column.key == "permitted" else "permitted"
        return fixed.required or answered(row.get(other))
    return required(column, form, row)


def in_words(catalog: Catalog, condition: When) -> Words:
    """A condition in words."""
    return Words(zh=describe(condition, catalog.labels, "zh"), en=describe(condition, catalog.labels, "en"))
