"""Accounts and sessions: signing in and out, registration, passwords and posts."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import event as happenings
from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands.announce import announce
from jointreview.commands.password_rules import password_problem
from jointreview.commands.passwords import hash_password, verify_password
from jointreview.commands.people import lent_posts
from jointreview.commands.quotas import end_sessions_over_quota
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.base import reading, writing
from jointreview.models.identity import (
    KEEPER_ROLES,
    ROLES,
    UNIT_ROLES,
    AccessToken,
    Account,
    Audit,
    LoginSession,
    PasswordReset,
    Post,
    SecondFactor,
)
from jointreview.settings import settings

RESET_HOURS = 1
FREE_ATTEMPTS = 5
LONGEST_LOCK_MINUTES = 60
TOUCH_SECONDS = 60
FACTOR_MINUTES = 10
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Opened:
    """A new session: the secret for the cookie and how long it may live."""

    secret: str
    expires_at: datetime
    account_id: int
    post_chosen: bool
    must_change_password: bool
    factor_due: bool = False


@cache
def _decoy() -> str:
    """A hash to check against when there is no such account, so that both answers take as long."""
    return hash_password(secrets.token_urlsafe(16))


def sign_in(login: str, password: str, user_agent: str = "") -> Opened:
    """Open a session.

    Raises Refused with the same words and after the same work for an unknown login, a wrong password, a
    switched-off account and an account locked by failures: the answer tells nothing about who exists.
    """
    now = settings().current_time()
    found = _by_login(login)
    matches = verify_password(password[:1000], found.password_hash if found else _decoy())
    if found is None:
        raise refuse("account.sign_in_failed")
    locked = is_locked(found.locked_until, now)
    if not matches or locked or not may_sign_in(found):
        _count_failure(found, now)
        raise refuse("account.sign_in_failed")
    with writing() as db:
        account = db.get_one(Account, found.id)
        account.failed_logins, account.locked_until = 0, None
        return open_session(db, account, user_agent, now, factor_due=has_second_factor(db, found.id))


def _by_login(login: str) -> Account | None:
    """The account of a login, readable after the session that read it."""
    with reading() as db:
        found = db.exec(select(Account).where(Account.login == login.strip().lower())).first()
        db.expunge_all()
    return found


def may_sign_in(account: Account) -> bool:
    """Whether the account is open, and none of the demonstration in production."""
    return account.active and not (account.demo and settings().mode == "production")


def lock_minutes(failures: int) -> int:
    """How long so many failures in a row lock: nothing before the fifth, then 1, 2, 4 ... up to 60 minutes."""
    return 0 if failures < FREE_ATTEMPTS else min(2 ** min(failures - FREE_ATTEMPTS, 6), LONGEST_LOCK_MINUTES)


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether a lock holds. None lasts longer than the longest: one that seems to comes of a clock that was wrong."""
    return until is not None and now < until <= now + timedelta(minutes=LONGEST_LOCK_MINUTES)


def _count_failure(found: Account, now: datetime) -> None:
    """Count a failure; from the fifth on the account locks for 1, 2, 4 ... up to 60 minutes."""
    with writing() as db:
        account = db.get_one(Account, found.id)
        if is_locked(account.locked_until, now):
            return
        account.failed_logins += 1
        if minutes := lock_minutes(account.failed_logins):
            account.locked_until = now + timedelta(minutes=minutes)
            db.add(Audit(at=now, account_id=account.id, action="account.locked", details={"minutes": minutes}))


def has_second_factor(db: Session, account_id: int | None) -> bool:
    """Whether the account has a confirmed second factor."""
    found = db.get(SecondFactor, account_id) if account_id else None
    return found is not None and found.confirmed_at is not None


def open_session(
    db: Session,
    account: Account,
    user_agent: str,
    now: datetime,
    factor_due: bool = False,
    provider: str = "",
    strong: bool = False,
) -> Opened:
    """Write a new session; with `factor_due` one that can only give the second factor.

    `provider` is the organisation that signed the person in, `strong` tells that it asked for a second factor.
    """
    assert account.id is not None
    posts = list(db.exec(select(Post).where(Post.account_id == account.id, col(Post.active))).all())
    posts += [post for post, _ in lent_posts(db, account.id, settings().today())]
    if account.kind == "staff" and not posts:
        raise refuse("account.no_post")
    secret = secrets.token_urlsafe(32)
    lasts = timedelta(minutes=FACTOR_MINUTES) if factor_due else timedelta(hours=settings().session_hours)
    post_id = posts[0].id if len(posts) == 1 else None
    if over := end_sessions_over_quota(db, account.id, now):
        topics = {f"session:{digest}" for digest in over}
        happenings.listen(db, "after_commit", lambda _session: announce(topics), once=True)
    db.add(
        LoginSession(
            digest=digest_of(secret),
            account_id=account.id,
            post_id=post_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            factor_due=factor_due,
            provider=provider,
            strong=strong,
            user_agent=user_agent[:300],
        )
    )
    if not factor_due:
        details = {"provider": provider} if provider else {}
        db.add(Audit(at=now, account_id=account.id, action="account.signed_in", details=details))
    chosen = account.kind == "applicant" or post_id is not None
    change = account.must_change_password and not provider
    return Opened(secret, now + lasts, account.id, chosen, change, factor_due)


def digest_of(secret: str) -> str:
    """The SHA-256 under which a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def choose_post(digest: str, post_id: int) -> None:
    """Let the session act in one of the account's posts, or in one it stands in for today.

    Raises Refused for any other post, in the same words as for one that does not exist.
    """
    with writing() as db:
        session = db.get(LoginSession, digest)
        post = db.get(Post, post_id)
        if session is None or session.revoked or session.factor_due or post is None:
            raise refuse("account.post_unknown", kind="missing")
        lent = {p.id for p, _ in lent_posts(db, session.account_id, settings().today())}
        if not post.active or (post.account_id != session.account_id and post_id not in lent):
            raise refuse("account.post_unknown", kind="missing")
        session.post_id = post_id
    announce({f"session:{digest}"})


def touch(digest: str) -> None:
    """Note that the session was used now, which starts its idle time again."""
    with writing() as db:
        session = db.get(LoginSession, digest)
        if session is not None and not session.revoked:
            session.seen_at = settings().current_time()
    announce({f"session:{digest}"})


def sign_out(secret: str) -> str:
    """End the session of a cookie; answers the organisation that had signed the person in, empty for none."""
    return end_session(digest_of(secret))


def end_session(digest: str) -> str:
    """End a session; answers the organisation that had signed the person in, empty for none and for no session."""
    with writing() as db:
        session = db.get(LoginSession, digest)
        if session is None or session.revoked:
            return ""
        session.revoked = True
        provider = session.provider
        db.add(Audit(at=settings().current_time(), account_id=session.account_id, action="account.signed_out"))
    announce({f"session:{digest}"})
    return provider


def revoke_session(account_id: int, digest: str) -> None:
    """End one of the account's own sessions; raises Refused when it is not theirs."""
    with writing() as db:
        session = db.get(LoginSession, digest)
        if session is None or session.account_id != account_id:
            raise refuse("account.session_unknown", kind="missing")
        session.revoked = True
        db.add(Audit(at=settings().current_time(), account_id=account_id, action="account.session_ended"))
    announce({f"session:{digest}", f"account:{account_id}"})


def revoke_all(db: Session, account_id: int, keep: str = "") -> None:
    """End every session of the account but `keep`."""
    for session in db.exec(select(LoginSession).where(LoginSession.account_id == account_id)):
        if session.digest != keep:
            session.revoked = True


def change_password(account_id: int, current: str, new: str, keep_session: str = "") -> None:
    """Set a new password after checking the current one; every other session of the account ends."""
    with reading() as db:
        account = db.get(Account, account_id)
        second_factor = has_second_factor(db, account_id)
        db.expunge_all()
    if account is None or not verify_password(current[:1000], account.password_hash):
        raise refuse("account.current_password_wrong", where="current")
    if problem := password_problem(new, account.login, account.name, second_factor):
        raise Refused(problem)
    if current == new:
        raise refuse("account.password_same", where="password")
    with writing() as db:
        account = db.get_one(Account, account_id)
        _set_password(db, account, new)
        revoke_all(db, account_id, keep=keep_session)
    announce({f"account:{account_id}"})


def _set_password(db: Session, account: Account, password: str) -> None:
    account.password_hash = hash_password(password)
    account.must_change_password = False
    account.failed_logins, account.locked_until = 0, None
    # Whoever knew the old password may have made keys with it.
    for token in db.exec(select(AccessToken).where(AccessToken.account_id == account.id)):
        token.revoked = True
    db.add(Audit(at=settings().current_time(), account_id=account.id, action="account.password_changed"))


def register(login: str, name: str, password: str, email: str = "", mobile: str = "", language: str = "zh") -> int:
    """Make an applicant's own account and answer its id; raises Refused naming every problem at once."""
    if not settings().registration_open:
        raise refuse("account.registration_closed", kind="forbidden")
    with reading() as db:
        problems = account_problems(db, login, name, email, mobile)
    if problem := password_problem(password, login, name):
        problems.append(problem)
    if problems:
        raise Refused(*problems)
    account = Account(
        login=login.strip().lower(),
        name=name.strip(),
        kind="applicant",
        email=email.strip(),
        mobile=mobile.strip(),
        password_hash=hash_password(password),
        language=language,
        created_at=settings().current_time(),
    )
    with writing() as db:
        return insert_account(db, account, "account.registered")


def account_problems(db: Session, login: str, name: str, email: str, mobile: str) -> list[Problem]:
    """Everything wrong with what identifies a new account; empty when it can be made."""
    problems, login = [], login.strip().lower()
    if not _LOGIN.fullmatch(login):
        problems.append(Problem("account.login_form", {}, "login"))
    elif db.exec(select(Account.id).where(Account.login == login)).first() is not None:
        problems.append(Problem("account.login_taken", {}, "login"))
    if not 1 <= len(name.strip()) <= 64:
        problems.append(Problem("account.name_missing", {}, "name"))
    if email.strip() and not _EMAIL.fullmatch(email.strip()):
        problems.append(Problem("account.email_form", {}, "email"))
    if mobile.strip() and not _MOBILE.fullmatch(mobile.strip()):
        problems.append(Problem("account.mobile_form", {}, "mobile"))
    return problems


def insert_account(db: Session, account: Account, action: str, by: int | None = None) -> int:
    """Write the account and its audit line, as the work of the account `by` or of the new one; answers its id."""
    db.add(account)
    db.flush()
    db.add(Audit(at=account.created_at, account_id=by or account.id, action=action, subject=account.login))
    assert account.id is not None
    return account.id


def add_account(
    login: str,
    name: str,
    role: str,
    password: str,
    *,
    unit: str = "",
    title: str = "",
    email: str = "",
    must_change_password: bool = False,
    demo: bool = False,
) -> int:
    """Make an account in a role (by the administrator) and answer its id; raises Refused with every problem."""
    with reading() as db:
        problems = account_problems(db, login, name, email, "")
    if role not in ROLES:
        problems.append(Problem("account.role_unknown", {"roles": ", ".join(ROLES)}, "role"))
    if role in UNIT_ROLES and not unit:
        problems.append(Problem("account.unit_missing", {}, "unit"))
    if role not in UNIT_ROLES and unit:
        problems.append(Problem("account.unit_superfluous", {}, "unit"))
    if demo and settings().mode == "production":
        problems.append(Problem("account.demo_in_production"))
    if problem := password_problem(password, login, name):
        problems.append(problem)
    if problems:
        raise Refused(*problems)
    account = Account(
        login=login.strip().lower(),
        name=name.strip(),
        kind="applicant" if role == "applicant" else "staff",
        email=email.strip(),
        password_hash=hash_password(password),
        must_change_password=must_change_password,
        demo=demo,
        created_at=settings().current_time(),
    )
    with writing() as db:
        account_id = insert_account(db, account, "account.added")
        if role != "applicant":
            db.add(Post(account_id=account_id, role=role, unit=unit, title=title))
        return account_id


def add_post(account_id: int, role: str, unit: str = "", title: str = "") -> int:
    """Give a member of staff one more post and answer its id."""
    if role not in ROLES or role == "applicant":
        raise refuse("account.role_unknown", where="role", roles=", ".join(r for r in ROLES if r != "applicant"))
    if (role in UNIT_ROLES) != bool(unit):
        raise refuse("account.unit_missing" if role in UNIT_ROLES else "account.unit_superfluous", where="unit")
    with writing() as db:
        account = db.get(Account, account_id)
        if account is None or account.kind != "staff":
            raise refuse("account.unknown", kind="missing")
        held = db.exec(select(Post.role).where(Post.account_id == account_id, col(Post.active))).all()
        if role in KEEPER_ROLES and set(held) & set(KEEPER_ROLES) - {role}:
            raise refuse("rights.one_keeper_one_role", where="role")
        post = Post(account_id=account_id, role=role, unit=unit, title=title)
        db.add(post)
        details = {"role": role, "unit": unit}
        now = settings().current_time()
        db.add(Audit(at=now, account_id=None, action="post.added", subject=account.login, details=details))
        db.flush()
        assert post.id is not None
        post_id = post.id
    announce({f"account:{account_id}"})
    return post_id


def account_id_of(login: str) -> int:
    """The id of a login; raises Refused for none."""
    found = _by_login(login)
    if found is None or found.id is None:
        raise refuse("account.unknown", kind="missing")
    return found.id


def end_keeper(login: str, role: str) -> None:
    """From the command line: the account no longer keeps the product in this role."""
    account_id = account_id_of(login)
    with writing() as db:
        held = db.exec(select(Post).where(Post.account_id == account_id, Post.role == role, col(Post.active))).all()
        if role not in KEEPER_ROLES or not held:
            raise refuse("commands.no_such_post", kind="missing")
        for post in held:
            post.active = False
            db.add(post)
        now = settings().current_time()
        db.add(Audit(at=now, account_id=None, action="post.ended", subject=login, details={"role": role}))
    announce({f"account:{account_id}"})


def set_one_time_password(login: str, password: str = "") -> str:
    """Replace a forgotten password by one that must be changed at once; answers it. Ends every session."""
    chosen = password or secrets.token_urlsafe(12)
    if problem := password_problem(chosen):
        raise Refused(problem)
    with writing() as db:
        account = db.exec(select(Account).where(Account.login == login.strip().lower())).first()
        if account is None:
            raise refuse("account.unknown", kind="missing")
        assert account.id is not None
        _set_password(db, account, chosen)
        account.must_change_password = True
        revoke_all(db, account.id)
        account_id = account.id
    announce({f"account:{account_id}"})
    return chosen


def request_reset(email: str) -> tuple[str, Account] | None:
    """A one-time secret to set a new password and whom to send it to; None when nobody has this address.

    The page answers the same in both cases, so that it cannot be asked who has an account.
    """
    if not _EMAIL.fullmatch(email.strip()):
        return None
    now = settings().current_time()
    with writing() as db:
        rows = db.exec(select(Account).where(func.lower(Account.email) == email.strip().lower())).all()
        usable = [account for account in rows if may_sign_in(account)]
        if len(usable) != 1:
            return None
        account = usable[0]
        assert account.id is not None
        secret = secrets.token_urlsafe(32)
        expires = now + timedelta(hours=RESET_HOURS)
        db.add(PasswordReset(digest=digest_of(secret), account_id=account.id, expires_at=expires))
        return secret, account


def reset_password(secret: str, new: str) -> None:
    """Set a new password by a mailed secret, once; every session of the account ends."""
    now = settings().current_time()
    with writing() as db:
        permission = db.get(PasswordReset, digest_of(secret))
        if permission is None or permission.used or permission.expires_at <= now:
            raise refuse("account.reset_invalid", kind="missing")
        account = db.get_one(Account, permission.account_id)
        known = has_second_factor(db, account.id)
        if problem := password_problem(new, account.login, account.name, known):
            raise Refused(problem)
        permission.used = True
        _set_password(db, account, new)
        revoke_all(db, permission.account_id)
        account_id = permission.account_id
    announce({f"account:{account_id}"})


def set_language(account_id: int, language: str) -> None:
    """Remember the language for notices and letters to this person."""
    if language not in ("zh", "en"):
        raise refuse("account.language_unknown", where="language")
    with writing() as db:
        db.get_one(Account, account_id).language = language
    announce({f"account:{account_id}"})


def purge_sessions() -> int:
    """Delete sessions and reset permissions that ended more than a day ago; answers how many."""
    limit = settings().current_time() - timedelta(days=1)
    with writing() as db:
        old = [
            *db.exec(select(LoginSession).where(col(LoginSession.expires_at) < limit)),
            *db.exec(select(PasswordReset).where(col(PasswordReset.expires_at) < limit)),
        ]
        for row in old:
            db.delete(row)
        return len(old)
