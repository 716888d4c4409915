"""From what a browser or a spreadsheet sends to typed values: nothing is dropped, every fault is named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jointreview.catalog.form_base import answered
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_form import Field, Table
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Problem, Refused, refuse

SHOWN = 40
CODE_KINDS = {
    "code_credit": "credit",
    "code_project": "project",
    "planning_permit": "planning-permit",
    "construction_permit": "construction-permit",
    "mobile": "mobile",
    "identity": "identity-number",
}
"""The kind of number (jointreview.domain.identifiers) behind a field type."""
_LENGTHS = {"text": 200, "long_text": 2000, "person": 64}
_CODE_LENGTH = 64
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+")
_DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YES = {"true", "yes", "y", "1", "是", "有"}
_NO = {"false", "no", "n", "0", "否", "无"}
_LARGEST = 10**12
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the reading direction: they make a text look like another one."""


def clean_section(catalog: Catalog, section_code: str, raw: Any) -> dict[str, Any]:
    """The values of a section as they are stored: JSON types, dates as ISO text, empty answers left out.

    Fixed rows of a table come first and in their order, also when they were not sent. Raises Refused with every
    problem and its path: unknown fields, wrong types, texts too long; limits of value are left to the checks.
    """
    section = next((s for s in catalog.sections if s.code == section_code), None)
    if section is None:
        raise refuse("form.unknown_section", where=str(section_code)[:SHOWN], section=str(section_code)[:SHOWN])
    if not isinstance(raw, Mapping):
        raise refuse("form.not_a_map", where=section_code)
    problems: list[Problem] = []
    cleaned: dict[str, Any] = {}
    for key, value in raw.items():
        path = f"{section_code}.{str(key)[:SHOWN]}"
        if key in section.table_map:
            cleaned[key] = _table(section.table_map[key], value, path, problems)
        else:
            _put(cleaned, section.field_map.get(key), key, value, path, problems)
    if problems:
        raise Refused(*problems)
    return cleaned


def coerce(field: Field, value: Any) -> Any:
    """One answer in its stored type; raises Refused with one problem and no path."""
    return _COERCIONS[field.type](field, value)


def _put(
    target: dict[str, Any], field: Field | None, key: Any, value: Any, path: str, problems: list[Problem]
) -> None:
    if field is None:
        problems.append(Problem("form.unknown_field", {"field": str(key)[:SHOWN]}, path))
    elif field.computed:
        problems.append(Problem("form.computed_field", {}, path))
    elif answered(value):
        try:
            found = coerce(field, value)
        except Refused as refusal:
            problems += [Problem(p.key, p.params, path) for p in refusal.problems]
        else:
            if answered(found):
                target[key] = found


def _table(table: Table, value: Any, path: str, problems: list[Problem]) -> list[dict[str, Any]]:
    if value is None:
        value = []
    if not isinstance(value, list):
        problems.append(Problem("form.not_a_list", {}, path))
        return []
    if len(value) > table.max_rows:
        problems.append(Problem("form.too_many_rows", {"rows": len(value), "max": table.max_rows}, path))
        return []
    columns = {c.key: c for c in table.columns}
    rows: list[dict[str, Any]] = []
    for n, raw in enumerate(value):
        row: dict[str, Any] = {}
        if isinstance(raw, Mapping):
            for key, cell in raw.items():
                _put(row, columns.get(key), key, cell, f"{path}[{n}].{str(key)[:SHOWN]}", problems)
        else:
            problems.append(Problem("form.not_a_map", {}, f"{path}[{n}]"))
        rows.append(row)
    return _fixed_first(table, rows, path, problems) if table.row_key else rows


def _fixed_first(
    table: Table, rows: list[dict[str, Any]], path: str, problems: list[Problem]
) -> list[dict[str, Any]]:
    """Each fixed row once and in order, then the others as entered."""
    rest = list(enumerate(rows))
    ordered: list[dict[str, Any]] = []
    for fixed in table.fixed_rows:
        found = next((pair for pair in rest if pair[1].get(table.row_key) == fixed.code), None)
        if found:
            rest.remove(found)
        ordered.append(found[1] if found else {table.row_key: fixed.code})
    if not table.extra_rows:
        for n, row in rest:
            code = row.get(table.row_key)
            twice = table.fixed_row(code) is not None
            key = "form.row_twice" if twice else "form.unknown_row"
            problems.append(Problem(key, {"row": str(code or "")}, f"{path}[{n}]"))
        return ordered
    return ordered + [row for _, row in rest]


def half_width(value: str) -> str:
    """Full-width digits, letters and points as half-width, without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value))


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise refuse("form.not_text")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    allowed = "\n\t" if field.type == "long_text" else ""
    if any((unicodedata.category(c) in ("Cc", "Cs") or c in _DIRECTION) and c not in allowed for c in text):
        raise refuse("form.control_characters")
    longest = field.max_length or _LENGTHS.get(field.type, _CODE_LENGTH)
    if len(text) > longest:
        raise refuse("form.too_long", length=len(text), max=longest)
    return text


def _code(field: Field, value: Any) -> str:
    """Codes are normalised when valid, and kept as typed when not: the checks say what is wrong."""
    text = _text(field, str(value) if type(value) is int and 0 <= value < 10**30 else value)
    check = check_code(text, CODE_KINDS[field.type])
    return check.normalised if check.valid else text


def _shown(value: Any) -> str:
    """What was sent, short enough for a message."""
    return value[:SHOWN] if isinstance(value, str) else type(value).__name__


def _decimal(value: Any) -> Decimal:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(value) if isinstance(value, int) else Decimal(str(value))
    else:
        text = half_width(value).replace("，", ",") if isinstance(value, str) else ""
        if not _NUMBER.fullmatch(text):
            raise refuse("form.not_a_number", text=_shown(value))
        number = Decimal(text.replace(",", ""))
    if not number.is_finite():
        raise refuse("form.not_a_number", text=_shown(value))
    if abs(number) >= _LARGEST:
        raise refuse("form.number_too_large")
    return number


def _number(field: Field, value: Any) -> int | float:
    number = _decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _integer(field: Field, value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise refuse("form.not_a_whole_number", text=_shown(value))
    return int(number)


def _date(field: Field, value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = half_width(value) if isinstance(value, str) else ""
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) for part in match.groups() if part.isdigit())
        return date(year, month, day).isoformat()
    except ValueError:
        raise refuse("form.not_a_date", text=_shown(value)) from None


def _choice(field: Field, value: Any) -> str:
    """An option by its code, or by its words as they come out of a spreadsheet."""
    text = value.strip() if isinstance(value, str) else ""
    for option in field.options:
        if text in (option.code, option.zh, option.en):
            return option.code
    raise refuse("form.not_a_choice", text=_shown(value))


def _multi_choice(field: Field, value: Any) -> list[str]:
    parts = [part for part in re.split("[、;；]", value) if part.strip()] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise refuse("form.not_a_choice", text=_shown(value))
    chosen = {_choice(field, part) for part in parts}
    return [code for code in field.option_codes if code in chosen]


def _bool(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = half_width(value).lower() if isinstance(value, str) else str(value) if value in (0, 1) else ""
    if text in _YES | _NO:
        return text in _YES
    raise refuse("form.not_yes_no")


_COERCIONS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "person": _text,
    "number": _number,
    "integer": _integer,
    "date": _date,
    "choice": _choice,
    "multi_choice": _multi_choice,
    "bool": _bool,
    **dict.fromkeys(CODE_KINDS, _code),
}
