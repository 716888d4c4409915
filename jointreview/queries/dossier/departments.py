"""The departments of a case: the matrix, the conclusion as computed now, commitments to be signed."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.commands.all import RULES
from jointreview.commands.case_clock import clock_of_round, coded_events
from jointreview.commands.conclusion import CAN_CONCLUDE, Conclude, conclusion_now, decided
from jointreview.commands.decision_paper import result_label
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.onsite import SignCommitment
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import Lamp
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Commitment, MatrixRow, Verdict

_OPINION_TONES = {"PASS": "good", "PASS_COND": "warn", "FAIL": "bad", "DEEMED": "neutral", "": "neutral"}
_PLAIN = frozenset({"", "PASS", "NA"})
OUTCOME_TONES = {"pass": "good", "conditional": "warn", "fail": "bad"}


def matrix(desk: Desk) -> list[MatrixRow]:
    """One row for each item, in the catalogue's order of codes."""
    rows = {a.id: a for a in desk.session.exec(select(Assignment).where(Assignment.case_id == desk.case_id)).all()}
    rounds = desk.session.exec(
        select(Round).where(col(Round.assignment_id).in_(list(rows))).order_by(col(Round.id))
    ).all()
    return [_row(desk, a, rows[a.id], [r for r in rounds if r.assignment_id == a.id]) for a in desk.facts.assignments]


def _row(desk: Desk, mine: AssignmentFacts, row: Assignment, rounds: list[Round]) -> MatrixRow:
    documents, documents_tone = _documents(desk, mine, rounds)
    site, site_tone = _site(desk, mine)
    lamp, days = _clock(desk, rounds)
    unit = desk.catalog.unit(mine.unit)
    return MatrixRow(
        key=mine.item,
        unit=unit.name.in_(desk.lang),
        item=f"{mine.item} {desk.item(mine.item).name.in_(desk.lang)}",
        because=row.because.get(desk.lang) or row.because.get("zh", ""),
        phone=unit.phone,
        officer=desk.person(row.officer_id),
        documents=desk.say(f"case.reading_{documents}", count=mine.draft_gaps or mine.told_gaps),
        documents_tone=documents_tone,
        site=desk.say(f"case.site_{site}"),
        site_tone=site_tone,
        opinion=_opinion(desk, mine),
        opinion_tone="warn" if mine.stale and desk.actor.is_staff else _OPINION_TONES.get(mine.opinion, "good"),
        number=_number(desk, mine),
        lamp=lamp,
        days=days,
        fresh=False,
    )


def _number(desk: Desk, mine: AssignmentFacts) -> str:
    """The number of the permit a review granted."""
    return desk.session.get_one(Opinion, mine.opinion_id).document_no if _of_review(desk, mine) else ""


def _of_review(desk: Desk, mine: AssignmentFacts) -> bool:
    return desk.case.kind == "review" and bool(mine.opinion)


def _opinion(desk: Desk, mine: AssignmentFacts) -> str:
    """The result in words, marked when its papers changed since."""
    if _of_review(desk, mine):
        said = result_label(desk.lang, desk.item(mine.item).kind, mine.opinion)
    else:
        said = desk.say(f"case.opinion_{mine.opinion or 'none'}")
    return f"{said} · {desk.say('case.opinion_stale')}" if mine.stale and desk.actor.is_staff else said


def _documents(desk: Desk, mine: AssignmentFacts, rounds: list[Round]) -> tuple[str, str]:
    last = next((r for r in reversed(rounds) if r.kind == "documents"), None)
    if last is None:
        return "none", "neutral"
    if mine.draft_gaps:
        # Until the merged notice is out the applicant's side only learns that the reading goes on.
        return ("gaps", "warn") if desk.actor.is_staff else ("open", "accent")
    if mine.told_gaps and desk.facts.state is CaseState.SUPPLEMENTING:
        return "asked", "warn"
    if last.status == "open":
        return "open", "accent"
    return ("deemed", "neutral") if last.status == "deemed" else ("done", "good")


def _site(desk: Desk, mine: AssignmentFacts) -> tuple[str, str]:
    if not mine.needs_site:
        return "not_needed", "neutral"
    if mine.open_round_kind == "reinspection":
        return "again", "warn"
    if _was_absent(desk, mine.unit):
        return "absent", "bad"
    if mine.opinion and (mine.attended or desk.case.kind != "review"):
        return "done", "good"
    if mine.attended:
        return "there", "accent"
    waits = mine.open_round_kind in ("site", "decision") or (desk.case.kind == "review" and mine.open_round_id)
    return ("waiting", "accent") if waits else ("none", "neutral")


def _was_absent(desk: Desk, unit: str) -> bool:
    """Whether the unit missed the last visit for which that is known."""
    last = desk.session.exec(
        select(VisitMember.attendance)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(Visit.case_id == desk.case_id, VisitMember.unit == unit, VisitMember.attendance != "expected")
        .order_by(col(Visit.id).desc())
    ).first()
    return last == "absent"


def _clock(desk: Desk, rounds: list[Round]) -> tuple[str, str]:
    """The lamp of the department's open round, and its days in words."""
    now = next((r for r in rounds if r.status == "open"), None)
    if now is None:
        return "", ""
    clock = clock_of_round(now, coded_events(desk.session, desk.case_id), work_calendar(desk.session), desk.ctx.today)
    if clock.lamp is Lamp.DONE or clock.paused:
        return ("paused", "") if clock.paused else ("", "")
    if clock.remaining < 0:
        return clock.lamp.value, desk.say("case.days_over", days=-clock.remaining)
    return clock.lamp.value, desk.say("case.days_left", days=clock.remaining)


def shows_verdict(desk: Desk) -> bool:
    """Whether this reader concludes and the conclusion stands but for commitments that wait for the applicant."""
    concludes = desk.actor.role in RULES[Conclude].grants and desk.facts.state in CAN_CONCLUDE
    return concludes and decided(desk.actor, desk.facts, None) is None


def outcome_key(kind: str, outcome: str) -> str:
    """The key of an outcome's name: an acceptance is passed as sound, a review as agreed."""
    return f"case.review_{outcome}" if kind == "review" else f"case.outcome_{outcome}"


def verdict(desk: Desk) -> Verdict:
    """What the rule concludes from the opinions as they stand, item by item."""
    found = conclusion_now(desk.ctx)
    names = {a.item: desk.item(a.item).name.in_(desk.lang) for a in desk.facts.assignments}
    units = {a.unit: desk.unit_name(a.unit) for a in desk.facts.assignments}
    reasons = []
    if desk.case.kind == "review":
        first = found.reasons[0]
        return Verdict(
            outcome=desk.say(outcome_key("review", found.outcome.value)),
            tone=OUTCOME_TONES.get(found.outcome.value, "neutral"),
            ready=found.code is not None,
            reasons=[desk.say(first.key.replace("rules.", "decisions."), **first.params), *points(desk)],
        )
    for reason in found.reasons:
        params = {
            **reason.params,
            "item": names.get(reason.item, reason.item),
            "unit": units.get(str(reason.params.get("unit")), ""),
        }
        reasons.append(desk.say(reason.key, **params))
    return Verdict(
        outcome=desk.say(outcome_key(desk.case.kind, found.outcome.value)),
        tone=OUTCOME_TONES.get(found.outcome.value, "neutral"),
        ready=found.code is not None,
        reasons=reasons,
    )


def points(desk: Desk) -> list[str]:
    """What in a review was not simply agreed to: conditions, refusals, and silence that counts as agreement."""
    return [
        desk.say(
            "decision.point",
            item=f"{mine.item} {desk.item(mine.item).name.in_(desk.lang)}",
            unit=desk.unit_name(mine.unit),
            result=result_label(desk.lang, desk.item(mine.item).kind, mine.opinion),
        )
        for mine in desk.facts.assignments
        if mine.opinion not in _PLAIN
    ]


def commitments(desk: Desk) -> list[Commitment]:
    """The conditional passes this reader has to sign for now."""
    found = []
    for mine in desk.facts.assignments:
        if not desk.may(SignCommitment, mine.id):
            continue
        opinion = desk.session.get(Opinion, mine.opinion_id)
        if opinion is not None:
            until = opinion.commitment_until.isoformat() if opinion.commitment_until else "—"
            unit = desk.unit_name(mine.unit)
            found.append(Commitment(assignment=mine.id, unit=unit, condition=opinion.condition, until=until))
    return found
