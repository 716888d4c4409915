"""The areas of surveys as the administration sees them, and what can be chosen for one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.people import officers_of
from jointreview.commands.survey_areas import towns_of
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.trip import SurveyArea, SurveyAreaOfficer
from jointreview.settings import settings

KEEPERS = ("coordinator", "admin")


@dataclass(frozen=True)
class AreaView:
    """An area with the codes of its towns, its polygon as GeoJSON text, and its officers' ids."""

    id: int
    name: str
    towns: tuple[str, ...]
    polygon: str
    officers: tuple[int, ...]


@dataclass(frozen=True)
class Areas:
    """Every area, and the towns and officers (with the unit) that can be named, in the reader's language."""

    areas: tuple[AreaView, ...]
    towns: tuple[tuple[str, str], ...]
    officers: tuple[tuple[int, str], ...]


def survey_areas(actor: Actor, lang: str, today: date) -> Areas:
    """What the page of areas shows; nothing for others than those who keep them."""
    if actor.role not in KEEPERS:
        return Areas((), (), ())
    catalog = load_catalog(settings().catalogue, today)
    with reading() as session:
        rows = session.exec(select(SurveyArea).order_by(SurveyArea.name)).all()
        people = tuple(
            (a.id, f"{unit.name.in_(lang)} · {a.name}")
            for unit in catalog.units
            for a in officers_of(session, unit.code)
            if a.id
        )
        return Areas(
            areas=tuple(_view(session, row) for row in rows),
            towns=tuple((code, name[lang]) for code, name in towns_of(catalog)),
            officers=people,
        )


def _view(session: Session, row: SurveyArea) -> AreaView:
    officers = session.exec(
        select(SurveyAreaOfficer.account_id)
        .where(SurveyAreaOfficer.area_id == row.id)
        .order_by(col(SurveyAreaOfficer.account_id))
    ).all()
    polygon = json.dumps(row.polygon, ensure_ascii=False) if row.polygon else ""
    return AreaView(row.id or 0, row.name, tuple(row.towns), polygon, tuple(officers))
