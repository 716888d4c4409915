"""The layers as their keepers see them: every one the catalogue names and every one loaded, with its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.layer_answers import Standing, standings
from jointreview.commands.layer_sight import sees
from jointreview.models.actor import Actor
from jointreview.models.identity import UNIT_ROLES, Account
from jointreview.models.layer import GeoLayer, LayerVersion
from jointreview.settings import settings

KEEPER_ROLES = ("admin", "coordinator", *UNIT_ROLES)


@dataclass(frozen=True)
class VersionLine:
    """A version with who loaded it, when, from what; `state` is in_force, kept, run_out, to_come or retired."""

    id: int
    number: int
    state: str
    effective_from: date
    effective_to: date | None
    count: int
    source: str
    licence: str
    origin: str
    file_name: str
    crs: str
    crs_found_by: str
    loaded_by: str
    loaded_at: datetime
    repaired: tuple[dict, ...]
    retired_reason: str
    url: str


@dataclass(frozen=True)
class LayerLine:
    """A layer: `id` 0 while it was never loaded, `why_none` the text that says why no version counts.

    `may_keep` tells that the reader may load and retire, `may_look` that it may see where the layer lies.
    """

    id: int
    code: str
    name: dict[str, str]
    theme: str
    units: tuple[str, ...]
    required_stages: tuple[int, ...]
    basis: dict[str, str]
    why_none: str
    bbox: tuple[float, ...]
    may_keep: bool
    may_look: bool
    versions: tuple[VersionLine, ...]


def layer_list(session: Session, actor: Actor, today: date | None = None) -> list[LayerLine]:
    """What the reader may load, and what it may see: people of a unit only what is not for other units alone."""
    day = today or settings().today()
    catalog = load_catalog(settings().catalogue, day)
    versions = session.exec(select(LayerVersion).order_by(col(LayerVersion.number).desc())).all()
    names = {a.id: a.name for a in session.exec(select(Account)).all()}
    found = []
    for standing in standings(session, catalog, day).values():
        keeps = _keeps(actor, standing)
        if not (keeps or sees(actor, standing.units)):
            continue
        known = catalog.layer(standing.code)
        row = standing.row
        mine = [v for v in versions if row is not None and v.layer_id == row.id]
        found.append(
            LayerLine(
                id=row.id or 0 if row else 0,
                code=standing.code,
                name=standing.name,
                theme=known.theme if known else row.theme if row else "other",
                units=standing.units,
                required_stages=tuple(known.required_stages) if known else (),
                basis=known.basis.model_dump() if known else {"zh": "", "en": ""},
                why_none=standing.why_none,
                bbox=tuple(standing.version.bbox) if standing.version else (),
                may_keep=keeps,
                may_look=sees(actor, standing.units),
                versions=tuple(_version(v, standing, day, names) for v in mine),
            )
        )
    return found


def _keeps(actor: Actor, standing: Standing) -> bool:
    return actor.role in ("admin", "coordinator") or (actor.role in UNIT_ROLES and actor.unit in standing.units)


def _version(row: LayerVersion, standing: Standing, day: date, names: dict[int | None, str]) -> VersionLine:
    return VersionLine(
        id=row.id or 0,
        number=row.number,
        state=_state(row, standing, day),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        count=row.count,
        source=row.source,
        licence=row.licence,
        origin=row.origin,
        file_name=row.file_name,
        crs=row.crs,
        crs_found_by=row.crs_found_by,
        loaded_by=names.get(row.loaded_by, ""),
        loaded_at=row.loaded_at,
        repaired=tuple(row.repaired),
        retired_reason=row.retired_reason,
        url=str(row.service.get("url", "")),
    )


def _state(row: LayerVersion, standing: Standing, day: date) -> str:
    if row.retired_at is not None:
        return "retired"
    if standing.version is not None and standing.version.id == row.id:
        return "in_force"
    if row.effective_from > day:
        return "to_come"
    return "run_out" if row.effective_to is not None and row.effective_to < day else "kept"


def pictures(session: Session) -> list[GeoLayer]:
    """The background pictures on offer, by code."""
    rows = session.exec(
        select(GeoLayer).where(GeoLayer.kind == "tiles", col(GeoLayer.retired_at).is_(None)).order_by(GeoLayer.code)
    )
    return list(rows.all())
