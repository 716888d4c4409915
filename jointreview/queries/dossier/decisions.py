"""A joint review inside the workspace: what the reader decides now, what was decided, questions, the conclusion."""

from __future__ import annotations

from typing import TypedDict

from sqlmodel import col, select

from jointreview.commands.consultations import AnswerConsultation, WithdrawConsultation
from jointreview.commands.decision_paper import result_label
from jointreview.commands.decisions import ConfirmOpinion, DecideItem, Decision, ReopenOpinion, judged, waits_for
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.onsite import was_on_site
from jointreview.commands.registry import may
from jointreview.commands.review_conclusion import ConcludeReview
from jointreview.domain.problems import Problem
from jointreview.models.consultation import Consultation
from jointreview.models.event import Event
from jointreview.models.outcome import Certificate, IssuedDocument
from jointreview.models.review import Opinion
from jointreview.queries.dossier.departments import OUTCOME_TONES, outcome_key, points
from jointreview.queries.dossier.desk import Desk, minute
from jointreview.queries.dossier.survey import NO_SURVEY, Surveyed, surveyed
from jointreview.queries.dossier.views import Choice
from jointreview.queries.words import listed

TONES = {"PASS": "good", "PASS_COND": "warn", "FAIL": "bad"}


class Deciding(TypedDict):
    """An item the reader decides: until when, what can be chosen, what speaks against doing it now."""

    assignment: int
    item: str
    due: str
    results: list[Choice]
    asks_number: bool
    number_label: str
    deferrable: bool
    why_not: str
    survey: Surveyed


class DecisionCard(TypedDict):
    """What a department decided, and whether it still rests on the papers of now."""

    assignment: int
    unit: str
    item: str
    result: str
    tone: str
    text: str
    details: list[str]
    signed: str
    stale: str
    confirmable: bool
    reopenable: bool


class Concluded(TypedDict):
    """How a review ended: by whom, in which words, what was not simply agreed to, and the decision in force."""

    outcome: str
    tone: str
    text: str
    signed: str
    points: list[str]
    document: str
    document_no: str


class Question(TypedDict):
    """A question of one unit to another with its answer."""

    id: int
    assignment: int
    head: str
    due: str
    question: str
    status: str
    tone: str
    answer: str
    answerable: bool
    withdrawable: bool


def deciding(desk: Desk) -> list[Deciding]:
    """The reader's items whose decision is open, also those that still wait for a survey or for another item."""
    return [_deciding(desk, a) for a in desk.facts.assignments if _to_decide(desk, a)]


def objections(desk: Desk, decision: Decision) -> list[Problem]:
    """What speaks against a decision before it is signed; nothing for an item that is not the reader's."""
    mine = desk.facts.assignment(decision.assignment_id)
    if mine is None or not desk.may(DecideItem, mine.id):
        return []
    return judged(desk.ctx, decision, mine)[1]


def _to_decide(desk: Desk, mine: AssignmentFacts) -> bool:
    own = desk.actor.role == "officer" and mine.unit == desk.actor.unit
    return desk.case.kind == "review" and own and mine.open_round_kind == "decision"


def _deciding(desk: Desk, mine: AssignmentFacts) -> Deciding:
    item = desk.item(mine.item)
    waiting = waits_for(desk.facts, item.after)
    absent = was_on_site(desk.actor, desk.facts, mine.id)
    results = ["FAIL"] if waiting else ["PASS", "PASS_COND", "FAIL", "NA"]
    names = listed(desk.lang, (desk.item(code).name.in_(desk.lang) for code in waiting))
    why_not = desk.say("decision.survey_first") if absent else ""
    if not why_not and waiting:
        why_not = desk.say("commands.other_items_first", items=names)
    return Deciding(
        assignment=mine.id,
        item=f"{mine.item} {item.name.in_(desk.lang)}",
        due=desk.say("decision.due", day=desk.day(mine.decision_due)) if mine.decision_due else "",
        results=[Choice(value=r, label=result_label(desk.lang, item.kind, r)) for r in results]
        if desk.may(DecideItem, mine.id)
        else [],
        asks_number=bool(item.permit),
        number_label=desk.say("decision.number", document=item.result_document.in_(desk.lang)),
        deferrable=item.deferrable,
        why_not=why_not,
        survey=surveyed(desk, mine) if mine.needs_site else NO_SURVEY,
    )


def decisions(desk: Desk) -> list[DecisionCard]:
    """Every department's latest decision; what the applicant reads before the end is its result alone."""
    if desk.case.kind != "review":
        return []
    return [_decision(desk, a) for a in desk.facts.assignments if a.opinion]


def _decision(desk: Desk, mine: AssignmentFacts) -> DecisionCard:
    opinion = desk.session.get_one(Opinion, mine.opinion_id)
    item = desk.item(mine.item)
    inside = desk.actor.is_staff or desk.case.outcome != ""
    changed = listed(desk.lang, (desk.subject(f"material:{code}") for code in mine.stale))
    return DecisionCard(
        assignment=mine.id,
        unit=desk.unit_name(mine.unit),
        item=f"{mine.item} {item.name.in_(desk.lang)}",
        result=result_label(desk.lang, item.kind, opinion.result),
        tone=TONES.get(opinion.result, "neutral"),
        text=opinion.text if inside else "",
        details=_details(desk, mine, opinion) if inside else [],
        signed=f"{desk.person(opinion.officer_id)} {minute(opinion.given_at)}".strip(),
        stale=desk.say("decision.stale", materials=changed) if mine.stale and desk.actor.is_staff else "",
        confirmable=desk.may(ConfirmOpinion, mine.id),
        reopenable=desk.may(ReopenOpinion, mine.id),
    )


def _details(desk: Desk, mine: AssignmentFacts, opinion: Opinion) -> list[str]:
    said = []
    if opinion.document_no:
        document = desk.item(mine.item).result_document.in_(desk.lang)
        said.append(desk.say("decision.document", document=document, number=opinion.document_no))
    permit = desk.session.exec(
        select(Certificate).where(Certificate.assignment_id == mine.id, Certificate.status == "valid")
    ).first()
    if permit and permit.valid_until:
        said.append(desk.say("decision.valid", day=desk.day(permit.valid_until)))
    if opinion.condition:
        said.append(desk.say("decision.condition", text=opinion.condition))
    if opinion.basis:
        said.append(desk.say("decision.basis", text=opinion.basis))
    return said


def questions(desk: Desk) -> list[Question]:
    """Questions and answers between units; the applicant's side sees none, a unit asked only its own."""
    if not desk.actor.is_staff:
        return []
    rows = desk.session.exec(
        select(Consultation).where(Consultation.case_id == desk.case_id).order_by(col(Consultation.id))
    ).all()
    return [_question(desk, row) for row in rows if not desk.is_consulted or row.to_unit == desk.actor.unit]


def _question(desk: Desk, row: Consultation) -> Question:
    asker = next(a.unit for a in desk.facts.assignments if a.id == row.assignment_id)
    own = row.to_unit == desk.actor.unit and row.status == "asked"
    return Question(
        id=row.id or 0,
        assignment=row.assignment_id,
        head=desk.say("decision.asks", asker=desk.unit_name(asker), asked=desk.unit_name(row.to_unit)),
        due=desk.say("decision.answer_due", day=desk.day(row.due_on)),
        question=row.question,
        status=desk.say(f"decision.question_{row.status}"),
        tone={"asked": "warn", "answered": "good"}.get(row.status, "neutral"),
        answer=row.answer,
        answerable=own and desk.may(AnswerConsultation),
        withdrawable=row.status == "asked" and desk.may(WithdrawConsultation, row.assignment_id),
    )


def concluding(desk: Desk) -> tuple[bool, str]:
    """Whether the reader is of the lead unit of a review under way, and why it cannot conclude yet."""
    lead = desk.actor.role in ("officer", "leader") and desk.actor.unit == desk.facts.lead
    if desk.case.kind != "review" or desk.facts.state.value != "reviewing" or not lead:
        return False, ""
    problem = may(desk.actor, ConcludeReview, desk.facts)
    return True, desk.say(problem.key, **problem.params) if problem else ""


NOT_CONCLUDED = Concluded(outcome="", tone="neutral", text="", signed="", points=[], document="", document_no="")


def concluded(desk: Desk) -> Concluded:
    """The conclusion of a review that has ended with one."""
    event = desk.session.exec(
        select(Event).where(Event.case_id == desk.case_id, Event.kind == "concluded").order_by(col(Event.seq).desc())
    ).first()
    if desk.case.kind != "review" or event is None:
        return NOT_CONCLUDED
    paper = desk.session.exec(
        select(IssuedDocument)
        .where(IssuedDocument.case_id == desk.case_id, IssuedDocument.kind == "decision")
        .order_by(col(IssuedDocument.id).desc())
    ).first()
    in_force = paper if paper and paper.status == "valid" else None
    lead = desk.unit_name(str(event.payload.get("unit", "")))
    return Concluded(
        outcome=desk.say(outcome_key("review", desk.case.outcome)),
        tone=OUTCOME_TONES.get(desk.case.outcome, "neutral"),
        text=str(event.payload.get("text", "")),
        signed=f"{lead} {event.actor_name} {event.effective_on.isoformat()}".strip(),
        points=points(desk),
        document=f"/api/cases/{desk.case_id}/documents/{in_force.id}.docx" if in_force else "",
        document_no=in_force.number if in_force else "",
    )
