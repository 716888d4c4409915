"""Conditions as data: who takes part and what must be filled in, decided by comparing answers, never by running code.

A condition is one of
    {field: S7.civil_defence_area, gt: 0}      an answer compared (see OPERATORS)
    {any_row: S4.buildings, where: {...}}      a row of a table matches; its answers are `row.<column>`
    {all: [...]}, {any: [...]}, {not: {...}}   combinations
An answer not given satisfies no comparison except `truthy: false`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jointreview.domain.problems import Problem
from jointreview.text import tr

Condition = Mapping[str, Any]
Labels = Mapping[str, Mapping[str, str]]

ROW = "row"


def _comparable(answer: Any, bound: Any) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (answer, bound))
    return numbers or (isinstance(answer, str) and isinstance(bound, str))


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda answer, value: answer == value,
    "ne": lambda answer, value: answer != value,
    "gt": lambda answer, value: _comparable(answer, value) and answer > value,
    "ge": lambda answer, value: _comparable(answer, value) and answer >= value,
    "lt": lambda answer, value: _comparable(answer, value) and answer < value,
    "le": lambda answer, value: _comparable(answer, value) and answer <= value,
    "in": lambda answer, value: answer in value,
    "not_in": lambda answer, value: answer not in value,
    "truthy": lambda answer, value: bool(answer) is value,
    "contains": lambda answer, value: isinstance(answer, list) and value in answer,
}


def evaluate(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether the answers `values` (sections of fields) satisfy a well-formed condition."""
    if "all" in condition:
        return all(evaluate(part, values) for part in condition["all"])
    if "any" in condition:
        return any(evaluate(part, values) for part in condition["any"])
    if "not" in condition:
        return not evaluate(condition["not"], values)
    if "any_row" in condition:
        rows = look_up(values, condition["any_row"])
        return isinstance(rows, list) and any(evaluate(condition["where"], {**values, ROW: row}) for row in rows)
    answer = look_up(values, condition["field"])
    operator, value = _comparison(condition)
    if answer is None or answer == "":
        return operator == "truthy" and value is False
    return OPERATORS[operator](answer, value)


def look_up(values: Mapping[str, Any], path: str) -> Any:
    """The answer at a dotted path, None when there is none."""
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def comparisons(condition: Condition, table: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every comparison in a condition as (path, operator, value); `row.x` becomes `<table>.x`."""
    for name in ("all", "any"):
        for part in condition.get(name, ()):
            yield from comparisons(part, table)
    if "not" in condition:
        yield from comparisons(condition["not"], table)
    if "any_row" in condition:
        yield from comparisons(condition["where"], condition["any_row"])
    if "field" in condition:
        operator, value = _comparison(condition)
        yield _resolve(condition["field"], table), operator, value


def fields_of(condition: Condition, table: str = "") -> set[str]:
    """The paths of all answers a condition looks at."""
    return {path for path, _, _ in comparisons(condition, table)}


def describe(condition: Condition, labels: Labels, lang: str, table: str = "") -> str:
    """A condition in words.

    `labels` gives the words of a path in each language, and of an option at `<path>:<code>`; what has no words is
    shown as it is.
    """
    for name, joint in (("all", "form.condition_and"), ("any", "form.condition_or")):
        if name in condition:
            parts = [describe(part, labels, lang, table) for part in condition[name]]
            return tr(lang, joint).join(parts)
    if "not" in condition:
        return tr(lang, "form.condition_not", condition=describe(condition["not"], labels, lang, table))
    if "any_row" in condition:
        path = condition["any_row"]
        inner = describe(condition["where"], labels, lang, path)
        return tr(lang, "form.condition_any_row", table=_words(labels, path, lang), condition=inner)
    path = _resolve(condition["field"], table)
    operator, value = _comparison(condition)
    field = _words(labels, path, lang)
    if operator == "truthy":
        return tr(lang, "form.condition_yes" if value else "form.condition_no", field=field)
    return tr(lang, f"form.condition_{operator}", field=field, value=_value_words(labels, path, value, lang))


def faults_of(condition: Any) -> list[Problem]:
    """What is wrong with the shape of a condition; empty when `evaluate` can run it."""
    if not isinstance(condition, Mapping):
        return [Problem("catalog.condition_not_a_map")]
    keys = set(condition)
    if keys in ({"all"}, {"any"}):
        parts = next(iter(condition.values()))
        if not isinstance(parts, list) or not parts:
            return [Problem("catalog.condition_needs_list")]
        return [fault for part in parts for fault in faults_of(part)]
    if keys == {"not"}:
        return faults_of(condition["not"])
    if keys == {"any_row", "where"}:
        return faults_of(condition["where"])
    return _comparison_faults(condition, keys)


def _comparison_faults(condition: Condition, keys: set[str]) -> list[Problem]:
    operators = keys - {"field"}
    if "field" not in keys or len(operators) != 1 or not operators <= OPERATORS.keys():
        return [Problem("catalog.condition_shape", {"keys": ", ".join(sorted(map(str, keys)))})]
    operator, value = _comparison(condition)
    wanted = {"in": list, "not_in": list, "truthy": bool}.get(operator)
    if wanted and not isinstance(value, wanted):
        return [Problem("catalog.condition_value", {"operator": operator})]
    return []


def _comparison(condition: Condition) -> tuple[str, Any]:
    return next((key, value) for key, value in condition.items() if key != "field")


def _resolve(path: str, table: str) -> str:
    return f"{table}.{path.removeprefix(ROW + '.')}" if table and path.startswith(ROW + ".") else path


def _words(labels: Labels, path: str, lang: str) -> str:
    return labels.get(path, {}).get(lang, path)


def _value_words(labels: Labels, path: str, value: Any, lang: str) -> str:
    codes = value if isinstance(value, list) else [value]
    return tr(lang, "form.condition_comma").join(
        _words(labels, f"{path}:{c}", lang).removeprefix(f"{path}:") for c in codes
    )


def judge(condition: Condition, values: Mapping[str, Any], open_: Callable[[str], bool]) -> bool | None:
    """Whether a condition holds, or None while that depends on an answer still to come.

    `open_(path)` says of an answer that is missing whether it may still be given; one that may not counts as
    `evaluate` takes it. Paths of rows are those of the table's columns.
    """
    return _judge(condition, values, open_, "")


def _judge(condition: Condition, values: Mapping[str, Any], open_: Callable[[str], bool], table: str) -> bool | None:
    if "all" in condition:
        found = [_judge(part, values, open_, table) for part in condition["all"]]
        return False if False in found else None if None in found else True
    if "any" in condition:
        return _any([_judge(part, values, open_, table) for part in condition["any"]])
    if "not" in condition:
        inner = _judge(condition["not"], values, open_, table)
        return None if inner is None else not inner
    if "any_row" in condition:
        rows = look_up(values, condition["any_row"])
        rows = rows if isinstance(rows, list) and rows else [{}]
        return _any([_judge(condition["where"], {**values, ROW: r}, open_, condition["any_row"]) for r in rows])
    missing = look_up(values, condition["field"]) in (None, "")
    return None if missing and open_(_resolve(condition["field"], table)) else evaluate(condition, values)


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False
