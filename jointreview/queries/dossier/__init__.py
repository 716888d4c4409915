"""The workspace of a case as one reader may see it, ready to be shown in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from jointreview.commands.archives import ExportArchive
from jointreview.commands.decisions import Decision
from jointreview.commands.intake import ReturnCase
from jointreview.commands.review import RecordGap
from jointreview.commands.visits import ScheduleVisit
from jointreview.domain.problems import Problem
from jointreview.geo.tiles import tiles_for_map
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.queries.access import may_unmask
from jointreview.queries.dossier import (
    cards,
    decisions,
    departments,
    faults,
    form,
    layers,
    offers,
    papers,
    readings,
    standing,
    time,
    visits,
)
from jointreview.queries.dossier.desk import Desk, desk_for
from jointreview.queries.dossier.offers import Offered
from jointreview.queries.maps import current_parcel
from jointreview.queries.plans import plan_mark

__all__ = ["Offered", "objections", "offered", "revealable", "workspace"]

NO_VERDICT = {"outcome": "", "tone": "neutral", "ready": False, "reasons": []}
_FOR_PARTIES = ("overview", "form", "map")
_FOR_CONSULTED = ("overview", "review", "materials", "map")


def workspace(
    actor: Actor, case_id: int, lang: str, now: datetime, revealed: Collection[str] = ()
) -> dict[str, Any] | None:
    """Everything the workspace shows, by name; None for a case that does not exist or that the reader may not see.

    `possible` are the acts of now as (command, assignment). `revealed` are the paths of the form that the reader
    asked to see in full.
    """
    with reading() as session:
        desk = desk_for(session, actor, case_id, lang, now, revealed)
        return None if desk is None else _everything(desk)


def offered(actor: Actor, case_id: int, lang: str, now: datetime, act: str, about: dict[str, Any]) -> Offered:
    """What the dialog of an act starts with; empty for a case the reader may not see."""
    with reading() as session:
        desk = desk_for(session, actor, case_id, lang, now)
        return offers.offered(desk, act, about) if desk else Offered(values={}, options={}, hints={}, preview=[])


def objections(actor: Actor, now: datetime, decision: Decision) -> list[Problem]:
    """What speaks against a department's decision now, told before it is signed."""
    with reading() as session:
        desk = desk_for(session, actor, decision.case_id, "zh", now)
        return decisions.objections(desk, decision) if desk else []


def revealable(actor: Actor, case_id: int, now: datetime, path: str) -> bool:
    """Whether this reader sees the answer at `path` masked, and may ask to see it in full."""
    with reading() as session:
        desk = desk_for(session, actor, case_id, "zh", now)
        return desk is not None and may_unmask(desk.actor, desk.facts) and path in form.masked_paths(desk)


def _everything(desk: Desk) -> dict[str, Any]:
    outside = desk.is_party or desk.is_consulted
    found: dict[str, Any] = {
        "head": standing.head(desk),
        "days": standing.days(desk),
        "steps": standing.steps(desk),
        "consulted": desk.is_consulted,
        "rows": departments.matrix(desk) if standing.accepted(desk) and not outside else [],
        "commitments": departments.commitments(desk),
        "cards": cards.open_cards(desk),
        "may_return": desk.may(ReturnCase),
        "may_schedule": desk.may(ScheduleVisit),
        "may_conclude": departments.shows_verdict(desk),
        "possible": standing.possible(desk),
        "map_url": _map_url(desk),
        "sheet_url": f"/api/cases/{desk.case_id}/sheet.html",
        "parcel_url": _parcel_url(desk),
        "archive": f"/api/cases/{desk.case_id}/archive.zip" if desk.may(ExportArchive) else "",
        "tiles": tiles_for_map(),
        "constraints": layers.constraints(desk),
        "panels": _FOR_PARTIES,
    }
    found["leads"], found["lead_waits"] = decisions.concluding(desk)
    shown = found["may_conclude"] or found["leads"]
    found["verdict"] = departments.verdict(desk) if shown else NO_VERDICT
    if desk.is_consulted:
        return found | {
            "panels": _FOR_CONSULTED,
            "groups": papers.materials(desk),
            "questions": decisions.questions(desk),
        }
    return found | ({"parts": form.own_part(desk)} if desk.is_party else _inside(desk, found))


def _map_url(desk: Desk) -> str:
    """Where the map's data are; the address changes with the parcel and its lamp, so that the map reads again."""
    parcel = current_parcel(desk.session, desk.case_id)
    lamp = desk.clock.lamp.value if desk.clock else ""
    answered = max((a.id or 0 for _, a in layers.visible_answers(desk) if a is not None), default=0)
    mark = "-".join([str(parcel.id if parcel else 0), *plan_mark(desk.session, desk.case)])
    return f"/api/cases/{desk.case_id}/map.geojson?v={mark}{lamp}{answered}"


def _parcel_url(desk: Desk) -> str:
    """Where the parcel lies as a file, without its ending; empty while there is none and for parties."""
    there = not desk.is_party and current_parcel(desk.session, desk.case_id) is not None
    return f"/api/cases/{desk.case_id}/parcel" if there else ""


def _inside(desk: Desk, found: dict[str, Any]) -> dict[str, Any]:
    """What parties do not see: the papers and who is wrong about what."""
    gaps, findings = faults.gaps(desk), faults.findings(desk)
    records = any(desk.may(RecordGap, a.id) for a in desk.facts.assignments)
    return {
        "panels": (
            "overview",
            "review",
            "form",
            *(("plans",) if desk.case.kind == "acceptance" else ()),
            "materials",
            "survey",
            "findings",
            "documents",
            "time",
            "history",
            "map",
        ),
        **time.time_panel(desk),
        "parts": form.parts(desk),
        "groups": papers.materials(desk),
        "readings": faults.readings(desk),
        "deciding": decisions.deciding(desk),
        "decisions": decisions.decisions(desk),
        "concluded": decisions.concluded(desk),
        "questions": decisions.questions(desk),
        "gaps": gaps,
        "gap_groups": faults.gap_groups(desk) if found["may_return"] or records else [],
        "phrases": [desk.say(f"case.phrase_{n}") for n in range(1, 6)],
        "visits": visits.visits(desk),
        "slots": visits.slots(desk) if found["may_schedule"] else [],
        "units": visits.units(desk) if found["may_schedule"] else [],
        "findings": findings,
        "documents": papers.documents(desk),
        "read_log": readings.reading_log(desk),
        "events": papers.events(desk),
    }
