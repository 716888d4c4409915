"""The departments of the cases on one page of the board: each unit's lamp and what it said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import clock_of_round
from jointreview.commands.standings import Standing, grouped
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import Lamp
from jointreview.models.event import Event
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.text import tr

_WORST_LAMP = (Lamp.RED, Lamp.YELLOW, Lamp.NOTICE, Lamp.GREEN, Lamp.PAUSED, Lamp.DONE)
_WORST_OPINION = ("FAIL", "", "PASS_COND", "DEEMED", "PASS", "SELF", "NA")


@dataclass(frozen=True)
class DepartmentLamp:
    """A handling unit in a case: the worst lamp of its open rounds (`done` with none) and the worst of its words.

    `opinion` is empty until the unit has spoken on all its items in their latest rounds.
    """

    unit: str
    name: str
    lamp: str
    lamp_name: str
    opinion: str
    opinion_name: str


def department_lamps(
    session: Session, standings: Sequence[Standing], lang: str, today: date
) -> dict[int, tuple[DepartmentLamp, ...]]:
    """The units of each case, in the catalogue's order; three statements whatever the number of cases."""
    ids = [s.id for s in standings]
    if not ids:
        return {}
    events = session.exec(
        select(Event).where(col(Event.case_id).in_(ids), col(Event.code).is_not(None)).order_by(col(Event.seq))
    ).all()
    rows = session.exec(
        select(Assignment, Round, Opinion)
        .join(Round, col(Round.assignment_id) == Assignment.id)
        .outerjoin(Opinion, col(Opinion.round_id) == Round.id)
        .where(col(Assignment.case_id).in_(ids), Round.status != "void")
        .order_by(col(Round.id))
    ).all()
    calendar = work_calendar(session)
    log = grouped((e.case_id, e) for e in events)
    work = grouped((part.case_id, (part, round_, opinion)) for part, round_, opinion in rows)
    return {s.id: _of_case(s, work[s.id], log[s.id], calendar, lang, today) for s in standings}


def _of_case(
    standing: Standing,
    work: list[tuple[Assignment, Round, Opinion | None]],
    events: list[Event],
    calendar: WorkCalendar,
    lang: str,
    today: date,
) -> tuple[DepartmentLamp, ...]:
    case = standing.case
    catalog = case_catalog(case, today)
    found = []
    for unit in catalog.units:
        last: dict[str, tuple[Round, Opinion | None]] = {}
        for part, round_, opinion in work:
            if part.unit == unit.code:
                last[part.item] = (round_, opinion)  # in the order of rounds: the latest stays
        if not last:
            continue
        lamp = _worst(
            clock_of_round(r, events, calendar, today).lamp if r.status == "open" else Lamp.DONE
            for r, _ in last.values()
        )
        said = min((o.result if o else "" for _, o in last.values()), key=_WORST_OPINION.index)
        found.append(
            DepartmentLamp(
                unit=unit.code,
                name=unit.name.in_(lang),
                lamp=lamp.value,
                lamp_name=tr(lang, f"views.lamp_{lamp.value}"),
                opinion=said,
                opinion_name=tr(lang, f"views.opinion_{said or 'none'}"),
            )
        )
    return tuple(found)


def _worst(lamps: Iterable[Lamp]) -> Lamp:
    return min(lamps, key=_WORST_LAMP.index)
