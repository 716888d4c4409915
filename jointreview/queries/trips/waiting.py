"""What waits for a survey, with the half-days on which everybody could come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jointreview.commands.people import officers_of
from jointreview.commands.survey_needs import SurveyNeed
from jointreview.domain.free_slots import HalfDay
from jointreview.queries.board import town_names
from jointreview.queries.trips.desk import Desk, slot_key, taken_officers
from jointreview.queries.words import day_words

_SOON = 2
"""Working days before the departments' last day at which a case is marked as urgent."""


def waiting_rows(desk: Desk, needs: list[SurveyNeed], drafted: Mapping[int, int]) -> list[dict[str, Any]]:
    """The cases as the list beside the board shows them, in the order given (the most urgent first).

    `trip` is the draft that goes there, 0 while none does; `wanted` are the half-days that can be used, `fits` those
    of them on which each department has somebody free.
    """
    free = _free_units(desk, needs)
    towns = town_names(desk.catalog, desk.lang)
    return [
        {
            "case_id": need.case_id,
            "trip": drafted.get(need.case_id, 0),
            "number": need.number,
            "project": need.project,
            "href": f"/cases/{need.case_id}",
            "town": towns.get(need.town, need.town),
            "stage": desk.catalog.stage(need.stage).name.in_(desk.lang),
            "units": [desk.unit(unit) for unit in sorted(need.units)],
            "minutes": need.minutes,
            "due": day_words(desk.lang, need.due),
            "urgent": _urgent(desk, need),
            "wanted_on": day_words(desk.lang, need.wanted_on),
            "offered": need.offered,
            "again": need.again,
            "placed": need.place is not None,
            "wanted": [slot_key(h.date, h.half.value) for h in need.half_days],
            "fits": [
                slot_key(h.date, h.half.value)
                for h in need.half_days
                if need.place is not None and need.units <= free.get(h, need.units)
            ],
        }
        for need in needs
    ]


def _urgent(desk: Desk, need: SurveyNeed) -> bool:
    if need.due is None:
        return False
    return need.due <= desk.calendar.nth_workday_after(desk.today, _SOON)


def _free_units(desk: Desk, needs: list[SurveyNeed]) -> dict[HalfDay, set[str]]:
    """On each half-day that somebody wants: the departments with an officer who is free then."""
    slots = {h for need in needs for h in need.half_days}
    if not slots:
        return {}
    days = [h.date for h in slots]
    taken = taken_officers(desk.session, min(days), max(days), drafts=True)
    units = {unit for need in needs for unit in need.units}
    officers = {unit: {a.id for a in officers_of(desk.session, unit) if a.id} for unit in units}
    return {h: {unit for unit, ids in officers.items() if ids - taken.get(h, set())} for h in slots}
