"""Why a planning question has no answer, told by the plates, people and cases that its ids stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, SQLModel

from jointreview.domain.problems import Problem, Refused
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Account
from jointreview.models.trip import Car
from jointreview.planning.confirmed import contradictions
from jointreview.planning.reading import read_instance
from jointreview.text import both

_KINDS: Mapping[str, type[SQLModel]] = {"car": Car, "officer": Account, "request": Case}
_NAMES = {"car": "plate", "officer": "name", "request": "number"}
_GONE = {"plan.no_such_car": "trips.plan_car_gone", "plan.no_such_officer": "trips.plan_officer_gone"}
"""What the question says of ids it does not know, in the words of trips: whoever is on board has left."""
_ABOUT_TRIPS = "confirmed["


def reasons(question: Mapping[str, Any]) -> tuple[str, list[Problem]]:
    """The kind of failure (`trips.plan_contradicts` or `trips.plan_failed`) and each fault of the question."""
    try:
        found = contradictions(read_instance(dict(question)))
    except Refused as refusal:
        found = list(refusal.problems)
    contradicts = bool(found) and all(p.where.startswith(_ABOUT_TRIPS) for p in found)
    with reading() as session:
        told = [_named(session, p) for p in found]
    return "trips.plan_contradicts" if contradicts else "trips.plan_failed", told


def _named(session: Session, problem: Problem) -> Problem:
    params = dict(problem.params)
    kind = next((k for k in _KINDS if k in problem.key), "")
    if kind and "id" in params:
        params["id"] = _name(session, kind, str(params["id"]))
    if params.get("half") in ("am", "pm"):
        params["half"] = both(f"rules.half_{params['half']}")
    return Problem(_GONE.get(problem.key, problem.key), params, problem.where)


def _name(session: Session, kind: str, given: str) -> str:
    """Officers are asked for as `unit:account`."""
    number = given.rpartition(":")[2]
    row = session.get(_KINDS[kind], int(number)) if number.isdigit() else None
    return str(getattr(row, _NAMES[kind])) if row is not None else given
