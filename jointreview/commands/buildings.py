"""Which single buildings a case covers: each in at most one open case, none accepted twice (requirements §2.7)."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.form_values import form_values
from jointreview.domain.case_states import ENDED
from jointreview.domain.problems import Problem, Refused
from jointreview.models.case import Case
from jointreview.models.project import Building, CaseBuilding


def claim_buildings(ctx: Context) -> None:
    """Bind the buildings named in the form to the case; raises Refused naming every building that is taken."""
    rows = form_values(ctx.session, ctx.case_id).get("S4", {}).get("buildings", [])
    release_buildings(ctx)
    problems: list[Problem] = []
    for n, row in enumerate(rows):
        serial = str(row.get("serial") or f"{n + 1:03d}")
        building = _building(ctx, serial, str(row.get("name", "")))
        taken = _open_case_of(ctx, building)
        if building.accepted_case_id is not None:
            problems.append(Problem("commands.building_accepted", {"name": building.name}, f"S4.buildings[{n}]"))
        elif taken is not None:
            params = {"name": building.name, "number": taken.number}
            problems.append(Problem("commands.building_in_case", params, f"S4.buildings[{n}]"))
        else:
            assert building.id is not None
            ctx.session.add(CaseBuilding(case_id=ctx.case_id, building_id=building.id))
    if problems:
        raise Refused(*problems)
    ctx.session.flush()


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
