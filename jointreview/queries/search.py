"""The search of the top bar: visible cases by number, project code, project, address or organisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlmodel import col, select

from jointreview.commands.sight import visible_to
from jointreview.commands.standings import PLACE_SECTION
from jointreview.domain.case_states import ENDED
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, FormSection
from jointreview.models.identity import Organisation
from jointreview.models.project import Project
from jointreview.queries.patterns import containing
from jointreview.text import tr

MOST_HITS = 10
LEAST_LETTERS = 2
_MOST_LETTERS = 80
_MOST_WORDS = 6


@dataclass(frozen=True)
class Hit:
    """A case found."""

    case_id: int
    href: str
    number: str
    project: str
    address: str
    state_name: str


def search(actor: Actor, text: str, lang: str) -> list[Hit]:
    """At most ten cases the actor may see that hold every word of `text`; open ones and the newest first.

    Fewer than two letters find nothing, so that a key stroke does not list everything.
    """
    wanted = text.strip()[:_MOST_LETTERS]
    if len(wanted) < LEAST_LETTERS:
        return []
    address = col(FormSection.values)["address"].as_string()
    places = (col(Case.number), col(Project.code), col(Project.name), col(Organisation.name), address)
    holds = [
        or_(*(place.ilike(containing(word), escape="!") for place in places)) for word in wanted.split()[:_MOST_WORDS]
    ]
    ended = col(Case.state).in_([s.value for s in ENDED])
    with reading() as session:
        rows = session.exec(
            select(Case, col(Project.name), address)
            .join(Project, col(Project.id) == Case.project_id)
            .join(Organisation, col(Organisation.id) == Case.organisation_id)
            .outerjoin(
                FormSection,
                and_(col(FormSection.case_id) == Case.id, col(FormSection.section) == PLACE_SECTION),
            )
            .where(visible_to(actor), *holds)
            .order_by(ended, col(Case.id).desc())
            .limit(MOST_HITS)
        ).all()
    return [
        Hit(
            case_id=case.id or 0,
            href=f"/cases/{case.id}",
            number=case.number,
            project=project,
            address=place or "",
            state_name=tr(lang, f"state.{case.state}"),
        )
        for case, project, place in rows
    ]
