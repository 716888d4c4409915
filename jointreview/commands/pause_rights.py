"""Who may ask for, decide, close and take back a pause, and when: relations and checks of its commands."""

from __future__ import annotations

from jointreview.commands.facts import CaseFacts
from jointreview.commands.relations import own_case
from jointreview.domain.pauses import PauseKind
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor

_OF_LEAD = (PauseKind.PUBLICITY, PauseKind.HIGHER_REVIEW)
_OF_COORDINATOR = (PauseKind.APPLICANT_DELAY, PauseKind.FORCE_MAJEURE)


def head_decides(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The person heads the department that asked; for a pause of the whole case, the lead department."""
    pause = facts.pause(target)
    if pause is None or pause.kind == PauseKind.APPLICANT_DELAY:
        return Problem("timing.no_such_pause")
    return None if actor.unit == (pause.unit or facts.lead) else Problem("commands.other_unit")


def applicants_request(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant asked for it."""
    pause = facts.pause(target)
    return None if pause and pause.kind == PauseKind.APPLICANT_DELAY else Problem("timing.no_such_pause")


def own_request(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant acts for the organisation of the case, and the postponement is the applicant's."""
    return applicants_request(actor, facts, target) or own_case(actor, facts, target)


def units_pause(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The pause belongs to the person's department: its special procedure, or the lead's own."""
    pause = facts.pause(target)
    if pause is None or (not pause.unit and pause.kind not in _OF_LEAD):
        return Problem("timing.no_such_pause")
    return None if actor.unit == (pause.unit or facts.lead) else Problem("commands.other_unit")


def coordinators_pause(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The coordinator keeps it: the applicant's postponement, or force majeure."""
    pause = facts.pause(target)
    return None if pause and pause.kind in _OF_COORDINATOR else Problem("timing.no_such_pause")


def still_at_work(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has not finished its part."""
    mine = facts.assignment(target)
    return None if mine and mine.open_round_id else Problem("timing.part_finished")


def no_request_waits(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No earlier request of this part waits for its decision."""
    waiting = any(p.part == target and p.status == "requested" for p in facts.pauses)
    return Problem("timing.request_waits") if waiting else None


def waits_for_decision(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The request is not yet decided."""
    pause = facts.pause(target)
    return None if pause and pause.status == "requested" else Problem("timing.decided_already")


def another_person(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Four eyes: whoever asked does not decide."""
    pause = facts.pause(target)
    own = pause is not None and pause.requested_by == actor.account_id
    return Problem("timing.four_eyes") if own else None


def is_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The pause is open."""
    pause = facts.pause(target)
    return None if pause and pause.status == "open" else Problem("timing.not_open")


def none_of_kind(facts: CaseFacts, kind: PauseKind) -> Problem | None:
    """No pause of the kind waits or is open."""
    there = any(p.kind == kind and p.status in ("requested", "open") for p in facts.pauses)
    return Problem("timing.kind_there") if there else None


def no_publicity(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No public notice is running."""
    return none_of_kind(facts, PauseKind.PUBLICITY)


def no_higher_review(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No letter to a higher authority waits for its answer."""
    return none_of_kind(facts, PauseKind.HIGHER_REVIEW)


def no_delay(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant has not asked to postpone before, unless that was refused or taken back.

    What a failed survey made stand still was not asked for; while it does, nothing is to be postponed.
    """
    there = any(
        p.kind == PauseKind.APPLICANT_DELAY
        and (p.status == "open" or (p.requested_by is not None and p.status in ("requested", "closed")))
        for p in facts.pauses
    )
    return Problem("timing.delayed_already") if there else None


def no_force_majeure(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No force majeure is reported."""
    return none_of_kind(facts, PauseKind.FORCE_MAJEURE)
