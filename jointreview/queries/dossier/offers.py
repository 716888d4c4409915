"""What the case has to say when an act is opened: proposed answers, choices, hints, and what will happen to what."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlmodel import col, select

from jointreview.commands.all import RULES
from jointreview.commands.failed_visits import CAUSES
from jointreview.commands.people import officers_of
from jointreview.models.outcome import RESULT_DOCUMENTS, IssuedDocument
from jointreview.models.review import Finding, Gap
from jointreview.queries.dossier import cards
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.papers import title_of
from jointreview.queries.dossier.shifts import forecast
from jointreview.queries.dossier.time import prefill
from jointreview.queries.dossier.views import Choice


class Offered(TypedDict):
    """What a dialog starts with."""

    values: dict[str, str]
    options: dict[str, list[Choice]]
    hints: dict[str, str]
    preview: list[str]


def offered(desk: Desk, act: str, about: dict[str, Any]) -> Offered:
    """The start of the dialog of `act` on this case; empty for an act that is not the reader's now."""
    found = Offered(values={}, options={}, hints={}, preview=[])
    kind = next((k for k in RULES if k.__name__ == act), None)
    if kind is None or not desk.may(kind, _target(about)):
        return found
    prefill(desk, act, found["values"], found["options"], found["hints"])
    found["preview"] = forecast(desk, act, about)
    match act:
        case "AcceptCase":
            _acceptance(desk, found)
        case "EnterPaperRecord":
            found["values"]["business_date"] = desk.ctx.today.isoformat()
        case "IssueSupplementNotice":
            found["preview"] = [*_draft_gaps(desk), *found["preview"]]
        case "IssueRectification":
            found["preview"] = [*_open_findings(desk), *found["preview"]]
        case "ReplaceOfficer":
            found["options"]["officer_id"] = [
                Choice(value=str(a.id), label=a.name) for a in officers_of(desk.session, str(about.get("unit", "")))
            ]
        case "FailVisit":
            found["options"]["cause"] = [Choice(value=c, label=desk.say(f"trips.cause_{c}")) for c in CAUSES]
        case "AnswerFinding":
            _answer(desk, found, about)
        case "AddDepartment":
            there = {a.item for a in desk.facts.assignments}
            found["options"]["item"] = [
                Choice(value=i.code, label=f"{i.code} {i.name.in_(desk.lang)} · {desk.unit_name(i.unit)}")
                for i in desk.catalog.items
                if i.code not in there
            ]
        case "Consult":
            found["options"]["to_unit"] = [
                Choice(value=u.code, label=u.name.in_(desk.lang))
                for u in desk.catalog.units
                if u.code != desk.actor.unit
            ]
            found["values"]["due_on"] = desk.ctx.calendar.nth_workday_after(desk.ctx.today, 1).isoformat()
        case "RecordDelivery":
            _delivery(desk, found)
        case "ReplyToCard" | "UpholdCard" | "CancelCard":
            only = int(about.get("card_id") or 0)
            found["options"]["card_id"] = cards.card_choices(desk, act, only)
            found["preview"] = cards.card_lines(desk, act, only)
        case "IssueCard":
            found["options"] |= {"rule": cards.rule_choices(desk), "unit": cards.unit_choices(desk)}
            found["values"]["happened_on"] = desk.ctx.today.isoformat()
    return found


def _target(about: dict[str, Any]) -> int | None:
    """What of the case the act is about: a pause, an extension, a card or an assignment."""
    names = ("pause_id", "extension_id", "card_id", "assignment_id")
    return next((int(about[name]) for name in names if about.get(name)), None)


def _acceptance(desk: Desk, found: Offered) -> None:
    """The effective day proposed is today, or the next working day."""
    day, today = desk.ctx.effective_day, desk.ctx.today
    found["values"]["effective_on"] = day.isoformat()
    hint = desk.say("case.hint_effective_on")
    found["hints"]["effective_on"] = (
        hint if day == today else f"{desk.say('case.hint_rest_day', day=desk.day(day))}{hint}"
    )


def _draft_gaps(desk: Desk) -> list[str]:
    rows = desk.session.exec(
        select(Gap).where(Gap.case_id == desk.case_id, Gap.status == "draft").order_by(col(Gap.id))
    ).all()
    return [f"{desk.unit_name(g.unit)} · {desk.subject(g.target)} · {g.wanted}" for g in rows]


def _open_findings(desk: Desk) -> list[str]:
    rows = desk.session.exec(
        select(Finding)
        .where(Finding.case_id == desk.case_id, col(Finding.status).in_(["open", "reopened"]))
        .order_by(col(Finding.number))
    ).all()
    units = {a.id: desk.unit_name(a.unit) for a in desk.facts.assignments}
    return [f"{units.get(f.assignment_id, '')} · {f.text} · {f.criterion}" for f in rows]


def _answer(desk: Desk, found: Offered, about: dict[str, Any]) -> None:
    finding = desk.session.get(Finding, int(about.get("finding_id") or 0))
    if finding is not None and finding.case_id == desk.case_id:
        found["values"]["answer"] = finding.answer
        found["preview"] = [finding.text, finding.criterion]
    found["hints"]["photos"] = desk.say("case.hint_photos")


def _delivery(desk: Desk, found: Offered) -> None:
    rows = desk.session.exec(
        select(IssuedDocument)
        .where(
            IssuedDocument.case_id == desk.case_id,
            IssuedDocument.status == "valid",
            IssuedDocument.kind != "supervision",  # goes to a unit of the administration, never to the applicant
        )
        .order_by(col(IssuedDocument.kind).not_in(RESULT_DOCUMENTS), col(IssuedDocument.id).desc())
    ).all()
    found["options"]["document_id"] = [Choice(value=str(r.id), label=f"{title_of(desk, r)} {r.number}") for r in rows]
    ways = ("collected", "post", "electronic")
    found["options"]["way"] = [Choice(value=way, label=desk.say(f"case.way_{way}")) for way in ways]
    found["values"]["delivered_on"] = desk.ctx.today.isoformat()
    found["hints"] |= {name: desk.say(f"case.hint_{name}") for name in ("receiver", "tracking_no")}
