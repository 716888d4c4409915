"""The form's own rules: dates in order, areas that add up, permitted against measured, half-days for the visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jointreview.catalog.form_base import Check, Form, Level, Values, answered
from jointreview.catalog.form_verdicts import IndexVerdict, verdicts
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_base import Words

Rule = Callable[[Catalog, Form, date], Iterator[Check]]
CENT = Decimal("0.01")
ARCHIVES_DAYS = 92
"""Three months after the acceptance, at their longest (Regulations on Construction Quality, Art. 17)."""


def number(value: Any) -> Decimal | None:
    """A stored number exactly as written, None when there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def day(value: Any) -> date | None:
    """A stored date, None when there is none or it is no date."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def table_rows(form: Form, section: str, table: str) -> list[Values]:
    """The rows of a table, none when the answer is no list of rows."""
    rows = form.get(section, {}).get(table)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def total(rows: list[Values], column: str) -> Decimal:
    """The sum of a column; empty cells count as 0."""
    return sum((number(row.get(column)) or Decimal(0) for row in rows), Decimal(0))


def shown(value: Decimal) -> str:
    """A number for a message: thousands separated, two decimals."""
    return f"{value:,.2f}"


def project_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """Start, completion and acceptance in this order (requirements §2.9 S2); a day to come is the field's fault."""
    values = form.get("S2", {})
    start, completion = day(values.get("start_date")), day(values.get("completion_date"))
    acceptance, permit = day(values.get("acceptance_date")), day(values.get("construction_permit_date"))
    if start and completion and completion < start:
        params: dict[str, object] = {"completion": completion.isoformat(), "start": start.isoformat()}
        yield Check("S2.completion_date", "error", "form.completion_before_start", params)
    if completion and acceptance and acceptance < completion:
        params = {"acceptance": acceptance.isoformat(), "completion": completion.isoformat()}
        yield Check("S2.acceptance_date", "error", "form.acceptance_before_completion", params)
    if start and permit and start < permit:
        params = {"start": start.isoformat(), "permit": permit.isoformat()}
        yield Check("S2.start_date", "warning", "form.started_before_permit", params)


def party_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """The owner among the parties is the applicant."""
    applicant = form.get("S1", {}).get("applicant_credit_code")
    for n, row in enumerate(table_rows(form, "S3", "parties")):
        code = row.get("credit_code")
        if row.get("kind") == "owner" and applicant and code and code != applicant:
            yield Check(f"S3.parties[{n}].credit_code", "warning", "form.owner_code_differs")


def building_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """Each area is its parts, serials differ, and the buildings add up to the total (requirements §2.9 S4)."""
    rows = table_rows(form, "S4", "buildings")
    serials = [row.get("serial") for row in rows]
    for n, row in enumerate(rows):
        path = f"S4.buildings[{n}]"
        area, above = number(row.get("area")), number(row.get("area_above"))
        parts = (above or Decimal(0)) + (number(row.get("area_below")) or Decimal(0))
        if area is not None and above is not None and abs(area - parts) > CENT:
            yield Check(f"{path}.area", "error", "form.area_parts", {"area": shown(area), "sum": shown(parts)})
        if answered(serials[n]) and serials[n] in serials[:n]:
            yield Check(f"{path}.serial", "error", "form.serial_twice", {"serial": serials[n]})
    yield from _sum_of_buildings(rows, form)


def _sum_of_buildings(rows: list[Values], form: Form) -> Iterator[Check]:
    whole = number(form.get("S2", {}).get("total_area"))
    if whole is None or not rows or not all(answered(row.get("area")) for row in rows):
        return
    together = total(rows, "area")
    params: dict[str, object] = {"sum": shown(together), "total": shown(whole)}
    if form.get("S1", {}).get("scope") in ("phase", "single"):
        if together > whole + CENT:
            yield Check("S4.buildings", "error", "form.buildings_exceed", params)
    elif abs(together - whole) > CENT:
        yield Check("S4.buildings", "error", "form.buildings_sum", params)
    else:
        yield Check("S4.buildings", "ok", "form.buildings_sum_ok", {"sum": shown(together)})


def index_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """A verdict for every row that compares (requirements §2.9 S5)."""
    for verdict in verdicts(catalog, form):
        path = f"S5.indices[{verdict.row}].measured"
        if verdict.result != "recorded":
            level: Level = "ok" if verdict.result == "within" else "warning"
            params: dict[str, object] = {
                "diff": with_unit(verdict.diff, verdict.unit),
                "tolerance": with_unit(verdict.tolerance, verdict.unit),
            }
            yield Check(path, level, _verdict_key(verdict), params)
        whole = number(form.get("S2", {}).get("total_area"))
        if verdict.index == "total_area" and whole is not None and abs(Decimal(str(verdict.measured)) - whole) > CENT:
            params = {"measured": shown(Decimal(str(verdict.measured))), "total": shown(whole)}
            yield Check(path, "warning", "form.total_area_differs", params)


def _verdict_key(verdict: IndexVerdict) -> str:
    if verdict.result == "within" and verdict.rule in ("at_most", "at_least"):
        return "form.bound_met"
    return f"form.{verdict.result}_tolerance"


def with_unit(value: float, unit: Words | None) -> dict[str, str]:
    """A number with its unit, in both languages; at most four decimals, as in the table."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return {"zh": f"{text}{unit.zh}", "en": f"{text} {unit.en}"} if unit else {"zh": text, "en": text}


def civil_defence_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """The civil-defence area against what was approved and against its basement (requirements §2.9 S7)."""
    values = form.get("S7", {})
    built, approved = number(values.get("civil_defence_area")), number(values.get("approved_area"))
    basement = number(values.get("basement_area"))
    if not built:
        return
    if approved is not None and built < approved:
        params: dict[str, object] = {"built": shown(built), "approved": shown(approved)}
        yield Check("S7.civil_defence_area", "warning", "form.civil_defence_short", params)
    if basement is not None and built > basement:
        yield Check("S7.civil_defence_area", "error", "form.civil_defence_above_basement")


def archive_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """The archives follow within three months after the acceptance."""
    promised = day(form.get("S8", {}).get("transfer_commitment_date"))
    acceptance = day(form.get("S2", {}).get("acceptance_date"))
    if promised and acceptance and promised > acceptance + timedelta(days=ARCHIVES_DAYS):
        due = (acceptance + timedelta(days=ARCHIVES_DAYS)).isoformat()
        yield Check("S8.transfer_commitment_date", "warning", "form.archives_late", {"due": due})


def home_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """The homes of section 10 are those of the buildings, and all of them have passed."""
    values = form.get("S10", {})
    units, passed = number(values.get("residential_units")), number(values.get("units_passed"))
    if units is None:
        return
    together = total(table_rows(form, "S4", "buildings"), "households")
    if together != units:
        yield Check(
            "S10.residential_units", "warning", "form.homes_differ", {"sum": int(together), "units": int(units)}
        )
    if units and passed is not None and passed > units:
        yield Check("S10.units_passed", "error", "form.homes_passed_many")
    elif units and passed is not None and passed < units:
        params: dict[str, object] = {"passed": int(passed), "units": int(units)}
        yield Check("S10.units_passed", "warning", "form.homes_not_all_passed", params)


def visit_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """Half-days to come, each named once."""
    seen: list[tuple[date, object]] = []
    for n, row in enumerate(table_rows(form, "S11", "candidate_slots")):
        slot_day = day(row.get("date"))
        if slot_day is None:
            continue
        slot = (slot_day, row.get("half"))
        path = f"S11.candidate_slots[{n}].date"
        if slot_day <= today:
            yield Check(path, "error", "form.slot_past")
        elif slot in seen:
            yield Check(path, "error", "form.slot_twice")
        elif slot_day.weekday() >= 5:
            yield Check(path, "warning", "form.slot_weekend")
        seen.append(slot)


def plan_rules(catalog: Catalog, form: Form, today: date) -> Iterator[Check]:
    """The planned completion follows the planned start."""
    values = form.get("S21", {})
    start, end = day(values.get("planned_start")), day(values.get("planned_end"))
    if start and end and end < start:
        params: dict[str, object] = {"completion": end.isoformat(), "start": start.isoformat()}
        yield Check("S21.planned_end", "error", "form.completion_before_start", params)


SECTION_RULES: dict[str, Rule] = {
    "S2": project_rules,
    "S3": party_rules,
    "S4": building_rules,
    "S5": index_rules,
    "S7": civil_defence_rules,
    "S8": archive_rules,
    "S10": home_rules,
    "S11": visit_rules,
    "S21": plan_rules,
}
