"""The board: the cases a person may see as a list with lamps, turns and departments, and as shapes on the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog, Field
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.sight import visible_to
from jointreview.domain.case_states import ENDED, OPEN, CaseState
from jointreview.domain.clock import Lamp
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.project import Parcel
from jointreview.queries import board_filters as choices
from jointreview.queries.board_departments import DepartmentLamp, department_lamps
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.board_load import Standing, load_standings
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
    """The cases the actor may see, narrowed and sorted; the late ones first unless sorted otherwise."""
    today = now.astimezone(SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    towns = town_names(catalog, lang)
    with reading() as session:
        everything = load_standings(session, actor, today)
        shown = sorted(_passing(everything, filters, today), key=_ORDERS[filters.sort])
        pages = max(1, -(-len(shown) // PAGE_ROWS))
        page = min(filters.page, pages)
        here = shown[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        lamps = department_lamps(session, here, lang, today)
    return Board(
        rows=tuple(_row(s, lamps.get(s.id, ()), towns, catalog, lang) for s in here),
        total=len(shown),
        page=page,
        pages=pages,
        **_choices(everything, filters, towns, catalog, lang, today),
    )


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


def _passing(everything: Iterable[Standing], filters: BoardFilters, today: date) -> list[Standing]:
    """The cases that every filter lets through."""
    monday = today - timedelta(days=today.weekday())
    week = (monday, monday + timedelta(days=6))
    words = filters.text.casefold().split()
    return [
        s
        for s in everything
        if s.case.state in _states(filters.state)
        and filters.stage in ("", str(s.case.stage))
        and filters.lamp in ("", s.lamp or choices.NOT_COUNTING)
        and (not filters.unit or filters.unit in s.units)
        and filters.turn in ("", s.turn.value)
        and filters.town in ("", s.town)
        and (not filters.week or (s.due is not None and week[0] <= s.due <= week[1]))
        and all(word in _searchable(s) for word in words)
    ]


def _states(chosen: str) -> frozenset[str]:
    sets = {choices.OPEN: OPEN, choices.ENDED: ENDED, choices.ALL: OPEN | ENDED}
    return frozenset(s.value for s in sets[chosen]) if chosen in sets else frozenset({chosen})


def _searchable(s: Standing) -> str:
    return "\n".join((s.case.number, s.project, s.code, s.address, s.organisation)).casefold()


def _urgent(s: Standing) -> tuple[Any, ...]:
    """Late first, then what is due soonest, then what pauses, then what does not count, the latest ended last."""
    place = {lamp.value: n for n, lamp in enumerate(_URGENCY)}
    over = s.case.state in ENDED
    rank = place.get(s.lamp, len(place)) + over
    return rank, s.due or date.max, -s.since.toordinal() if over else s.since.toordinal(), s.id


_ORDERS: dict[str, Callable[[Standing], Any]] = {
    "urgent": _urgent,
    "due": lambda s: (s.due or date.max, s.id),
    "since": lambda s: (s.since, s.id),
    "number": lambda s: s.case.number,
    "project": lambda s: (s.project, s.id),
}


def _choices(
    everything: list[Standing],
    filters: BoardFilters,
    towns: dict[str, str],
    catalog: Catalog,
    lang: str,
    today: date,
) -> dict[str, tuple[Choice, ...]]:
    """Each filter's values, counted with all the other filters in force."""

    def counted(without: BoardFilters, values_of: Callable[[Standing], Iterable[str]]) -> Counter[str]:
        return Counter(value for s in _passing(everything, without, today) for value in values_of(s))

    stages = counted(filters.but(stage=""), lambda s: [str(s.case.stage)])
    lamps = counted(filters.but(lamp=""), lambda s: [s.lamp or choices.NOT_COUNTING])
    states = counted(filters.but(state=choices.ALL), lambda s: [s.case.state])
    turns = counted(filters.but(turn=""), lambda s: [s.turn.value])
    places = counted(filters.but(town=""), lambda s: [s.town])
    units = counted(filters.but(unit=""), lambda s: s.units)
    return {
        "stages": tuple(Choice(v, catalog.stage(int(v)).name.in_(lang), stages[v]) for v in choices.STAGES),
        "lamps": tuple(Choice(v, tr(lang, f"views.lamp_{v}"), lamps[v]) for v in choices.LAMPS),
        "states": tuple(Choice(v.value, tr(lang, f"state.{v.value}"), states[v.value]) for v in CaseState),
        "turns": tuple(Choice(v, tr(lang, f"turn.{v}"), turns[v]) for v in choices.TURNS),
        "towns": tuple(Choice(v, name, places[v]) for v, name in towns.items()),
        "units": tuple(Choice(u.code, u.name.in_(lang), units[u.code]) for u in catalog.units),
    }


def town_names(catalog: Catalog, lang: str) -> dict[str, str]:
    """The towns and zones of the form by code."""
    field = catalog.field("S2.town")
    return {o.code: o.zh if lang == "zh" else o.en for o in field.options} if isinstance(field, Field) else {}


def board_features(actor: Actor, filters: BoardFilters, lang: str, now: datetime) -> dict[str, Any]:
    """The parcels in force of the cases on all pages of the board, as GeoJSON in degrees (EPSG:4490)."""
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        everything = load_standings(session, actor, today)
        shown = {s.id: s for s in _passing(everything, filters, today)}
        shapes = _shapes(session, actor, len(shown) <= OUTLINES)
    features = [
        {
            "type": "Feature",
            "id": case_id,
            "properties": {
                "kind": "parcel",
                "name": shown[case_id].project,
                "number": shown[case_id].case.number,
                "lamp": shown[case_id].lamp,
                "lamp_name": tr(lang, f"views.lamp_{shown[case_id].lamp or choices.NOT_COUNTING}"),
                "state": tr(lang, f"state.{shown[case_id].case.state}"),
            },
            "geometry": geometry,
        }
        for case_id, geometry in shapes
        if case_id in shown
    ]
    return {"type": "FeatureCollection", "features": features}


def _shapes(session: Session, actor: Actor, outlines: bool) -> list[tuple[int, Any]]:
    """Outline or middle of each parcel in force, by case."""
    seen = select(Case.id).where(visible_to(actor))
    of_these = (col(Parcel.current), col(Parcel.case_id).in_(seen))
    if outlines:
        drawn = session.exec(select(Parcel.case_id, Parcel.wkb).where(*of_these)).all()
        return [(case_id, mapping(from_wkb(wkb))) for case_id, wkb in drawn]
    boxes = session.exec(
        select(
            Parcel.case_id, (col(Parcel.min_lon) + Parcel.max_lon) / 2, (col(Parcel.min_lat) + Parcel.max_lat) / 2
        ).where(*of_these)
    ).all()
    return [(case_id, {"type": "Point", "coordinates": [lon, lat]}) for case_id, lon, lat in boxes]
