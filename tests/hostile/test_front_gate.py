"""Crooked paths, foreign sites and forged sessions find the gate closed."""

from __future__ import annotations

import http.client

import pytest

from tests.web.serving import Server

CROOKED = (
    "/signin/../account",
    "/signin/..%2faccount",
    "/signin/%2e%2e/account",
    "/signin%2f..%2faccount",
    "//signin/../account",
    "/assets/../account",
    "/assets/..%2f..%2f..%2fvar%2fjointreview.db",
    "/assets/%252e%252e/account",
    "/assets/..\\account",
    "/./account",
    "/verify/../account",
    "/assets//../../jointreview.db",
)
LOOK_ALIKES = (
    "/signinx",
    "/signin.html",
    "/registerx",
    "/healthz",
    "/assetsx/app.js",
    "/pingx",
    "/SIGNIN",
    "/resetting",
)


def ask(server: Server, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """A request whose path no client library has tidied."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()


@pytest.mark.parametrize("path", CROOKED)
def test_a_crooked_path_is_refused_whatever_it_asks_for(server: Server, path: str) -> None:
    status, body, _ = ask(server, path, Accept="text/html")
    assert status in (303, 400, 401, 404)
    assert b"SQLite" not in body and b"<html" not in body


@pytest.mark.parametrize("path", LOOK_ALIKES)
def test_a_path_that_only_looks_public_needs_a_session(server: Server, path: str) -> None:
    status, body, headers = ask(server, path, Accept="text/html")
    assert status == 303 and headers["location"].startswith("/signin?next=") and not body


@pytest.mark.parametrize("path", ("/", "/account", "/index.html", "/404.html", "/external/x.js", "/_event", "/api/x"))
def test_without_a_session_there_are_no_pages(server: Server, path: str) -> None:
    assert ask(server, path)[0] == 401
    assert ask(server, path, Accept="text/html")[0] == 303


@pytest.mark.parametrize("method", ("POST", "PUT", "DELETE", "PATCH"))
def test_another_site_can_cause_nothing(server: Server, logins: dict[str, str], method: str) -> None:
    with server.client(logins["admin"]) as client:
        for origin in ("https://evil.example", "null", f"http://127.0.0.1:{server.port + 1}"):
            answer = client.request(method, "/signout", headers={"origin": origin})
            assert answer.status_code == 403
        assert client.get("/account/").status_code == 200


def test_uploads_of_the_framework_are_closed(server: Server, logins: dict[str, str]) -> None:
    with server.client(logins["admin"]) as client:
        assert client.post("/_upload", files={"files": ("x.txt", b"x")}).status_code == 404
        assert client.get("/_upload/x.txt").status_code == 404
        assert client.get("/_all_routes").status_code == 404


def test_signing_in_leads_only_to_pages_of_this_site(server: Server, logins: dict[str, str]) -> None:
    from tests.web.serving import PASSWORD

    for target in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/x/../../evil",
        "javascript:alert(1)",
    ):
        with server.client() as client:
            form = {"login": logins["clerk"], "password": PASSWORD, "next": target}
            assert client.post("/signin", data=form).headers["location"] == "/"


def test_every_answer_carries_the_security_headers(server: Server, logins: dict[str, str]) -> None:
    with server.client(logins["clerk"]) as client:
        for path in ("/", "/account", "/signin", "/plain.css", "/nowhere", "/health"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'self'" in headers["content-security-policy"]
            assert "http:" not in headers["content-security-policy"].replace("https:", "")
            assert headers["referrer-policy"] == "same-origin"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_sites(server: Server, logins: dict[str, str]) -> None:
    from tests.web.serving import PASSWORD

    with server.client() as client:
        answer = client.post("/signin", data={"login": logins["clerk"], "password": PASSWORD, "next": "/"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


def test_hashed_files_are_kept_by_the_browser_and_pages_are_not(server: Server, logins: dict[str, str]) -> None:
    with server.client(logins["clerk"]) as client:
        page = client.get("/")
        script = page.text.split('href="/assets/', 1)[1].split('"', 1)[0]
        assert "immutable" in client.get(f"/assets/{script}").headers["cache-control"]
        assert page.headers["cache-control"] == "private, no-cache"
