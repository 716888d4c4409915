"""Steps of signing in through the organisation of these tests, and what a refusal leaves."""
# ruff: noqa: F811 (fixtures come by import)

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import yaml
from fastapi.testclient import TestClient
from sqlmodel import select

from jointreview.commands import identity, oidc, passwords, providers, second_factor
from jointreview.commands.all import RULES  # noqa: F401
from jointreview.commands.executor import execute
from jointreview.commands.identities import LinkIdentity
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.identity import Account, LoginSession, SignInAttempt
from jointreview.settings import settings
from tests.api.organisation import CLIENT, SECRET, Organisation, served
from tests.api.test_session import PASSWORD, START, anna, client, database, later, sign_in  # noqa: F401

ADMIN = "keeper"


@pytest.fixture(scope="module")
def running() -> Iterator[Organisation]:
    organisation = Organisation()
    with served(organisation):
        yield organisation


@pytest.fixture
def city(
    running: Organisation,
    database: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Organisation:
    """The organisation, honest again, and configured."""
    monkeypatch.setattr(passwords, "_hasher", passwords._quick)
    second_factor._seal.cache_clear()
    running.start_over()
    configure(monkeypatch, tmp_path, running)
    return running


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, organisation: Organisation, **more: object) -> None:
    one = {
        "key": "city",
        "label": {"zh": "市统一认证", "en": "City sign-in"},
        "issuer": organisation.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
    }
    file = folder / "organisations.yaml"
    file.write_text(yaml.safe_dump({"providers": [one | more]}, allow_unicode=True), "utf-8")
    monkeypatch.setenv("JOINTREVIEW_OIDC_FILE", str(file))
    settings.cache_clear()
    providers._read.cache_clear()
    oidc.forget()


def link(account_id: int, city: Organisation, subject: str = "u-1001") -> int:
    with reading() as db:
        known = db.exec(select(Account.id).where(Account.login == ADMIN)).first()
    keeper = known or identity.add_account(ADMIN, "管理员", "admin", PASSWORD)
    order = LinkIdentity(account_id=account_id, provider="city", subject=subject)
    return execute(Actor(keeper, "管理员", "admin"), order).value["identity_id"]


def away(client: TestClient, next: str = "/board") -> str:
    """Go to the organisation; answers where it sends the browser back to."""
    there = client.get("/signin/with/city", params={"next": next})
    assert there.status_code == 303, there.text
    sent = requests.get(there.headers["location"], allow_redirects=False, timeout=10)
    assert sent.status_code == 302, sent.text
    parts = urlsplit(sent.headers["location"])
    assert (parts.scheme, parts.netloc) == ("http", "127.0.0.1:8000")
    return f"{parts.path}?{parts.query}"


def there_and_back(client: TestClient, next: str = "/board"):
    return client.get(away(client, next))


def onward(page) -> str:
    return re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', page.text)[1].replace("&amp;", "&")


def refused(page, key: str) -> None:
    """Nobody is in, and the sign-in page says why."""
    from jointreview.text import tr

    assert page.status_code == 401 and "jr_session" not in page.cookies
    assert tr("zh", key, subject="u-1001").split("“")[0] in page.text
    with reading() as db:
        assert db.exec(select(LoginSession)).all() == []
        assert db.exec(select(SignInAttempt)).all() == []
