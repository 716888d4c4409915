"""Small relations between a person and a case; each answers with a reason, never a bare no."""

from __future__ import annotations

from jointreview.commands.facts import CaseFacts
from jointreview.commands.sight import may_see
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor


def own_case(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant acts for the organisation the case belongs to, by valid written authority."""
    return None if facts.organisation_id in actor.organisations else Problem("commands.not_your_case")


def own_case_or_party(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant of the case, or a responsible party invited to it."""
    return None if actor.account_id in facts.parties else own_case(actor, facts, target)


def invited_party(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The person accepted an invitation to sign a party's part."""
    return None if actor.account_id in facts.parties else Problem("commands.not_invited")


def filed_at_window(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The case was filed at the window for a walk-in applicant; any clerk may carry it on."""
    return None if facts.filed_at_window else Problem("commands.applicant_does_this")


def handed_in_or_at_window(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The case was handed in, or is written at the window."""
    return None if facts.submitted or facts.filed_at_window else Problem("commands.applicant_does_this")


def own_unit(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The officer's handling unit holds the assignment."""
    assignment = facts.assignment(target)
    if assignment is None:
        return Problem("commands.no_such_assignment")
    return None if assignment.unit == actor.unit else Problem("commands.other_unit")


def unit_takes_part(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The officer's handling unit holds an assignment of the case."""
    return None if actor.unit in facts.units else Problem("commands.other_unit")


def unit_consulted(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The officer's handling unit was asked something about the case and has not answered yet."""
    waiting = {c.to_unit for c in facts.consultations if not c.answered}
    return None if actor.unit in waiting else Problem("commands.not_consulted")


def lead_unit(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The person belongs to the handling unit that leads the stage."""
    return None if actor.unit == facts.lead else Problem("commands.lead_does_this")


def keeps_plans(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The officer's handling unit keeps the permitted site plans and holds an assignment of the case."""
    return (
        unit_takes_part(actor, facts, target) if actor.unit == facts.plan_keeper else Problem("commands.other_unit")
    )


def only_consulted(actor: Actor, facts: CaseFacts) -> bool:
    """Whether the person sees nothing of the case but a question that was put to the unit."""
    return actor.role == "officer" and actor.unit in facts.consulted and not may_see(actor, facts)
