"""Signing in through an organisation: whom it lets in, and every way in which somebody else would be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
import yaml
from fastapi.testclient import TestClient
from sqlmodel import select

from jointreview.commands import external, identity, oidc, passwords, providers, second_factor
from jointreview.commands.all import RULES  # noqa: F401
from jointreview.commands.executor import execute
from jointreview.commands.identities import LinkIdentity, UnlinkIdentity
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.identity import Account, Audit, LinkedIdentity, LoginSession, SignInAttempt
from jointreview.queries.principal import principal, signed_in
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
    database: None,  # noqa: F811
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


def away(client: TestClient, next: str = "/board") -> str:  # noqa: F811
    """Go to the organisation; answers where it sends the browser back to."""
    there = client.get("/signin/with/city", params={"next": next})
    assert there.status_code == 303, there.text
    sent = requests.get(there.headers["location"], allow_redirects=False, timeout=10)
    assert sent.status_code == 302, sent.text
    parts = urlsplit(sent.headers["location"])
    assert (parts.scheme, parts.netloc) == ("http", "127.0.0.1:8000")
    return f"{parts.path}?{parts.query}"


def there_and_back(client: TestClient, next: str = "/board"):  # noqa: F811
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


def test_who_is_linked_is_let_in_and_led_on(client: TestClient, city: Organisation) -> None:  # noqa: F811
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


def test_without_a_file_nothing_of_it_is_there(client: TestClient, database: None) -> None:  # noqa: F811
    assert "/signin/with" not in client.get("/signin").text
    assert {client.get(f"/signin/with/city{path}").status_code for path in ("", "/back", "/out")} == {404}


def test_the_button_stands_on_the_sign_in_page_in_both_languages(client: TestClient, city: Organisation) -> None:  # noqa: F811
    assert "用市统一认证登录" in client.get("/signin").text
    english = client.get("/signin?lang=en&next=/board").text
    assert "Sign in with City sign-in" in english and 'href="/signin/with/city?next=%2Fboard"' in english


def test_nobody_gets_an_account_by_it(client: TestClient, city: Organisation) -> None:  # noqa: F811
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
    client: TestClient,  # noqa: F811
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
    client: TestClient,  # noqa: F811
    city: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match = {"claim": "email", "field": "email", "verified": "email_verified"}
    configure(monkeypatch, tmp_path, city, match=match)
    link(anna(email="anna@example.cn"), city, "u-7")
    city.person |= {"email": "anna@example.cn", "email_verified": True}
    refused(there_and_back(client), "account.provider_unlinked")


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
    client: TestClient,  # noqa: F811
    city: Organisation,
    twist: dict,
) -> None:
    link(anna(), city)
    city.twist = twist
    refused(there_and_back(client), "account.provider_failed")


@pytest.mark.parametrize(
    "forge", ["another key", "unknown key", "no signature", "shared secret", "changed afterwards"]
)
def test_a_forged_signature_is_refused(client: TestClient, city: Organisation, forge: str) -> None:  # noqa: F811
    link(anna(), city)
    city.forge = forge
    refused(there_and_back(client), "account.provider_failed")


def test_a_new_key_of_the_organisation_is_learned_but_not_asked_for_by_every_forgery(
    client: TestClient,  # noqa: F811
    city: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link(anna(), city)
    assert there_and_back(client).status_code == 200
    city.published, city.forge = [city.other_key], "unknown key"
    assert there_and_back(client).status_code == 401
    monkeypatch.setattr(oidc, "_ASK_AGAIN_SECONDS", 0)
    assert there_and_back(client).status_code == 200


def test_an_answer_counts_once(client: TestClient, city: Organisation) -> None:  # noqa: F811
    link(anna(), city)
    back = away(client)
    cookie = client.cookies["jr_with"]
    assert client.get(back).status_code == 200
    client.cookies.clear()
    client.cookies.set("jr_with", cookie, path="/signin/with")
    again = client.get(back)
    assert again.status_code == 401 and "jr_session" not in again.cookies


def test_another_browser_cannot_use_the_answer_nor_be_made_to(client: TestClient, city: Organisation) -> None:  # noqa: F811
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
def test_an_answer_with_another_part_is_refused(client: TestClient, city: Organisation, changed: str) -> None:  # noqa: F811
    link(anna(), city)
    name, _, value = changed.partition("=")
    path, _, query = away(client).partition("?")
    parts = {key: found[0] for key, found in parse_qs(query).items()} | {name: value}
    page = client.get(path, params=parts)
    assert page.status_code == 401 and "jr_session" not in page.cookies


def test_an_answer_that_took_too_long_is_refused(
    client: TestClient,  # noqa: F811
    city: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link(anna(), city)
    back = away(client)
    later(monkeypatch, minutes=external.ATTEMPT_MINUTES)
    refused(client.get(back), "account.provider_begin_again")


def test_a_refusal_at_the_organisation_is_told_without_its_words(client: TestClient, city: Organisation) -> None:  # noqa: F811
    away(client)
    page = client.get("/signin/with/city/back?error=access_denied&error_description=<b>hello</b>")
    assert page.status_code == 401 and "hello" not in page.text


@pytest.mark.parametrize(
    "evil",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a/../..//evil", "/signin"],
)
def test_the_way_on_stays_on_this_site(client: TestClient, city: Organisation, evil: str) -> None:  # noqa: F811
    link(anna(), city)
    assert onward(there_and_back(client, evil)) == "/"


def test_the_way_on_cannot_leave_its_place_in_the_page(client: TestClient, city: Organisation) -> None:  # noqa: F811
    link(anna(), city)
    page = there_and_back(client, "/board?q='\"><script>alert(1)</script>; url=https://evil.example")
    assert "<script>alert" not in page.text and onward(page).startswith("/board?q=%27%22%3E")


def test_a_session_planted_before_is_none_afterwards(client: TestClient, city: Organisation) -> None:  # noqa: F811
    link(anna(), city)
    otto = identity.add_account("otto", "李工", "clerk", PASSWORD)
    planted = identity.sign_in("otto", PASSWORD).secret
    client.cookies.set("jr_session", planted)
    there_and_back(client)
    own = [cookie.value for cookie in client.cookies.jar if cookie.name == "jr_session" and cookie.value != planted]
    assert len(own) == 1 and signed_in(planted) is None
    found = signed_in(own[0])
    assert found and found.account_id != otto


def test_keepers_stay_local(client: TestClient, city: Organisation) -> None:  # noqa: F811
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


def test_a_closed_account_stays_closed(client: TestClient, city: Organisation) -> None:  # noqa: F811
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
    client: TestClient,  # noqa: F811
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
    client: TestClient,  # noqa: F811
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
    client: TestClient,  # noqa: F811
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


def test_the_administrator_links_and_unlinks(client: TestClient, city: Organisation) -> None:  # noqa: F811
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


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://another.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_configuration_of_somebody_else_is_not_followed(
    client: TestClient,  # noqa: F811
    city: Organisation,
    told: dict,
) -> None:
    city.told = told
    page = client.get("/signin/with/city")
    if told == {"jwks_uri": None}:
        link(anna(), city)
        page = there_and_back(client)
    assert page.status_code in (401, 503) and "jr_session" not in page.cookies


def test_an_organisation_that_does_not_answer_is_told_and_the_password_still_works(
    client: TestClient,  # noqa: F811
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
    client: TestClient,  # noqa: F811
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
    database: None,  # noqa: F811
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
