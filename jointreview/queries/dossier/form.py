"""The form as it reads for this reader: only what the unit may see, personal data masked until revealed."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from jointreview.catalog.form_base import answered, visible
from jointreview.catalog.schema_form import Field, Section, Table
from jointreview.domain.masking import mask_identity, mask_mobile, mask_name
from jointreview.models.case import Invitation
from jointreview.queries.access import may_unmask, readable_values
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import FormPart, Grid, Pair
from jointreview.queries.words import listed

_MASKS = {"mobile": mask_mobile, "identity": mask_identity}


def parts(desk: Desk) -> list[FormPart]:
    """Every section with an answer in it."""
    values = readable_values(desk.actor, desk.facts, desk.catalog, desk.values)
    found = []
    for section in desk.catalog.sections:
        entered = values.get(section.code, {})
        pairs = [
            _pair(desk, section, field, entered[field.key])
            for field in section.fields
            if answered(entered.get(field.key)) and visible(field, desk.values)
        ]
        grids = [
            _grid(desk, section, table, entered[table.key]) for table in section.tables if entered.get(table.key)
        ]
        if pairs or grids:
            title = section.title.in_(desk.lang)
            found.append(FormPart(code=section.code, title=title, pairs=pairs, grids=grids))
    return found


def own_part(desk: Desk) -> list[FormPart]:
    """The rows of the parties' section that the invited reader signs; nothing can be revealed in them."""
    kinds = desk.session.exec(
        select(Invitation.party_kind).where(
            Invitation.case_id == desk.case_id, Invitation.account_id == desk.actor.account_id
        )
    ).all()
    section = desk.catalog.section("S3")
    table = next(t for t in section.tables if t.key == "parties")
    rows = [row for row in desk.values.get("S3", {}).get("parties", []) if row.get("kind") in kinds]
    grids = [Grid(**{**_grid(desk, section, table, rows), "masked": False})] if rows else []
    return [FormPart(code=section.code, title=section.title.in_(desk.lang), pairs=[], grids=grids)] if grids else []


def masked_paths(desk: Desk) -> set[str]:
    """What can be revealed to this reader: masked answers and tables with masked columns."""
    shown = parts(desk)
    pairs = {pair["path"] for part in shown for pair in part["pairs"] if pair["masked"]}
    return pairs | {grid["path"] for part in shown for grid in part["grids"] if grid["masked"]}


def _pair(desk: Desk, section: Section, field: Field, value: Any) -> Pair:
    path = f"{section.code}.{field.key}"
    masked = field.sensitive and path not in desk.revealed
    text = said(desk, field, value)
    return Pair(
        label=field.label.in_(desk.lang),
        value=_mask(field, text) if masked else text,
        path=path,
        masked=masked and may_unmask(desk.actor, desk.facts),
    )


def _grid(desk: Desk, section: Section, table: Table, rows: list[dict[str, Any]]) -> Grid:
    path = f"{section.code}.{table.key}"
    columns = [c for c in table.columns if any(answered(row.get(c.key)) for row in rows)]
    hidden = path not in desk.revealed

    def cell(column: Field, row: dict[str, Any]) -> str:
        value = row.get(column.key)
        if not answered(value):
            return ""
        fixed = table.fixed_row(value) if column.key == table.row_key else None
        text = (fixed.en if desk.lang == "en" else fixed.zh) if fixed else said(desk, column, value)
        return _mask(column, text) if column.sensitive and hidden else text

    return Grid(
        title=table.label.in_(desk.lang),
        path=path,
        masked=hidden and any(c.sensitive for c in columns) and may_unmask(desk.actor, desk.facts),
        heads=[_head(desk, c) for c in columns],
        rows=[[cell(c, row) for c in columns] for row in rows],
        totals=_totals(desk, table, columns, rows),
    )


def _head(desk: Desk, column: Field) -> str:
    label = column.label.in_(desk.lang)
    return f"{label} ({_unit(column, desk.lang)})" if column.unit else label


def _unit(field: Field, lang: str) -> str:
    return field.unit.in_(lang) if field.unit else ""


def _totals(desk: Desk, table: Table, columns: list[Field], rows: list[dict[str, Any]]) -> list[str]:
    if not table.totals:
        return []
    found = []
    for n, column in enumerate(columns):
        if column.key in table.totals:
            total = sum(float(row.get(column.key) or 0) for row in rows)
            found.append(_number(column, total))
        else:
            found.append(desk.say("case.total") if n == 0 else "")
    return found


def _number(field: Field, value: float) -> str:
    """Thousands separated, two decimals; a figure without a unit is a count or a year and stays as it is."""
    if value == int(value):
        return f"{value:,.0f}" if field.unit else f"{value:.0f}"
    return f"{value:,.2f}"


def _mask(field: Field, text: str) -> str:
    return _MASKS.get(field.type, mask_name)(text)


def said(desk: Desk, field: Field, value: Any) -> str:
    """An answer in words."""
    if isinstance(value, bool):
        return desk.say("case.said_yes" if value else "case.said_no")
    if field.options:
        names = {o.code: o.en if desk.lang == "en" else o.zh for o in field.options}
        codes = value if isinstance(value, list) else [value]
        return listed(desk.lang, (names.get(str(code), str(code)) for code in codes))
    if isinstance(value, int | float):
        unit = _unit(field, desk.lang)
        return f"{_number(field, value)} {unit}".strip()
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if answered(part))
    return str(value)
