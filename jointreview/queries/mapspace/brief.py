"""One case in short, for the panel beside the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.places import settle_places
from jointreview.commands.sight import visible_to
from jointreview.commands.standings import load_standings
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel
from jointreview.models.visit import Visit
from jointreview.queries.board import town_names
from jointreview.queries.board_departments import department_lamps
from jointreview.queries.board_filters import NOT_COUNTING
from jointreview.queries.narrowing import mapped_to
from jointreview.queries.words import day_words, days_words
from jointreview.settings import settings
from jointreview.text import tr


def brief(actor: Actor, case_id: int, lang: str, now: datetime) -> dict[str, Any]:
    """The case's standing in words with its parcel and next visit, for whoever has it on the map.

    Raises Refused (missing) alike for a case that is not there and one the actor may not see.
    """
    settle_places(now)
    today = now.astimezone(SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    with reading() as session:
        standings = load_standings(session, and_(visible_to(actor), col(Case.id) == case_id), today)
        on_map = session.exec(select(Case.id).where(Case.id == case_id, mapped_to(actor))).first()
        if not standings or on_map is None:
            raise refuse("commands.no_such_case", kind="missing")
        standing = standings[0]
        place = session.get(CasePlace, case_id)
        parcel = session.get(Parcel, place.parcel_id) if place and place.parcel_id else None
        departments = department_lamps(session, standings, lang, today).get(case_id, ()) if actor.is_staff else ()
        visit = session.exec(
            select(Visit).where(Visit.case_id == case_id, Visit.status == "planned").order_by(col(Visit.day))
        ).first()
    half = tr(lang, f"case.half_{visit.half}") if visit else ""
    return {
        "id": case_id,
        "href": f"/cases/{case_id}",
        "number": standing.case.number,
        "name": standing.project,
        "organisation": standing.organisation,
        "address": standing.address,
        "town": town_names(catalog, lang).get(standing.town, standing.town),
        "stage": catalog.stage(standing.case.stage).name.in_(lang),
        "state": tr(lang, f"state.{standing.case.state}"),
        "lamp": standing.lamp,
        "lamp_name": tr(lang, f"views.lamp_{standing.lamp or NOT_COUNTING}"),
        "days": days_words(lang, standing.clock),
        "due": day_words(lang, standing.due) if standing.due else "",
        "turn": tr(lang, f"turn.{standing.turn.value}"),
        "since": day_words(lang, standing.since),
        "departments": [
            {"name": d.name, "lamp": d.lamp, "said": d.opinion_name if d.opinion else d.lamp_name}
            for d in departments
        ],
        "visit": f"{day_words(lang, visit.day)} {half}" if visit else "",
        "area_m2": round(parcel.area_plane_m2, 2) if parcel else None,
        "crs": f"{parcel.crs} {parcel.crs_name}".strip() if parcel else "",
        "box": [place.west, place.south, place.east, place.north] if place and place.parcel_id else None,
    }
