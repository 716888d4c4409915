"""What work on site needs beside the visit itself: permission to sign off line, the gate's code, notes."""

from __future__ import annotations

from pydantic import Field, SecretStr
from sqlmodel import col, select

from jointreview.commands.arrivals import make_code
from jointreview.commands.executor import Context
from jointreview.commands.files import Photos, check_password, photo_list
from jointreview.commands.registry import CaseCommand, Command, command
from jointreview.commands.relations import own_case, unit_takes_part
from jointreview.commands.seals import public_key
from jointreview.commands.visits import SITE_STATES, visit_phase, visit_planned
from jointreview.domain.case_states import CaseState
from jointreview.domain.on_site import permission_ends
from jointreview.domain.problems import refuse
from jointreview.models.identity import Audit
from jointreview.models.pocket import SignPermit, SiteNote
from jointreview.models.visit import Visit, VisitMember


class PermitSigning(Command):
    """An officer lets this device sign today's opinions without network, with password and a key of the device."""

    device: str = Field(min_length=16, max_length=64)
    public_key: str = Field(max_length=200)
    password: SecretStr


class ShowGateCode(CaseCommand):
    """The code by which officers sign in at the gate, for who receives them there."""


class KeepSiteNote(CaseCommand):
    """What was done on site and could not be taken any more stays with the case in words."""

    text: str = Field(min_length=2, max_length=4000)
    photos: Photos = Field(default_factory=list, max_length=24)


@command(title="cmd.permit_signing", grants={"officer": None})
def permit_signing(ctx: Context, cmd: PermitSigning) -> dict:
    """Raises Refused for a wrong password or key, and for who has no visit today. An earlier one on it ends."""
    check_password(ctx, cmd.password)
    public_key(cmd.public_key)
    visits = ctx.session.exec(
        select(Visit.id)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(VisitMember.account_id == ctx.actor.account_id, Visit.day == ctx.today, Visit.status == "planned")
    ).all()
    if not visits:
        raise refuse("commands.no_visit_of_yours", kind="state")
    before = select(SignPermit).where(
        SignPermit.account_id == ctx.actor.account_id,
        SignPermit.device == cmd.device,
        col(SignPermit.revoked_at).is_(None),
    )
    for old in ctx.session.exec(before).all():
        old.revoked_at = ctx.now
        ctx.session.add(old)
    permit = SignPermit(
        account_id=ctx.actor.account_id,
        device=cmd.device,
        public_key=cmd.public_key,
        visits=sorted({v for v in visits if v is not None}),
        granted_at=ctx.now,
        expires_at=permission_ends(ctx.now),
    )
    ctx.session.add(permit)
    ctx.session.flush()
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action="signing.permitted",
            subject=f"device:{cmd.device[:8]}",
            details={"visits": permit.visits},
        )
    )
    return {"permit_id": permit.id, "visits": permit.visits, "expires_at": permit.expires_at.isoformat()}


@command(
    title="cmd.show_gate_code",
    grants={"coordinator": None, "applicant": own_case},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned),
    silent=True,
)
def show_gate_code(ctx: Context, cmd: ShowGateCode) -> dict:
    """Refused before the day of the visit: a code that is out for long is no proof of having been there."""
    visit = ctx.session.exec(select(Visit).where(Visit.case_id == ctx.case_id, Visit.status == "planned")).one()
    if ctx.today != visit.day:
        raise refuse("commands.gate_code_on_the_day", kind="state", day=visit.day.isoformat())
    return {"code": make_code(ctx.session, visit), "day": visit.day.isoformat(), "half": visit.half}


@command(
    title="cmd.keep_site_note",
    grants={"officer": unit_takes_part},
    states=frozenset(CaseState),
)
def keep_site_note(ctx: Context, cmd: KeepSiteNote) -> dict:
    photos = photo_list(ctx, cmd.photos)
    note = SiteNote(
        case_id=ctx.case_id,
        account_id=ctx.actor.account_id,
        unit=ctx.actor.unit,
        text=cmd.text,
        photos=photos,
        client_time=ctx.client_time,
        kept_at=ctx.now,
    )
    ctx.session.add(note)
    ctx.session.flush()
    ctx.event("site_note", unit=ctx.actor.unit, text=cmd.text, photos=[photo["digest"] for photo in photos])
    return {"note_id": note.id}
