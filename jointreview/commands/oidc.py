"""OpenID Connect with one organisation: its addresses and keys, the code for a token, the token for what it says."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from jointreview.commands.providers import Provider, checked_address
from jointreview.settings import settings

_log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures of a key that the organisation alone holds; never `none`, never one made with the shared secret."""
LEEWAY_SECONDS = 60
_TIMEOUT = 10
_KEPT_SECONDS = 3600
_ASK_AGAIN_SECONDS = 30


class Failed(Exception):
    """The organisation does not answer, answers something else, or says what must not be believed."""


@dataclass(frozen=True)
class Addresses:
    """Where the organisation is asked."""

    authorization: str
    token: str
    keys: str
    end_session: str


def addresses_of(provider: Provider) -> Addresses:
    """The addresses of the file, or those the organisation tells; raises Failed."""
    if provider.token_endpoint:
        return Addresses(
            provider.authorization_endpoint, provider.token_endpoint, provider.jwks_uri, provider.end_session_endpoint
        )
    return _kept(("addresses", provider.issuer), lambda: _discovered(provider))


def has_way_out(provider: Provider) -> bool:
    """Whether one can sign out there too, as far as is known without asking."""
    if provider.token_endpoint:
        return bool(provider.end_session_endpoint)
    found = _store.get(("addresses", provider.issuer))
    return found is not None and bool(found[1].end_session)


def _discovered(provider: Provider) -> Addresses:
    told = _fetch(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise Failed("the discovered issuer is another one")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    found = [told.get(name) for name in names] + [told.get("end_session_endpoint") or ""]
    try:
        return Addresses(*[checked_address(str(one)) if one else "" for one in found])
    except ValueError:
        raise Failed("a discovered address is not https") from None


def authorization_address(provider: Provider, back: str, state: str, nonce: str, verifier: str) -> str:
    """Where the browser is sent: the organisation's sign-in, with what has to come back; raises Failed."""
    address, _ = _client(provider, back).create_authorization_url(
        addresses_of(provider).authorization,
        state=state,
        code_verifier=verifier,
        nonce=nonce,
        **({"prompt": provider.prompt} if provider.prompt else {}),
    )
    return str(address)


def _client(provider: Provider, back: str) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.secret or None,
        scope=provider.scope,
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=_TIMEOUT,
    )


def claims_for(provider: Provider, back: str, code: str, nonce: str, verifier: str) -> dict[str, Any]:
    """What the organisation says of the person, for the code that came back; raises Failed for anything doubtful."""
    try:
        token = _client(provider, back).fetch_token(
            addresses_of(provider).token,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            allow_redirects=False,
        )
    except (requests.RequestException, OAuthError, ValueError) as fault:
        raise Failed(f"no token: {type(fault).__name__}") from None
    if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
        raise Failed("no id token")
    return verified(provider, token["id_token"], nonce)


def verified(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token meant for us, now, in answer to this question (OpenID Connect Core, 3.1.3.7)."""
    try:
        claims = _decoded(provider, token)
        jwt.JWTClaimsRegistry(
            now=int(settings().current_time().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as fault:
        raise Failed(f"token refused: {type(fault).__name__}") from None
    meant = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party = claims.get("azp", provider.client_id if len(meant) == 1 else None)
    if provider.client_id not in meant or party != provider.client_id:
        raise Failed("token for somebody else")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise Failed("no usable subject")
    return claims


def _decoded(provider: Provider, token: str) -> dict[str, Any]:
    """The claims under a signature of the organisation's; its keys are asked for again when they do not fit."""
    try:
        return dict(jwt.decode(token, _keys(provider), algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError):
        if not _may_ask_again(provider):
            raise
        return dict(jwt.decode(token, _keys(provider), algorithms=ALGORITHMS).claims)


def _keys(provider: Provider) -> KeySet:
    def read() -> KeySet:
        told = _fetch(addresses_of(provider).keys)
        keys = [key for key in told.get("keys", []) if isinstance(key, dict) and key.get("kty") in ("RSA", "EC")]
        return KeySet.import_key_set({"keys": [key for key in keys if key.get("use", "sig") == "sig"]})

    return _kept(("keys", provider.issuer), read)


def _may_ask_again(provider: Provider) -> bool:
    """Forget keys that were read a while ago: organisations change them. Not oftener, whoever sends forged tokens."""
    with _lock:
        read_at = _store.get(("keys", provider.issuer), (0.0, None))[0]
        if time.monotonic() - read_at < _ASK_AGAIN_SECONDS:
            return False
        _store.pop(("keys", provider.issuer), None)
        return True


def _kept(name: tuple[str, str], read: Any) -> Any:
    with _lock:
        found = _store.get(name)
    if found is not None and time.monotonic() - found[0] < _KEPT_SECONDS:
        return found[1]
    value = read()
    with _lock:
        _store[name] = (time.monotonic(), value)
    return value


def _fetch(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=_TIMEOUT, allow_redirects=False)
        told = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as fault:
        raise Failed(f"no answer: {type(fault).__name__}") from None
    if not isinstance(told, dict):
        raise Failed("the answer is of another kind")
    return told


def forget() -> None:
    """Addresses and keys are read anew."""
    with _lock:
        _store.clear()


_lock = Lock()
_store: dict[tuple[str, str], tuple[float, Any]] = {}
