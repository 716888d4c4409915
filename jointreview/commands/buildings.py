"""Which single buildings a case covers: each in at most one open case, none accepted twice (requirements §2.7)."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.commands.batches import more_to_come
from jointreview.commands.executor import Context
from jointreview.commands.form_values import form_values
from jointreview.domain import building_sets
from jointreview.domain.building_sets import Independence
from jointreview.domain.case_states import ENDED
from jointreview.domain.problems import Problem, Refused
from jointreview.models.case import Case
from jointreview.models.project import Building, CaseBuilding


def claim_buildings(ctx: Context) -> None:
    """Bind the buildings named in the form to the case.

    Raises Refused naming every building that is taken, or that cannot go before the rest of its project.
    """
    values = form_values(ctx.session, ctx.case_id)
    rows = values.get("S4", {}).get("buildings", [])
    release_buildings(ctx)
    mine = [
        _building(ctx, str(row.get("serial") or f"{n + 1:03d}"), str(row.get("name", "")))
        for n, row in enumerate(rows)
    ]
    places = {str(b.id): f"S4.buildings[{n}]" for n, b in enumerate(mine)}
    partial = more_to_come(ctx.session, ctx.the_case, values)
    problems = building_sets.selection_problems(
        places, _as_the_rule_sees(ctx, mine, values), ctx.the_case.number, partial
    )
    if problems:
        raise Refused(*_in_the_form(problems, places))
    ctx.session.add_all(CaseBuilding(case_id=ctx.case_id, building_id=b.id or 0) for b in mine)
    ctx.session.flush()


def _as_the_rule_sees(ctx: Context, mine: list[Building], values: dict) -> list[building_sets.Building]:
    """Every building of the project; what the applicant says of independence holds for those applied for."""
    said = frozenset(Independence(i) for i in values.get("S1", {}).get("independence") or [])
    chosen = {b.id for b in mine}
    rows = ctx.session.exec(select(Building).where(Building.project_id == ctx.the_case.project_id)).all()
    found = []
    for row in rows:
        accepted = ctx.session.get(Case, row.accepted_case_id) if row.accepted_case_id else None
        taken = _open_case_of(ctx, row)
        found.append(
            building_sets.Building(
                id=str(row.id),
                name=row.name,
                independence=said if row.id in chosen else frozenset(),
                open_case=taken.number if taken else "",
                accepted_by=accepted.number if accepted else "",
            )
        )
    return found


def _in_the_form(problems: tuple[Problem, ...], places: dict[str, str]) -> list[Problem]:
    """The problems with their place in the form; a missing condition is said once, not for every building."""
    found: dict[str, Problem] = {}
    for problem in problems:
        if problem.key.startswith("rules.building_not_"):
            found.setdefault(problem.key, Problem(problem.key, dict(problem.params), "S1.independence"))
        else:
            where = places.get(problem.where, "S4.buildings")
            found[f"{problem.key}{where}"] = Problem(problem.key, dict(problem.params), where)
    return list(found.values())


def release_buildings(ctx: Context) -> None:
    """The case no longer holds its buildings."""
    for row in ctx.session.exec(select(CaseBuilding).where(CaseBuilding.case_id == ctx.case_id)).all():
        ctx.session.delete(row)
    ctx.session.flush()


def accept_buildings(ctx: Context) -> None:
    """The buildings of a case that passed are accepted by it."""
    for row in ctx.session.exec(select(CaseBuilding).where(CaseBuilding.case_id == ctx.case_id)).all():
        building = ctx.session.get(Building, row.building_id)
        assert building is not None
        building.accepted_case_id = ctx.case_id
        ctx.session.add(building)


def _building(ctx: Context, serial: str, name: str) -> Building:
    project_id = ctx.the_case.project_id
    building = ctx.session.exec(
        select(Building).where(Building.project_id == project_id, Building.serial == serial)
    ).first() or Building(project_id=project_id, serial=serial, name=name)
    building.name = name
    ctx.session.add(building)
    ctx.session.flush()
    return building


def _open_case_of(ctx: Context, building: Building) -> Case | None:
    return ctx.session.exec(
        select(Case)
        .join(CaseBuilding, col(CaseBuilding.case_id) == Case.id)
        .where(
            CaseBuilding.building_id == building.id,
            Case.id != ctx.case_id,
            col(Case.state).not_in([s.value for s in ENDED]),
        )
    ).first()
