"""The papers of a trip: the dispatch sheet the driver carries and the attendance sheet for every stop."""

from __future__ import annotations

from docx.shared import Pt

from jointreview.paperwork import style
from jointreview.paperwork.parts import pairs_table
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Line, Row, Span, centred, label
from jointreview.paperwork.trip_data import AttendanceSheet, DispatchSheet, SignedIn, StopLine, TripPaper
from jointreview.paperwork.wording import clock_time, day, or_dash, say

_BLANK = Line("\n")
_GUESTS = 2


def write_dispatch(paper: DispatchSheet) -> bytes:
    """派车单（路线单） as .docx."""
    sheet = Sheet(paper, say("title_dispatch"))
    sheet.heading(say("dispatch_car"))
    _car(sheet, paper)
    sheet.heading(say("dispatch_riders"))
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("seat", "unit", "name", "phone", "answer")]]
    for rider in paper.riders:
        name = say("dispatch_lead", name=rider.name) if rider.lead else rider.name
        shown = Line(or_dash(rider.phone), style.FINE)
        rows.append((centred(str(rider.seat)), rider.unit, centred(name), shown, Line(rider.answer, style.FINE)))
    sheet.table((1.3, 4.8, 3.6, 2.9, 3.0), rows, headers=1)
    sheet.heading(say("dispatch_signatures"))
    _signatures(sheet)
    sheet.heading(say("dispatch_stops"))
    _stops(sheet, paper)
    sheet.closing()
    return sheet.finish()


def _car(sheet: Sheet, paper: TripPaper) -> None:
    pairs = [
        (say("visit_date"), say(f"visit_{paper.half_day}", day=day(paper.day))),
        (say("dispatch_plate"), " ".join(part for part in (paper.plate, paper.car) if part)),
        (say("dispatch_driver"), person_text(paper.driver)),
        (say("dispatch_seats"), say("dispatch_seats_of", taken=len(paper.riders), seats=paper.seats)),
        (say("dispatch_departs"), say("dispatch_departs_from", time=paper.departs, place=paper.depot)),
        (say("dispatch_back"), paper.back),
        (say("dispatch_way"), say("dispatch_km", km=f"{paper.km:.1f}", minutes=paper.drive_minutes)),
        (say("dispatch_ordered_by"), paper.ordered_by),
    ]
    pairs_table(sheet, pairs)


def _stops(sheet: Sheet, paper: TripPaper) -> None:
    """The way from the depot and back, one row for each stop."""
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("n", "time", "works", "place", "contact")]]
    rows.append((centred(""), _time(paper.departs), Span(say("dispatch_leave", place=paper.depot), 3)))
    for stop in paper.stops:
        works = (Line(stop.project), Line(stop.case_number, style.FINE_LEFT))
        units = Line("、".join(stop.units), style.FINE_LEFT)
        contact = Line(or_dash(person_text(stop.contact) if stop.contact else "").replace("　", "\n"), style.FINE)
        rows.append(
            (
                centred(str(stop.number)),
                _time(f"{stop.arrive}\n{stop.leave}"),
                (*works, units) if stop.units else works,
                stop.place,
                contact,
            )
        )
    rows.append((centred(""), _time(paper.back), Span(say("dispatch_return", place=paper.depot), 3)))
    sheet.table((1.2, 1.8, 5.9, 3.9, 2.8), rows, headers=1)


def _time(text: str) -> Line:
    return Line(text, style.CENTRED)


def _signatures(sheet: Sheet) -> None:
    """What is written by hand: odometer and time at departure and return, driver and lead officer."""
    rows: list[Row] = []
    for left, right in (("odometer_out", "odometer_back"), ("left_at", "back_at"), ("driver_signs", "lead_signs")):
        room = _BLANK if right.endswith("signs") else Line("")
        rows.append((label(say(f"dispatch_{left}")), room, label(say(f"dispatch_{right}")), room))
    sheet.table((3.0, 4.8, 3.0, 4.8), rows)


def write_attendance(paper: AttendanceSheet) -> bytes:
    """签到表 as .docx: who was expected where, how and when each arrival was noted, and room to sign."""
    sheet = Sheet(paper, say("title_attendance"))
    pairs_table(
        sheet,
        [
            (say("visit_date"), say(f"visit_{paper.half_day}", day=day(paper.day))),
            (say("dispatch_plate"), " ".join(part for part in (paper.plate, paper.car) if part)),
            (say("dispatch_departs"), say("dispatch_departs_from", time=paper.departs, place=paper.depot)),
            (say("dispatch_back"), paper.back),
        ],
    )
    for stop, people in zip(paper.stops, paper.people, strict=True):
        _stop(sheet, stop, people)
    sheet.closing()
    return sheet.finish()


def _stop(sheet: Sheet, stop: StopLine, people: tuple[SignedIn, ...]) -> None:
    sheet.heading(say("attendance_stop", n=stop.number, project=stop.project))
    where = say("attendance_where", arrive=stop.arrive, leave=stop.leave, place=stop.place, case=stop.case_number)
    line = sheet.paragraph(where, style.NOTE).paragraph_format
    line.keep_with_next, line.space_after = True, Pt(4)
    columns = ("unit", "name", "signed_in", "sign_method", "signature")
    rows: list[Row] = [[label(say(f"column_{name}")) for name in columns]]
    for one in people:
        came = say("attendance_absent") if one.absent else clock_time(one.at) if one.at else ""
        rows.append((one.unit, centred(one.name), centred(came), Line(one.method, style.FINE), _BLANK))
    guest = say("attendance_applicant")
    rows += [(guest, centred(""), centred(""), centred(""), _BLANK) for _ in range(_GUESTS)]
    sheet.table((5.4, 2.6, 2.1, 2.4, 3.1), rows, headers=1)
