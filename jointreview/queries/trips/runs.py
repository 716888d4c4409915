"""The planning run that a coordinator decides on: how far it is, what it would change, what it leaves out and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, select

from jointreview.commands.plan_runs import faults_of
from jointreview.models.case import Case
from jointreview.models.project import Project
from jointreview.models.trip import Car, PlanRun, Trip, TripStop
from jointreview.queries.trips.desk import Desk

OPEN = ("queued", "running", "done", "failed")


def run_shown(desk: Desk) -> dict[str, Any] | None:
    """The newest run nobody has taken over or dropped; None without one."""
    run = desk.session.exec(
        select(PlanRun).where(col(PlanRun.status).in_(OPEN)).order_by(col(PlanRun.id).desc())
    ).first()
    if run is None:
        return None
    said = run.progress or {}
    shown: dict[str, Any] = {
        "id": run.id,
        "status": run.status,
        "seconds": run.seconds,
        "stopping": run.stop_asked and run.status in ("queued", "running"),
        "elapsed": said.get("seconds", 0),
        "trips": said.get("trips"),
        "officer_trips": said.get("officer_trips"),
        "unserved": said.get("unserved"),
        "gap": _percent(said.get("gap")),
        "asked": len(run.question.get("requests", [])),
        "faults": [desk.told(p) for p in faults_of(run)],
    }
    return shown | (_result(desk, run) if run.status == "done" else {})


def _percent(gap: Any) -> str:
    return "" if gap is None else f"{float(gap) * 100:.1f} %"


def _result(desk: Desk, run: PlanRun) -> dict[str, Any]:
    """The trips the plan would draft and what it leaves out, beside what stands on the board now."""
    answer = run.answer
    fixed = {(t["car"], t["day"], t["half"]) for t in run.question.get("confirmed", [])}
    new = [t for t in answer.get("trips", []) if (t["car"], t["day"], t["half"]) not in fixed]
    ids = {int(s["request"]) for t in new for s in t["stops"]}
    ids |= {int(u["request"]) for u in answer.get("unserved", [])}
    names = {
        case_id: f"{project} {number}"
        for case_id, number, project in desk.session.exec(
            select(Case.id, Case.number, Project.name)
            .join(Project, col(Project.id) == Case.project_id)
            .where(col(Case.id).in_(ids))
        ).all()
    }
    plates = {str(i): plate for i, plate in desk.session.exec(select(Car.id, Car.plate)).all()}
    before = _drafted(desk)
    return {
        "totals": answer.get("totals", {}),
        "optimal": answer.get("status") == "optimal",
        "gap": _percent(answer.get("gap")),
        "plan": [
            {
                "when": desk.when(date.fromisoformat(t["day"]), t["half"]),
                "car": plates.get(t["car"], t["car"]),
                "back": t["back"],
                "km": t["km"],
                "drive": t["drive_minutes"],
                "officers": len(t["officers"]),
                "stops": [
                    {
                        "name": names.get(int(s["request"]), s["request"]),
                        "arrive": s["arrive"],
                        "moved": before.get(int(s["request"]), (t["car"], t["day"], t["half"]))
                        != (t["car"], t["day"], t["half"]),
                    }
                    for s in t["stops"]
                ],
            }
            for t in new
        ],
        "left_out": [
            {"name": names.get(int(u["request"]), u["request"]), "why": _why(desk, u)}
            for u in answer.get("unserved", [])
        ],
    }


def _drafted(desk: Desk) -> dict[int, tuple[str, str, str]]:
    rows = desk.session.exec(
        select(TripStop.case_id, col(Trip.car_id), col(Trip.day), Trip.half)
        .join(Trip, col(Trip.id) == TripStop.trip_id)
        .where(Trip.status == "draft")
    ).all()
    return {case_id: (str(car), day.isoformat(), half) for case_id, car, day, half in rows}


def _why(desk: Desk, unserved: dict[str, Any]) -> str:
    unit = desk.unit(unserved["department"]) if unserved.get("department") else ""
    return desk.say(f"tripboard.why_{unserved['reason']}", unit=unit)
