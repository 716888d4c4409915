"""Permitted against measured, row by row, and what else follows from the answers: totals and computed fields."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from jointreview.catalog.form_base import Form, asked_rows, rows_of
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_base import Words
from jointreview.catalog.schema_form import FixedRow

Result = Literal["within", "over", "under", "recorded"]


@dataclass(frozen=True)
class IndexVerdict:
    """One planning index: measured minus permitted, what is allowed, and how it stands; all in `unit`.

    `rule` is the kind of comparison (RowRule).

    `row` is the row of S5.indices. Over or under means that planning verification cannot pass as it is.
    """

    row: int
    index: str
    unit: Words | None
    rule: str
    permitted: float
    measured: float
    diff: float
    tolerance: float
    result: Result


def verdicts(catalog: Catalog, form: Form) -> list[IndexVerdict]:
    """A verdict for every row of S5 with both values (requirements §2.9 S5)."""
    table = next((s.table_map.get("indices") for s in catalog.sections if s.code == "S5"), None)
    if table is None:
        return []
    found = []
    for n, row, fixed in asked_rows(table, form.get("S5", {}), form):
        permitted, measured = row.get("permitted"), row.get("measured")
        if fixed is not None and fixed.rule is not None and _number(permitted) and _number(measured):
            pair = Decimal(str(permitted)), Decimal(str(measured))
            found.append(_verdict(catalog, n, fixed, row.get("bound") or fixed.rule.kind, *pair))
    return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**12


def _verdict(
    catalog: Catalog, n: int, fixed: FixedRow, kind: str, permitted: Decimal, measured: Decimal
) -> IndexVerdict:
    diff = measured - permitted
    slack = Decimal(str(fixed.rule.slack)) if fixed.rule else Decimal(0)
    result: Result
    if kind == "area_segments":
        area = catalog.rules.tolerance.table().verdict(permitted, measured)
        diff, slack = Decimal(str(area.diff)), Decimal(str(area.tolerance))
        result = area.result.value
    elif kind == "recorded":
        result = "recorded"
    elif kind in ("at_most", "within") and diff > slack:
        result = "over"
    elif kind in ("at_least", "within") and diff < -slack:
        result = "under"
    else:
        result = "within"
    return IndexVerdict(
        row=n,
        index=fixed.code,
        unit=fixed.unit,
        rule=kind,
        permitted=float(permitted),
        measured=float(measured),
        diff=float(diff),
        tolerance=float(slack),
        result=result,
    )


def derived(catalog: Catalog, all_values: Form) -> dict[str, Any]:
    """What follows from the answers, ready for JSON.

    `totals`: sums of columns by table path; `verdicts`: the rows of S5 as IndexVerdict; `computed`: fields that
    nobody enters.
    """
    totals, computed = {}, {}
    for section in catalog.sections:
        values = all_values.get(section.code, {})
        for field in section.fields:
            if field.computed == "always_true":
                computed[f"{section.code}.{field.key}"] = True
        for table in section.tables:
            if table.totals:
                rows = rows_of(values, table)
                totals[f"{section.code}.{table.key}"] = {key: _sum(rows, key) for key in table.totals}
    return {
        "totals": totals,
        "verdicts": [_as_json(verdict) for verdict in verdicts(catalog, all_values)],
        "computed": computed,
    }


def _as_json(verdict: IndexVerdict) -> dict[str, Any]:
    return {**asdict(verdict), "unit": verdict.unit.model_dump() if verdict.unit else None}


def _sum(rows: list[Any], key: str) -> float:
    return float(sum((Decimal(str(row[key])) for row in rows if _number(row.get(key))), Decimal(0)))
