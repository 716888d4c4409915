"""Signing in through an organisation: whom it lets in, and every way in which somebody else would be."""
# ruff: noqa: F811 (fixtures come by import)

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from jointreview.commands import identity, providers, second_factor
from jointreview.commands.all import RULES  # noqa: F401
from jointreview.commands.executor import execute
from jointreview.commands.identities import LinkIdentity, UnlinkIdentity
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.identity import Account, Audit, LinkedIdentity
from jointreview.queries.principal import principal, signed_in
from jointreview.settings import settings
from tests.api.external_steps import away, city, configure, link, onward, refused, running, there_and_back  # noqa: F401
from tests.api.organisation import Organisation
from tests.api.test_session import PASSWORD, START, anna, client, database, later, sign_in  # noqa: F401


def test_who_is_linked_is_let_in_and_led_on(client: TestClient, city: Organisation) -> None:
    link(anna(), city)
    page = there_and_back(client, "/board?q=a b")
    assert page.status_code == 200 and onward(page) == "/board?q=a%20b"
    cookie = page.headers["set-cookie"]
    assert re.search(r"jr_session=[^;]+; HttpOnly;.*SameSite=strict", cookie) and 'jr_with=""' in cookie
    actor = principal(client.cookies["jr_session"])
    assert actor and (actor.role, actor.name) == ("coordinator", "王安娜")
    asked = city.asked[0]
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/signin/with/city/back"
    assert len(asked["state"]) > 40 and len(asked["nonce"]) > 40 and len(asked["code_challenge"]) == 43


def test_without_a_file_nothing_of_it_is_there(client: TestClient, database: None) -> None:
    assert "/signin/with" not in client.get("/signin").text
    assert {client.get(f"/signin/with/city{path}").status_code for path in ("", "/back", "/out")} == {404}


def test_the_button_stands_on_the_sign_in_page_in_both_languages(client: TestClient, city: Organisation) -> None:
    assert "用市统一认证登录" in client.get("/signin").text
    english = client.get("/signin?lang=en&next=/board").text
    assert "Sign in with City sign-in" in english and 'href="/signin/with/city?next=%2Fboard"' in english


def test_nobody_gets_an_account_by_it(client: TestClient, city: Organisation) -> None:
    anna(email="anna@example.cn")
    city.person |= {"email": "anna@example.cn", "email_verified": True}
    page = there_and_back(client)
    refused(page, "account.provider_unlinked")
    assert "u-1001" in page.text
    with reading() as db:
        assert [account.login for account in db.exec(select(Account))] == ["anna"]
        assert db.exec(select(Audit.action).order_by(Audit.id.desc())).first() == "account.provider_refused"


@pytest.mark.parametrize(
    ("said", "let_in"),
    [
        ({"email": "ANNA@example.cn", "email_verified": True}, True),
        ({"email": "anna@example.cn", "email_verified": False}, False),
        ({"email": "anna@example.cn", "email_verified": "true"}, False),
        ({"email": "anna@example.cn"}, False),
        ({"email": "twice@example.cn", "email_verified": True}, False),
        ({"email": "", "email_verified": True}, False),
        ({"email": ["anna@example.cn"], "email_verified": True}, False),
    ],
)
def test_a_claim_finds_an_account_when_it_is_verified_and_names_one_alone(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: dict,
    let_in: bool,
) -> None:
    match = {"claim": "email", "field": "email", "verified": "email_verified"}
    configure(monkeypatch, tmp_path, city, match=match, scope="openid email")
    anna(email="anna@example.cn")
    for login in ("eins", "zwei"):
        identity.add_account(login, login, "clerk", PASSWORD, email="twice@example.cn")
    city.person |= said
    assert (there_and_back(client).status_code == 200) == let_in


def test_a_claim_opens_no_account_that_is_linked_with_somebody_else(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match = {"claim": "email", "field": "email", "verified": "email_verified"}
    configure(monkeypatch, tmp_path, city, match=match)
    link(anna(email="anna@example.cn"), city, "u-7")
    city.person |= {"email": "anna@example.cn", "email_verified": True}
    refused(there_and_back(client), "account.provider_unlinked")


def test_keepers_stay_local(client: TestClient, city: Organisation) -> None:
    for role in ("admin", "security", "auditor"):
        account_id = identity.add_account(f"the-{role}", role, role, PASSWORD)
        with pytest.raises(Refused, match="admin.identity_no_keeper"):
            link(account_id, city, f"u-{role}")
        # Linked while still an officer, say, and appointed later.
        with writing() as db:
            db.add(
                LinkedIdentity(
                    account_id=account_id,
                    issuer=city.issuer,
                    subject=f"k-{role}",
                    linked_by=account_id,
                    linked_at=START,
                )
            )
        city.person = {"sub": f"k-{role}"}
        refused(there_and_back(client), "account.provider_no_keeper")


def test_a_closed_account_stays_closed(client: TestClient, city: Organisation) -> None:
    account_id = anna()
    link(account_id, city)
    with writing() as db:
        db.get_one(Account, account_id).active = False
    refused(there_and_back(client), "account.provider_failed")


@pytest.mark.parametrize(
    ("configured", "said", "owed"),
    [
        (None, {"amr": ["pwd", "otp"]}, True),
        ({"amr": ["otp", "hwk"]}, {"amr": ["pwd"]}, True),
        ({"amr": ["otp", "hwk"]}, {"amr": ["pwd", "otp"]}, False),
        ({"amr": ["otp"]}, {"amr": "otp"}, True),
        ({"acr": ["urn:two"]}, {"acr": "urn:two"}, False),
        ({"acr": ["urn:two"]}, {"acr": "urn:one"}, True),
        ({"acr": ["urn:two"]}, {}, True),
    ],
)
def test_our_second_factor_is_asked_for_unless_the_organisation_asked_for_one(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    configured: dict | None,
    said: dict,
    owed: bool,
) -> None:
    configure(monkeypatch, tmp_path, city, second_factor=configured)
    account_id = anna()
    secret = second_factor.begin(account_id, PASSWORD).secret
    second_factor.confirm(account_id, pyotp.TOTP(secret).at(START))
    link(account_id, city)
    city.person |= said
    page = there_and_back(client)
    assert (onward(page) == "/second?next=%2Fboard") == owed
    assert (principal(client.cookies["jr_session"]) is None) == owed
    if owed:
        later(monkeypatch, seconds=60)
        code = pyotp.TOTP(secret).at(START + timedelta(seconds=60))
        assert client.post("/second", data={"code": code}).status_code == 303
        assert principal(client.cookies["jr_session"])


def test_a_role_that_needs_a_second_factor_sets_one_up_unless_the_organisation_asked_for_one(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JOINTREVIEW_SECOND_FACTOR_ROLES", "coordinator")
    configure(monkeypatch, tmp_path, city, second_factor={"amr": ["otp"]})
    link(anna(must_change_password=True), city)
    there_and_back(client)
    found = signed_in(client.cookies["jr_session"])
    assert found and found.must_enrol and not found.must_change_password
    city.person["amr"] = ["otp"]
    there_and_back(client)
    assert principal(client.cookies["jr_session"])


def test_signing_out_ends_the_session_and_offers_the_organisations_way_out(
    client: TestClient,
    city: Organisation,
) -> None:
    link(anna(), city)
    there_and_back(client)
    secret = client.cookies["jr_session"]
    left = client.post("/signout")
    assert left.headers["location"] == "/signin?notice=signed_out&left=city" and signed_in(secret) is None
    assert 'href="/signin/with/city/out"' in client.get(left.headers["location"]).text
    out = urlsplit(client.get("/signin/with/city/out").headers["location"])
    assert out.path == "/out" and parse_qs(out.query)["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/signin"]
    sign_in(client)
    assert client.post("/signout").headers["location"] == "/signin?notice=signed_out"


def test_the_administrator_links_and_unlinks(client: TestClient, city: Organisation) -> None:
    account_id = anna()
    identity_id = link(account_id, city)
    for order, key in (
        (LinkIdentity(account_id=account_id, provider="city", subject="u-2"), "admin.identity_there"),
        (LinkIdentity(account_id=account_id, provider="nowhere", subject="u-2"), "admin.identity_no_provider"),
        (LinkIdentity(account_id=account_id, provider="city", subject="u\x00"), "errors.control_characters"),
        (UnlinkIdentity(identity_id=999), "admin.no_such_identity"),
    ):
        with pytest.raises(Refused, match=key):
            execute(Actor(account_id, "A", "admin"), order)
    with pytest.raises(Refused, match="admin.identity_taken"):
        link(identity.add_account("otto", "李工", "clerk", PASSWORD), city)
    there_and_back(client)
    by_password = identity.sign_in("anna", PASSWORD).secret
    execute(Actor(account_id, "A", "admin"), UnlinkIdentity(identity_id=identity_id))
    assert signed_in(client.cookies["jr_session"]) is None and signed_in(by_password)
    client.cookies.clear()
    assert there_and_back(client).status_code == 401
    with reading() as db:
        done = db.exec(select(Audit.action).where(Audit.subject == "anna").order_by(Audit.id)).all()
    assert done[-2:] == ["account.identity_linked", "account.identity_unlinked"]


def test_an_organisation_that_does_not_answer_is_told_and_the_password_still_works(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(monkeypatch, tmp_path, city, issuer="http://127.0.0.1:9")
    page = client.get("/signin/with/city")
    assert page.status_code == 503 and 'action="/signin"' in page.text
    anna()
    assert sign_in(client).status_code == 303


def test_addresses_may_be_given_instead_of_discovered(
    client: TestClient,
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
    configure(monkeypatch, tmp_path, city, **{name: f"{city.issuer}/{path}" for name, path in names.items()})
    city.told = {"issuer": "https://another.example"}
    link(anna(), city)
    assert there_and_back(client).status_code == 200
    assert client.post("/signout").headers["location"] == "/signin?notice=signed_out"


@pytest.mark.parametrize(
    "faulty",
    [
        "providers: [",
        "providers: [{key: city}]",
        "providers: [{key: city, label: {zh: 市, en: C}, issuer: 'http://sso.example', client_id: x}]",
        "providers: [{key: city, label: {zh: 市, en: C}, issuer: 'https://a@sso.example', client_id: x}]",
        "providers: [{key: city, label: {zh: 市, en: C}, issuer: 'https://sso.example', client_id: x, "
        "scope: profile}]",
        "providers: [{key: city, label: {zh: 市, en: C}, issuer: 'https://sso.example', client_id: x, "
        "token_endpoint: 'https://sso.example/t'}]",
        "providers: [{key: city, label: {zh: 市, en: C}, issuer: 'https://sso.example', client_id: x, "
        "client_secret: [geheim]}]",
    ],
)
def test_a_faulty_file_is_refused_with_its_place_and_without_its_secrets(
    database: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    faulty: str,
) -> None:
    file = tmp_path / "organisations.yaml"
    file.write_text(faulty, "utf-8")
    monkeypatch.setenv("JOINTREVIEW_OIDC_FILE", str(file))
    settings.cache_clear()
    providers._read.cache_clear()
    with pytest.raises(Refused) as refusal:
        providers.providers()
    problem = refusal.value.problems[0]
    assert problem.params["file"] == file and "geheim" not in str(problem)
