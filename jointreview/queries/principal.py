"""Who is signed in: from the secret of a browser's cookie to the actor every rule sees."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from jointreview.commands.announce import EVERYTHING, listen
from jointreview.commands.identity import has_second_factor
from jointreview.commands.people import lent_posts
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.identity import AccessToken, Account, Agent, LoginSession, Post
from jointreview.settings import settings

CACHE_SECONDS = 2.0
_CACHE_SIZE = 5000


@dataclass(frozen=True)
class SignedIn:
    """A valid session. `actor` is None while a member of staff with several posts has not chosen one."""

    digest: str
    account_id: int
    actor: Actor | None
    must_change_password: bool
    seen_seconds_ago: float
    factor_due: bool = False
    must_enrol: bool = False

    @property
    def may_act(self) -> bool:
        """Whether nothing is owed any more: second factor, own password, post, a device where the role needs one."""
        owed = self.factor_due or self.must_change_password or self.must_enrol
        return self.actor is not None and not owed


def digest_of(secret: str) -> str:
    """The SHA-256 under which a session or reset secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def principal(secret: str) -> Actor | None:
    """The actor of a session that may act now; None without a valid session, a post or an own password."""
    found = signed_in(secret)
    return found.actor if found and found.may_act else None


def signed_in(secret: str) -> SignedIn | None:
    """The valid session behind a cookie, asked of the database at most every CACHE_SECONDS."""
    if not secret or len(secret) > 200:
        return None
    digest = digest_of(secret)
    with _lock:
        entry = _cache.get(digest)
        if entry and entry[0] > time.monotonic():
            return entry[1]
        generation = _generation
    found = _read(digest)
    with _lock:
        if len(_cache) >= _CACHE_SIZE:
            _cache.clear()
        # A revocation announced while we were reading must not be overwritten by what was read before it.
        if generation == _generation:
            _cache[digest] = (time.monotonic() + CACHE_SECONDS, found)
    return found


def remembered(secret: str) -> SignedIn | None:
    """The valid session behind a cookie as asked a moment ago; None where the database has to be asked."""
    with _lock:
        entry = _cache.get(digest_of(secret)) if secret else None
    return entry[1] if entry and entry[0] > time.monotonic() else None


@dataclass(frozen=True)
class KeyHolder:
    """Who a key for other programs acts as, the key's id and when it was last used."""

    actor: Actor
    token_id: int
    used_at: datetime | None


def key_holder(secret: str) -> KeyHolder | None:
    """Who a key for other programs acts as; None for a key that is not, or no longer, good.

    It is good while it runs, the account is active with a password of its own, and the post it was made in is held.
    """
    if not secret or len(secret) > 200:
        return None
    now = settings().current_time()
    with reading() as db:
        token = db.exec(select(AccessToken).where(AccessToken.digest == digest_of(secret))).first()
        if token is None or token.id is None or token.revoked or token.expires_at <= now:
            return None
        account = db.get(Account, token.account_id)
        if account is None or not account.active or account.must_change_password:
            return None
        if account.demo and settings().mode == "production":
            return None
        actor = _actor(db, account, token.post_id, account.must_change_password)
        if actor is None or actor.acting_for:
            return None
        return KeyHolder(actor, token.id, token.used_at)


def _read(digest: str) -> SignedIn | None:
    now = settings().current_time()
    with reading() as db:
        session = db.get(LoginSession, digest)
        if session is None or session.revoked or session.expires_at <= now:
            return None
        idle = timedelta(minutes=settings().session_idle_minutes)
        if session.seen_at + idle <= now:
            return None
        if session.created_at > now + idle:
            return None  # begun by a clock that was ahead: it would last longer than any session may
        account = db.get(Account, session.account_id)
        if account is None or not account.active:
            return None
        if account.demo and settings().mode == "production":
            return None
        assert account.id is not None
        # A one-time password is nobody's business where an organisation's own sign-in stands for the person.
        must_change = account.must_change_password and not session.provider
        actor = None if session.factor_due else _actor(db, account, session.post_id, must_change)
        needed = actor is not None and actor.role in settings().roles_with_second_factor
        return SignedIn(
            digest=digest,
            account_id=account.id,
            actor=actor,
            must_change_password=must_change,
            seen_seconds_ago=(now - session.seen_at).total_seconds(),
            factor_due=session.factor_due,
            must_enrol=needed and not session.strong and not has_second_factor(db, account.id),
        )


def _actor(db: Session, account: Account, post_id: int | None, must_change_password: bool) -> Actor | None:
    assert account.id is not None
    someone = Actor(
        account_id=account.id,
        name=account.name,
        role="applicant",
        language=account.language,
        must_change_password=must_change_password,
    )
    if account.kind == "applicant":
        return replace(someone, organisations=organisations_of(db, account.id))
    post = db.get(Post, post_id) if post_id else None
    if post is None or not post.active or post.id is None:
        return None
    acting_for = ""
    if post.account_id != account.id:
        # Asked of the table each time: the last day of a delegation ends it without anybody's doing.
        lent = {p.id: holder.name for p, holder in lent_posts(db, account.id, settings().today())}
        if post.id not in lent:
            return None
        acting_for = lent[post.id]
    return replace(
        someone, role=post.role, post_id=post.id, post_title=post.title, unit=post.unit, acting_for=acting_for
    )


def organisations_of(db: Session, account_id: int) -> frozenset[int]:
    """The organisations the account may act for today: an admitted agent whose letter has not run out."""
    today = settings().current_time().astimezone(ZoneInfo("Asia/Shanghai")).date()
    rows = db.exec(
        select(Agent.organisation_id).where(
            Agent.account_id == account_id,
            Agent.status == "active",
            or_(col(Agent.valid_until).is_(None), col(Agent.valid_until) >= today),
        )
    )
    return frozenset(rows.all())


def _forget(topics: frozenset[str]) -> None:
    """Drop what a change may have made wrong: `account:<id>` and `session:<digest>` topics."""
    global _generation
    if EVERYTHING in topics:
        with _lock:
            _generation += 1
            _cache.clear()
        return
    if not any(topic.startswith(("account:", "session:")) for topic in topics):
        return
    with _lock:
        _generation += 1
        for digest, (_, found) in list(_cache.items()):
            if f"session:{digest}" in topics or (found and f"account:{found.account_id}" in topics):
                del _cache[digest]


_lock = Lock()
_generation = 0
_cache: dict[str, tuple[float, SignedIn | None]] = {}
listen(_forget)
