"""A project accepted in batches: whether this is the last one, and its indices added up (requirements §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.form_base import Check
from jointreview.catalog.form_engine import verdicts
from jointreview.catalog.schema import Catalog
from jointreview.commands.form_values import form_values
from jointreview.domain.building_sets import Bound, IndexLimit, batch_index_problems, final_index_problems
from jointreview.models.case import Case

PARTIAL = ("phase", "single")
ADDED_UP = ("plot_ratio", "density", "green_ratio", "green_area", "parking_motor", "parking_bike", "parking_charging")
"""Indices of the whole project that grow with every batch."""
_SQUARE_METRE = 1.0


def more_to_come(session: Session, case: Case, values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether buildings remain after this batch: its area with all accepted before is not the whole project's."""
    if values.get("S1", {}).get("scope") not in PARTIAL:
        return False
    whole = float(values.get("S2", {}).get("total_area") or 0)
    together = _area(values) + sum(_area(earlier) for earlier in _accepted_before(session, case))
    return together < whole - _SQUARE_METRE


def cumulative_checks(
    session: Session, catalog: Catalog, case: Case, values: Mapping[str, Mapping[str, Any]]
) -> list[Check]:
    """Remarks on indices that all batches so far, with this one, exceed - or, with the last one, do not reach.

    Figures are those measured in each accepted case; the permitted ones are the whole project's.
    """
    if values.get("S1", {}).get("scope") not in PARTIAL:
        return []
    mine = {
        v.index: v for v in verdicts(catalog, values) if v.index in ADDED_UP and v.rule in ("at_most", "at_least")
    }
    together = {index: v.measured for index, v in mine.items()}
    for earlier in _accepted_before(session, case):
        for row in earlier.get("S5", {}).get("indices", []):
            if row.get("index") in together and isinstance(row.get("measured"), int | float):
                together[row["index"]] = round(together[row["index"]] + row["measured"], 6)
    limits = [
        IndexLimit(index, round(v.permitted + v.tolerance, 6), Bound(v.rule))
        if v.rule == "at_most"
        else IndexLimit(index, round(v.permitted - v.tolerance, 6), Bound(v.rule))
        for index, v in mine.items()
    ]
    rule = batch_index_problems if more_to_come(session, case, values) else final_index_problems
    names = catalog.labels
    return [
        Check(
            f"S5.indices[{mine[p.where].row}].measured",
            "warning",
            p.key,
            dict(p.params) | {"index": names[f"S5.indices.index:{p.where}"]},
        )
        for p in rule(limits, together)
    ]


def _accepted_before(session: Session, case: Case) -> list[dict[str, dict[str, Any]]]:
    """The forms of the project's acceptances that passed, but for this case."""
    rows = session.exec(
        select(Case.id).where(
            Case.project_id == case.project_id,
            Case.id != case.id,
            Case.kind == "acceptance",
            col(Case.outcome).in_(["pass", "conditional"]),
        )
    ).all()
    return [form_values(session, row) for row in rows if row is not None]


def _area(values: Mapping[str, Mapping[str, Any]]) -> float:
    """The area of the buildings of a form, in m²."""
    rows = values.get("S4", {}).get("buildings") or []
    return float(sum(row.get("area") or 0 for row in rows))
