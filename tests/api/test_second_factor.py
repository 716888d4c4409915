"""The second factor: set up once, asked for at every sign-in, each code taken once, failures counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from jointreview.api import second_factor as pages
from jointreview.api.limits import Limit
from jointreview.commands import identity, passwords, second_factor
from jointreview.domain.problems import Refused
from jointreview.models.base import reading, writing
from jointreview.models.identity import Account, RecoveryCode, SecondFactor
from jointreview.queries import principal as principals
from jointreview.queries.principal import principal
from jointreview.settings import settings
from tests.api.test_session import PASSWORD, START, anna, client, database, later, sign_in  # noqa: F401


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch, database: None) -> None:  # noqa: F811
    second_factor._seal.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", passwords._quick)
    monkeypatch.setattr(pages, "_tries", Limit(1000, 60))


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(START + timedelta(seconds=seconds))


def enrolled(account_id: int, seconds: int = 0) -> tuple[str, list[str]]:
    """The secret of a device set up for the account and its recovery codes."""
    secret = second_factor.begin(account_id, PASSWORD).secret
    return secret, second_factor.confirm(account_id, code_at(secret, seconds))


def test_a_device_is_set_up_by_scanning_and_typing_one_code(client: TestClient) -> None:  # noqa: F811
    anna()
    sign_in(client)
    assert client.post("/second/setup", data={"current": "wrong-one"}).status_code == 422
    assert client.post("/second/setup", data={"current": PASSWORD}).headers["location"] == "/second/setup"
    page = client.get("/second/setup").text
    secret = re.search(r'id="factor-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "<svg" in page and "http" not in page.split("<svg")[1].split("</svg>")[0].replace("http://www.w3.org", "")
    assert client.post("/second/confirm", data={"code": "000000"}).status_code == 422
    done = client.post("/second/confirm", data={"code": code_at(secret)})
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", done.text)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert "codes" not in client.get("/second/setup").text.split("second/codes")[0]
    with reading() as db:
        kept = str(db.exec(select(SecondFactor)).one()) + str(db.exec(select(RecoveryCode)).all())
    assert secret not in kept and not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_the_password_alone_reaches_nothing_but_the_question_for_the_code(
    client: TestClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret, _ = enrolled(anna())
    answer = sign_in(client)
    assert answer.headers["location"] == "/second?next=%2Fboard"
    owing = client.cookies["jr_session"]
    assert principal(owing) is None
    for path in ("/board", "/post", "/password", "/second/setup", "/account"):
        assert client.get(path, headers={"accept": "text/html"}).headers["location"] == "/second", path
    assert client.get("/api/map/view").status_code == 403
    changing = {"current": PASSWORD, "password": "Another-One-2", "again": "Another-One-2"}
    assert client.post("/password", data=changing).status_code == 403
    later(monkeypatch, seconds=60)
    done = client.post("/second", data={"code": code_at(secret, 60), "next": "/board"})
    assert done.headers["location"] == "/board"
    assert client.cookies["jr_session"] != owing and principal(client.cookies["jr_session"])
    assert principal(owing) is None


def test_a_code_is_taken_once_and_only_around_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = enrolled(anna())
    first, second = identity.sign_in("anna", PASSWORD), identity.sign_in("anna", PASSWORD)
    digest = principals.digest_of
    with pytest.raises(Refused):  # the code that confirmed the device
        second_factor.pass_with(digest(first.secret), code_at(secret))
    later(monkeypatch, seconds=90)
    for stale in (0, 30, 180):
        with pytest.raises(Refused):
            second_factor.pass_with(digest(first.secret), code_at(secret, stale))
    assert second_factor.pass_with(digest(first.secret), code_at(secret, 90)).secret
    with pytest.raises(Refused):
        second_factor.pass_with(digest(second.secret), code_at(secret, 90))
    with pytest.raises(Refused):
        second_factor.pass_with(digest(second.secret), code_at(secret, 60))
    assert second_factor.pass_with(digest(second.secret), code_at(secret, 120)).secret


def test_a_recovery_code_is_good_once_however_it_is_written() -> None:
    _, codes = enrolled(anna())
    sessions = [identity.sign_in("anna", PASSWORD).secret for _ in range(2)]
    written = codes[0].lower().replace("-", " ")
    assert second_factor.pass_with(principals.digest_of(sessions[0]), written).secret
    with pytest.raises(Refused):
        second_factor.pass_with(principals.digest_of(sessions[1]), codes[0])
    assert second_factor.pass_with(principals.digest_of(sessions[1]), codes[1]).secret


def test_wrong_codes_lock_and_the_right_password_does_not_unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, codes = enrolled(anna())
    later(monkeypatch, seconds=60)
    for _ in range(identity.FREE_ATTEMPTS):
        opened = identity.sign_in("anna", PASSWORD)
        with pytest.raises(Refused):
            second_factor.pass_with(principals.digest_of(opened.secret), "000000")
    digest = principals.digest_of(identity.sign_in("anna", PASSWORD).secret)
    for right in (code_at(secret, 60), codes[0]):
        with pytest.raises(Refused):
            second_factor.pass_with(digest, right)
    later(monkeypatch, seconds=150)
    assert second_factor.pass_with(digest, code_at(secret, 150)).secret


def test_a_session_that_owes_its_code_waits_minutes_not_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = enrolled(anna())
    digest = principals.digest_of(identity.sign_in("anna", PASSWORD).secret)
    later(monkeypatch, minutes=identity.FACTOR_MINUTES)
    with pytest.raises(Refused):
        second_factor.pass_with(digest, code_at(secret, 60 * identity.FACTOR_MINUTES))


def test_a_role_that_needs_one_sets_it_up_before_anything_else(
    client: TestClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account_id = anna()
    monkeypatch.setenv("JOINTREVIEW_SECOND_FACTOR_ROLES", "admin, coordinator")
    settings.cache_clear()
    sign_in(client)
    assert principal(client.cookies["jr_session"]) is None
    assert client.get("/board", headers={"accept": "text/html"}).headers["location"] == "/second/setup"
    assert client.get("/second/setup").status_code == 200
    client.post("/second/setup", data={"current": PASSWORD})
    secret = second_factor.begun(account_id).secret
    assert client.post("/second/confirm", data={"code": code_at(secret)}).status_code == 200
    assert principal(client.cookies["jr_session"])
    later(monkeypatch, seconds=60)
    given_up = client.post("/second/off", data={"current": PASSWORD, "code": code_at(secret, 60)})
    assert given_up.status_code == 422
    assert principal(client.cookies["jr_session"])


def test_production_needs_it_for_those_who_keep_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().roles_with_second_factor == frozenset()
    monkeypatch.delenv("JOINTREVIEW_NOW")
    monkeypatch.setenv("JOINTREVIEW_MODE", "production")
    settings.cache_clear()
    assert settings().roles_with_second_factor == {"admin", "security", "auditor"}
    monkeypatch.setenv("JOINTREVIEW_SECOND_FACTOR_ROLES", "none")
    settings.cache_clear()
    assert settings().roles_with_second_factor == frozenset()


def test_setting_it_up_ends_other_sessions_and_giving_it_up_asks_for_both(
    client: TestClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account_id = anna()
    elsewhere = identity.sign_in("anna", PASSWORD).secret
    secret, _ = enrolled(account_id)
    assert principal(elsewhere) is None
    sign_in(client)
    later(monkeypatch, seconds=60)
    client.post("/second", data={"code": code_at(secret, 60)})
    later(monkeypatch, seconds=120)
    for current, code in (("wrong-one", code_at(secret, 120)), (PASSWORD, "000000")):
        assert client.post("/second/off", data={"current": current, "code": code}).status_code == 422
    later(monkeypatch, seconds=180)
    assert client.post("/second/off", data={"current": PASSWORD, "code": code_at(secret, 180)}).status_code == 303
    assert not identity.sign_in("anna", PASSWORD).factor_due
    with reading() as db:
        assert db.exec(select(RecoveryCode)).all() == []


def test_another_key_opens_no_device_kept_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.fernet import Fernet

    secret, _ = enrolled(anna())
    monkeypatch.setenv("JOINTREVIEW_SECOND_FACTOR_KEY", Fernet.generate_key().decode())
    settings.cache_clear()
    digest = principals.digest_of(identity.sign_in("anna", PASSWORD).secret)
    with pytest.raises(Refused):
        second_factor.pass_with(digest, code_at(secret))


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("Sh0rt-1", "account.password_short"),
        ("password1234", "account.password_guessable"),
        ("WoAiNi1314", "account.password_guessable"),
        ("Qwertyuiop", "account.password_guessable"),
        ("wanganna-2026", "account.password_guessable"),
        ("aaaabbbb", "account.password_guessable"),
        ("x" * 201, "account.password_long"),
        ("没有数字也没有大写的一句话", ""),
        ("correct horse battery", ""),
    ],
)
def test_length_and_the_list_of_common_ones_decide_and_no_rule_of_composition(password: str, key: str) -> None:
    problem = identity.password_problem(password, "wanganna", "王安娜")
    assert (problem.key if problem else "") == key


def test_in_production_a_password_alone_is_fifteen_characters_and_beside_a_device_eight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account_id = anna()
    monkeypatch.setenv("JOINTREVIEW_PASSWORD_LENGTH", "15")
    settings.cache_clear()
    with pytest.raises(Refused, match="password_short"):
        identity.change_password(account_id, PASSWORD, "Fourteen-chars")
    enrolled(account_id)
    identity.change_password(account_id, PASSWORD, "Eight-88")
    assert len(identity.set_one_time_password("anna")) >= 15


def test_trying_passwords_from_inside_a_session_is_slowed_down(
    client: TestClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jointreview.api import session as session_pages

    anna()
    sign_in(client)
    monkeypatch.setattr(session_pages, "_rechecks", Limit(2, 60))
    form = {"current": "wrong-one", "password": "Another-One-2", "again": "Another-One-2"}
    for _ in range(2):
        client.post("/password", data=form)
    assert client.post("/password", data={**form, "current": PASSWORD}).status_code == 422
    with writing() as db:
        assert db.exec(select(Account)).one()
    assert identity.sign_in("anna", PASSWORD).secret


def test_plain_pages_carry_no_script_and_no_style_of_their_own(client: TestClient) -> None:  # noqa: F811
    anna()
    pages_seen = [client.get(path) for path in ("/signin", "/register", "/reset", "/verify", "/progress", "/guides")]
    sign_in(client)
    pages_seen += [client.get(path) for path in ("/second/setup", "/password", "/search?q=x")]
    for page in pages_seen:
        policy = page.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
        assert not re.search(r"<script(?! src=)|<style| style=|\son\w+=|javascript:", page.text), page.url
