"""Checks of a section or the whole form: each answer by itself, then the section's own rules; completeness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jointreview.catalog.form_base import (
    Check,
    Form,
    Values,
    answered,
    asked_rows,
    column_needed,
    holds,
    missing_rows,
    required,
    rows_of,
    visible,
)
from jointreview.catalog.form_clean import CODE_KINDS, coerce
from jointreview.catalog.form_rules import SECTION_RULES
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_form import Field, Section, Table
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Refused

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100


@dataclass(frozen=True)
class Completeness:
    """How far a section is: answers needed now, those of them given, and errors to put right (missing ones too)."""

    required: int
    filled: int
    errors: int

    @property
    def complete(self) -> bool:
        """Whether nothing stands in the way of filing."""
        return self.errors == 0


def check_section(catalog: Catalog, section_code: str, values: Values, all_values: Form, today: date) -> list[Check]:
    """Everything to say about a section as it is in `values`; the other sections come from `all_values`.

    Raises Refused (missing) for an unknown section.
    """
    section = catalog.section(section_code)
    form = {**all_values, section_code: values}
    checks = [*_fields(section, form, today)]
    for table in section.tables:
        if visible(table, form):
            checks += _table(section, table, form, today)
    rules = SECTION_RULES.get(section_code)
    if rules is not None:
        checks += rules(catalog, form, today)
    checks += [Check(n.path, n.level, n.key) for n in section.notices if holds(n.when, form)]
    return checks


def check_form(catalog: Catalog, all_values: Form, today: date) -> list[Check]:
    """Everything to say about the form, section by section."""
    return [
        check
        for section in catalog.sections
        for check in check_section(catalog, section.code, all_values.get(section.code, {}), all_values, today)
    ]


def completeness(catalog: Catalog, all_values: Form, today: date) -> dict[str, Completeness]:
    """How far each section is."""
    found = {}
    for section in catalog.sections:
        values = all_values.get(section.code, {})
        checks = check_section(catalog, section.code, values, all_values, today)
        needed = list(_needed(section, all_values))
        errors = sum(1 for check in checks if check.level == "error")
        found[section.code] = Completeness(len(needed), sum(needed), errors)
    return found


def _needed(section: Section, form: Form) -> Iterator[bool]:
    """For every answer needed now whether it is there; a row that is missing counts as one."""
    values = form.get(section.code, {})
    for field in section.fields:
        if visible(field, form) and required(field, form):
            yield answered(values.get(field.key))
    for table in section.tables:
        if not visible(table, form):
            continue
        absent = len(missing_rows(table, values, form))
        yield from [False] * max(absent, table.min_rows - len(rows_of(values, table)))
        for _, row, fixed in asked_rows(table, values, form):
            for column in table.columns:
                known = fixed is not None and column.key == table.row_key
                if not known and visible(column, form, row) and column_needed(column, fixed, form, row):
                    yield answered(row.get(column.key))


def _fields(section: Section, form: Form, today: date) -> Iterator[Check]:
    values = form[section.code]
    for field in section.fields:
        if not field.computed and visible(field, form):
            path = f"{section.code}.{field.key}"
            yield from _answer(field, values.get(field.key), path, required(field, form), today)


def _table(section: Section, table: Table, form: Form, today: date) -> Iterator[Check]:
    values = form[section.code]
    path = f"{section.code}.{table.key}"
    absent_rows = missing_rows(table, values, form)
    for absent in absent_rows:
        params: dict[str, object] = {"row": {"zh": absent.zh, "en": absent.en}}
        yield Check(f"{path}[{absent.code}]", "error", "form.row_missing", params)
    count = len(rows_of(values, table))
    if count < table.min_rows and not absent_rows:
        yield Check(path, "error", "form.too_few_rows", {"min": table.min_rows, "rows": count})
    for n, row, fixed in asked_rows(table, values, form):
        for column in table.columns:
            if visible(column, form, row):
                needed = column_needed(column, fixed, form, row)
                limited = column
                if fixed is not None and fixed.decimals is not None and column.type == "number":
                    limited = column.model_copy(update={"decimals": fixed.decimals})
                yield from _answer(limited, row.get(column.key), f"{path}[{n}].{column.key}", needed, today)


def _answer(field: Field, value: Any, path: str, needed: bool, today: date) -> Iterator[Check]:
    if not answered(value):
        if needed:
            yield Check(path, "error", "form.required")
        return
    try:
        found = coerce(field, value)
    except Refused as refusal:
        yield from (Check(path, "error", p.key, dict(p.params)) for p in refusal.problems)
        return
    if field.type in CODE_KINDS:
        check = check_code(found, CODE_KINDS[field.type])
        yield from (Check(path, "error", p.key, dict(p.params)) for p in check.problems)
        yield from (Check(path, "warning", p.key, dict(p.params)) for p in check.warnings)
        if check.problems:
            return
    if field.type in ("number", "integer"):
        yield from _limits(field, found, path)
    elif field.type == "date":
        yield from _day(field, date.fromisoformat(found), path, today)
    elif field.pattern and not re.search(field.pattern, found):
        yield Check(path, "error", "form.pattern", {"example": field.example or field.pattern})


def _limits(field: Field, number: float, path: str) -> Iterator[Check]:
    if field.min is not None and number < field.min:
        yield Check(path, "error", "form.below_min", {"min": f"{field.min:g}"})
    if field.max is not None and number > field.max:
        yield Check(path, "error", "form.above_max", {"max": f"{field.max:,.0f}"})
    exponent = Decimal(str(number)).as_tuple().exponent
    if field.decimals is not None and isinstance(exponent, int) and -exponent > field.decimals and number % 1:
        yield Check(path, "error", "form.too_many_decimals", {"decimals": field.decimals})


def _day(field: Field, day: date, path: str, today: date) -> Iterator[Check]:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        yield Check(path, "error", "form.implausible_date")
    elif day > today and not field.future:
        yield Check(path, "error", "form.in_future")
