"""Organisations with a sign-in of their own (OpenID Connect): who they are, as one YAML file says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from jointreview.domain.problems import refuse
from jointreview.settings import settings

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Label(_Part):
    """What the button on the sign-in page calls the organisation."""

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=60)


class Match(_Part):
    """An account is found by a claim the organisation vouches for, where nobody linked the person.

    `claim` is compared with `field` of the accounts; `verified` names the claim that must be true beside it. Without
    one the organisation itself stands for the claim: say so only of a claim that its people cannot set.
    """

    claim: str = Field(min_length=1, max_length=100)
    field: Literal["login", "email", "mobile"]
    verified: str = Field(max_length=100)


class SecondFactor(_Part):
    """What in the token tells that the organisation asked for a second factor itself (RFC 8176)."""

    amr: frozenset[str] = frozenset()
    acr: frozenset[str] = frozenset()


class Provider(_Part):
    """One organisation. Addresses left out are read from `issuer`/.well-known/openid-configuration."""

    key: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    label: Label
    issuer: str = Field(max_length=300)
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: str = Field("", repr=False)
    client_secret_file: Path | None = None
    scope: str = "openid"
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    jwks_uri: str = ""
    end_session_endpoint: str = ""
    prompt: Literal["", "login", "select_account"] = ""
    match: Match | None = None
    second_factor: SecondFactor | None = None

    @field_validator("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
    @classmethod
    def _secret_on_the_way(cls, value: str) -> str:
        return checked_address(value) if value else value

    @model_validator(mode="after")
    def _whole(self) -> Provider:
        named = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        if any(named) and not all(named):
            raise ValueError("authorization_endpoint, token_endpoint and jwks_uri belong together")
        if not self.issuer or "openid" not in self.scope.split():
            raise ValueError("issuer and the scope openid are needed")
        return self

    @property
    def secret(self) -> str:
        """What this product shows the organisation to be known; empty for a public client, which has PKCE alone."""
        if self.client_secret_file is not None:
            return self.client_secret_file.read_text("utf-8").strip()
        return self.client_secret


def checked_address(value: str) -> str:
    """The address, when nobody on the way can read what is sent to it; raises ValueError otherwise."""
    parts = urlsplit(value)
    private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    if not private or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an https address is needed")
    return value


class _File(_Part):
    providers: tuple[Provider, ...]

    @model_validator(mode="after")
    def _once(self) -> _File:
        keys = [one.key for one in self.providers]
        issuers = [one.issuer for one in self.providers]
        if len(set(keys)) != len(keys) or len(set(issuers)) != len(issuers):
            raise ValueError("each key and each issuer may stand once")
        return self


def providers() -> tuple[Provider, ...]:
    """The organisations in the order of the file, none without one. Raises Refused, naming the place, no secret."""
    file = settings().oidc_file
    return _read(file) if file else ()


@cache
def _read(file: Path) -> tuple[Provider, ...]:
    try:
        return _File.model_validate(yaml.safe_load(file.read_text("utf-8"))).providers
    except ValidationError as fault:
        found = [".".join(map(str, e["loc"])) + ": " + e["msg"] for e in fault.errors(include_input=False)]
        raise refuse("cli.providers_unusable", file=file, reason="; ".join(found)) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        # What a YAML error quotes may be a secret.
        raise refuse("cli.providers_unusable", file=file, reason=type(fault).__name__) from None


def provider(key: str) -> Provider | None:
    """The organisation of this key."""
    return next((one for one in providers() if one.key == key), None)
