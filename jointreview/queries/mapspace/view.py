"""What one view of the map shows: heaps of cases from afar, single cases with their outlines from near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import func
from sqlmodel import Session, col

from jointreview.commands.executor import SHANGHAI
from jointreview.commands.places import from_square, settle_places
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel, Project
from jointreview.queries.board_filters import NOT_COUNTING, BoardFilters
from jointreview.queries.mapspace.clusters import Heap, cell_units, merged, of_places, units_of
from jointreview.queries.narrowing import Box, conditions, mapped_to, of_cases, within
from jointreview.text import tr

OUTLINES_FROM = 14
"""From this zoom of the web map on parcels are drawn with their outline."""
MOST_OUTLINES = 6000
"""So many outlines of one view are drawn at most; with more in sight only heaps are."""
MOST_SINGLE = 400
"""So few cases are looked at one by one at every zoom."""
MOST_NAMED = 20
"""A heap names its cases when it holds at most so many."""
_HEAP_PIXELS, _MARK_PIXELS = 52.0, 22.0
_LEAST_OUTLINE_PIXELS = 3.0
_ZOOMS = (3, 20)


def view(actor: Actor, filters: BoardFilters, box: Box, zoom: float, lang: str, now: datetime) -> dict[str, Any]:
    """The cases whose parcels meet the box, as the map draws them at this zoom.

    `heaps` are places too close to tell apart, `cases` single ones, `outlines` the parcels by id of the case, as
    lists of rings of longitudes and latitudes one after the other; `total` counts everything in the box.
    """
    settle_places(now)
    zoom = min(max(zoom, _ZOOMS[0]), _ZOOMS[1])
    near = zoom >= OUTLINES_FROM
    with reading() as session:
        today = now.astimezone(SHANGHAI).date()
        let_through = [*conditions(mapped_to(actor), filters, today), within(box)]
        most = MOST_OUTLINES if near else MOST_SINGLE
        places = _places(session, let_through, most + 1)
        if len(places) > most:
            heaps = _heaps(session, let_through, int(zoom))
        else:
            heaps = of_places(places, int(zoom) + near)
        heaps = merged(heaps, _MARK_PIXELS if near else _HEAP_PIXELS, zoom)
        named = {i for heap in heaps if heap.count <= MOST_NAMED for i in heap.ids}
        cases = _cases(session, named, lang)
        outlines = _outlines(session, let_through, zoom) if near and len(places) <= most else {}
    return {
        "total": sum(heap.count for heap in heaps),
        "heaps": [_heap(heap, cases) for heap in heaps if heap.count > 1],
        "cases": [cases[heap.ids[0]] | _at(heap) for heap in heaps if heap.count == 1 and heap.ids[0] in cases],
        "outlines": outlines,
    }


def _places(session: Session, let_through: list[Any], most: int) -> list[tuple[int, int, int, str]]:
    rows = session.execute(
        of_cases(CasePlace.case_id, CasePlace.x, CasePlace.y, CasePlace.lamp).where(*let_through).limit(most)
    )
    return [tuple(row) for row in rows]


def _heaps(session: Session, let_through: list[Any], zoom: int) -> list[Heap]:
    """The cells of a zoom, counted by the database: their number does not grow with the cases."""
    side = cell_units(zoom)
    x, y = col(CasePlace.x), col(CasePlace.y)
    rows = session.execute(
        of_cases(
            x // side,
            y // side,
            CasePlace.lamp,
            func.count(),
            func.avg(x),
            func.avg(y),
            func.min(x),
            func.min(y),
            func.max(x),
            func.max(y),
            func.min(CasePlace.case_id),
        )
        .where(*let_through)
        .group_by(x // side, y // side, CasePlace.lamp)
    )
    cells: dict[tuple[int, int], Heap] = {}
    for i, j, lamp, count, mean_x, mean_y, left, top, right, bottom, first in rows:
        ids = [first] if count == 1 else []
        lamps = Counter({lamp: count})
        sums, box = (float(mean_x) * count, float(mean_y) * count), (left, top, right, bottom)
        heap = Heap(count, lamps, *sums, box, ids)
        if (i, j) in cells:
            cells[i, j].add(heap)
        else:
            cells[i, j] = heap
    return list(cells.values())


def _cases(session: Session, ids: Iterable[int], lang: str) -> dict[int, dict[str, Any]]:
    """What a mark tells of its case when it is pointed at."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            of_cases(Case.id, Case.number, Case.state, Project.name, CasePlace.lamp, CasePlace.due)
            .join(Project, col(Project.id) == Case.project_id)
            .where(col(Case.id).in_(wanted[start : start + 500]))
        )
        for case_id, number, state, name, lamp, due in rows:
            found[case_id] = {
                "id": case_id,
                "number": number,
                "name": name,
                "state": tr(lang, f"state.{state}"),
                "lamp": lamp,
                "lamp_name": tr(lang, f"views.lamp_{lamp or NOT_COUNTING}"),
                "due": due.isoformat() if due else "",
            }
    return found


def _heap(heap: Heap, cases: dict[int, dict[str, Any]]) -> dict[str, Any]:
    west, north = from_square(heap.box[0], heap.box[1])
    east, south = from_square(heap.box[2], heap.box[3])
    named = [cases[i] for i in heap.ids if i in cases] if len(heap.ids) == heap.count else []
    return {
        **_at(heap),
        "count": heap.count,
        "lamps": dict(heap.lamps),
        "box": [_degrees(v) for v in (west, south, east, north)],
        "cases": named if heap.count <= MOST_NAMED else [],
    }


def _at(heap: Heap) -> dict[str, float]:
    lon, lat = from_square(*heap.middle)
    return {"lon": _degrees(lon), "lat": _degrees(lat)}


def _degrees(value: float) -> float:
    return round(value, 6)


def _outlines(session: Session, let_through: list[Any], zoom: float) -> dict[str, list[list[float]]]:
    """The rings of each parcel that is more than a dot at this zoom, to the tenth of a metre.

    Corners that lie within half a pixel of the line between others are left out: nobody would see them.
    """
    pixel = units_of(1, zoom) / 2**30 * 360
    least = _LEAST_OUTLINE_PIXELS * pixel
    rows = session.execute(
        of_cases(CasePlace.case_id, Parcel.wkb)
        .join(Parcel, col(Parcel.id) == CasePlace.parcel_id)
        .where(*let_through, (col(CasePlace.east) - col(CasePlace.west)) >= least)
    ).all()
    if not rows:
        return {}
    shapes = shapely.simplify(shapely.from_wkb([wkb for _, wkb in rows]), pixel / 2, preserve_topology=True)
    polygons, owners = shapely.get_parts(shapes, return_index=True)
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    corners, of_ring = shapely.get_coordinates(rings, return_index=True)
    flat = np.round(corners, 6)
    ends = np.searchsorted(of_ring, np.arange(len(rings) + 1))
    found: dict[str, list[list[float]]] = {}
    for n in range(len(rings)):
        case_id = str(rows[owners[of_polygon[n]]][0])
        found.setdefault(case_id, []).append(flat[ends[n] : ends[n + 1]].ravel().tolist())
    return found
