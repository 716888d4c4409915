"""Parts of the city and the officers who know them: a preference when crews are chosen, never a bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field
from shapely import from_geojson, is_valid
from shapely.errors import GEOSException
from shapely.geometry import Point, shape
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_form import Field as FormField
from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.commands.survey_needs import SurveyNeed
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import Account, Audit, Post
from jointreview.models.trip import SurveyArea, SurveyAreaOfficer
from jointreview.settings import settings

MOST_CHARACTERS = 200_000


class KeepArea(Command):
    """An area, new or changed (`area_id`), with its officers: towns of the form, or a polygon (GeoJSON, degrees)."""

    area_id: int = 0
    name: str = Field(min_length=1, max_length=40)
    towns: list[str] = Field(default_factory=list, max_length=60)
    polygon: str = Field("", max_length=MOST_CHARACTERS)
    officers: list[int] = Field(default_factory=list, max_length=200)


class DropArea(Command):
    """The area is not used any more."""

    area_id: int


@command(title="cmd.keep_area", grants={"coordinator": None, "admin": None})
def keep_area(ctx: Context, cmd: KeepArea) -> dict:
    """Raises Refused naming each town that is unknown, a polygon that is none, and each person who is no officer."""
    area = ctx.session.get(SurveyArea, cmd.area_id) if cmd.area_id else SurveyArea(name="")
    if area is None:
        raise refuse("areas.no_such_area", kind="missing")
    polygon, problems = _polygon(cmd.polygon)
    known = dict(towns_of(load_catalog(settings().catalogue, ctx.today)))
    problems += [Problem("areas.no_such_town", {"town": t}, "towns") for t in cmd.towns if t not in known]
    problems += _officer_problems(ctx, cmd.officers)
    twin = ctx.session.exec(select(SurveyArea.id).where(SurveyArea.name == cmd.name)).first()
    if twin is not None and twin != area.id:
        problems.append(Problem("areas.name_taken", {"name": cmd.name}, "name"))
    if not cmd.towns and not polygon and not problems:
        problems.append(Problem("areas.nowhere", {}, "towns"))
    if problems:
        raise Refused(*problems)
    area.name, area.towns, area.polygon = cmd.name, sorted(set(cmd.towns)), polygon
    ctx.session.add(area)
    ctx.session.flush()
    _assign(ctx, area.id or 0, cmd.officers)
    _note(ctx, "area.kept", cmd.name, towns=area.towns, officers=sorted(set(cmd.officers)), polygon=bool(polygon))
    return {"area_id": area.id}


@command(title="cmd.drop_area", grants={"coordinator": None, "admin": None})
def drop_area(ctx: Context, cmd: DropArea) -> None:
    area = ctx.session.get(SurveyArea, cmd.area_id)
    if area is None:
        raise refuse("areas.no_such_area", kind="missing")
    _assign(ctx, cmd.area_id, ())
    ctx.session.delete(area)
    _note(ctx, "area.dropped", area.name)


def _assign(ctx: Context, area_id: int, officers: Iterable[int]) -> None:
    rows = select(SurveyAreaOfficer).where(SurveyAreaOfficer.area_id == area_id)
    for row in ctx.session.exec(rows).all():
        ctx.session.delete(row)
    ctx.session.flush()
    for officer in sorted(set(officers)):
        ctx.session.add(SurveyAreaOfficer(area_id=area_id, account_id=officer))
    ctx.session.flush()


def towns_of(catalog: Catalog) -> list[tuple[str, dict[str, str]]]:
    """The towns of the form, by code, with their names by language."""
    field = catalog.field("S2.town")
    return [(o.code, {"zh": o.zh, "en": o.en}) for o in field.options] if isinstance(field, FormField) else []


def _polygon(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The polygon of a GeoJSON text (geometry, feature or collection of one); nothing for an empty text."""
    if not text.strip():
        return {}, []
    try:
        geometry = from_geojson(text)
    except GEOSException:
        return {}, [Problem("areas.not_geojson", {}, "polygon")]
    parts = [g for g in getattr(geometry, "geoms", [geometry]) if g.geom_type in ("Polygon", "MultiPolygon")]
    flat = [p for g in parts for p in getattr(g, "geoms", [g])]
    if not flat:
        return {}, [Problem("areas.no_polygon", {}, "polygon")]
    whole = (
        flat[0]
        if len(flat) == 1
        else shape({"type": "MultiPolygon", "coordinates": [p.__geo_interface__["coordinates"] for p in flat]})
    )
    west, south, east, north = whole.bounds
    if not is_valid(whole) or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return {}, [Problem("areas.bad_polygon", {}, "polygon")]
    return dict(whole.__geo_interface__), []


def _officer_problems(ctx: Context, officers: Iterable[int]) -> list[Problem]:
    wanted = set(officers)
    rows = ctx.session.exec(
        select(Account.id)
        .join(Post, col(Post.account_id) == Account.id)
        .where(col(Account.id).in_(wanted), Post.role == "officer", col(Post.active), col(Account.active))
    ).all()
    return [Problem("areas.no_officer", {"id": o}, "officers") for o in sorted(wanted - set(rows))]


def areas_of(session: Session, need: SurveyNeed) -> list[SurveyArea]:
    """The areas a site lies in, in order of their names."""
    rows = session.exec(select(SurveyArea).order_by(SurveyArea.name)).all()
    return [area for area in rows if _lies_in(need, area)]


def _lies_in(need: SurveyNeed, area: SurveyArea) -> bool:
    if need.town and need.town in area.towns:
        return True
    return bool(area.polygon and need.place) and shape(area.polygon).covers(Point(*(need.place or (0, 0))))


def familiar(session: Session, needs: Iterable[SurveyNeed]) -> dict[str, int]:
    """How many of the sites every officer knows, by the account's id as text."""
    areas = [area.id for need in needs for area in areas_of(session, need)]
    if not areas:
        return {}
    rows = session.exec(select(SurveyAreaOfficer).where(col(SurveyAreaOfficer.area_id).in_(areas))).all()
    known: dict[str, int] = {}
    for row in rows:
        known[str(row.account_id)] = known.get(str(row.account_id), 0) + areas.count(row.area_id)
    return known


def home_areas(session: Session) -> dict[int, str]:
    """One area of every officer who has any, as the planner asks for it: the first by name."""
    rows = session.exec(
        select(SurveyAreaOfficer, SurveyArea)
        .join(SurveyArea, col(SurveyArea.id) == SurveyAreaOfficer.area_id)
        .order_by(col(SurveyArea.name).desc())
    ).all()
    return {row.account_id: str(area.id) for row, area in rows}


def _note(ctx: Context, action: str, subject: str, **details: object) -> None:
    ctx.session.add(
        Audit(at=ctx.now, account_id=ctx.actor.account_id, action=action, subject=subject, details=details)
    )
    ctx.topics.add("trips")
