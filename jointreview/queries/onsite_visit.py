"""The visit as the page on site shows it: when, who is there since when, and one's own arrival."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from jointreview.commands.files import name_with_holder
from jointreview.commands.registry import may
from jointreview.commands.visits import SignIn
from jointreview.models.identity import Account
from jointreview.models.visit import Visit, VisitMember

if TYPE_CHECKING:
    from jointreview.queries.onsite import Reader

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def visit_of(r: Reader) -> dict[str, Any]:
    """`visit` (None without one), `meeting_point`, `may_sign_in` and in words why not."""
    visit = r.session.exec(
        select(Visit)
        .where(Visit.case_id == r.case.id, col(Visit.status).in_(["planned", "held"]))
        .order_by(col(Visit.status) == "planned", col(Visit.id))
    ).all()
    if not visit:
        return {"visit": None, "meeting_point": "", "may_sign_in": False, "sign_in_reason": ""}
    last = visit[-1]
    members = _members(r, last)
    allowed, why = _arrival(r, last, members)
    return {
        "visit": {
            "id": last.id,
            "when": when(r, last.day, last.half),
            "members": [_member(r, m, name) for m, name in members],
        },
        "meeting_point": last.meeting_point,
        "may_sign_in": allowed,
        "sign_in_reason": why,
    }


def when(r: Reader, day: date, half: str) -> str:
    """A half-day in words: `2026-05-07 (周四) 上午`."""
    return f"{day.isoformat()} ({r.say(f'onsite.weekday_{day.isoweekday()}')}) {r.say(f'rules.half_{half}')}"


def _members(r: Reader, visit: Visit) -> list[tuple[VisitMember, str]]:
    rows = r.session.exec(
        select(VisitMember, Account.name)
        .join(Account, col(Account.id) == VisitMember.account_id)
        .where(VisitMember.visit_id == visit.id)
        .order_by(col(VisitMember.unit))
    ).all()
    return sorted(rows, key=lambda row: row[0].account_id != r.actor.account_id)


def _member(r: Reader, member: VisitMember, name: str) -> dict[str, Any]:
    if member.signed_in_at is not None:
        status = r.say("onsite.present", time=f"{member.signed_in_at.astimezone(_SHANGHAI):%H:%M}")
        tone = "good"
    else:
        status, tone = r.say(f"onsite.{member.attendance}"), "warn" if member.attendance == "absent" else ""
    me = member.account_id == r.actor.account_id
    said = name_with_holder(r.lang, name, member.acting_for)
    return {
        "unit": member.unit,
        "unit_name": r.catalog.unit(member.unit).name.in_(r.lang),
        "name": r.say("onsite.me", name=said) if me else said,
        "status": status,
        "tone": tone,
    }


def _arrival(r: Reader, visit: Visit, members: list[tuple[VisitMember, str]]) -> tuple[bool, str]:
    problem = may(r.actor, SignIn, r.facts)
    mine = next((m for m, _ in members if (m.account_id, m.unit) == (r.actor.account_id, r.actor.unit)), None)
    if mine is not None and mine.signed_in_at is not None:
        return False, r.say("onsite.arrived", time=f"{mine.signed_in_at.astimezone(_SHANGHAI):%H:%M}")
    if problem is None and visit.day > r.today:
        return False, r.say("commands.visit_not_today", day=visit.day.isoformat())
    return problem is None, r.words(problem)
