"""What a department found on the survey of a review, for its decision: who was there, checklist, findings, record."""

from __future__ import annotations

from typing import TypedDict

from sqlmodel import col, select

from jointreview.catalog.form_layers import checklist_with
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.files import name_with_holder
from jointreview.commands.layer_answers import with_map
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import ChecklistAnswer, Finding, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Photo

_TONES = {"ok": "good", "not_ok": "bad", "later": "warn"}


class SurveyNote(TypedDict):
    """A line of the checklist, or a finding: what was looked at, how it was, and what was noted."""

    text: str
    result: str
    tone: str
    note: str


class Surveyed(TypedDict):
    """The survey of one item: `head` is empty before anybody was there, `record` leads to the record once issued."""

    head: str
    notes: list[SurveyNote]
    photos: list[Photo]
    record: str


NO_SURVEY = Surveyed(head="", notes=[], photos=[], record="")


def surveyed(desk: Desk, mine: AssignmentFacts) -> Surveyed:
    """What stands beside the decision form of a department that went to the site."""
    been = desk.session.exec(
        select(Visit, VisitMember)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(
            Visit.case_id == desk.case_id,
            col(Visit.status).in_(["planned", "held"]),
            VisitMember.unit == mine.unit,
            VisitMember.attendance == "present",
        )
        .order_by(col(Visit.id).desc())
    ).first()
    if been is None:
        return NO_SURVEY
    visit, member = been
    answers = _answers(desk, mine)
    findings = desk.session.exec(
        select(Finding)
        .where(Finding.assignment_id == mine.id, Finding.status != "withdrawn")
        .order_by(col(Finding.number))
    ).all()
    pictures = [p for a in answers for p in a.photos] + [p for f in findings for p in f.photos]
    came = f"{member.signed_in_at.astimezone(SHANGHAI):%H:%M}" if member.signed_in_at else ""
    return Surveyed(
        head=desk.say(
            "decision.surveyed",
            when=desk.half(visit.day, visit.half),
            who=name_with_holder(desk.lang, desk.person(member.account_id), member.acting_for),
            time=came,
        ),
        notes=[*_lines(desk, mine, answers), *(_finding(desk, row) for row in findings)],
        photos=[Photo(href=f"/api/cases/{desk.case_id}/photos/{p['digest']}", name=p["name"]) for p in pictures],
        record=_record(desk, visit),
    )


def _answers(desk: Desk, mine: AssignmentFacts) -> list[ChecklistAnswer]:
    rows = desk.session.exec(
        select(ChecklistAnswer)
        .join(Round, col(Round.id) == ChecklistAnswer.round_id)
        .where(Round.assignment_id == mine.id)
        .order_by(col(ChecklistAnswer.id))
    ).all()
    return list(rows)


def _lines(desk: Desk, mine: AssignmentFacts, answers: list[ChecklistAnswer]) -> list[SurveyNote]:
    """The answers in the order of the checklist."""
    checklist = checklist_with(desk.catalog, mine.item, with_map(desk.session, desk.case_id, {}, restricted=True))
    given = {answer.line: answer for answer in answers}
    return [
        SurveyNote(
            text=line.en if desk.lang == "en" else line.zh,
            result=desk.say(f"papers.answer_{answer.result}"),
            tone=_TONES.get(answer.result, "neutral"),
            note=_noted(answer, line.value_unit),
        )
        for line in (checklist.lines if checklist else [])
        if (answer := given.get(line.code)) is not None
    ]


def _noted(answer: ChecklistAnswer, unit: str) -> str:
    """The measured value with its unit, and the officer's remark."""
    value = f"{answer.value} {unit}".strip() if answer.value else ""
    return " · ".join(part for part in (value, answer.note) if part)


def _finding(desk: Desk, row: Finding) -> SurveyNote:
    return SurveyNote(
        text=row.text,
        result=desk.say("case.finding_number", number=row.number),
        tone="bad",
        note=" · ".join(part for part in (row.place, row.rule, row.criterion) if part),
    )


def _record(desk: Desk, visit: Visit) -> str:
    """Where the record of the survey is read; the notice carries the visit's number, the record its own."""
    if visit.status != "held":
        return ""
    row = desk.session.exec(
        select(IssuedDocument.id)
        .where(IssuedDocument.case_id == desk.case_id, IssuedDocument.kind == "record")
        .order_by(col(IssuedDocument.id).desc())
    ).first()
    return f"/api/cases/{desk.case_id}/documents/{row}.docx" if row else ""
