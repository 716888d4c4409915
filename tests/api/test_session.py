"""Signing in, registration and passwords, over HTTP and in the commands below."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from jointreview.api import session as session_pages
from jointreview.api.app import build_api
from jointreview.api.gate import FrontGate, is_crooked, is_public, same_site_path
from jointreview.api.limits import Limit
from jointreview.commands import identity
from jointreview.domain.problems import Refused
from jointreview.models.base import engine, writing
from jointreview.models.identity import Account, LoginSession
from jointreview.queries.principal import principal, signed_in
from jointreview.settings import settings

PASSWORD = "Right-Password-1"
START = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty database of its own for each test, at a fixed time."""
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JOINTREVIEW_DATABASE_URL", "")
    monkeypatch.setenv("JOINTREVIEW_NOW", START.isoformat())
    settings.cache_clear()
    engine.cache_clear()
    SQLModel.metadata.create_all(engine())
    for name in ("_sign_ins", "_registrations", "_resets"):
        monkeypatch.setattr(session_pages, name, Limit(1000, 60))
    yield
    engine().dispose()
    settings.cache_clear()
    engine.cache_clear()


@pytest.fixture
def client() -> TestClient:
    """The HTTP interface behind the gate, without the pages."""
    return TestClient(FrontGate(build_api()), base_url="http://127.0.0.1:8000", follow_redirects=False)


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> None:
    """Let time pass."""
    monkeypatch.setenv("JOINTREVIEW_NOW", (START + timedelta(**passed)).isoformat())
    settings.cache_clear()


def anna(**options) -> int:
    return identity.add_account("anna", "王安娜", "coordinator", PASSWORD, **options)


def sign_in(client: TestClient, login: str = "anna", password: str = PASSWORD, next: str = "/board"):
    return client.post("/signin", data={"login": login, "password": password, "next": next})


def test_the_right_password_opens_a_session_and_leads_on(client: TestClient) -> None:
    anna()
    answer = sign_in(client, login=" Anna ")
    assert answer.status_code == 303 and answer.headers["location"] == "/board"
    actor = principal(client.cookies["jr_session"])
    assert actor and (actor.role, actor.name) == ("coordinator", "王安娜")


def test_the_table_holds_no_secret(client: TestClient) -> None:
    anna()
    sign_in(client)
    with writing() as db:
        assert client.cookies["jr_session"] not in str(db.exec(select(LoginSession)).one())


def test_unknown_login_wrong_password_and_switched_off_account_answer_alike(client: TestClient) -> None:
    anna()
    identity.add_account("otto", "李工", "officer", PASSWORD, unit="fire")
    with writing() as db:
        db.exec(select(Account).where(Account.login == "otto")).one().active = False
    answers = [sign_in(client, *who) for who in (("nobody", PASSWORD), ("anna", "wrong-one"), ("otto", PASSWORD))]
    assert {answer.status_code for answer in answers} == {401}
    texts = {
        answer.text.replace(login, "") for answer, login in zip(answers, ("nobody", "anna", "otto"), strict=True)
    }
    assert len(texts) == 1


def test_five_failures_lock_the_account_for_a_while(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    anna()
    for _ in range(identity.FREE_ATTEMPTS):
        sign_in(client, password="wrong-one")
    assert sign_in(client).status_code == 401
    later(monkeypatch, minutes=2)
    assert sign_in(client).status_code == 303


def test_a_lock_doubles_with_each_further_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    anna()
    for _ in range(identity.FREE_ATTEMPTS):
        with pytest.raises(Refused):
            identity.sign_in("anna", "wrong-one")
    later(monkeypatch, minutes=2)
    with pytest.raises(Refused):
        identity.sign_in("anna", "wrong-one")
    later(monkeypatch, minutes=3, seconds=30)
    with pytest.raises(Refused):
        identity.sign_in("anna", PASSWORD)
    later(monkeypatch, minutes=4, seconds=1)
    assert identity.sign_in("anna", PASSWORD).secret


def test_a_session_ends_when_idle_and_in_any_case_after_its_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    anna()
    idle, busy = identity.sign_in("anna", PASSWORD).secret, identity.sign_in("anna", PASSWORD).secret
    for minutes in range(30, 12 * 60, 30):
        later(monkeypatch, minutes=minutes)
        found = signed_in(busy)
        assert found
        identity.touch(found.digest)
    assert signed_in(idle) is None
    later(monkeypatch, hours=12)
    identity.touch(found.digest)
    assert signed_in(busy) is None


def test_signing_out_is_felt_at_once(client: TestClient) -> None:
    anna()
    sign_in(client)
    secret = client.cookies["jr_session"]
    assert principal(secret)
    client.post("/signout", headers={"origin": "http://127.0.0.1:8000"})
    assert principal(secret) is None


def test_a_password_set_by_somebody_else_must_be_changed_first(client: TestClient) -> None:
    anna(must_change_password=True)
    assert sign_in(client).headers["location"] == "/password"
    assert client.get("/board", headers={"accept": "text/html"}).headers["location"] == "/password"
    assert client.get("/api/anything").status_code == 403
    form = {"current": PASSWORD, "password": "Another-One-2", "again": "Another-One-2"}
    assert client.post("/password", data=form).headers["location"] == "/"
    assert principal(client.cookies["jr_session"])


def test_who_has_several_posts_chooses_one_and_only_an_own_one(client: TestClient) -> None:
    account = anna()
    second = identity.add_post(account, "officer", unit="fire")
    other = identity.add_account("otto", "李工", "clerk", PASSWORD)
    foreign = identity.add_post(other, "admin")
    assert sign_in(client).headers["location"] == "/post"
    assert client.get("/board", headers={"accept": "text/html"}).headers["location"] == "/post"
    assert client.post("/post", data={"post": foreign}).status_code == 404
    assert client.post("/post", data={"post": second}).headers["location"] == "/"
    actor = principal(client.cookies["jr_session"])
    assert actor and (actor.role, actor.unit) == ("officer", "fire")


def test_registration_names_every_problem_and_keeps_what_was_typed(client: TestClient) -> None:
    form = {"login": "X!", "name": "赵某", "password": "short", "again": "short", "email": "no", "mobile": "123"}
    answer = client.post("/register?lang=en", data=form)
    assert answer.status_code == 422
    for words in ("lower-case letters", "too short", "e-mail address", "11 digits"):
        assert words in answer.text
    assert "赵某" in answer.text and "short" not in answer.text.split("<form")[1].split("minlength")[0]


def test_who_registers_can_sign_in_as_an_applicant(client: TestClient) -> None:
    form = {"login": "zhao", "name": "赵某", "password": PASSWORD, "again": PASSWORD}
    assert client.post("/register", data=form).headers["location"] == "/signin?notice=registered"
    assert client.get("/signin?notice=registered").status_code == 200
    assert sign_in(client, "zhao").status_code == 303
    actor = principal(client.cookies["jr_session"])
    assert actor and actor.role == "applicant" and not actor.organisations


def test_the_answers_of_the_wizard_survive_registering_and_signing_in(client: TestClient) -> None:
    way = "/apply?stage=1&" + "&".join(f"S21.question_{n}=a{n};b{n}" for n in range(60))
    address = f"/signin?{urlencode({'next': way})}"
    register = re.search(r'href="(/register[^"]*)"', client.get(address).text)
    assert register
    hidden = re.search(r'name="next" value="([^"]*)"', client.get(html.unescape(register[1])).text)
    assert hidden and html.unescape(hidden[1]) == way
    form = {"login": "zhao", "name": "赵某", "password": PASSWORD, "again": PASSWORD, "next": way}
    back = client.post("/register", data=form).headers["location"]
    assert parse_qs(urlsplit(back).query)["next"] == [way]
    answer = sign_in(client, "zhao", next=way)
    assert answer.status_code == 303 and answer.headers["location"] == way


def test_closed_registration_makes_no_account(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOINTREVIEW_REGISTRATION_OPEN", "false")
    settings.cache_clear()
    form = {"login": "zhao", "name": "赵某", "password": PASSWORD, "again": PASSWORD}
    assert client.post("/register", data=form).status_code == 422
    assert client.get("/register").status_code == 200


def test_a_mailed_link_sets_a_password_once(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    anna(email="anna@example.com")
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "mail.invalid")
    settings.cache_clear()
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(session_pages, "send_mail", lambda *message: sent.append(message))
    known = client.post("/reset", data={"email": "Anna@Example.com"})
    unknown = client.post("/reset", data={"email": "nobody@example.com"})
    assert known.text == unknown.text and len(sent) == 1
    key = sent[0][2].split("key=")[1].split()[0]
    form = {"key": key, "password": "Another-One-2", "again": "Another-One-2"}
    assert client.post("/reset/new", data=form).headers["location"] == "/signin?notice=password_set"
    assert client.post("/reset/new", data=form).status_code == 422
    assert sign_in(client, password="Another-One-2").status_code == 303


def test_without_mail_the_reset_page_says_whom_to_ask(client: TestClient) -> None:
    assert "系统管理员" in client.get("/reset").text
    assert client.post("/reset", data={"email": "a@example.com"}).status_code == 404


def test_a_one_time_password_ends_every_session() -> None:
    anna()
    secret = identity.sign_in("anna", PASSWORD).secret
    made = identity.set_one_time_password("anna")
    assert principal(secret) is None
    assert identity.sign_in("anna", made).must_change_password


def test_production_knows_no_demo_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    anna(demo=True)
    secret = identity.sign_in("anna", PASSWORD).secret
    monkeypatch.delenv("JOINTREVIEW_NOW")
    monkeypatch.setenv("JOINTREVIEW_MODE", "production")
    settings.cache_clear()
    with pytest.raises(Refused):
        identity.sign_in("anna", PASSWORD)
    assert principal(secret) is None
    with pytest.raises(Refused):
        identity.add_account("demo", "演示", "clerk", PASSWORD, demo=True)


@pytest.mark.parametrize("page", ["/signin", "/register", "/reset", "/reset/new", "/reset/new?key=x"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plain_pages_speak_both_languages_and_escape(client: TestClient, page: str, lang: str) -> None:
    separator = "&" if "?" in page else "?"
    answer = client.get(f"{page}{separator}lang={lang}&next=/%22><script>")
    assert answer.status_code == 200
    assert ("中文" if lang == "en" else "English") in answer.text
    assert '"><script>' not in answer.text


@given(st.text(alphabet="/.\\%2eE5cfF:a?#@\x00 ", max_size=24))
def test_going_on_never_leaves_the_site(target: str) -> None:
    path = same_site_path(target)
    assert path.startswith("/") and not path.startswith(("//", "/\\"))
    assert not is_crooked(path.split("?")[0].split("#")[0])


@given(st.text(alphabet="abcsigned/x", max_size=12))
def test_only_listed_paths_and_folders_are_public(rest: str) -> None:
    assert not is_public(f"/signin{rest}") or rest == ""


def test_a_limit_refuses_what_is_too_much_for_one_address_only() -> None:
    limit = Limit(3, 60)
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("b")


def test_a_page_with_several_filters_is_come_back_to_whole(client: TestClient) -> None:
    wanted = "/board?stage=4&lamp=red&search=a%26b%3Dc&town=huilong"
    sent_to = client.get(wanted, headers={"accept": "text/html"}).headers["location"]
    assert parse_qs(urlsplit(sent_to).query) == {"next": [wanted]}
    hidden = re.search(r'name="next" value="([^"]*)"', client.get(sent_to).text)
    assert hidden and html.unescape(hidden[1]) == wanted
    assert same_site_path(wanted) == wanted
