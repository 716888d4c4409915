"""Everything the database says of a case, table by table, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import LargeBinary, Table
from sqlmodel import Session, SQLModel, select

LEFT_OUT = frozenset(
    {
        *("notification", "case_place", "sweep_mark", "case_lock", "gate_key", "busytime", "trip_stop"),
        "invitation",
    }
)
"""Messages, what is computed from the rest, and secrets."""
_SECRETS = {"case": {"lookup_code"}}
_BELOW = ("assignment", "round", "visit", "building_plan")
"""Tables whose rows belong to a case by a row of these."""
Records = dict[str, list[dict[str, Any]]]


def case_rows(session: Session, case_id: int, restricted_layers: Iterable[str]) -> Records:
    """The rows of every table that belong to the case, by table.

    Answers of layers that only certain units may see stay away: where a shelter lies is for civil defence alone
    (requirements §6.1).
    """
    tables = SQLModel.metadata.tables
    found: Records = {"case": _rows(session, tables["case"], tables["case"].c.id == case_id)}
    for table in SQLModel.metadata.sorted_tables:
        if table.name in LEFT_OUT or table.name == "case":
            continue
        if "case_id" in table.c:
            found[table.name] = _rows(session, table, table.c.case_id == case_id)
            continue
        for column in table.columns:
            parent = next((key.column.table.name for key in column.foreign_keys), "")
            if parent in _BELOW and found.get(parent):
                found[table.name] = _rows(session, table, column.in_([row["id"] for row in found[parent]]))
                break
    hidden = set(restricted_layers)
    found["layer_answer"] = [row for row in found.get("layer_answer", []) if row["layer"] not in hidden]
    found["upload"] = _uploads(session, found)
    for name in ("project", "organisation"):
        found[name] = _rows(session, tables[name], tables[name].c.id == found["case"][0][f"{name}_id"])
    return {name: rows for name, rows in found.items() if rows}


def _rows(session: Session, table: Table, where: Any) -> list[dict[str, Any]]:
    secret = _SECRETS.get(table.name, set())
    columns = [c for c in table.columns if not isinstance(c.type, LargeBinary) and c.name not in secret]
    ordered = select(*columns).where(where).order_by(*table.primary_key.columns)
    return [_plain(dict(row)) for row in session.connection().execute(ordered).mappings()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}


def _uploads(session: Session, found: Records) -> list[dict[str, Any]]:
    """The uploads that any row names by its key."""
    tables = SQLModel.metadata.tables
    named = set()
    for name, rows in found.items():
        keys = [c.name for c in tables[name].columns if any(k.column.table.name == "upload" for k in c.foreign_keys)]
        named |= {row[key] for row in rows for key in keys if row[key] is not None}
    return _rows(session, tables["upload"], tables["upload"].c.id.in_(named)) if named else []
