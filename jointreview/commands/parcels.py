"""The parcel of land of an application: read from a file, seen on the map, confirmed."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import document_store, own_upload
from jointreview.commands.layer_checks import ask_layers
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.relations import filed_at_window, own_case
from jointreview.domain.case_states import EDITABLE
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.geo.parcel import ParcelReading, read_parcel
from jointreview.geo.wkb import to_wkb
from jointreview.models.actor import Actor
from jointreview.models.project import Parcel

PARCEL_LIMIT_BYTES = 20 * 1024**2


class ReadParcel(CaseCommand):
    """Take the parcel of land from a file: 国土 TXT, zipped Shapefile, DXF, KML, KMZ, GeoJSON, CSV or XLSX.

    `layer` names the layer of a drawing or the sheet of a workbook where the file alone does not decide.
    """

    upload_id: int
    declared_epsg: int | None = Field(None, ge=1024, le=32767)
    layer: str = Field("", max_length=255)


class ConfirmParcel(CaseCommand):
    """The applicant has seen the parcel on the map and confirms its place."""

    parcel_id: int


def parcel_there(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A parcel was read from a file."""
    return None if facts.parcel_read else Problem("commands.no_such_parcel")


def parcel_of_upload(ctx: Context, cmd: ReadParcel) -> Callable[[], ParcelReading]:
    """How the sender's file is read. Raises Refused for another's or too large a file."""
    upload = own_upload(ctx, cmd.upload_id)
    if upload.size > PARCEL_LIMIT_BYTES:
        raise refuse("commands.parcel_too_large", where=upload.name)

    def read() -> ParcelReading:
        data = b"".join(document_store().open(upload.digest))
        reading = read_parcel(data, upload.name, cmd.declared_epsg, layer=cmd.layer)
        if reading.geometry is None or not reading.accepted:
            raise Refused(*(p.as_problem(upload.name) for p in reading.errors))
        return reading

    return read


@command(
    title="cmd.read_parcel",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    prepare=parcel_of_upload,
)
def read_parcel_file(ctx: Context, cmd: ReadParcel) -> dict:
    """Raises Refused with every problem of the file, each with its line."""
    upload = own_upload(ctx, cmd.upload_id)
    reading: ParcelReading = ctx.prepared
    assert reading.geometry is not None and reading.bbox is not None
    for old in ctx.session.exec(select(Parcel).where(Parcel.case_id == ctx.case_id, col(Parcel.current))).all():
        old.current = False
        ctx.session.add(old)
    parcel = Parcel(
        case_id=ctx.case_id,
        upload_id=cmd.upload_id,
        crs=reading.crs or "",
        crs_name=reading.crs_name or "",
        crs_found_by=reading.crs_found_by or "",
        area_plane_m2=reading.area_plane_m2 or 0.0,
        area_geodesic_m2=reading.area_geodesic_m2 or 0.0,
        min_lon=reading.bbox[0],
        min_lat=reading.bbox[1],
        max_lon=reading.bbox[2],
        max_lat=reading.bbox[3],
        wkb=to_wkb(reading.geometry),
        parts=[{"name": p.name, "number": p.number, "land_use": p.land_use} for p in reading.parts],
        notes=[
            {"key": p.key, "params": dict(p.params), "line": p.line, "entity": p.entity} for p in reading.problems
        ],
        created_at=ctx.now,
    )
    ctx.session.add(parcel)
    ctx.session.flush()
    ctx.event("parcel_read", file=upload.name, crs=reading.crs, area=round(parcel.area_plane_m2, 2))
    return {"parcel_id": parcel.id}


@command(
    title="cmd.confirm_parcel",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    checks=(parcel_there,),
)
def confirm_parcel(ctx: Context, cmd: ConfirmParcel) -> None:
    """The layers of the map are asked about it at once; services are asked by the sweep that follows."""
    parcel = ctx.session.get(Parcel, cmd.parcel_id)
    if parcel is None or parcel.case_id != ctx.case_id or not parcel.current:
        raise refuse("commands.no_such_parcel", kind="missing")
    parcel.confirmed_at = ctx.now
    ctx.session.add(parcel)
    ctx.event("parcel_confirmed", parcel=parcel.id)
    ask_layers(ctx)
