"""The board: the cases a person may see as a list with lamps, turns and departments, and as shapes on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely.geometry import mapping
from sqlalchemy import ColumnElement, distinct, func
from sqlalchemy import case as either
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog, Field
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.places import from_square, settle_places
from jointreview.commands.sight import visible_to
from jointreview.commands.standings import Standing, load_standings
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.clock import Lamp
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel, Project
from jointreview.models.review import Assignment
from jointreview.queries import board_filters as choices
from jointreview.queries.board_departments import DepartmentLamp, department_lamps
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.case_counts import CaseCounts, counts, free_of
from jointreview.queries.narrowing import conditions, of_cases
from jointreview.queries.words import day_words, days_words
from jointreview.settings import settings
from jointreview.text import tr

PAGE_ROWS = 50
OUTLINES = 400
"""So many parcels are drawn with their outline; with more, each is a point."""
_URGENCY = (Lamp.RED, Lamp.YELLOW, Lamp.NOTICE, Lamp.GREEN, Lamp.PAUSED)


@dataclass(frozen=True)
class BoardRow:
    """One case. Codes are for filters and colours, the words beside them for people.

    `remaining` is in working days, None without a running clock; `provisional` tells that `due` reaches a year
    whose holidays are not announced yet.
    """

    case_id: int
    href: str
    number: str
    project: str
    code: str
    organisation: str
    address: str
    town: str
    stage: str
    stage_name: str
    state: str
    state_name: str
    outcome: str
    lamp: str
    lamp_name: str
    remaining: int | None
    days: str
    due: str
    due_words: str
    provisional: bool
    turn: str
    turn_name: str
    since: str
    since_words: str
    departments: tuple[DepartmentLamp, ...]


@dataclass(frozen=True)
class Choice:
    """One value of a filter, its name, and how many cases it would show with the other filters as they are."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Board:
    """One page of the board with its filters' values; `total` counts the cases of all pages."""

    rows: tuple[BoardRow, ...]
    total: int
    page: int
    pages: int
    stages: tuple[Choice, ...]
    lamps: tuple[Choice, ...]
    states: tuple[Choice, ...]
    turns: tuple[Choice, ...]
    towns: tuple[Choice, ...]
    units: tuple[Choice, ...]


def board(actor: Actor, filters: BoardFilters, lang: str, now: datetime) -> Board:
    """The cases the actor may see, narrowed and sorted; the late ones first unless sorted otherwise.

    Narrowing, sorting and counting are the database's; only the cases of one page are looked at one by one.
    """
    settle_places(now)
    today = now.astimezone(SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    towns = town_names(catalog, lang)
    seen = visible_to(actor)
    with reading() as session:
        found = counts(session, conditions(seen, free_of(filters), today), filters)
        units = _units(session, conditions(seen, filters.but(unit=""), today))
        pages = max(1, -(-found.total // PAGE_ROWS))
        page = min(filters.page, pages)
        ids = _page(session, conditions(seen, filters, today), filters.sort, page)
        standings = {s.id: s for s in load_standings(session, col(Case.id).in_(ids), today)}
        here = [standings[case_id] for case_id in ids if case_id in standings]
        lamps = department_lamps(session, here, lang, today)
    return Board(
        rows=tuple(_row(s, lamps.get(s.id, ()), towns, catalog, lang) for s in here),
        total=found.total,
        page=page,
        pages=pages,
        **_choices(found, units, towns, catalog, lang),
    )


def _page(session: Session, let_through: Sequence[ColumnElement[bool]], sort: str, page: int) -> list[int]:
    """The ids of one page's cases in order."""
    asked = of_cases(Case.id).where(*let_through).order_by(*_order(sort)).limit(PAGE_ROWS)
    if sort == "project":
        asked = asked.join(Project, col(Project.id) == Case.project_id)
    return list(session.execute(asked.offset((page - 1) * PAGE_ROWS)).scalars())


def _order(sort: str) -> tuple[Any, ...]:
    due = (col(CasePlace.due).is_(None), col(CasePlace.due))
    if sort == "urgent":
        # Late first, then what is due soonest, then what pauses, then what does not count, the latest ended last.
        over = col(Case.state).in_([s.value for s in ENDED])
        rank = either(
            (over, len(_URGENCY) + 1),
            *((col(CasePlace.lamp) == lamp.value, n) for n, lamp in enumerate(_URGENCY)),
            else_=len(_URGENCY),
        )
        waiting = either((over, None), else_=col(CasePlace.since))
        return rank, *due, waiting, col(CasePlace.since).desc(), col(Case.id)
    columns = {"due": due, "since": (col(CasePlace.since),), "number": (col(Case.number),)}
    return *columns.get(sort, (col(Project.name),)), col(Case.id)


def _units(session: Session, let_through: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """How many of the cases each unit has a part in."""
    asked = of_cases(Assignment.unit, func.count(distinct(col(Case.id)))).where(*let_through)
    parts = asked.join(Assignment, col(Assignment.case_id) == Case.id).group_by(col(Assignment.unit))
    return dict(session.execute(parts).tuples().all())


def _row(
    s: Standing, departments: tuple[DepartmentLamp, ...], towns: dict[str, str], catalog: Catalog, lang: str
) -> BoardRow:
    return BoardRow(
        case_id=s.id,
        href=f"/cases/{s.id}",
        number=s.case.number,
        project=s.project,
        code=s.code,
        organisation=s.organisation,
        address=s.address,
        town=towns.get(s.town, s.town),
        stage=str(s.case.stage),
        stage_name=catalog.stage(s.case.stage).name.in_(lang),
        state=s.case.state,
        state_name=tr(lang, f"state.{s.case.state}"),
        outcome=s.case.outcome,
        lamp=s.lamp,
        lamp_name=tr(lang, f"views.lamp_{s.lamp or choices.NOT_COUNTING}"),
        remaining=s.clock.remaining if s.clock else None,
        days=days_words(lang, s.clock),
        due=s.due.isoformat() if s.due else "",
        due_words=day_words(lang, s.due),
        provisional=bool(s.clock and s.clock.provisional),
        turn=s.turn.value,
        turn_name=tr(lang, f"turn.{s.turn.value}"),
        since=s.since.isoformat(),
        since_words=day_words(lang, s.since),
        departments=departments,
    )


def _choices(
    found: CaseCounts, units: dict[str, int], towns: dict[str, str], catalog: Catalog, lang: str
) -> dict[str, tuple[Choice, ...]]:
    """Each filter's values, counted with all the other filters in force."""
    stages, lamps, states = found.by("stage"), found.by("lamp"), found.by("state")
    turns, places = found.by("turn"), found.by("town")
    return {
        "stages": tuple(Choice(v, catalog.stage(int(v)).name.in_(lang), stages[v]) for v in choices.STAGES),
        "lamps": tuple(Choice(v, tr(lang, f"views.lamp_{v}"), lamps[v]) for v in choices.LAMPS),
        "states": tuple(Choice(v.value, tr(lang, f"state.{v.value}"), states[v.value]) for v in CaseState),
        "turns": tuple(Choice(v, tr(lang, f"turn.{v}"), turns[v]) for v in choices.TURNS),
        "towns": tuple(Choice(v, name, places[v]) for v, name in towns.items()),
        "units": tuple(Choice(u.code, u.name.in_(lang), units.get(u.code, 0)) for u in catalog.units),
    }


def town_names(catalog: Catalog, lang: str) -> dict[str, str]:
    """The towns and zones of the form by code."""
    field = catalog.field("S2.town")
    return {o.code: o.zh if lang == "zh" else o.en for o in field.options} if isinstance(field, Field) else {}


def board_features(actor: Actor, filters: BoardFilters, lang: str, now: datetime) -> dict[str, Any]:
    """The parcels in force of the cases on all pages of the board, as GeoJSON in degrees (EPSG:4490).

    With more than OUTLINES of them each is a point in its middle.
    """
    settle_places(now)
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        rows = session.execute(
            of_cases(Case.id, Case.number, Case.state, Project.name, CasePlace.lamp, CasePlace.x, CasePlace.y)
            .join(Project, col(Project.id) == Case.project_id)
            .where(*conditions(visible_to(actor), filters, today), col(CasePlace.parcel_id).is_not(None))
            .order_by(col(Case.id))
        ).all()
        drawn = len(rows) <= OUTLINES
        outlines = _outlines(session, [row[0] for row in rows]) if drawn else {}
    features = [
        {
            "type": "Feature",
            "id": case_id,
            "properties": {
                "kind": "parcel",
                "name": project,
                "number": number,
                "lamp": lamp,
                "lamp_name": tr(lang, f"views.lamp_{lamp or choices.NOT_COUNTING}"),
                "state": tr(lang, f"state.{state}"),
            },
            "geometry": outlines[case_id] if drawn else {"type": "Point", "coordinates": list(from_square(x, y))},
        }
        for case_id, number, state, project, lamp, x, y in rows
        if not drawn or case_id in outlines
    ]
    return {"type": "FeatureCollection", "features": features}


def _outlines(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """The outline of each parcel in force, by case."""
    drawn = session.exec(
        select(Parcel.case_id, Parcel.wkb).where(col(Parcel.current), col(Parcel.case_id).in_(ids))
    ).all()
    return {case_id: mapping(from_wkb(wkb)) for case_id, wkb in drawn}
