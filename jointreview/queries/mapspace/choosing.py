"""Beside the map: its list, the extent of what was found, choosing by lasso, and how many each filter would show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import case as either
from sqlalchemy import func
from sqlmodel import Session, col

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.places import from_square, settle_places
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import Lamp
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Project
from jointreview.queries import board_filters as values
from jointreview.queries.board import Choice, town_names
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.case_counts import counts, free_of
from jointreview.queries.narrowing import EVERYWHERE, Box, conditions, mapped_to, of_cases, within
from jointreview.queries.words import day_words
from jointreview.settings import settings
from jointreview.text import tr

PAGE_ROWS = 50
MOST_CHOSEN = 200
"""So many cases can be chosen by one lasso."""
MOST_CORNERS = 500
_URGENCY = (Lamp.RED, Lamp.YELLOW, Lamp.NOTICE, Lamp.GREEN, Lamp.PAUSED, "", Lamp.DONE)


@dataclass(frozen=True)
class MapChoices:
    """The values of each filter with how many cases they would show; `total` counts what the filters show now."""

    total: int
    placed: int
    stages: tuple[Choice, ...]
    lamps: tuple[Choice, ...]
    states: tuple[Choice, ...]
    towns: tuple[Choice, ...]
    units: tuple[Choice, ...]


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def listing(actor: Actor, filters: BoardFilters, box: Box, page: int, lang: str, now: datetime) -> dict[str, Any]:
    """One page of the cases whose parcels meet the box, the late ones first: how the keyboard reaches every case."""
    settle_places(now)
    urgency = either(*((col(CasePlace.lamp) == lamp, n) for n, lamp in enumerate(_URGENCY)), else_=len(_URGENCY))
    with reading() as session:
        let_through = [*conditions(mapped_to(actor), filters, _today(now)), within(box)]
        total = _count(session, let_through)
        pages = max(1, -(-total // PAGE_ROWS))
        page = min(max(page, 1), pages)
        rows = session.execute(
            of_cases(
                CasePlace.case_id,
                Case.number,
                Project.name,
                Case.stage,
                Case.state,
                CasePlace.lamp,
                CasePlace.due,
                CasePlace.x,
                CasePlace.y,
            )
            .join(Project, col(Project.id) == Case.project_id)
            .where(*let_through)
            .order_by(urgency, col(CasePlace.due).is_(None), CasePlace.due, CasePlace.case_id)
            .limit(PAGE_ROWS)
            .offset((page - 1) * PAGE_ROWS)
        ).all()
    catalog = load_catalog(settings().catalogue, _today(now))
    return {"total": total, "page": page, "pages": pages, "rows": [_line(row, catalog, lang) for row in rows]}


def _count(session: Session, let_through: Sequence[Any]) -> int:
    return int(session.execute(of_cases(func.count()).where(*let_through)).scalar_one())


def _line(row: Any, catalog: Any, lang: str) -> dict[str, Any]:
    case_id, number, name, stage, state, lamp, due, x, y = row
    lon, lat = from_square(x, y)
    return {
        "id": case_id,
        "number": number,
        "name": name,
        "stage": catalog.stage(stage).name.in_(lang),
        "state": tr(lang, f"state.{state}"),
        "lamp": lamp,
        "lamp_name": tr(lang, f"views.lamp_{lamp or values.NOT_COUNTING}"),
        "due": day_words(lang, due) if due else "",
        "lon": round(lon, 6),
        "lat": round(lat, 6),
    }


def extent(actor: Actor, filters: BoardFilters, now: datetime) -> dict[str, Any]:
    """The box around everything the filters show (None without a parcel), and how many have none to show."""
    settle_places(now)
    with reading() as session:
        let_through = conditions(mapped_to(actor), filters, _today(now))
        total, placed, *box = session.execute(
            of_cases(
                func.count(),
                func.count(col(CasePlace.parcel_id)),
                func.min(CasePlace.west),
                func.min(CasePlace.south),
                func.max(CasePlace.east),
                func.max(CasePlace.north),
            ).where(*let_through)
        ).one()
    return {"box": box if placed else None, "total": total, "unplaced": total - placed}


def chosen(
    actor: Actor, filters: BoardFilters, ring: Sequence[tuple[float, float]], lang: str, now: datetime
) -> dict[str, Any]:
    """The cases whose parcel's middle lies inside the ring of longitudes and latitudes, the late ones first.

    Raises Refused for a ring without an inside, with too many corners or around too many cases.
    """
    settle_places(now)
    if not 3 <= len(ring) <= MOST_CORNERS:
        raise refuse("mapspace.lasso_corners", where="ring", most=MOST_CORNERS)
    area = shapely.make_valid(shapely.Polygon(ring))
    if area.area == 0:
        raise refuse("mapspace.lasso_empty", where="ring")
    with reading() as session:
        let_through = [*conditions(mapped_to(actor), filters, _today(now)), within(area.bounds)]
        rows = session.execute(
            of_cases(CasePlace.case_id, Case.number, Project.name, CasePlace.lamp, CasePlace.x, CasePlace.y)
            .join(Project, col(Project.id) == Case.project_id)
            .where(*let_through)
        ).all()
    shapely.prepare(area)
    middles = np.array([from_square(row[4], row[5]) for row in rows]).reshape(-1, 2)
    held = shapely.contains_xy(area, middles[:, 0], middles[:, 1])
    inside = [row for row, inner in zip(rows, held, strict=True) if inner]
    if len(inside) > MOST_CHOSEN:
        raise refuse("mapspace.lasso_many", where="ring", count=len(inside), most=MOST_CHOSEN)
    inside.sort(key=lambda row: (_URGENCY.index(row[3]), row[0]))
    return {
        "cases": [
            {
                "id": case_id,
                "number": number,
                "name": name,
                "lamp": lamp,
                "lamp_name": tr(lang, f"views.lamp_{lamp or values.NOT_COUNTING}"),
            }
            for case_id, number, name, lamp, _, _ in inside
        ]
    }


def map_choices(actor: Actor, filters: BoardFilters, lang: str, now: datetime) -> MapChoices:
    """Each filter's values, counted with all the other filters in force, by one statement."""
    settle_places(now)
    today = _today(now)
    catalog = load_catalog(settings().catalogue, today)
    towns = town_names(catalog, lang)
    with reading() as session:
        found = counts(session, conditions(mapped_to(actor), free_of(filters), today), filters)
    states, stages, lamps, places = found.by("state"), found.by("stage"), found.by("lamp"), found.by("town")
    return MapChoices(
        total=found.total,
        placed=found.placed,
        stages=tuple(Choice(v, catalog.stage(int(v)).name.in_(lang), stages[v]) for v in values.STAGES),
        lamps=tuple(Choice(v, tr(lang, f"views.lamp_{v}"), lamps[v]) for v in values.LAMPS),
        states=tuple(Choice(v.value, tr(lang, f"state.{v.value}"), states[v.value]) for v in CaseState),
        towns=tuple(Choice(v, name, places[v]) for v, name in towns.items()),
        units=tuple(Choice(u.code, u.name.in_(lang), 0) for u in catalog.units),
    )


__all__ = ["EVERYWHERE", "MapChoices", "chosen", "extent", "listing", "map_choices"]
