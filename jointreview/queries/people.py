"""What the keepers see: staff with posts, units with officers, the rules of access, the record of what was done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.identity import FREE_ATTEMPTS, LONGEST_LOCK_MINUTES, is_locked
from jointreview.commands.password_rules import WITH_SECOND_FACTOR
from jointreview.commands.providers import providers
from jointreview.models.base import reading
from jointreview.models.identity import ROLES, Account, Audit, LinkedIdentity, LoginSession, Post
from jointreview.settings import SHANGHAI, settings
from jointreview.text import texts, tr

PAGE_ROWS = 50
AUDIT_GROUPS: dict[str, tuple[str, ...]] = {
    "sessions": (
        "account.signed_in",
        "account.signed_out",
        "account.session_ended",
        "account.sessions_ended",
        "account.sessions_over_quota",
        "account.locked",
        "account.provider_refused",
    ),
    "accounts": (
        "account.registered",
        "account.added",
        "account.opened",
        "account.closed",
        "account.password_given",
        "account.password_changed",
        "account.factor_on",
        "account.factor_off",
        "account.factor_locked",
        "account.recovery_used",
        "account.codes_renewed",
        "account.token_made",
        "account.token_ended",
        "account.identity_linked",
        "account.identity_unlinked",
        "signing.permitted",
        "post.added",
        "post.ended",
        "post.granted",
        "post.refused",
        "deputy.named",
        "deputy.ended",
        "leave.taken",
        "work.handed_over",
    ),
    "outbox": ("outbox.sent_again", "outbox.given_up"),
    "personal": ("personal_data.shown",),
    "calendar": (
        "calendar.day",
        "calendar.year",
        "calendar.address_opened",
        "calendar.address_renewed",
        "calendar.address_closed",
    ),
    "planning": ("car.kept", "car.blocked", "car.unblocked", "area.kept", "area.dropped"),
    "layers": ("layer.loaded", "layer.retired", "layer.service", "layer.tiles", "layer.tiles_retired"),
    "record": ("record.taken_out", "case.archived"),
    "files": ("file.virus_found",),
    "system": (
        "system.backup_made",
        "system.restored",
        "system.content_restored",
        "system.erased",
    ),
}
"""Actions on record by the group under which people look for them."""


@dataclass(frozen=True)
class HeldPost:
    """A post somebody holds."""

    id: int
    role: str
    unit: str
    unit_name: str
    title: str


@dataclass(frozen=True)
class HeldIdentity:
    """How an organisation's own sign-in knows the person; `provider` is its name, or the issuer of one that went."""

    id: int
    provider: str
    subject: str


@dataclass(frozen=True)
class StaffMember:
    """A member of staff; `locked` after too many wrong passwords, `sessions` counts the browsers signed in now."""

    account_id: int
    login: str
    name: str
    email: str
    mobile: str
    active: bool
    locked: bool
    must_change_password: bool
    sessions: int
    seen_at: datetime | None
    posts: tuple[HeldPost, ...]
    asked: tuple[HeldPost, ...] = ()
    identities: tuple[HeldIdentity, ...] = ()


@dataclass(frozen=True)
class UnitStaffing:
    """A handling unit of the catalogue in force and who can act for it; without officers its cases stand still."""

    code: str
    name: str
    department: str
    duties: str
    phone: str
    officers: tuple[str, ...]


@dataclass(frozen=True)
class CatalogueInForce:
    """The catalogue by which cases are accepted today."""

    code: str
    version: str
    name: str
    since: date | None
    units: int
    items: int
    materials: int


@dataclass(frozen=True)
class AuditEntry:
    """One line of the record: `who` did it, `subject` is the account or thing it was done to."""

    at: datetime
    who: str
    what: str
    subject: str
    details: str


@dataclass(frozen=True)
class AuditPage:
    """A page of the record, newest first."""

    entries: tuple[AuditEntry, ...]
    total: int
    page: int
    pages: int


def staff(wanted: str, lang: str, now: datetime) -> list[StaffMember]:
    """Members of staff whose name, login, post or unit holds every word of `wanted`, open accounts first."""
    with reading() as session:
        accounts = session.exec(select(Account).where(Account.kind == "staff").order_by(col(Account.id))).all()
        wanted_posts = select(Post).where(or_(col(Post.active), col(Post.asked))).order_by(col(Post.id))
        posts = session.exec(wanted_posts).all()
        sessions = _open_sessions(session, now)
        linked = _linked(session, lang)
    names = _unit_names(lang)
    held: dict[tuple[int, bool], list[HeldPost]] = {}
    for post in posts:
        assert post.id is not None
        row = HeldPost(post.id, post.role, post.unit, names.get(post.unit, post.unit), post.title)
        held.setdefault((post.account_id, post.active), []).append(row)
    found = [
        replace(_member(account, held, sessions, now), identities=tuple(linked.get(account.id or 0, [])))
        for account in accounts
    ]
    words = wanted.casefold().split()
    return sorted(
        (member for member in found if all(word in _searchable(member, lang) for word in words)),
        key=lambda member: (not member.active, member.account_id),
    )


def _unit_names(lang: str) -> dict[str, str]:
    return {u.code: u.name.in_(lang) for u in load_catalog(settings().catalogue, settings().today()).units}


def _linked(session: Session, lang: str) -> dict[int, list[HeldIdentity]]:
    names = {one.issuer: getattr(one.label, lang) for one in providers()}
    found: dict[int, list[HeldIdentity]] = {}
    for row in session.exec(select(LinkedIdentity).order_by(col(LinkedIdentity.id))):
        identity = HeldIdentity(row.id or 0, names.get(row.issuer, row.issuer), row.subject)
        found.setdefault(row.account_id, []).append(identity)
    return found


def _open_sessions(session: Session, now: datetime) -> dict[int, list[datetime]]:
    rows = session.exec(
        select(col(LoginSession.account_id), col(LoginSession.seen_at)).where(
            col(LoginSession.revoked).is_(False), col(LoginSession.expires_at) > now
        )
    ).all()
    found: dict[int, list[datetime]] = {}
    for account_id, seen in rows:
        found.setdefault(account_id, []).append(seen)
    return found


def _member(
    account: Account,
    held: dict[tuple[int, bool], list[HeldPost]],
    sessions: dict[int, list[datetime]],
    now: datetime,
) -> StaffMember:
    assert account.id is not None
    mine = sessions.get(account.id, [])
    return StaffMember(
        account_id=account.id,
        login=account.login,
        name=account.name,
        email=account.email,
        mobile=account.mobile,
        active=account.active,
        locked=is_locked(account.locked_until, now),
        must_change_password=account.must_change_password,
        sessions=len(mine),
        seen_at=max(mine, default=None),
        posts=tuple(held.get((account.id, True), [])),
        asked=tuple(held.get((account.id, False), [])),
    )


def _searchable(member: StaffMember, lang: str) -> str:
    posts = [f"{p.title} {p.unit_name} {p.unit} {tr(lang, f'account.role_{p.role}')}" for p in member.posts]
    return "\n".join((member.name, member.login, *posts)).casefold()


def unit_staffing(lang: str, today: date) -> list[UnitStaffing]:
    """Every handling unit in force with the names of its active officers."""
    catalog = load_catalog(settings().catalogue, today)
    with reading() as session:
        rows = session.exec(
            select(col(Post.unit), col(Account.name))
            .join(Account, col(Account.id) == Post.account_id)
            .where(Post.role == "officer", col(Post.active), col(Account.active))
            .order_by(col(Post.id))
        ).all()
    return [
        UnitStaffing(
            code=unit.code,
            name=unit.name.in_(lang),
            department=catalog.department(unit.department).name.in_(lang),
            duties=unit.duties.in_(lang),
            phone=unit.phone,
            officers=tuple(name for code, name in rows if code == unit.code),
        )
        for unit in catalog.units
    ]


def catalogue_in_force(lang: str, today: date) -> CatalogueInForce:
    """What the catalogue of today calls itself, and its size."""
    catalog = load_catalog(settings().catalogue, today)
    return CatalogueInForce(
        code=catalog.code,
        version=catalog.version,
        name=catalog.name.in_(lang),
        since=catalog.effective_from,
        units=len(catalog.units),
        items=len(catalog.items),
        materials=len(catalog.materials),
    )


def audit_page(
    group: str, wanted: str, page: int, lang: str, since: date | None = None, until: date | None = None
) -> AuditPage:
    """A page of what was done outside cases; `group` is a name of AUDIT_GROUPS or empty for everything.

    `since` and `until` are days in Shanghai, both included.
    """
    conditions = _audit_conditions(group, wanted, since, until)
    with reading() as session:
        total = session.exec(
            select(func.count(col(Audit.id)))
            .select_from(Audit)
            .outerjoin(Account, col(Account.id) == Audit.account_id)
            .where(*conditions)
        ).one()
        pages = max(1, -(-total // PAGE_ROWS))
        here = min(max(page, 1), pages)
        rows = session.exec(
            select(Audit, Account)
            .outerjoin(Account, col(Account.id) == Audit.account_id)
            .where(*conditions)
            .order_by(col(Audit.id).desc())
            .offset((here - 1) * PAGE_ROWS)
            .limit(PAGE_ROWS)
        ).all()
    return AuditPage(tuple(_entry(audit, account, lang) for audit, account in rows), total, here, pages)


def audit_rows(
    group: str, wanted: str, lang: str, since: date | None, until: date | None, most: int
) -> list[AuditEntry]:
    """The newest `most` lines of the record that these filters leave, for a file."""
    with reading() as session:
        rows = session.exec(
            select(Audit, Account)
            .outerjoin(Account, col(Account.id) == Audit.account_id)
            .where(*_audit_conditions(group, wanted, since, until))
            .order_by(col(Audit.id).desc())
            .limit(most)
        ).all()
    return [_entry(audit, account, lang) for audit, account in rows]


def policy(lang: str) -> list[tuple[str, str]]:
    """The rules of access in force, as the installation is configured, in words."""
    now = settings()
    roles = tr(lang, "admin.list_joint").join(
        tr(lang, f"account.role_{role}") for role in ROLES if role in now.roles_with_second_factor
    )
    said = {
        "idle": tr(lang, "rights.minutes", n=now.session_idle_minutes),
        "hours": tr(lang, "rights.hours", n=now.session_hours),
        "password": tr(lang, "rights.characters", n=now.least_password_length),
        "password_second": tr(lang, "rights.characters", n=WITH_SECOND_FACTOR),
        "factor_roles": roles or tr(lang, "rights.nobody"),
        "lock": tr(lang, "rights.lock_after", n=FREE_ATTEMPTS, most=LONGEST_LOCK_MINUTES),
        "registration": tr(lang, "rights.said_yes" if now.registration_open else "rights.said_no"),
        "scanner": tr(lang, f"rights.scan_{now.scan_policy}"),
        "https": tr(lang, "rights.said_yes" if now.address.startswith("https:") else "rights.said_no"),
    }
    return [(tr(lang, f"rights.policy_{name}"), value) for name, value in said.items()]


def _audit_conditions(
    group: str, wanted: str, since: date | None = None, until: date | None = None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(col(Audit.at) >= datetime.combine(since, time.min, SHANGHAI))
    if until is not None:
        found.append(col(Audit.at) < datetime.combine(until + timedelta(days=1), time.min, SHANGHAI))
    if group in AUDIT_GROUPS:
        found.append(col(Audit.action).in_(AUDIT_GROUPS[group]))
    for word in wanted.split()[:5]:
        searched = (col(Account.name), col(Account.login), col(Audit.subject))
        found.append(or_(*(column.icontains(word, autoescape=True) for column in searched)))
    return found


def _entry(audit: Audit, account: Account | None, lang: str) -> AuditEntry:
    key = f"admin.did_{audit.action.replace('.', '_')}"
    return AuditEntry(
        at=audit.at,
        who=f"{account.name} ({account.login})" if account else tr(lang, "views.system"),
        what=tr(lang, key) if key in texts("zh") else audit.action,
        subject=_subject(audit, account, lang),
        details=_details(audit, lang),
    )


def _subject(audit: Audit, account: Account | None, lang: str) -> str:
    if audit.subject == "calendar":
        return tr(lang, "admin.subject_calendar")
    if audit.subject.startswith("case:"):
        return tr(lang, "admin.subject_case", id=audit.subject.removeprefix("case:"))
    return "" if account and audit.subject == account.login else audit.subject


def _details(audit: Audit, lang: str) -> str:
    """What the record adds, in words where there are some."""
    parts = []
    for name, value in dict(audit.details).items():
        if value in ("", None):
            continue
        if name == "role":
            value = tr(lang, f"account.role_{value}")
        elif name == "unit":
            value = _unit_names(lang).get(value, value)
        elif name == "kind" and f"views.kind_{value}" in texts("zh"):
            value = tr(lang, f"views.kind_{value}")
        elif name == "channel":
            value = tr(lang, f"people.channel_{value}")
        label = f"admin.detail_{name}"
        parts.append(f"{tr(lang, label)} {value}" if label in texts("zh") else f"{name} {value}")
    return tr(lang, "admin.detail_joint").join(parts)
