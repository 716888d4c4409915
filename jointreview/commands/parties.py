"""The responsible parties sign their own part of the form by invitation."""

from __future__ import annotations

import hashlib
import secrets

from pydantic import Field
from sqlmodel import select

from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import DrawnSignature, sign
from jointreview.commands.form_values import form_values
from jointreview.commands.people import applicants_of
from jointreview.commands.registry import CaseCommand, Command, command
from jointreview.commands.relations import filed_at_window, invited_party, own_case
from jointreview.domain.case_states import BEFORE_ACCEPTANCE
from jointreview.domain.problems import Problem, refuse
from jointreview.models.actor import Actor
from jointreview.models.case import Case, Invitation


class InviteParty(CaseCommand):
    """Invite a responsible party; the code is shown once and given to it. A new invitation ends the one before."""

    party_kind: str = Field(max_length=20)


class AcceptInvitation(Command):
    """A person who received a code joins the case for that party."""

    code: str = Field(min_length=8, max_length=40)


class SignParty(CaseCommand):
    """The party confirms its part of the form with its own opinion and signature."""

    opinion: str = Field(min_length=2, max_length=2000)
    signature: DrawnSignature


@command(
    title="cmd.invite_party",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=BEFORE_ACCEPTANCE,
)
def invite_party(ctx: Context, cmd: InviteParty) -> dict:
    parties = form_values(ctx.session, ctx.case_id).get("S3", {}).get("parties", [])
    if cmd.party_kind not in {p.get("kind") for p in parties}:
        raise refuse("commands.party_not_in_form", where="party_kind")
    old = ctx.session.exec(
        select(Invitation).where(Invitation.case_id == ctx.case_id, Invitation.party_kind == cmd.party_kind)
    ).first()
    if old is not None and old.signature_id is not None:
        raise refuse("commands.party_signed", kind="state")
    code = secrets.token_hex(6).upper()
    invitation = old or Invitation(case_id=ctx.case_id, party_kind=cmd.party_kind, code_digest="", created_at=ctx.now)
    invitation.code_digest, invitation.account_id = _digest(code), None
    ctx.session.add(invitation)
    ctx.event("party_invited", party=cmd.party_kind)
    return {"code": code}


@command(title="cmd.accept_invitation", grants={"applicant": None})
def accept_invitation(ctx: Context, cmd: AcceptInvitation) -> dict:
    invitation = ctx.session.exec(
        select(Invitation).where(Invitation.code_digest == _digest(cmd.code.strip().upper()))
    ).first()
    if invitation is None or invitation.account_id not in (None, ctx.actor.account_id):
        raise refuse("commands.no_such_invitation", where="code", kind="missing")
    case = ctx.session.get(Case, invitation.case_id)
    assert case is not None
    if case.state not in BEFORE_ACCEPTANCE:
        raise refuse("commands.invitation_over", where="code", kind="state")
    ctx.case = case
    invitation.account_id = ctx.actor.account_id
    ctx.session.add(invitation)
    ctx.event("party_joined", party=invitation.party_kind)
    return {"case_id": case.id, "party_kind": invitation.party_kind}


def not_signed_yet(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The invited person has a part left to sign."""
    return None if actor.account_id in facts.unsigned_parties else Problem("commands.party_signed")


@command(
    title="cmd.sign_party",
    grants={"applicant": invited_party},
    states=BEFORE_ACCEPTANCE,
    checks=(not_signed_yet,),
)
def sign_party(ctx: Context, cmd: SignParty) -> dict:
    """The signature is bound to the party's row of the form and the opinion."""
    invitations = ctx.session.exec(
        select(Invitation).where(Invitation.case_id == ctx.case_id, Invitation.account_id == ctx.actor.account_id)
    ).all()
    invitation = next(i for i in invitations if i.signature_id is None)
    parties = form_values(ctx.session, ctx.case_id).get("S3", {}).get("parties", [])
    rows = [p for p in parties if p.get("kind") == invitation.party_kind]
    signature = sign(ctx, "party", cmd.signature, {"party": rows, "opinion": cmd.opinion})
    invitation.signature_id, invitation.opinion = signature.id, cmd.opinion
    ctx.session.add(invitation)
    ctx.event("party_signed", party=invitation.party_kind, signature=signature.content_digest)
    ctx.notify(applicants_of(ctx.session, ctx.the_case, ctx.today), "notify.party_signed", number=ctx.the_case.number)
    return {"signature_id": signature.id}


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
