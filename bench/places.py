"""Cases with parcels for the benchmarks of the map, written straight into a database of its own."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

TODAY = date(2026, 5, 19)
TOWNS = ("huilong", "lvsigang", "beixin")
CORNERS = 14
Box = tuple[float, float, float, float]


def at(day: date) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime.combine(day, clock(2, 0), UTC)


def fill(
    count: int, *, running: float = 1.0, spread: tuple[float, float, float, float], side_m: float = 120.0
) -> None:
    """Write `count` cases of one organisation, the share `running` of them under way with a clock of their own.

    Parcels of 14 corners and about `side_m` across stand on a grid, a little out of line, over the box `spread`
    (west, south, east, north in degrees).
    """
    from sqlalchemy import insert

    from jointreview.commands.working_days import seed_calendar, work_calendar
    from jointreview.models import base
    from jointreview.models.case import Case, FormSection, Upload
    from jointreview.models.event import Event
    from jointreview.models.identity import Account, Organisation
    from jointreview.models.project import Parcel, Project

    random.seed(41)
    with base.writing() as session:
        seed_calendar(session, at(TODAY))
        if session.get(Organisation, 900001) is None:
            about = {"kind": "staff", "password_hash": "", "created_at": at(TODAY)}
            session.add(Account(id=900001, login="filler", name="A", **about))
            session.add(Organisation(id=900001, credit_code="91320681MA1N0A1B9X", name="启东沿江开发有限公司"))
            session.flush()
            file = {"digest": "0", "name": "a.txt", "kind": "txt", "mime": "", "size": 1, "created_at": at(TODAY)}
            session.add(Upload(id=900001, account_id=900001, **file))
    with base.writing() as session:
        calendar = work_calendar(session)
        days = [calendar.nth_workday_after(TODAY - timedelta(days=back), 1) for back in range(4, 18)]
    columns = max(1, math.ceil(math.sqrt(count)))
    first = 1_000_000
    for start in range(0, count, 2000):
        some = range(start, min(count, start + 2000))
        rows: dict[type, list[dict]] = {kind: [] for kind in (Project, Case, FormSection, Event, Parcel)}
        for n in some:
            _one(rows, first + n, n, columns, spread, side_m, days, n < running * count)
        with base.writing() as session:
            for kind, written in rows.items():
                session.execute(insert(kind), written)


def _one(rows, number, n, columns, spread, side_m, days, runs) -> None:
    from jointreview.models.case import Case, FormSection
    from jointreview.models.event import Event
    from jointreview.models.project import Parcel, Project

    accepted, towns = days[n % len(days)], TOWNS
    begun = at(accepted - timedelta(days=1))
    rows[Project].append(
        {
            "id": number,
            "code": f"2101-320681-89-02-{n:06d}",
            "name": f"沿江产业园{n + 1}号地块",
            "organisation_id": 900001,
            "values": {},
            "created_at": begun,
        }
    )
    rows[Case].append(
        {
            "id": number,
            "number": f"QDX{n:07d}",
            "lookup_code": "ABCDEFGH",
            "kind": "acceptance" if n % 4 == 3 else "review",
            "stage": n % 4 + 1,
            "track": "private",
            "catalogue": "qidong",
            "catalogue_version": "2026.1",
            "project_id": number,
            "organisation_id": 900001,
            "state": "reviewing" if runs else "concluded",
            "state_since": at(accepted),
            "version": 2,
            "promised_days": 10,
            "outcome": "" if runs else "pass",
            "filed_by": 900001,
            "walk_in": {},
            "paper": False,
            "submitted_at": begun,
            "accepted_on": accepted,
            "rectification_extended": False,
            "rectification_rounds": 0,
            "created_at": begun,
        }
    )
    rows[FormSection].append(
        {
            "case_id": number,
            "section": "S2",
            "values": {"town": towns[n % len(towns)], "address": f"江海路{n + 1}号"},
            "version": 1,
            "saved_by": 900001,
            "saved_at": begun,
        }
    )
    log = [("submitted", 1, accepted), ("accepted", 3, accepted)]
    for seq, (kind, code, day) in enumerate(log, 1):
        rows[Event].append(
            {"case_id": number, "seq": seq, "kind": kind, "code": code, "at": at(day), "effective_on": day}
            | {"actor_name": "", "actor_role": "", "actor_unit": "", "acting_for": "", "backfilled": False}
            | {"payload": {}, "previous_hash": "", "hash": f"{number}-{seq}"}
        )
    west, south, east, north, wkb = _parcel(n, columns, spread, side_m)
    rows[Parcel].append(
        {"case_id": number, "upload_id": 900001, "crs": "EPSG:4529", "crs_name": "", "crs_found_by": ""}
        | {"area_plane_m2": side_m**2, "area_geodesic_m2": side_m**2, "wkb": wkb, "parts": [], "notes": []}
        | {"min_lon": west, "min_lat": south, "max_lon": east, "max_lat": north, "current": True}
        | {"created_at": begun}
    )


def _parcel(n, columns, spread, side_m):
    from shapely import MultiPolygon, Polygon

    from jointreview.geo.wkb import to_wkb

    width, height = (spread[2] - spread[0]) / columns, (spread[3] - spread[1]) / columns
    lon = spread[0] + (n % columns + random.uniform(0.3, 0.7)) * width
    lat = spread[1] + (n // columns + random.uniform(0.3, 0.7)) * height
    across, up = side_m / 2 / 94_600, side_m / 2 / 110_900
    corners = []
    for k in range(CORNERS):
        angle, reach = 2 * math.pi * k / CORNERS, random.uniform(0.75, 1.0)
        corners.append((lon + across * reach * math.cos(angle), lat + up * reach * math.sin(angle)))
    shape = MultiPolygon([Polygon(corners)])
    return (*shape.bounds, to_wkb(shape))
