"""Papers of a joint survey to test with: a trip of three stops and six departments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from jointreview.paperwork import data, trip_data
from tests.paperwork.samples import _UNITS, COMMON

NOBODY = data.ProjectFacts(code="", name="", works_name="联合踏勘", address="")
RIDERS = tuple(
    trip_data.Rider(seat=n, unit=unit, name=name, phone="139****0000", lead=n == 1, answer="已接受" if n % 2 else "")
    for n, (unit, _, name, _) in enumerate(_UNITS, start=1)
)
STOPS = tuple(
    trip_data.StopLine(
        number=n,
        arrive=arrive,
        leave=leave,
        project=project,
        case_number=f"QD202600000{n}",
        place=place,
        units=tuple(unit for unit, *_ in _UNITS[: 7 - n]),
        contact=data.PersonLine(name="施工", phone="138****5678"),
    )
    for n, (arrive, leave, project, place) in enumerate(
        (
            ("08:47", "09:22", "启东市城东实验学校新建项目", "启东市汇龙镇紫薇路东侧项目部大门"),
            ("09:40", "10:20", "启东经济开发区智能装备厂房一期", "启东经济开发区林洋路100号"),
            ("10:41", "11:06", "吕四港冷链物流中心一期及配套码头后方堆场", "吕四港镇环抱港池东侧"),
        ),
        start=1,
    )
)
TRIP: dict[str, Any] = COMMON | {
    "number": "启派车〔2026〕0003号",
    "case_number": "",
    "project": NOBODY,
    "verify_code": "",
    "verify_url": "https://jr.example.cn/api/trips/3/route.html",
    "day": date(2026, 5, 13),
    "half_day": "am",
    "depot": "启东市政务服务中心",
    "departs": "08:30",
    "back": "11:38",
    "plate": "苏F·12345",
    "car": "七座商务车",
    "seats": 7,
    "driver": data.PersonLine(name="王师傅", phone="137****1234"),
    "km": 61.4,
    "drive_minutes": 88,
    "ordered_by": "沈卫东",
    "riders": RIDERS,
    "stops": STOPS,
}


def dispatch(**changes: Any) -> trip_data.DispatchSheet:
    return trip_data.DispatchSheet(**(TRIP | changes))


def attendance(**changes: Any) -> trip_data.AttendanceSheet:
    came = datetime(2026, 5, 13, 0, 49, tzinfo=UTC)
    people = tuple(
        tuple(
            trip_data.SignedIn(
                unit=unit,
                name=name,
                at=came if stop.number == 1 and n else None,
                method="现场定位" if stop.number == 1 and n else "",
                absent=stop.number == 1 and not n,
            )
            for n, (unit, _, name, _) in enumerate(_UNITS[: 7 - stop.number])
        )
        for stop in STOPS
    )
    return trip_data.AttendanceSheet(**(TRIP | {"people": people} | changes))


def units_notice(**changes: Any) -> trip_data.UnitsNotice:
    teams = tuple(
        data.VisitTeam(unit=unit, item=item, members=(data.PersonLine(name=name),)) for unit, item, name, _ in _UNITS
    )
    given: dict[str, Any] = {
        "number": "启联踏〔2026〕0005号",
        "visit_on": date(2026, 5, 13),
        "half_day": "am",
        "window": "08:47—09:22（随踏勘车到达，前后可能相差约20分钟）",
        "place": "启东市汇龙镇紫薇路东侧项目部大门",
        "teams": teams,
        "contact": data.PersonLine(name="陆晓明"),
        "trip_number": "启派车〔2026〕0003号",
        "plate": "苏F·12345",
        "departs": "08:30",
        "depot": "启东市政务服务中心",
        "reply_hours": 4,
    }
    return trip_data.UnitsNotice(**(COMMON | given | changes))


def absence(**changes: Any) -> trip_data.AbsenceReport:
    told = datetime(2026, 5, 11, 1, 30, tzinfo=UTC)
    given: dict[str, Any] = {
        "number": "启缺告〔2026〕0001号",
        "visited_on": date(2026, 5, 13),
        "half_day": "am",
        "place": "启东市汇龙镇紫薇路东侧项目部大门",
        "present": tuple(unit for unit, *_ in _UNITS[1:]),
        "absences": (
            trip_data.AbsenceLine(
                unit=_UNITS[0][0],
                officer=_UNITS[0][2],
                told_at=told,
                treatment="未到场，已记录缺席；涉及安全的结论不得默认通过",
            ),
        ),
    }
    return trip_data.AbsenceReport(**(COMMON | given | changes))
