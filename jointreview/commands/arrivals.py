"""How an officer's arrival is proved: the code of the gate, a position, or the officer's own word."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from jointreview.commands.executor import Context
from jointreview.domain.on_site import Proof, code_holds, gate_code, near_enough, same_code
from jointreview.domain.problems import refuse
from jointreview.geo.inside import distance_to_parcel_m
from jointreview.geo.wkb import from_wkb
from jointreview.models.pocket import GateKey
from jointreview.models.project import Parcel
from jointreview.models.visit import Visit, VisitMember
from jointreview.settings import settings

if TYPE_CHECKING:
    from jointreview.commands.visits import SignIn


def note_arrival(ctx: Context, visit: Visit, member: VisitMember, cmd: SignIn) -> None:
    """Write down when the officer came and how it is known; raises Refused as `proof_of_arrival`."""
    proof, distance = proof_of_arrival(ctx, visit, cmd)
    member.attendance, member.signed_in_at, member.client_time = "present", ctx.done_at, ctx.client_time
    member.lon, member.lat, member.accuracy_m = cmd.lon, cmd.lat, cmd.accuracy_m
    member.proof, member.distance_m = proof.value, distance
    ctx.session.add(member)


def proof_of_arrival(ctx: Context, visit: Visit, cmd: SignIn) -> tuple[Proof, float | None]:
    """How it is known that the officer is there, and the metres to the parcel where a position was sent.

    Raises Refused for a code that is not this visit's or not of this half-day, and for a position too far away:
    neither turns into the officer's word by itself.
    """
    distance = _distance_m(ctx.session, visit.case_id, cmd.lon, cmd.lat)
    if cmd.code:
        code = code_of(ctx.session, visit)
        if not code or not same_code(cmd.code, code):
            raise refuse("commands.gate_code_wrong", where="code")
        if not code_holds(visit.day, visit.half, ctx.done_at):
            raise refuse("commands.gate_code_over", where="code", day=visit.day.isoformat())
        return Proof.CODE, distance
    if distance is None:
        return Proof.SELF, None
    radius = settings().arrival_radius_m
    near = near_enough(distance, cmd.accuracy_m or 0.0, radius)
    if near is False:
        raise refuse("commands.too_far_away", where="position", distance=round(distance), radius=radius)
    return (Proof.POSITION if near else Proof.SELF), distance


def _distance_m(session: Session, case_id: int, lon: float | None, lat: float | None) -> float | None:
    if lon is None or lat is None:
        return None
    parcel = session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).first()
    return distance_to_parcel_m(from_wkb(parcel.wkb), lon, lat) if parcel else None


def code_of(session: Session, visit: Visit) -> str:
    """The code of the visit as it stands; empty while nobody has asked for it, so that none can be right."""
    key = session.get(GateKey, visit.id)
    return gate_code(key.secret, visit.id or 0, visit.day, visit.half) if key else ""


def make_code(session: Session, visit: Visit) -> str:
    """The code of the visit, with a secret made at the first time."""
    assert visit.id is not None
    if session.get(GateKey, visit.id) is None:
        session.add(GateKey(visit_id=visit.id, secret=secrets.token_hex(32)))
        session.flush()
    return code_of(session, visit)
