"""Staff, units, health and record as the page's state holds them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from jointreview.api.health import Check
from jointreview.queries.calendar import YearCovered
from jointreview.queries.people import AuditEntry, HeldPost, StaffMember, UnitStaffing
from jointreview.text import tr

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class PostRow(TypedDict):
    """A post in words."""

    id: str
    text: str


class IdentityRow(TypedDict):
    """How an organisation's own sign-in knows the person."""

    id: str
    text: str


class StaffRow(TypedDict):
    """A member of staff in words."""

    id: str
    name: str
    login: str
    contact: str
    active: bool
    standing: str
    tone: str
    sessions: int
    devices: str
    seen: str
    posts: list[PostRow]
    asked: list[PostRow]
    identities: list[IdentityRow]


class UnitRow(TypedDict):
    """A handling unit in words; `empty` tells that nobody can act for it."""

    code: str
    name: str
    department: str
    duties: str
    phone: str
    officers: str
    empty: bool


class CheckRow(TypedDict):
    """One thing that was looked at."""

    name: str
    text: str
    detail: str
    tone: str


class AuditRow(TypedDict):
    """A line of the record."""

    when: str
    who: str
    what: str
    subject: str
    details: str


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"


def post_text(post: HeldPost, lang: str) -> str:
    """Role, unit and title of a post."""
    parts = (tr(lang, f"account.role_{post.role}"), post.unit_name, post.title)
    return " · ".join(part for part in parts if part)


def staff_row(member: StaffMember, lang: str) -> StaffRow:
    """A member of staff; of several things that are not in order the gravest is shown."""
    standing, tone = _standing(member)
    return StaffRow(
        id=str(member.account_id),
        name=member.name,
        login=member.login,
        contact=" · ".join(part for part in (member.mobile, member.email) if part),
        active=member.active,
        standing=tr(lang, f"admin.standing_{standing}"),
        tone=tone,
        sessions=member.sessions,
        devices=tr(lang, "admin.sessions", count=member.sessions),
        seen=tr(lang, "admin.seen", when=_when(member.seen_at)) if member.seen_at else "",
        posts=[PostRow(id=str(p.id), text=post_text(p, lang)) for p in member.posts],
        asked=[PostRow(id=str(p.id), text=post_text(p, lang)) for p in member.asked],
        identities=[IdentityRow(id=str(i.id), text=f"{i.provider} · {i.subject}") for i in member.identities],
    )


def _standing(member: StaffMember) -> tuple[str, str]:
    if not member.active:
        return "closed", "bad"
    if member.locked:
        return "locked", "warn"
    if not member.posts:
        return "no_post", "warn"
    return ("one_time", "warn") if member.must_change_password else ("open", "good")


def unit_row(unit: UnitStaffing, lang: str) -> UnitRow:
    """A handling unit with its officers."""
    return UnitRow(
        code=unit.code,
        name=unit.name,
        department=unit.department,
        duties=unit.duties,
        phone=unit.phone,
        officers=tr(lang, "admin.list_joint").join(unit.officers),
        empty=not unit.officers,
    )


def check_rows(checks: list[Check], years: list[YearCovered], this_year: int, lang: str) -> list[CheckRow]:
    """The health checks and how far the working-day table reaches."""
    found = []
    for check in checks:
        standing = "ok" if check.ok else "failed" if check.needed else "absent"
        found.append(
            CheckRow(
                name=tr(lang, f"health.{check.name}"),
                text=tr(lang, f"admin.check_{standing}"),
                detail=" · ".join([check.detail, *(tr(lang, note.key, **note.params) for note in check.notes)]),
                tone={"ok": "good", "failed": "bad", "absent": "warn"}[standing],
            )
        )
    return [*found, _calendar_row(years, this_year, lang)]


def _calendar_row(years: list[YearCovered], this_year: int, lang: str) -> CheckRow:
    official = [y.year for y in years if not y.provisional]
    known = this_year in official
    return CheckRow(
        name=tr(lang, "admin.check_calendar"),
        text=tr(lang, "admin.check_ok" if known else "admin.check_provisional"),
        detail=tr(lang, "admin.calendar_until", year=max(official)) if official else tr(lang, "admin.calendar_none"),
        tone="good" if known else "warn",
    )


def audit_row(entry: AuditEntry) -> AuditRow:
    """A line of the record."""
    return AuditRow(
        when=_when(entry.at),
        who=entry.who or "—",
        what=entry.what,
        subject=entry.subject or "—",
        details=entry.details or "—",
    )
