"""The papers of a visit: the applicant's notice, the one to the departments, and the report of who did not come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from jointreview.commands.appointments import half_day
from jointreview.commands.executor import SHANGHAI, Context
from jointreview.commands.issuing import common, next_number, store_document, verify_code
from jointreview.commands.items import item_of
from jointreview.commands.people import heads_of
from jointreview.domain.day_minutes import clock_time
from jointreview.models.identity import Account
from jointreview.models.outcome import IssuedDocument
from jointreview.models.trip import Car, Trip
from jointreview.models.visit import Visit, VisitMember
from jointreview.paperwork import build, data, trip_data
from jointreview.paperwork.wording import say
from jointreview.text import tr

NOTICES = ("visit", "visit_units")
PAPER_LANGUAGE = "zh"


def visit_notice(ctx: Context, visit: Visit) -> IssuedDocument:
    """Issue 告知书 to the applicant and 通知书 to the departments; answers the applicant's.

    What was issued for this visit before is void and names its successor.
    """
    earlier = {document.kind: document for document in _in_force(ctx, visit)}
    for document in earlier.values():
        _void(ctx, document, say("visit_changed"))
    _units_notice(ctx, visit, earlier.get("visit_units"))
    return _applicants_notice(ctx, visit, earlier.get("visit"))


def name_officers_anew(ctx: Context, visit: Visit) -> None:
    """Somebody else goes: the notice to the departments, which names the officers, is issued anew."""
    earlier = next((d for d in _in_force(ctx, visit) if d.kind == "visit_units"), None)
    if earlier is not None:
        _void(ctx, earlier, say("officers_changed"))
    _units_notice(ctx, visit, earlier)


def withdraw_notices(ctx: Context, visit: Visit, reason: str) -> None:
    """The visit does not take place: its notices are void."""
    for document in _in_force(ctx, visit):
        _void(ctx, document, reason)


def _in_force(ctx: Context, visit: Visit) -> Sequence[IssuedDocument]:
    return ctx.session.exec(
        select(IssuedDocument)
        .where(
            IssuedDocument.case_id == ctx.case_id,
            col(IssuedDocument.kind).in_(NOTICES),
            IssuedDocument.status == "valid",
            IssuedDocument.issued_at >= visit.planned_at,
        )
        .order_by(col(IssuedDocument.id))
    ).all()


def _void(ctx: Context, document: IssuedDocument, reason: str) -> None:
    document.status, document.void_reason, document.void_on = "void", reason, ctx.today
    ctx.session.add(document)


def _succeeding(earlier: IssuedDocument | None) -> dict[str, object]:
    return {"version": earlier.version + 1, "replaces": earlier.number} if earlier else {}


def _applicants_notice(ctx: Context, visit: Visit, earlier: IssuedDocument | None) -> IssuedDocument:
    number, code = next_number(ctx, "visit"), verify_code()
    paper = data.VisitNotice(
        **(common(ctx, number, code) | _succeeding(earlier)),
        visit_on=visit.day,
        half_day="am" if visit.half == "am" else "pm",
        window=_window(visit),
        place=visit.meeting_point or "—",
        teams=_teams(ctx, visit),
        contact=data.PersonLine(name=visit.contact),
    )
    content = build.visit_notice(paper)
    version = paper.version
    return store_document(ctx, "visit", build.title_key(paper), number, code, content, None, version, earlier)


def _units_notice(ctx: Context, visit: Visit, earlier: IssuedDocument | None) -> IssuedDocument:
    number, code = next_number(ctx, "visit_units"), verify_code()
    paper = trip_data.UnitsNotice(
        **(common(ctx, number, code) | _succeeding(earlier) | _ride(ctx, visit)),
        visit_on=visit.day,
        half_day="am" if visit.half == "am" else "pm",
        window=_window(visit),
        place=visit.meeting_point or "—",
        teams=_teams(ctx, visit),
        contact=data.PersonLine(name=visit.contact),
        reply_hours=ctx.catalog.rules.survey.reply_hours,
    )
    content = build.units_notice(paper)
    version = paper.version
    return store_document(ctx, "visit_units", build.title_key(paper), number, code, content, None, version, earlier)


def _window(visit: Visit) -> str:
    """From when until when a trip is there."""
    if visit.arrive is None or visit.leave is None:
        return ""
    return say("visit_window_is", arrive=clock_time(visit.arrive), leave=clock_time(visit.leave))


def _ride(ctx: Context, visit: Visit) -> dict[str, str]:
    """The car that takes the officers there, where a trip does."""
    if visit.trip_id is None:
        return {}
    trip = ctx.session.get_one(Trip, visit.trip_id)
    leaves, _ = half_day(ctx.catalog, trip.day, trip.half)
    return {
        "trip_number": trip.number,
        "plate": ctx.session.get_one(Car, trip.car_id).plate,
        "departs": f"{leaves.astimezone(SHANGHAI):%H:%M}",
        "depot": ctx.catalog.rules.survey.depot.name.zh,
    }


def members_of(ctx: Context, visit: Visit) -> Sequence[VisitMember]:
    """Who is named for a visit, by unit."""
    return ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id).order_by(col(VisitMember.unit))
    ).all()


def _teams(ctx: Context, visit: Visit) -> tuple[data.VisitTeam, ...]:
    """Each department with the items it looks at on site and whom it sends."""
    items: dict[str, list[str]] = {}
    for mine in ctx.facts.assignments:
        if mine.needs_site and mine.open_round_id:
            items.setdefault(mine.unit, []).append(item_of(ctx, mine.item).name.zh)
    return tuple(
        data.VisitTeam(
            unit=_unit(ctx, m.unit),
            item="、".join(items.get(m.unit, ())),
            members=(data.PersonLine(name=_person(ctx, m.account_id)),),
        )
        for m in members_of(ctx, visit)
    )


def _unit(ctx: Context, unit: str) -> str:
    return ctx.catalog.unit(unit).name.zh


def _person(ctx: Context, account_id: int) -> str:
    return ctx.session.get_one(Account, account_id).name


def absence_report(ctx: Context, visit: Visit) -> IssuedDocument | None:
    """Issue 缺席情况通报 on who did not come to a visit that was held, and tell the heads of their departments.

    None when everybody came or was excused.
    """
    members = members_of(ctx, visit)
    absent = [m for m in members if m.attendance == "absent"]
    if not absent:
        return None
    number, code = next_number(ctx, "absence"), verify_code()
    paper = trip_data.AbsenceReport(
        **common(ctx, number, code),
        visited_on=visit.day,
        half_day="am" if visit.half == "am" else "pm",
        place=visit.meeting_point or "—",
        present=tuple(_unit(ctx, m.unit) for m in members if m.attendance == "present"),
        absences=tuple(
            trip_data.AbsenceLine(
                unit=_unit(ctx, m.unit),
                officer=_person(ctx, m.account_id),
                told_at=m.asked_at or visit.planned_at,
                treatment=tr(PAPER_LANGUAGE, "papers.absent"),
            )
            for m in absent
        ),
    )
    content = build.absence_report(paper)
    document = store_document(ctx, "absence", build.title_key(paper), number, code, content)
    heads = [head for m in absent for head in heads_of(ctx.session, m.unit)]
    ctx.notify(heads, "notify.absence", number=ctx.the_case.number, document=number)
    return document
