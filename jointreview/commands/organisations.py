"""Organisations and the agents who act for them with written authority."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.files import own_upload
from jointreview.commands.registry import Command, command
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import Account, Agent, Organisation


class RegisterOrganisation(Command):
    """The first agent enters the organisation with its credit code and becomes its owner here."""

    credit_code: str
    name: str = Field(min_length=2, max_length=200)
    letter_upload_id: int | None = None


class RequestAgency(Command):
    """Another person asks to act for an organisation; its owner or the window decides."""

    credit_code: str
    letter_upload_id: int


class AdmitAgent(Command):
    """The owner, or the window after seeing the letter, admits an agent until a date."""

    agent_id: int
    valid_until: date | None = None


class EndAgent(Command):
    """An agent no longer acts for the organisation."""

    agent_id: int


def _code(text: str) -> str:
    checked = check_code(text, "credit")
    if not checked.valid:
        raise Refused(*(Problem(p.key, p.params, "credit_code") for p in checked.problems))
    return checked.normalised


def _keep_letter(ctx: Context, agent: Agent, upload_id: int | None) -> None:
    if upload_id is not None:
        upload = own_upload(ctx, upload_id)
        agent.letter_digest, agent.letter_name = upload.digest, upload.name


@command(title="cmd.register_organisation", grants={"applicant": None, "clerk": None})
def register_organisation(ctx: Context, cmd: RegisterOrganisation) -> dict:
    """A clerk registers for a walk-in applicant and becomes no agent. Raises Refused when it is known already."""
    code = _code(cmd.credit_code)
    if ctx.session.exec(select(Organisation).where(Organisation.credit_code == code)).first() is not None:
        raise refuse("commands.organisation_known", where="credit_code")
    organisation = Organisation(credit_code=code, name=cmd.name)
    ctx.session.add(organisation)
    ctx.session.flush()
    assert organisation.id is not None
    if ctx.actor.role == "applicant":
        agent = Agent(
            organisation_id=organisation.id,
            account_id=ctx.actor.account_id,
            owner=True,
            status="active",
            created_at=ctx.now,
        )
        _keep_letter(ctx, agent, cmd.letter_upload_id)
        ctx.session.add(agent)
    ctx.topics.add(f"account:{ctx.actor.account_id}")
    return {"organisation_id": organisation.id}


@command(title="cmd.request_agency", grants={"applicant": None})
def request_agency(ctx: Context, cmd: RequestAgency) -> None:
    organisation = ctx.session.exec(
        select(Organisation).where(Organisation.credit_code == _code(cmd.credit_code))
    ).first()
    if organisation is None or organisation.id is None:
        raise refuse("commands.no_such_organisation", where="credit_code", kind="missing")
    agent = ctx.session.exec(
        select(Agent).where(Agent.organisation_id == organisation.id, Agent.account_id == ctx.actor.account_id)
    ).first()
    if agent is not None and agent.status != "ended":
        raise refuse("commands.agency_known", where="credit_code", kind="state")
    agent = agent or Agent(organisation_id=organisation.id, account_id=ctx.actor.account_id, created_at=ctx.now)
    _keep_letter(ctx, agent, cmd.letter_upload_id)
    agent.status, agent.owner, agent.valid_until = "requested", False, None
    ctx.session.add(agent)
    owners = ctx.session.exec(
        select(Agent.account_id).where(Agent.organisation_id == organisation.id, col(Agent.owner))
    ).all()
    ctx.notify(owners, "notify.agency_requested", organisation=organisation.name)


def _agent(ctx: Context, agent_id: int) -> tuple[Agent, Organisation, Account]:
    """The agency, if the actor owns the organisation or stands at the window."""
    agent = ctx.session.get(Agent, agent_id)
    owner = (
        agent is not None
        and ctx.session.exec(
            select(Agent.id).where(
                Agent.organisation_id == agent.organisation_id,
                Agent.account_id == ctx.actor.account_id,
                col(Agent.owner),
                Agent.status == "active",
            )
        ).first()
    )
    if agent is None or not (owner or ctx.actor.role == "clerk"):
        raise refuse("commands.no_such_agent", kind="missing")
    organisation, account = (
        ctx.session.get(Organisation, agent.organisation_id),
        ctx.session.get(Account, agent.account_id),
    )
    assert organisation is not None and account is not None
    return agent, organisation, account


@command(title="cmd.admit_agent", grants={"applicant": None, "clerk": None})
def admit_agent(ctx: Context, cmd: AdmitAgent) -> None:
    agent, organisation, account = _agent(ctx, cmd.agent_id)
    if agent.status != "requested":
        raise refuse("commands.no_such_agent", kind="state")
    if cmd.valid_until is not None and cmd.valid_until < ctx.today:
        raise refuse("commands.authority_over", where="valid_until")
    agent.status, agent.valid_until = "active", cmd.valid_until
    ctx.session.add(agent)
    assert account.id is not None
    ctx.notify([account.id], "notify.agency_given", organisation=organisation.name)


@command(title="cmd.end_agent", grants={"applicant": None, "clerk": None})
def end_agent(ctx: Context, cmd: EndAgent) -> None:
    agent, organisation, account = _agent(ctx, cmd.agent_id)
    if agent.account_id == ctx.actor.account_id:
        raise refuse("commands.not_yourself", kind="state")
    if agent.status == "ended":
        raise refuse("commands.no_such_agent", kind="state")
    agent.status = "ended"
    ctx.session.add(agent)
    assert account.id is not None
    ctx.notify([account.id], "notify.agency_ended", organisation=organisation.name)
