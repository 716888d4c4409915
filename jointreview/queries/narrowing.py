"""Which cases a list or the map holds: the reader's rights and the board's filters as conditions of SQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from jointreview.commands.sight import OWN, visible_to
from jointreview.commands.standings import PLACE_SECTION
from jointreview.models.actor import Actor
from jointreview.models.case import Case, FormSection
from jointreview.models.identity import Organisation
from jointreview.models.place import CasePlace
from jointreview.models.project import Project
from jointreview.models.review import Assignment
from jointreview.queries import board_filters as choices
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.patterns import containing

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4490)."""
EVERYWHERE: Box = (-180.0, -90.0, 180.0, 90.0)


def mapped_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` under which its place is on the actor's map.

    Whoever may open the case, but for an invited party: it sees its part of the form and no map.
    """
    return OWN.condition(actor) if actor.role == "applicant" else visible_to(actor)


def of_cases(*columns: Any) -> Any:
    """A statement that reads these columns of cases and their places."""
    return select(*columns).select_from(CasePlace).join(Case, col(Case.id) == CasePlace.case_id)


def conditions(seen: ColumnElement[bool], filters: BoardFilters, today: date) -> list[ColumnElement[bool]]:
    """The conditions on `Case` joined with `CasePlace` that let through what is seen and passes these filters."""
    return [seen, *_of_case(filters), *_of_place(filters, today)]


def _of_case(filters: BoardFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state != choices.ALL:
        found.append(col(Case.state).in_(sorted(choices.states_of(filters.state))))
    if filters.stage:
        found.append(col(Case.stage) == int(filters.stage))
    if filters.unit:
        found.append(col(Case.id).in_(select(Assignment.case_id).where(Assignment.unit == filters.unit)))
    return found + [_holding(word) for word in filters.text.split()]


def _of_place(filters: BoardFilters, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.lamp:
        found.append(col(CasePlace.lamp) == ("" if filters.lamp == choices.NOT_COUNTING else filters.lamp))
    if filters.turn:
        found.append(col(CasePlace.turn) == filters.turn)
    if filters.town:
        found.append(col(CasePlace.town) == filters.town)
    if filters.week:
        monday = today - timedelta(days=today.weekday())
        found.append(col(CasePlace.due).between(monday, monday + timedelta(days=6)))
    return found


def _holding(word: str) -> ColumnElement[bool]:
    """A word of the search stands in number, project, code, address or organisation."""
    pattern = containing(word)

    def like(column: Any) -> ColumnElement[bool]:
        return column.ilike(pattern, escape="!")

    address = col(FormSection.values)["address"].as_string()
    return or_(
        like(col(Case.number)),
        col(Case.project_id).in_(select(Project.id).where(or_(like(col(Project.name)), like(col(Project.code))))),
        col(Case.organisation_id).in_(select(Organisation.id).where(like(col(Organisation.name)))),
        col(Case.id).in_(select(FormSection.case_id).where(FormSection.section == PLACE_SECTION, like(address))),
    )


def within(box: Box) -> ColumnElement[bool]:
    """The condition that a case's parcel meets the box; never true of a case without a parcel."""
    west, south, east, north = box
    if box == EVERYWHERE:
        return col(CasePlace.parcel_id).is_not(None)
    sides = (col(CasePlace.west) <= east, col(CasePlace.east) >= west)
    return and_(
        or_(*sides) if west > east else and_(*sides),  # from the west side over the 180th degree to the east one
        col(CasePlace.south) <= north,
        col(CasePlace.north) >= south,
    )
