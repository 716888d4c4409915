"""Deputies and leave: a post is lent from a day to a day; whoever is on leave is not planned for."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field
from sqlmodel import Session, col, select

from jointreview.commands.bookings import visits_booked
from jointreview.commands.executor import Context
from jointreview.commands.people import officers_of, staff_with_role
from jointreview.commands.registry import Command, command
from jointreview.domain.deputies import LONGEST, NEVER_LENT, HeldPost, fits, may_lend
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.case import Case
from jointreview.models.identity import Account, Audit, Delegation, Post
from jointreview.models.visit import BusyTime, Visit, VisitMember

LENDERS = dict.fromkeys(("clerk", "officer", "leader", "coordinator", "supervisor"))


class NameDeputy(Command):
    """Somebody stands in for the holder of a post from a day to a day, both included."""

    post_id: int
    deputy_id: int
    from_on: date
    until_on: date
    reason: str = Field("", max_length=200)


class EndDeputy(Command):
    """The deputy no longer stands in, from this moment on."""

    delegation_id: int


class TakeLeave(Command):
    """Leave from a half-day to a half-day; with a deputy for the holder's posts where one is named."""

    from_on: date
    until_on: date
    from_half: str = Field("am", pattern="^(am|pm)$")
    until_half: str = Field("pm", pattern="^(am|pm)$")
    deputy_id: int | None = None
    note: str = Field("", max_length=100)


def held(post: Post) -> HeldPost:
    """A post as the rules see it."""
    return HeldPost(post.account_id, post.role, post.unit)


def posts_of(session: Session, account_id: int) -> list[Post]:
    """The active posts of an account."""
    return list(session.exec(select(Post).where(Post.account_id == account_id, col(Post.active))).all())


def _span_problems(ctx: Context, from_on: date, until_on: date) -> list[Problem]:
    problems = []
    if from_on > until_on:
        problems.append(Problem("people.span_backwards", {}, "until_on"))
    if until_on < ctx.today:
        problems.append(Problem("people.span_past", {}, "until_on"))
    if until_on - from_on > LONGEST:
        problems.append(Problem("people.span_long", {"days": LONGEST.days}, "until_on"))
    return problems


def _deputy(ctx: Context, deputy_id: int) -> Account:
    deputy = ctx.session.get(Account, deputy_id)
    if deputy is None or not deputy.active or deputy.kind != "staff":
        raise refuse("people.deputy_unknown", where="deputy_id", kind="missing")
    return deputy


def _lend(ctx: Context, post: Post, deputy: Account, from_on: date, until_on: date, reason: str) -> Delegation:
    """Write the delegation and tell both; a second one of the same deputy over the same days is refused."""
    assert post.id is not None and deputy.id is not None
    same = ctx.session.exec(
        select(Delegation).where(
            Delegation.post_id == post.id,
            Delegation.deputy_id == deputy.id,
            col(Delegation.ended_at).is_(None),
            Delegation.from_on <= until_on,
            Delegation.until_on >= from_on,
        )
    ).first()
    if same is not None:
        raise refuse("people.deputy_already", where="deputy_id", kind="state", name=deputy.name)
    row = Delegation(
        post_id=post.id,
        deputy_id=deputy.id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        made_by=ctx.actor.account_id,
        made_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    holder = ctx.session.get_one(Account, post.account_id)
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat()}
    _record(ctx, "deputy.named", holder, deputy=deputy.login, role=post.role, unit=post.unit, **days)
    ctx.notify([deputy.id], "notify.deputy_named", name=holder.name, **days)
    ctx.notify([post.account_id], "notify.deputy_for_you", name=deputy.name, **days)
    ctx.topics |= {f"account:{deputy.id}", f"account:{post.account_id}"}
    return row


def _record(ctx: Context, action: str, holder: Account, **details: object) -> None:
    ctx.session.add(
        Audit(at=ctx.now, account_id=ctx.actor.account_id, action=action, subject=holder.login, details=details)
    )


def _may_lend(ctx: Context, post: Post) -> bool:
    actor = ctx.actor
    return may_lend(held(post), actor.account_id, actor.role, actor.unit, bool(actor.acting_for))


@command(title="cmd.name_deputy", grants={**LENDERS, "admin": None})
def name_deputy(ctx: Context, cmd: NameDeputy) -> dict:
    """By the holder, the head of the unit, or the administrator for coordinators and the window."""
    post = ctx.session.get(Post, cmd.post_id)
    if post is None or not post.active or not _may_lend(ctx, post):
        raise refuse("people.not_yours_to_lend", kind="forbidden")
    deputy = _deputy(ctx, cmd.deputy_id)
    problems = _span_problems(ctx, cmd.from_on, cmd.until_on)
    if not fits(held(post), cmd.deputy_id, map(held, posts_of(ctx.session, cmd.deputy_id))):
        problems.append(Problem("people.deputy_does_not_fit", {}, "deputy_id"))
    if problems:
        raise Refused(*problems)
    return {"delegation_id": _lend(ctx, post, deputy, cmd.from_on, cmd.until_on, cmd.reason).id}


@command(title="cmd.end_deputy", grants={**LENDERS, "admin": None})
def end_deputy(ctx: Context, cmd: EndDeputy) -> None:
    """By whoever may name one, and by the deputy."""
    row = ctx.session.get(Delegation, cmd.delegation_id)
    post = ctx.session.get(Post, row.post_id) if row else None
    if row is None or post is None:
        raise refuse("people.no_such_deputy", kind="missing")
    if row.deputy_id != ctx.actor.account_id and not _may_lend(ctx, post):
        raise refuse("people.not_yours_to_lend", kind="forbidden")
    if row.ended_at is not None or row.until_on < ctx.today:
        raise refuse("people.deputy_over", kind="state")
    row.ended_at = ctx.now
    ctx.session.add(row)
    holder = ctx.session.get_one(Account, post.account_id)
    deputy = ctx.session.get_one(Account, row.deputy_id)
    _record(ctx, "deputy.ended", holder, deputy=deputy.login, role=post.role, unit=post.unit)
    ctx.notify([row.deputy_id, post.account_id], "notify.deputy_ended", name=holder.name, deputy=deputy.name)
    ctx.topics |= {f"account:{row.deputy_id}", f"account:{post.account_id}"}


@command(title="cmd.take_leave", grants=LENDERS)
def take_leave(ctx: Context, cmd: TakeLeave) -> dict:
    """The half-days are taken, deputies named, and planned visits of these days shown to the coordinator."""
    actor = ctx.actor
    problems = _span_problems(ctx, cmd.from_on, cmd.until_on)
    if cmd.from_on == cmd.until_on and cmd.from_half > cmd.until_half:
        problems.append(Problem("people.span_backwards", {}, "until_half"))
    if problems:
        raise Refused(*problems)
    halves = [
        (day, half)
        for day in ctx.calendar.workdays_in(cmd.from_on - timedelta(days=1), cmd.until_on)
        for half in ("am", "pm")
        if (cmd.from_on, cmd.from_half) <= (day, half) <= (cmd.until_on, cmd.until_half)
    ]
    taken = {
        (busy.day, busy.half): busy
        for busy in ctx.session.exec(
            select(BusyTime).where(
                BusyTime.account_id == actor.account_id,
                BusyTime.day >= cmd.from_on,
                BusyTime.day <= cmd.until_on,
            )
        ).all()
    }
    for day, half in halves:
        if (day, half) not in taken:
            ctx.session.add(BusyTime(account_id=actor.account_id, day=day, half=half, note=cmd.note))
    visits = [visit for h in halves if h in taken for visit in visits_booked(ctx, taken[h])]
    flagged = sum(_flag_visit(ctx, visit) for visit in visits)
    lent = _lend_posts(ctx, cmd) if cmd.deputy_id is not None else 0
    me = ctx.session.get_one(Account, actor.account_id)
    _record(ctx, "leave.taken", me, from_on=cmd.from_on.isoformat(), until_on=cmd.until_on.isoformat())
    ctx.topics.add(f"account:{actor.account_id}")
    return {"half_days": len(halves), "visits": flagged, "posts": lent}


def _lend_posts(ctx: Context, cmd: TakeLeave) -> int:
    """Lend every post of one's own that the deputy fits; answers how many."""
    assert cmd.deputy_id is not None
    deputy = _deputy(ctx, cmd.deputy_id)
    theirs = [held(post) for post in posts_of(ctx.session, cmd.deputy_id)]
    mine = [
        post
        for post in posts_of(ctx.session, ctx.actor.account_id)
        if post.role not in NEVER_LENT and fits(held(post), cmd.deputy_id, theirs)
    ]
    if not mine:
        raise refuse("people.deputy_does_not_fit", where="deputy_id")
    for post in mine:
        _lend(ctx, post, deputy, cmd.from_on, cmd.until_on, cmd.note)
    return len(mine)


def _flag_visit(ctx: Context, visit: Visit) -> bool:
    """Tell the coordinators of a planned visit whose officer is away, with a free colleague where there is one."""
    member = ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.account_id == ctx.actor.account_id)
    ).first()
    if member is None:
        return False
    substitute = substitute_for(ctx.session, member, visit)
    ctx.notify(
        staff_with_role(ctx.session, "coordinator"),
        "notify.visit_on_leave" if substitute else "notify.visit_on_leave_nobody",
        number=ctx.session.get_one(Case, visit.case_id).number,
        day=visit.day.isoformat(),
        name=ctx.actor.name,
        **({"substitute": substitute.name} if substitute else {}),
    )
    ctx.topics.add(f"case:{visit.case_id}")
    return True


def substitute_for(session: Session, member: VisitMember, visit: Visit) -> Account | None:
    """A colleague of the same unit who is free on that half-day."""
    busy = set(
        session.exec(select(BusyTime.account_id).where(BusyTime.day == visit.day, BusyTime.half == visit.half)).all()
    )
    return next((a for a in officers_of(session, member.unit) if a.id not in busy), None)
