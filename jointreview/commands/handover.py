"""Handover (交接): a person's open work goes to another, with the reason, and its history stays."""

from __future__ import annotations

import dataclasses

from pydantic import Field
from sqlmodel import Session, col, select

from jointreview.commands.bookings import replace
from jointreview.commands.deputies import posts_of
from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.domain.case_states import ENDED
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.identity import KEEPER_ROLES, Account, Audit, Post
from jointreview.models.review import Assignment
from jointreview.models.visit import BusyTime, Visit, VisitMember


class HandOver(Command):
    """What is open with one person goes to another: visits to come, cases named on, and the posts if wanted."""

    from_id: int
    to_id: int
    reason: str = Field(min_length=2, max_length=200)
    posts: bool = Field(False, description="the giver's posts end; the taker gets those not held yet")


@command(title="cmd.hand_over", grants={"leader": None, "admin": None})
def hand_over(ctx: Context, cmd: HandOver) -> dict:
    """A head within the own unit, the administrator anywhere. Raises Refused when a visit cannot be taken over."""
    giver, taker = (ctx.session.get(Account, i) for i in (cmd.from_id, cmd.to_id))
    if giver is None or taker is None or giver.kind != "staff" or taker.kind != "staff":
        raise refuse("people.handover_unknown", kind="missing")
    mine = posts_to_hand_over(ctx.session, ctx.actor, cmd.from_id)
    if not mine and ctx.actor.role == "leader":
        raise refuse("people.handover_other_unit", kind="forbidden")
    units = {post.unit for post in mine if post.role == "officer"}
    theirs = posts_of(ctx.session, cmd.to_id)
    problems = _problems(ctx, cmd, taker, mine, theirs)
    visits = visits_to_come(ctx.session, cmd.from_id, units)
    problems += _clashes(ctx, cmd.to_id, visits, taker)
    if problems:
        raise Refused(*problems)
    named = named_on(ctx.session, cmd.from_id, units)
    for member, visit in visits:
        replace(ctx, visit, member.unit, cmd.to_id)
    for assignment in named:
        assignment.officer_id = cmd.to_id
        ctx.session.add(assignment)
    posts = _move_posts(ctx, mine, theirs, cmd.to_id) if cmd.posts else 0
    cases = sorted({visit.case_id for _, visit in visits} | {a.case_id for a in named})
    for case_id in cases:
        _tell_case(ctx, case_id, cmd, giver, taker)
    moved = {"visits": len(visits), "cases": len(cases), "posts": posts}
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action="work.handed_over",
            subject=giver.login,
            details={"to": taker.login, "reason": cmd.reason, **moved},
        )
    )
    ctx.notify([cmd.from_id], "notify.handed_over", name=taker.name, visits=len(visits), cases=len(cases))
    ctx.notify([cmd.to_id], "notify.taken_over", name=giver.name, visits=len(visits), cases=len(cases))
    ctx.topics |= {f"account:{cmd.from_id}", f"account:{cmd.to_id}"}
    return moved


def posts_to_hand_over(session: Session, actor: Actor, account_id: int) -> list[Post]:
    """The posts the acting person may hand over: a head those of officers in the own unit, the administrator all."""
    posts = [post for post in posts_of(session, account_id) if post.role not in KEEPER_ROLES]
    if actor.role == "leader":
        return [post for post in posts if post.role == "officer" and post.unit == actor.unit]
    return posts


def _problems(ctx: Context, cmd: HandOver, taker: Account, mine: list[Post], theirs: list[Post]) -> list[Problem]:
    problems = []
    if cmd.from_id == cmd.to_id:
        problems.append(Problem("people.handover_same", {}, "to_id"))
    if not taker.active:
        problems.append(Problem("people.deputy_unknown", {}, "to_id"))
    held = {(post.role, post.unit) for post in theirs}
    lacking = [post for post in mine if post.role == "officer" and (post.role, post.unit) not in held]
    outsider = ctx.actor.role == "leader" and lacking
    if outsider or (lacking and not cmd.posts):
        problems.append(Problem("people.handover_no_post", {"name": taker.name}, "to_id"))
    return problems


def visits_to_come(session: Session, account_id: int, units: set[str]) -> list[tuple[VisitMember, Visit]]:
    """Planned visits for these units the person has not arrived at."""
    rows = session.exec(
        select(VisitMember, Visit)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(
            VisitMember.account_id == account_id,
            Visit.status == "planned",
            col(VisitMember.unit).in_(units),
            col(VisitMember.signed_in_at).is_(None),
        )
        .order_by(col(Visit.id))
    ).all()
    return [(member, visit) for member, visit in rows]


def _clashes(ctx: Context, to_id: int, visits: list[tuple[VisitMember, Visit]], taker: Account) -> list[Problem]:
    """Half-days on which the taker is not free: somebody has to replace the officer of that visit first."""
    busy = {(b.day, b.half) for b in ctx.session.exec(select(BusyTime).where(BusyTime.account_id == to_id)).all()}
    return [
        Problem("people.handover_clash", {"name": taker.name, "day": visit.day.isoformat()}, "to_id")
        for _, visit in visits
        if (visit.day, visit.half) in busy
    ]


def named_on(session: Session, account_id: int, units: set[str]) -> list[Assignment]:
    """Assignments of these units in open cases the person is named on."""
    return list(
        session.exec(
            select(Assignment)
            .join(Case, col(Case.id) == Assignment.case_id)
            .where(
                Assignment.officer_id == account_id,
                col(Assignment.unit).in_(units),
                col(Case.state).not_in([state.value for state in ENDED]),
            )
        ).all()
    )


def _move_posts(ctx: Context, mine: list[Post], theirs: list[Post], to_id: int) -> int:
    """End the giver's posts; those the taker does not hold yet are theirs, of the administrator's as a request."""
    held = {(post.role, post.unit) for post in theirs}
    asked = ctx.actor.role == "admin"  # posts are granted by the security officer
    for post in mine:
        post.active = False
        ctx.session.add(post)
        if (post.role, post.unit) not in held:
            moved = Post(account_id=to_id, role=post.role, unit=post.unit, title=post.title)
            moved.active, moved.asked = not asked, asked
            ctx.session.add(moved)
    ctx.topics.add("rights")
    return len(mine)


def _tell_case(ctx: Context, case_id: int, cmd: HandOver, giver: Account, taker: Account) -> None:
    """One event in the chain of every case whose people changed."""
    case = ctx.session.exec(select(Case).where(Case.id == case_id).with_for_update()).one()
    here = dataclasses.replace(ctx, case=case)
    here.event("handed_over", giver=giver.name, taker=taker.name, reason=cmd.reason)
    ctx.topics |= {f"case:{case_id}", "board"}
