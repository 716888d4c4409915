"""What is known before an application begins: the organisations one may apply for, and the project behind a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import col, or_, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.wizard import carried_over, given_of
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.identity import Organisation
from jointreview.models.project import Project
from jointreview.queries.principal import organisations_of
from jointreview.settings import settings

_SHOWN = 20


@dataclass(frozen=True)
class OrganisationShown:
    """An organisation to apply for."""

    id: int
    name: str
    credit_code: str


@dataclass(frozen=True)
class ProjectKnown:
    """What a project code means for an organisation.

    `kind`: `invalid` with problems, `new`, `own` (with its name and how many answers it brings), or `other` when it
    belongs to another organisation.
    """

    kind: Literal["invalid", "new", "own", "other"]
    code: str
    name: str = ""
    answers: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class StageOffered:
    """A stage to apply in; `days` are working days promised."""

    number: int
    name: str
    intro: str
    days: int


def stages_offered(lang: str, today: date) -> list[StageOffered]:
    """The stages of today's catalogue."""
    stages = load_catalog(settings().catalogue, today).stages
    return [StageOffered(s.number, s.name.in_(lang), s.intro.in_(lang), s.promised_days) for s in stages]


def answers_from(pairs: Iterable[tuple[str, str]], stage: int, today: date) -> dict[str, dict[str, Any]]:
    """The answers of the wizard in an address, as they go into the form; what cannot be read is left aside."""
    return carried_over(load_catalog(settings().catalogue, today), stage, given_of(pairs))


def organisations_for(actor: Actor, wanted: str = "") -> list[OrganisationShown]:
    """An applicant's own organisations; for a clerk those whose name or code contains `wanted`."""
    query = select(Organisation).order_by(col(Organisation.name))
    with reading() as session:
        if actor.role == "applicant":
            # From the tables: the actor of the event that registered an organisation does not know it yet.
            query = query.where(col(Organisation.id).in_(organisations_of(session, actor.account_id)))
        elif actor.role == "clerk" and len(wanted.strip()) >= 2:
            part = wanted.strip()
            query = query.where(
                or_(
                    col(Organisation.name).contains(part, autoescape=True),
                    col(Organisation.credit_code).contains(part.upper(), autoescape=True),
                )
            ).limit(_SHOWN)
        else:
            return []
        return [OrganisationShown(o.id or 0, o.name, o.credit_code) for o in session.exec(query).all()]


def project_known(code: str, organisation_id: int) -> ProjectKnown:
    """Whether the code is sound and the project known; another organisation's project shows no particulars."""
    checked = check_code(code, "project")
    if not checked.valid:
        return ProjectKnown("invalid", checked.normalised, problems=tuple(checked.problems))
    with reading() as session:
        project = session.exec(select(Project).where(Project.code == checked.normalised)).first()
    if project is None:
        return ProjectKnown("new", checked.normalised)
    if project.organisation_id != organisation_id:
        return ProjectKnown("other", checked.normalised)
    answers = sum(len(section) for section in project.values.values())
    return ProjectKnown("own", checked.normalised, project.name, answers)
