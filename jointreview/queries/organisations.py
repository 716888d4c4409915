"""Organisations as their agents and the window see them: who acts for whom, by which letter, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Upload
from jointreview.models.identity import Account, Agent, Organisation

MOST_FOUND = 20


@dataclass(frozen=True)
class AgentView:
    """A person who acts, asked to act or acted for an organisation.

    `standing` is requested, active, over (the letter ran out) or ended; `letter` is the name of the letter of
    authority, empty without one.
    """

    agent_id: int
    organisation_id: int
    organisation: str
    credit_code: str
    name: str
    mobile: str
    owner: bool
    standing: str
    valid_until: date | None
    letter: str
    asked_at: datetime
    myself: bool


@dataclass(frozen=True)
class OrganisationView:
    """An organisation with one's own standing in it; `agents` are listed for its owner and for the window."""

    id: int
    name: str
    credit_code: str
    mine: AgentView | None
    agents: tuple[AgentView, ...]


@dataclass(frozen=True)
class Letter:
    """A letter of authority in the document store."""

    digest: str
    name: str
    mime: str


def own_organisations(actor: Actor, today: date) -> list[OrganisationView]:
    """The organisations the person acts for, asked to act for, or acted for."""
    with reading() as session:
        memberships = session.exec(
            select(Agent.organisation_id).where(Agent.account_id == actor.account_id).order_by(col(Agent.id))
        ).all()
        views = [_organisation(session, actor, organisation_id, today) for organisation_id in memberships]
    return sorted(views, key=lambda view: view.mine is not None and view.mine.standing == "ended")


def found_organisations(actor: Actor, wanted: str, today: date) -> list[OrganisationView]:
    """For the window: organisations whose name or credit code holds `wanted`; from two characters on."""
    text = wanted.strip()
    if actor.role != "clerk" or len(text) < 2:
        return []
    with reading() as session:
        ids = session.exec(
            select(Organisation.id)
            .where(
                or_(
                    col(Organisation.name).icontains(text, autoescape=True),
                    col(Organisation.credit_code).icontains(text, autoescape=True),
                )
            )
            .order_by(col(Organisation.name))
            .limit(MOST_FOUND)
        ).all()
        return [_organisation(session, actor, i, today) for i in ids if i is not None]


def open_requests(actor: Actor, today: date) -> list[AgentView]:
    """Everybody who asked to act and waits: all for the window, those of the own organisations for an owner."""
    with reading() as session:
        asked = select(Agent, Account, Organisation).join(Account, col(Account.id) == Agent.account_id)
        asked = asked.join(Organisation, col(Organisation.id) == Agent.organisation_id)
        asked = asked.where(Agent.status == "requested").order_by(col(Agent.created_at), col(Agent.id))
        if actor.role != "clerk":
            asked = asked.where(col(Agent.organisation_id).in_(_owned_by(actor)))
        return [_agent(row, account, firm, actor, today) for row, account, firm in session.exec(asked).all()]


def letter_of(actor: Actor, agent_id: int) -> Letter:
    """The letter of an agent, for the agent, the organisation's owner and the window; Refused (missing) otherwise."""
    with reading() as session:
        agent = session.get(Agent, agent_id)
        if agent is None or not agent.letter_digest or not _may_read_letter(session, actor, agent):
            raise refuse("organisation.no_letter", kind="missing")
        mime = session.exec(select(Upload.mime).where(Upload.digest == agent.letter_digest)).first()
        return Letter(agent.letter_digest, agent.letter_name, mime or "application/octet-stream")


def _may_read_letter(session: Session, actor: Actor, agent: Agent) -> bool:
    if actor.role == "clerk":
        return True
    if actor.role != "applicant":
        return False
    return agent.account_id == actor.account_id or agent.organisation_id in session.exec(_owned_by(actor)).all()


def _owned_by(actor: Actor) -> SelectOfScalar[int]:
    return select(Agent.organisation_id).where(
        Agent.account_id == actor.account_id, col(Agent.owner), Agent.status == "active"
    )


def _organisation(session: Session, actor: Actor, organisation_id: int, today: date) -> OrganisationView:
    firm = session.get_one(Organisation, organisation_id)
    rows = session.exec(
        select(Agent, Account)
        .join(Account, col(Account.id) == Agent.account_id)
        .where(Agent.organisation_id == organisation_id)
        .order_by(col(Agent.owner).desc(), col(Agent.id))
    ).all()
    agents = tuple(_agent(row, account, firm, actor, today) for row, account in rows)
    mine = next((a for a in agents if a.myself), None)
    owns = mine is not None and mine.owner and mine.standing == "active"
    shown = agents if owns or actor.role == "clerk" else ()
    return OrganisationView(organisation_id, firm.name, firm.credit_code, mine, shown)


def _agent(row: Agent, account: Account, firm: Organisation, actor: Actor, today: date) -> AgentView:
    assert row.id is not None and firm.id is not None
    over = row.status == "active" and row.valid_until is not None and row.valid_until < today
    return AgentView(
        agent_id=row.id,
        organisation_id=firm.id,
        organisation=firm.name,
        credit_code=firm.credit_code,
        name=account.name,
        mobile=account.mobile,
        owner=row.owner,
        standing="over" if over else row.status,
        valid_until=row.valid_until,
        letter=row.letter_name if row.letter_digest else "",
        asked_at=row.created_at,
        myself=account.id == actor.account_id,
    )
