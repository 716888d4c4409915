"""Keys for other programs: made and ended by the person on the account page, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from jointreview.commands.announce import announce
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.identity import AccessToken, Audit
from jointreview.settings import settings

DAYS = 365
MOST_TOKENS = 10
LONGEST_NAME = 60
_PREFIX = "jrk_"


def make_token(actor: Actor, name: str) -> str:
    """A new key of the actor in the post held now, for a year; answers the secret, which is kept nowhere.

    Raises Refused without a name, with one too long, when ten keys are in use, and for who stands in for another:
    a key would outlive the standing in.
    """
    name = name.strip()
    now = settings().current_time()
    problems = []
    if not 1 <= len(name) <= LONGEST_NAME:
        problems.append(Problem("account.token_name", {"most": LONGEST_NAME}, "name"))
    if actor.acting_for:
        problems.append(Problem("account.token_standing_in"))
    with writing() as db:
        used = db.exec(
            select(func.count(col(AccessToken.id))).where(
                AccessToken.account_id == actor.account_id,
                col(AccessToken.revoked).is_(False),
                col(AccessToken.expires_at) > now,
            )
        ).one()
        if used >= MOST_TOKENS:
            problems.append(Problem("account.token_many", {"most": MOST_TOKENS}))
        if problems:
            raise Refused(*problems)
        secret = _PREFIX + secrets.token_urlsafe(32)
        db.add(
            AccessToken(
                account_id=actor.account_id,
                post_id=actor.post_id,
                name=name,
                digest=hashlib.sha256(secret.encode()).hexdigest(),
                created_at=now,
                expires_at=now + timedelta(days=DAYS),
            )
        )
        db.add(Audit(at=now, account_id=actor.account_id, action="account.token_made", subject=name))
    announce({f"account:{actor.account_id}"})
    return secret


def revoke_token(account_id: int, token_id: int) -> None:
    """End a key of one's own at once; raises Refused (missing) for anybody else's."""
    with writing() as db:
        token = db.get(AccessToken, token_id)
        if token is None or token.account_id != account_id or token.revoked:
            raise refuse("account.no_such_token", kind="missing")
        token.revoked = True
        db.add(token)
        db.add(
            Audit(
                at=settings().current_time(), account_id=account_id, action="account.token_ended", subject=token.name
            )
        )
    announce({f"account:{account_id}"})


def touch_token(token_id: int) -> None:
    """Note that the key was used now."""
    with writing() as db:
        token = db.get(AccessToken, token_id)
        if token is not None:
            token.used_at = settings().current_time()
            db.add(token)
