"""Who may see a case: one rule, asked of one case by its facts and of lists as a condition of SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, cast, false, or_
from sqlmodel import col, select

from jointreview.catalog.loader import every_version
from jointreview.commands.facts import CaseFacts
from jointreview.models.actor import Actor
from jointreview.models.case import Case, Invitation
from jointreview.models.review import Assignment
from jointreview.settings import settings


@dataclass(frozen=True)
class Ground:
    """One reason for which a person may open a case: whether it holds for a case, and the condition on `Case`."""

    holds: Callable[[Actor, CaseFacts], bool]
    condition: Callable[[Actor], ColumnElement[bool]]


def _led_stages(actor: Actor) -> ColumnElement[bool]:
    """The case is of a stage that the unit leads by the catalogue it was accepted under."""
    name = settings().catalogue
    led = [(c.version, stage.number) for c in every_version(name) for stage in c.stages if stage.lead == actor.unit]
    stages = [and_(col(Case.catalogue_version) == version, col(Case.stage) == number) for version, number in led]
    return and_(col(Case.catalogue) == name, or_(false(), *stages))


HANDED_IN = Ground(lambda _, facts: facts.submitted, lambda _: col(Case.submitted_at).is_not(None))
"""What was never handed in is its applicant's own."""

AT_WINDOW = Ground(lambda _, facts: facts.filed_at_window, lambda _: cast(col(Case.walk_in), String) != "{}")
"""Written at the window for a walk-in applicant."""

TAKES_PART = Ground(
    lambda actor, facts: actor.unit in facts.units,
    lambda actor: col(Case.id).in_(select(Assignment.case_id).where(Assignment.unit == actor.unit)),
)
"""The unit has an item of the case."""

LEADS = Ground(
    lambda actor, facts: actor.unit == facts.lead and bool(facts.units),
    lambda actor: and_(_led_stages(actor), col(Case.id).in_(select(Assignment.case_id))),
)
"""The unit leads the stage of a case that was dispatched, with or without an item of its own."""

OWN = Ground(
    lambda actor, facts: facts.organisation_id in actor.organisations,
    lambda actor: col(Case.organisation_id).in_(actor.organisations),
)
"""The person acts for the applicant by valid written authority."""

INVITED = Ground(
    lambda actor, facts: actor.account_id in facts.parties,
    lambda actor: col(Case.id).in_(select(Invitation.case_id).where(Invitation.account_id == actor.account_id)),
)
"""The person accepted an invitation to sign a party's part."""

GROUNDS: dict[str, tuple[Ground, ...]] = {
    "coordinator": (HANDED_IN,),
    "supervisor": (HANDED_IN,),
    "clerk": (HANDED_IN, AT_WINDOW),
    "officer": (TAKES_PART, LEADS),
    "leader": (TAKES_PART, LEADS),
    "applicant": (OWN, INVITED),
}


def may_see(actor: Actor, facts: CaseFacts) -> bool:
    """Whether the person may open the case at all."""
    return any(ground.holds(actor, facts) for ground in GROUNDS.get(actor.role, ()))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` under which the actor may open it."""
    return or_(false(), *(ground.condition(actor) for ground in GROUNDS.get(actor.role, ())))
