"""The answer as JSON, exactly as the interface in docs/planner.md has it."""

from __future__ import annotations

from jointreview.domain.day_minutes import clock_time
from jointreview.planning.instance import Instance, Trip
from jointreview.planning.outcome import Outcome, Unserved
from jointreview.text import tr


def as_json(instance: Instance, outcome: Outcome, lang: str) -> dict[str, object]:
    """The answer; explanations are in `lang`."""
    trips = outcome.trips
    answer: dict[str, object] = {
        "status": outcome.status,
        "trips": [_trip(instance, t) for t in trips],
        "unserved": [_unserved(instance, u, lang) for u in outcome.unserved],
        "totals": {
            "served": sum(len(t.stops) for t in trips),
            "unserved": len(outcome.unserved),
            "trips": len(trips),
            "officer_trips": sum(len(t.officers) for t in trips),
            "km": round(sum(t.km for t in trips), 1),
            "minutes": sum(t.minutes for t in trips),
        },
    }
    if outcome.bound is not None:
        answer["bound"] = {"unserved": outcome.bound_unserved, "objective": float(outcome.bound)}
    answer["objective"] = float(outcome.objective)
    if outcome.gap is not None:
        answer["gap"] = round(outcome.gap, 6)
    answer["seconds"] = round(outcome.seconds, 2)
    return answer


def explanation(instance: Instance, unserved: Unserved, lang: str) -> str:
    """Why a request is left out, in words."""
    return tr(lang, unserved.text_key, **unserved.params)


def _trip(instance: Instance, trip: Trip) -> dict[str, object]:
    session = instance.sessions[trip.session]
    return {
        "car": instance.cars[trip.car].id,
        "day": session.day.isoformat(),
        "half": session.half,
        "officers": [instance.officers[o].id for o in trip.officers],
        "stops": [
            {
                "request": instance.requests[s.request].id,
                "arrive": clock_time(s.arrive),
                "leave": clock_time(s.leave),
            }
            for s in trip.stops
        ],
        "back": clock_time(trip.back),
        "km": trip.km,
        "drive_minutes": trip.drive_minutes,
    }


def _unserved(instance: Instance, unserved: Unserved, lang: str) -> dict[str, object]:
    found: dict[str, object] = {"request": instance.requests[unserved.request].id, "reason": unserved.reason}
    if unserved.department:
        found["department"] = unserved.department
    found["detail"] = explanation(instance, unserved, lang)
    return found
