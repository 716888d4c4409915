"""Where buildings may stand and do: site plans and surveys read from files, matched to the form, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import document_store, own_upload
from jointreview.commands.filing import store_section
from jointreview.commands.form_values import form_values
from jointreview.commands.parcels import PARCEL_LIMIT_BYTES
from jointreview.commands.plan_values import compared, form_buildings, outlines_of, plan_of
from jointreview.commands.registry import ACCEPTANCE, CaseCommand, command
from jointreview.commands.relations import filed_at_window, keeps_plans, own_case
from jointreview.domain.case_states import EDITABLE, IN_PROCESS, CaseState
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.geo.compare import overlap, plane_of
from jointreview.geo.footprints import FootprintReading, Shape, matched, read_footprints
from jointreview.geo.wkb import from_wkb, to_wkb
from jointreview.models.actor import Actor
from jointreview.models.project import BuildingPlan, Footprint

_SAME_GROUND = 0.3
"""Outlines of two plans that share this much of their joint ground are proposed as one building."""


class _ReadPlan(CaseCommand):
    upload_id: int
    declared_epsg: int | None = Field(None, ge=1024, le=32767)
    layer: str = Field("", max_length=255)
    name_field: str = Field("", max_length=80)


class ReadPermittedPlan(_ReadPlan):
    """Take the outlines of the buildings from the approved site plan: DXF, zipped Shapefile, GeoJSON, KML, tables.

    `layer` names the layer or sheet, `name_field` the attribute with the buildings' names.
    """


class ReadAsBuilt(_ReadPlan):
    """Take the outlines of the buildings from the as-built survey, in the same formats."""


class StatedValues(BaseModel):
    """What the permit states of a building: height in m, storeys above ground, building area in m²."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    height_m: float | None = Field(None, gt=0, le=1000)
    floors: int | None = Field(None, ge=0, le=200)
    floor_area_m2: float | None = Field(None, gt=0, le=10**7)


class _ConfirmPlan(CaseCommand):
    plan_id: int
    matches: dict[int, str] = Field(default_factory=dict, max_length=500)


class ConfirmPermittedPlan(_ConfirmPlan):
    """The outlines lie where they should and are these buildings: `matches` by place in the file, "" for none.

    `values` are what the permit states beside the outline, where the file does not.
    """

    values: dict[int, StatedValues] = Field(default_factory=dict, max_length=500)


class ConfirmAsBuilt(_ConfirmPlan):
    """The outlines of the survey lie where they should and are these buildings of the form."""


def writes_now(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Who carries the application does so only while it may be changed; the keeper of the plans at any time."""
    if actor.role == "officer" or facts.state in EDITABLE:
        return None
    return Problem("commands.not_in_state")


def outlines_of_upload(ctx: Context, cmd: _ReadPlan) -> Callable[[], FootprintReading]:
    """How the sender's file is read. Raises Refused for another's or too large a file."""
    upload = own_upload(ctx, cmd.upload_id)
    if upload.size > PARCEL_LIMIT_BYTES:
        raise refuse("commands.parcel_too_large", where=upload.name)

    def read() -> FootprintReading:
        data = b"".join(document_store().open(upload.digest))
        reading = read_footprints(data, upload.name, cmd.declared_epsg, layer=cmd.layer, name_field=cmd.name_field)
        if reading.errors or not reading.shapes:
            raise Refused(*(p.as_problem(upload.name) for p in reading.errors))
        return reading

    return read


@command(
    title="cmd.read_permitted_plan",
    grants={"applicant": own_case, "clerk": filed_at_window, "officer": keeps_plans},
    states=EDITABLE | IN_PROCESS,
    checks=(writes_now,),
    prepare=outlines_of_upload,
)
def read_permitted_plan(ctx: Context, cmd: ReadPermittedPlan) -> dict:
    """Raises Refused with every problem of the file, each with its line."""
    return _store(ctx, cmd, "permitted")


@command(
    title="cmd.read_as_built",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    kinds=ACCEPTANCE,
    prepare=outlines_of_upload,
)
def read_as_built(ctx: Context, cmd: ReadAsBuilt) -> dict:
    """Raises Refused with every problem of the file, each with its line."""
    return _store(ctx, cmd, "as_built")


@command(
    title="cmd.confirm_permitted_plan",
    grants={"applicant": own_case, "clerk": filed_at_window, "officer": keeps_plans},
    states=EDITABLE | IN_PROCESS,
    checks=(writes_now,),
)
def confirm_permitted_plan(ctx: Context, cmd: ConfirmPermittedPlan) -> dict:
    """Raises Refused for a plan that was replaced, and naming every building that the form does not have."""
    stated = {at: values.model_dump(exclude_none=True) for at, values in cmd.values.items()}
    return _confirm(ctx, cmd, "permitted", stated)


@command(
    title="cmd.confirm_as_built",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    kinds=ACCEPTANCE,
)
def confirm_as_built(ctx: Context, cmd: ConfirmAsBuilt) -> dict:
    """Raises Refused for a plan that was replaced, and naming every building that the form does not have."""
    return _confirm(ctx, cmd, "as_built", {})


def _store(ctx: Context, cmd: _ReadPlan, role: str) -> dict:
    upload = own_upload(ctx, cmd.upload_id)
    reading: FootprintReading = ctx.prepared
    for old in ctx.session.exec(
        select(BuildingPlan).where(
            BuildingPlan.case_id == ctx.case_id, BuildingPlan.role == role, col(BuildingPlan.current)
        )
    ).all():
        old.current = False
        ctx.session.add(old)
    plan = BuildingPlan(
        case_id=ctx.case_id,
        role=role,
        upload_id=cmd.upload_id,
        digest=upload.digest,
        layer=cmd.layer,
        crs=reading.crs,
        crs_name=reading.crs_name,
        crs_found_by=reading.crs_found_by,
        notes=[
            {"key": p.key, "params": dict(p.params), "line": p.line, "entity": p.entity} for p in reading.problems
        ],
        read_by=ctx.actor.account_id,
        created_at=ctx.now,
    )
    ctx.session.add(plan)
    ctx.session.flush()
    assert plan.id is not None
    found = _proposed(ctx, role, reading.shapes)
    for at, (shape, (serial, by)) in enumerate(zip(reading.shapes, found, strict=True)):
        ctx.session.add(
            Footprint(
                plan_id=plan.id,
                position=at,
                name=shape.name,
                number=shape.number,
                serial=serial,
                matched_by=by,
                wkb=to_wkb(shape.geometry),
                area_plane_m2=shape.area_plane_m2,
                area_geodesic_m2=shape.area_geodesic_m2,
                facts=_facts(shape),
            )
        )
    ctx.session.flush()
    ctx.event("plan_read", role=role, file=upload.name, digest=upload.digest, crs=reading.crs, count=len(found))
    return {"plan_id": plan.id, "count": len(found)}


def _facts(shape: Shape) -> dict[str, Any]:
    stated = {"height_m": shape.height_m, "floors": shape.floors, "floor_area_m2": shape.floor_area_m2}
    return {name: value for name, value in stated.items() if value is not None}


def _proposed(ctx: Context, role: str, shapes: tuple[Shape, ...]) -> list[tuple[str, str]]:
    """Which building of the form each outline is, by name, number, or the ground it shares with the other plan."""
    other = outlines_of(
        ctx.session, plan_of(ctx.session, ctx.the_case, "as_built" if role == "permitted" else "permitted")
    )
    plane = plane_of("", shapes[0].geometry)
    known = [(one.serial, plane(from_wkb(one.wkb))) for one in other if one.serial]

    def by_overlap(at: int) -> str:
        mine = plane(shapes[at].geometry)
        best = max(((overlap(area, mine).iou, serial) for serial, area in known), default=(0.0, ""))
        return best[1] if best[0] >= _SAME_GROUND else ""

    buildings = form_buildings(form_values(ctx.session, ctx.case_id))
    return matched(buildings, [(s.name, s.number) for s in shapes], by_overlap)


def _confirm(ctx: Context, cmd: _ConfirmPlan, role: str, stated: dict[int, dict[str, Any]]) -> dict:
    plan = ctx.session.get(BuildingPlan, cmd.plan_id)
    if plan is None or (plan.case_id, plan.role) != (ctx.case_id, role) or not plan.current:
        raise refuse("commands.no_such_plan", kind="missing")
    outlines = outlines_of(ctx.session, plan)
    serials = {serial for serial, _ in form_buildings(form_values(ctx.session, ctx.case_id))}
    places = {one.position for one in outlines}
    unknown = [
        Problem("commands.no_such_building", {"serial": serial}, f"matches.{at}")
        for at, serial in cmd.matches.items()
        if serial and serial not in serials
    ]
    unknown += [
        Problem("commands.no_such_outline", {"number": at + 1}, f"matches.{at}")
        for at in {*cmd.matches, *stated}
        if at not in places
    ]
    if unknown:
        raise Refused(*unknown)
    for one in outlines:
        serial = cmd.matches.get(one.position, one.serial)
        if serial != one.serial:
            one.serial, one.matched_by = serial, "hand" if serial else ""
        one.facts = {**one.facts, **stated.get(one.position, {})}
        ctx.session.add(one)
    plan.confirmed_at, plan.confirmed_by = ctx.now, ctx.actor.account_id
    ctx.session.add(plan)
    ctx.session.flush()
    ctx.event(
        "plan_confirmed",
        role=role,
        plan=plan.id,
        matched={str(one.position + 1): one.serial for one in outlines if one.serial},
    )
    return {"filled": _fill_indices(ctx)}


def _fill_indices(ctx: Context) -> list[str]:
    """Write what follows from the outlines into empty cells of S5, while the application is still being written.

    Nothing entered is changed; the form marks every cell that says what was computed.
    """
    if ctx.the_case.state not in (CaseState.DRAFT, CaseState.RETURNED) or ctx.actor.role == "officer":
        return []
    values = form_values(ctx.session, ctx.case_id)
    section = dict(values.get("S5", {}))
    rows = [dict(row) for row in section.get("indices", [])]
    known = {row.get("index"): row for row in rows}
    table = next((s.table_map.get("indices") for s in ctx.catalog.sections if s.code == "S5"), None)
    filled = []
    for index, pair in compared(ctx.session, ctx.the_case, ctx.catalog, values, ctx.today).indices.items():
        if table is None or table.fixed_row(index) is None:
            continue
        if index not in known:
            known[index] = {"index": index}
            rows.append(known[index])
        for column, value in zip(("permitted", "measured"), pair, strict=True):
            if value is not None and known[index].get(column) in (None, ""):
                known[index][column] = value
                filled.append(f"S5.indices.{index}.{column}")
    if filled:
        order = [row.code for row in table.fixed_rows] if table else []
        rows.sort(key=lambda row: order.index(row["index"]) if row.get("index") in order else len(order))
        store_section(ctx, "S5", {**section, "indices": rows})
    return filled
