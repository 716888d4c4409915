"""Signing in through an organisation: the browser is sent there, comes back once, and an account is found for it."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands import oidc
from jointreview.commands.identity import (
    Opened,
    digest_of,
    end_session,
    has_second_factor,
    may_sign_in,
    open_session,
)
from jointreview.commands.people import lent_posts
from jointreview.commands.providers import Provider
from jointreview.domain.problems import Refused, refuse
from jointreview.models.base import writing
from jointreview.models.identity import KEEPER_ROLES, Account, Audit, LinkedIdentity, Post, SignInAttempt
from jointreview.settings import settings

_log = logging.getLogger(__name__)

ATTEMPT_MINUTES = 10


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and the cookie by which it is known again."""

    address: str
    browser: str


def back_address(provider: Provider) -> str:
    """Where the organisation sends the browser back to; one for each, so that no answer is taken for another's."""
    return f"{settings().address}/signin/with/{provider.key}/back"


def begin(provider: Provider, way_on: str, former: str = "") -> Begun:
    """Send a browser, whose session until now was `former` (a secret), to the organisation; raises Refused."""
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    try:
        address = oidc.authorization_address(
            provider,
            back_address(provider),
            state,
            _drawn(browser, state, "nonce"),
            _drawn(browser, state, "verifier"),
        )
    except oidc.Failed as fault:
        _log.warning("sign-in with %s: %s", provider.key, fault)
        raise refuse("account.provider_away", kind="state") from None
    attempt = SignInAttempt(
        state=digest_of(state),
        browser=digest_of(browser),
        provider=provider.key,
        way_on=way_on,
        former=digest_of(former) if former else "",
        expires_at=settings().current_time() + timedelta(minutes=ATTEMPT_MINUTES),
    )
    with writing() as db:
        db.add(attempt)
    return Begun(address, browser)


def _drawn(browser: str, state: str, purpose: str) -> str:
    """Nonce and verifier come from the browser's cookie: nothing by which a token is got lies in the database."""
    made = hmac.new(browser.encode(), f"{purpose}:{state}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def finish(provider: Provider, state: str, code: str, browser: str, user_agent: str = "") -> tuple[Opened, str]:
    """The browser is back: open a session of the account that belongs to the person; answers it and the way on.

    Raises Refused when this browser was not sent there, or is back already or too late; when the organisation does
    not vouch for the person; and when no account belongs to them. No account is ever made here.
    """
    attempt = _taken(provider, state, browser)
    nonce, verifier = _drawn(browser, state, "nonce"), _drawn(browser, state, "verifier")
    try:
        claims = oidc.claims_for(provider, back_address(provider), code, nonce, verifier)
    except oidc.Failed as fault:
        _log.warning("sign-in with %s: %s", provider.key, fault)
        raise refuse("account.provider_failed") from None
    now = settings().current_time()
    with writing() as db:
        account = _account_of(db, provider, claims)
        _no_keeper(db, account)
        strong = _strong(provider, claims)
        owed = not strong and has_second_factor(db, account.id)
        opened = open_session(db, account, user_agent, now, owed, provider=provider.key, strong=strong)
    if attempt.former:
        end_session(attempt.former)
    return opened, attempt.way_on


def _taken(provider: Provider, state: str, browser: str) -> SignInAttempt:
    """The attempt of this state, which is gone from now on."""
    with writing() as db:
        wanted = select(SignInAttempt).where(SignInAttempt.state == digest_of(state)).with_for_update()
        found = db.exec(wanted).first()
        if found is not None:
            db.delete(found)
            db.flush()
            db.expunge_all()
    now = settings().current_time()
    if found is None or found.provider != provider.key or found.expires_at <= now:
        raise refuse("account.provider_begin_again")
    if not hmac.compare_digest(found.browser, digest_of(browser)):
        raise refuse("account.provider_begin_again")
    return found


def _account_of(db: Session, provider: Provider, claims: dict[str, Any]) -> Account:
    """The account linked with the person, else the one a vouched-for claim names; raises Refused for none."""
    known = select(LinkedIdentity).where(
        LinkedIdentity.issuer == provider.issuer, LinkedIdentity.subject == claims["sub"]
    )
    linked = db.exec(known).first()
    account = db.get(Account, linked.account_id) if linked else _by_claim(db, provider, claims)
    if account is None:
        raise refuse("account.provider_unlinked", subject=claims["sub"])
    if not may_sign_in(account):
        raise refuse("account.provider_failed")
    return account


def _by_claim(db: Session, provider: Provider, claims: dict[str, Any]) -> Account | None:
    """The one account whose field is the claim; none when the organisation has not verified it.

    An account linked with somebody else there is not found: an address given to another person opens nothing.
    """
    match = provider.match
    value = claims.get(match.claim) if match else None
    if match is None or not isinstance(value, str) or not value.strip():
        return None
    if match.verified and claims.get(match.verified) is not True:
        return None
    column = {"login": col(Account.login), "email": col(Account.email), "mobile": col(Account.mobile)}[match.field]
    rows = db.exec(select(Account).where(func.lower(column) == value.strip().lower()).limit(2)).all()
    if len(rows) != 1:
        return None
    other = select(LinkedIdentity.id).where(
        LinkedIdentity.issuer == provider.issuer, LinkedIdentity.account_id == rows[0].id
    )
    return rows[0] if db.exec(other).first() is None else None


def _no_keeper(db: Session, account: Account) -> None:
    """Administrator, security officer and auditor are signed in by this product alone: no other system makes one."""
    assert account.id is not None
    held = list(db.exec(select(Post.role).where(Post.account_id == account.id, col(Post.active))).all())
    held += [post.role for post, _ in lent_posts(db, account.id, settings().today())]
    if set(held) & set(KEEPER_ROLES):
        raise refuse("account.provider_no_keeper", kind="forbidden")


def _strong(provider: Provider, claims: dict[str, Any]) -> bool:
    wanted = provider.second_factor
    if wanted is None:
        return False
    methods = claims.get("amr")
    said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    acr = claims.get("acr")
    return bool(said & wanted.amr) or (isinstance(acr, str) and acr in wanted.acr)


def note_refusal(provider: Provider, refusal: Refused) -> None:
    """On record: somebody came back from an organisation and was not let in; by which rule, not who."""
    details = {"provider": provider.key, "reason": refusal.problems[0].key.rpartition(".")[2]}
    with writing() as db:
        db.add(
            Audit(at=settings().current_time(), account_id=None, action="account.provider_refused", details=details)
        )


def purge_attempts() -> int:
    """Delete attempts that are over; answers how many."""
    with writing() as db:
        wanted = select(SignInAttempt).where(col(SignInAttempt.expires_at) < settings().current_time())
        old = list(db.exec(wanted))
        for row in old:
            db.delete(row)
        return len(old)
