"""Signing in through an organisation: forged, replayed and misled, it lets nobody in."""
# ruff: noqa: F811 (fixtures come by import)

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from fastapi.testclient import TestClient

from jointreview.commands import external, identity, oidc
from jointreview.commands.all import RULES  # noqa: F401
from jointreview.queries.principal import signed_in
from tests.api.external_steps import away, city, configure, link, onward, refused, running, there_and_back  # noqa: F401
from tests.api.organisation import CLIENT, Organisation
from tests.api.test_session import PASSWORD, START, anna, client, database, later, sign_in  # noqa: F401


@pytest.mark.parametrize(
    "twist",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-program"},
        {"aud": ["another-program"]},
        {"aud": [CLIENT, "another-program"]},
        {"aud": [CLIENT, "another-program"], "azp": "another-program"},
        {"azp": "another-program"},
        {"aud": None},
        {"iss": "https://another.example"},
        {"iss": None},
        {"exp": int(START.timestamp()) - 61},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(START.timestamp()) + 3600},
        {"nbf": int(START.timestamp()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 1001},
        {"sub": "x" * 300},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(
    client: TestClient,
    city: Organisation,
    twist: dict,
) -> None:
    link(anna(), city)
    city.twist = twist
    refused(there_and_back(client), "account.provider_failed")


@pytest.mark.parametrize(
    "forge", ["another key", "unknown key", "no signature", "shared secret", "changed afterwards"]
)
def test_a_forged_signature_is_refused(client: TestClient, city: Organisation, forge: str) -> None:
    link(anna(), city)
    city.forge = forge
    refused(there_and_back(client), "account.provider_failed")


def test_a_new_key_of_the_organisation_is_learned_but_not_asked_for_by_every_forgery(
    client: TestClient,
    city: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link(anna(), city)
    assert there_and_back(client).status_code == 200
    city.published, city.forge = [city.other_key], "unknown key"
    assert there_and_back(client).status_code == 401
    monkeypatch.setattr(oidc, "_ASK_AGAIN_SECONDS", 0)
    assert there_and_back(client).status_code == 200


def test_an_answer_counts_once(client: TestClient, city: Organisation) -> None:
    link(anna(), city)
    back = away(client)
    cookie = client.cookies["jr_with"]
    assert client.get(back).status_code == 200
    client.cookies.clear()
    client.cookies.set("jr_with", cookie, path="/signin/with")
    again = client.get(back)
    assert again.status_code == 401 and "jr_session" not in again.cookies


def test_another_browser_cannot_use_the_answer_nor_be_made_to(client: TestClient, city: Organisation) -> None:
    link(anna(), city)
    back = away(client)
    client.cookies.clear()
    refused(client.get(back), "account.provider_begin_again")
    back, own = away(client), client.cookies["jr_with"]
    client.cookies.clear()
    away(client)
    assert client.cookies["jr_with"] != own
    assert client.get(back).status_code == 401


@pytest.mark.parametrize(
    "changed", ["state=made-up", "state=", "code=made-up", "code=", "iss=https://another.example"]
)
def test_an_answer_with_another_part_is_refused(client: TestClient, city: Organisation, changed: str) -> None:
    link(anna(), city)
    name, _, value = changed.partition("=")
    path, _, query = away(client).partition("?")
    parts = {key: found[0] for key, found in parse_qs(query).items()} | {name: value}
    page = client.get(path, params=parts)
    assert page.status_code == 401 and "jr_session" not in page.cookies


def test_an_answer_that_took_too_long_is_refused(
    client: TestClient,
    city: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link(anna(), city)
    back = away(client)
    later(monkeypatch, minutes=external.ATTEMPT_MINUTES)
    refused(client.get(back), "account.provider_begin_again")


def test_a_refusal_at_the_organisation_is_told_without_its_words(client: TestClient, city: Organisation) -> None:
    away(client)
    page = client.get("/signin/with/city/back?error=access_denied&error_description=<b>hello</b>")
    assert page.status_code == 401 and "<b>hello" not in page.text and ">hello" not in page.text


@pytest.mark.parametrize(
    "evil",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a/../..//evil", "/signin"],
)
def test_the_way_on_stays_on_this_site(client: TestClient, city: Organisation, evil: str) -> None:
    link(anna(), city)
    assert onward(there_and_back(client, evil)) == "/"


def test_the_way_on_cannot_leave_its_place_in_the_page(client: TestClient, city: Organisation) -> None:
    link(anna(), city)
    page = there_and_back(client, "/board?q='\"><script>alert(1)</script>; url=https://evil.example")
    assert "<script>alert" not in page.text and onward(page).startswith("/board?q=%27%22%3E")


def test_a_session_planted_before_is_none_afterwards(client: TestClient, city: Organisation) -> None:
    link(anna(), city)
    otto = identity.add_account("otto", "李工", "clerk", PASSWORD)
    planted = identity.sign_in("otto", PASSWORD).secret
    client.cookies.set("jr_session", planted)
    there_and_back(client)
    own = [cookie.value for cookie in client.cookies.jar if cookie.name == "jr_session" and cookie.value != planted]
    assert len(own) == 1 and signed_in(planted) is None
    found = signed_in(own[0])
    assert found and found.account_id != otto


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://another.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_configuration_of_somebody_else_is_not_followed(
    client: TestClient,
    city: Organisation,
    told: dict,
) -> None:
    city.told = told
    page = client.get("/signin/with/city")
    if told == {"jwks_uri": None}:
        link(anna(), city)
        page = there_and_back(client)
    assert page.status_code in (401, 503) and "jr_session" not in page.cookies
