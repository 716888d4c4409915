"""Layers of the map: versions loaded from files or taken from a service, pictures to look at, and what is retired."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import shapely
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_layers import LAYER_CODE, Theme
from jointreview.commands.executor import Context
from jointreview.commands.files import document_store, own_upload
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.geo.layer_file import LayerReading, read_layer
from jointreview.geo.layer_formats import MAX_BYTES
from jointreview.geo.wfs import check_address
from jointreview.geo.wkb import to_wkb
from jointreview.models.actor import Actor
from jointreview.models.identity import UNIT_ROLES, Audit
from jointreview.models.layer import GeoLayer, LayerFeature, LayerVersion
from jointreview.settings import SHANGHAI, settings

KEEPERS = {"admin": None, "coordinator": None, "officer": None, "leader": None}
"""Who may load: a unit's people only the layers that are restricted to their unit."""
_ROWS = 2_000


class LayerSaid(BaseModel):
    """What is said about a version: which layer, from when to when, whose data under what terms.

    Name and theme are wanted for a layer that the catalogue does not know; `units` are the only ones that may see it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: str = Field(pattern=LAYER_CODE)
    effective_from: date
    effective_to: date | None = None
    source: str = Field(min_length=2, max_length=200)
    licence: str = Field("", max_length=200)
    name_zh: str = Field("", max_length=80)
    name_en: str = Field("", max_length=80)
    theme: Theme | None = None
    units: list[str] = Field([], max_length=40)


class FileSaid(LayerSaid):
    """The same of a file: how it is to be read."""

    name_field: str = Field("", max_length=60)
    file_layer: str = Field("", max_length=120)
    declared_epsg: int | None = Field(None, ge=1024, le=999_999)
    repair: bool = False


class LoadLayer(Command, FileSaid):
    """A new version of a layer from a file; a broken file is refused whole, each broken feature by its number."""

    upload_id: int


class AddLayerService(Command, LayerSaid):
    """A layer that is asked at its owner's WFS each time; an address on a host the operator allowed."""

    url: str = Field(min_length=8, max_length=500)
    type_name: str = Field(min_length=1, max_length=200)
    name_field: str = Field("", max_length=60)


class RetireLayerVersion(Command):
    """A version no longer counts, with the reason; its answers stay on record."""

    version_id: int
    reason: str = Field(min_length=4, max_length=300)


class DefineTiles(Command):
    """A picture behind the map by XYZ or WMTS address: to look at, it answers nothing."""

    code: str = Field(pattern=LAYER_CODE)
    name_zh: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    url: str = Field(min_length=8, max_length=500)
    attribution: str = Field("", max_length=200)
    max_zoom: int = Field(18, ge=1, le=22)


class RetireTiles(Command):
    """The picture is no longer offered."""

    layer_id: int


def read_file(digest: str, file_name: str, size: int, said: FileSaid) -> LayerReading:
    """The file as it reads. Raises Refused with every fault of it."""
    if size > MAX_BYTES:
        raise refuse("geo.layer_too_large", where=file_name, most=MAX_BYTES // 2**20)
    data = b"".join(document_store().open(digest))
    found = read_layer(
        data, file_name, said.declared_epsg, name_field=said.name_field, repair=said.repair, layer=said.file_layer
    )
    if not found.accepted:
        raise Refused(*(p.as_problem(file_name) for p in found.errors))
    return found


def load_version(
    session: Session,
    said: FileSaid,
    found: LayerReading,
    digest: str,
    file_name: str,
    now: datetime,
    by: Actor | None,
) -> LayerVersion:
    """Keep what a file holds as a new version of its layer. Raises Refused with everything that is wrong."""
    layer = _layer(session, said, now, by)
    _not_twice(session, layer, digest, said)
    version = _version(session, layer, said, digest, now, by)
    version.origin, version.file_name = "file", file_name[:255]
    version.crs, version.crs_found_by, version.count = found.crs, found.crs_found_by, len(found.geometries)
    version.name_field = found.name_field[:60]
    version.repaired = [
        {"feature": r.feature, "reason": r.reason, "change_m2": r.change_m2, "dropped": r.dropped}
        for r in found.repairs
    ]
    version.notes = [{"key": p.key, "params": dict(p.params)} for p in found.warnings]
    version.bbox = [float(edge) for edge in shapely.total_bounds(found.geometries)]
    session.add(version)
    session.flush()
    _keep_features(session, version, found)
    _record(session, now, by, "layer.loaded", layer, version)
    return version


def _keep_features(session: Session, version: LayerVersion, found: LayerReading) -> None:
    boxes = shapely.bounds(found.geometries)
    for start in range(0, len(found.geometries), _ROWS):
        rows = [
            {
                "version_id": version.id,
                "number": found.numbers[n],
                "name": found.names[n],
                **dict(zip(("min_lon", "min_lat", "max_lon", "max_lat"), map(float, boxes[n]), strict=True)),
                "wkb": to_wkb(found.geometries[n]),
                "attributes": found.attributes[n],
            }
            for n in range(start, min(start + _ROWS, len(found.geometries)))
        ]
        session.execute(insert(LayerFeature), rows)


def _layer(session: Session, said: LayerSaid, now: datetime, by: Actor | None) -> GeoLayer:
    """The layer of that code, made when it is the first; what the catalogue says of it counts."""
    catalog = load_catalog(settings().catalogue, now.astimezone(SHANGHAI).date())
    known = catalog.layer(said.code)
    layer = session.exec(select(GeoLayer).where(GeoLayer.code == said.code)).first()
    problems = _faults(said, layer, known is not None, {u.code for u in catalog.units})
    if problems:
        raise Refused(*problems)
    if layer is None:
        layer = GeoLayer(code=said.code, name_zh="", name_en="", theme="other", made_at=now, made_by=_id(by))
    if known is not None:
        layer.name_zh, layer.name_en, layer.theme = known.name.zh, known.name.en, known.theme
        layer.units, layer.hit_within_m, layer.near_m = list(known.units), known.hit_within_m, known.near_m
    elif said.name_zh:
        layer.name_zh, layer.name_en = said.name_zh, said.name_en or said.name_zh
        layer.theme, layer.units = said.theme or layer.theme, sorted(set(said.units))
    if by is not None and by.role in UNIT_ROLES and by.unit not in layer.units:
        raise refuse("layers.not_your_layer", kind="forbidden")
    session.add(layer)
    session.flush()
    return layer


def _faults(said: LayerSaid, layer: GeoLayer | None, known: bool, units: set[str]) -> list[Problem]:
    problems = []
    if said.effective_to is not None and said.effective_to < said.effective_from:
        problems.append(Problem("layers.ends_before", {}, "effective_to"))
    if layer is not None and layer.kind == "tiles":
        problems.append(Problem("layers.is_picture", {"code": said.code}, "code"))
    if not known and layer is None and not said.name_zh:
        problems.append(Problem("layers.name_needed", {"code": said.code}, "name_zh"))
    problems += [Problem("layers.no_such_unit", {"unit": unit}, "units") for unit in said.units if unit not in units]
    return problems


def _not_twice(session: Session, layer: GeoLayer, digest: str, said: LayerSaid) -> None:
    same = session.exec(
        select(LayerVersion).where(
            LayerVersion.layer_id == layer.id,
            LayerVersion.digest == digest,
            LayerVersion.effective_from == said.effective_from,
            col(LayerVersion.retired_at).is_(None),
        )
    ).first()
    if same is not None:
        raise refuse("layers.loaded_already", kind="conflict", number=same.number)


def _version(
    session: Session, layer: GeoLayer, said: LayerSaid, digest: str, now: datetime, by: Actor | None
) -> LayerVersion:
    numbers = session.exec(select(LayerVersion.number).where(LayerVersion.layer_id == layer.id)).all()
    assert layer.id is not None
    return LayerVersion(
        layer_id=layer.id,
        number=max(numbers, default=0) + 1,
        origin="service",
        effective_from=said.effective_from,
        effective_to=said.effective_to,
        source=said.source,
        licence=said.licence,
        digest=digest,
        loaded_by=_id(by),
        loaded_at=now,
    )


def _id(by: Actor | None) -> int | None:
    return by.account_id or None if by else None


def _record(
    session: Session, now: datetime, by: Actor | None, action: str, layer: GeoLayer, version: LayerVersion | None
) -> None:
    details: dict[str, Any] = {"layer": layer.code}
    if version is not None:
        details |= {"version": version.number, "digest": version.digest, "count": version.count}
        details |= {"repaired": len(version.repaired), "reason": version.retired_reason}
    session.add(Audit(at=now, account_id=_id(by), action=action, subject=f"layer:{layer.code}", details=details))


def _from_file(ctx: Context, cmd: LoadLayer) -> Callable[[], LayerReading]:
    upload = own_upload(ctx, cmd.upload_id)
    return partial(read_file, upload.digest, upload.name, upload.size, cmd)


@command(title="cmd.load_layer", grants=KEEPERS, prepare=_from_file)
def load_layer(ctx: Context, cmd: LoadLayer) -> dict:
    """Raises Refused with every broken feature by its number."""
    upload = own_upload(ctx, cmd.upload_id)
    version = load_version(ctx.session, cmd, ctx.prepared, upload.digest, upload.name, ctx.now, ctx.actor)
    ctx.topics |= {"layers"}
    return {"version_id": version.id, "number": version.number, "count": version.count}


@command(title="cmd.add_layer_service", grants={"admin": None})
def add_layer_service(ctx: Context, cmd: AddLayerService) -> dict:
    """Raises Refused for an address on a host that the operator did not allow."""
    if (problem := check_address(cmd.url, settings().layer_hosts)) is not None:
        raise Refused(problem)
    digest = hashlib.sha256(f"{cmd.url}\n{cmd.type_name}\n{cmd.name_field}".encode()).hexdigest()
    layer = _layer(ctx.session, cmd, ctx.now, ctx.actor)
    _not_twice(ctx.session, layer, digest, cmd)
    version = _version(ctx.session, layer, cmd, digest, ctx.now, ctx.actor)
    version.service = {"url": cmd.url, "type_name": cmd.type_name, "name_field": cmd.name_field}
    ctx.session.add(version)
    ctx.session.flush()
    _record(ctx.session, ctx.now, ctx.actor, "layer.service", layer, version)
    ctx.topics |= {"layers"}
    return {"version_id": version.id, "number": version.number}


@command(title="cmd.retire_layer_version", grants=KEEPERS)
def retire_layer_version(ctx: Context, cmd: RetireLayerVersion) -> None:
    version = ctx.session.get(LayerVersion, cmd.version_id)
    if version is None or version.retired_at is not None:
        raise refuse("layers.no_such_version", kind="missing")
    layer = ctx.session.get_one(GeoLayer, version.layer_id)
    if ctx.actor.role in UNIT_ROLES and ctx.actor.unit not in layer.units:
        raise refuse("layers.not_your_layer", kind="forbidden")
    version.retired_at, version.retired_reason = ctx.now, cmd.reason
    ctx.session.add(version)
    _record(ctx.session, ctx.now, ctx.actor, "layer.retired", layer, version)
    ctx.topics |= {"layers"}


@command(title="cmd.define_tiles", grants={"admin": None})
def define_tiles(ctx: Context, cmd: DefineTiles) -> dict:
    """Raises Refused for an address without the places of a tile, or on a host that the operator did not allow."""
    if not all(place in cmd.url for place in ("{z}", "{x}", "{y}")):
        raise refuse("layers.tile_address", where="url")
    if (problem := check_address(cmd.url, settings().layer_hosts)) is not None:
        raise Refused(problem)
    layer = ctx.session.exec(select(GeoLayer).where(GeoLayer.code == cmd.code)).first()
    if layer is not None and layer.kind != "tiles":
        raise refuse("layers.is_features", where="code", code=cmd.code)
    layer = layer or GeoLayer(code=cmd.code, name_zh="", name_en="", theme="other", kind="tiles", made_at=ctx.now)
    layer.name_zh, layer.name_en, layer.retired_at = cmd.name_zh, cmd.name_en, None
    layer.tiles = {"url": cmd.url, "attribution": cmd.attribution, "max_zoom": cmd.max_zoom}
    layer.made_by = ctx.actor.account_id
    ctx.session.add(layer)
    ctx.session.flush()
    _record(ctx.session, ctx.now, ctx.actor, "layer.tiles", layer, None)
    ctx.topics |= {"layers"}
    return {"layer_id": layer.id}


@command(title="cmd.retire_tiles", grants={"admin": None})
def retire_tiles(ctx: Context, cmd: RetireTiles) -> None:
    layer = ctx.session.get(GeoLayer, cmd.layer_id)
    if layer is None or layer.kind != "tiles" or layer.retired_at is not None:
        raise refuse("layers.no_such_layer", kind="missing")
    layer.retired_at = ctx.now
    ctx.session.add(layer)
    _record(ctx.session, ctx.now, ctx.actor, "layer.tiles_retired", layer, None)
    ctx.topics |= {"layers"}
