"""Signing in and out, choosing a post, registration and passwords: plain pages that post forms."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from jointreview.api.access import anybody, with_session
from jointreview.api.gate import COOKIE, WHO, same_site_path, session_secret
from jointreview.api.language import language_of
from jointreview.api.limits import Limit
from jointreview.api.plain import plain_page, secure_cookies
from jointreview.commands import identity
from jointreview.commands.oidc import has_way_out
from jointreview.commands.password_rules import least_length
from jointreview.commands.providers import Provider, provider, providers
from jointreview.demo.cast import DEMO_PASSWORD, shown_accounts
from jointreview.domain.problems import Problem, Refused
from jointreview.notify.mail import mail_configured, send_mail
from jointreview.queries.accounts import post_choices, second_factor_of
from jointreview.queries.pocket import visits_today
from jointreview.queries.principal import SignedIn, principal, signed_in
from jointreview.settings import settings
from jointreview.text import tr

router = APIRouter()

_sign_ins = Limit(60, 60)
_registrations = Limit(20, 3600)
_resets = Limit(20, 3600)
_rechecks = Limit(20, 60)

Text = Annotated[str, Form(max_length=300)]
# The way on after signing in may carry every answer of the wizard.
Way = Annotated[str, Form(max_length=8000)]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _too_often(limit: Limit, request: Request) -> tuple[Problem, ...]:
    return () if limit.allows(_address(request)) else (Problem("account.too_often"),)


def too_often(request: Request) -> tuple[Problem, ...]:
    """What is told to an address that tries to sign in by the thousand; nothing as long as it does not."""
    return _too_often(_sign_ins, request)


def session_of(request: Request) -> SignedIn | None:
    """The session of the request's cookie, whatever it still owes."""
    return signed_in(session_secret(request.headers.get("cookie", "")))


def go(path: str) -> RedirectResponse:
    """Lead the browser on after a form."""
    return RedirectResponse(path, 303, headers={"cache-control": "no-store"})


@router.get("/signin")
@anybody
def sign_in_page(request: Request, next: str = "/") -> Response:
    """The sign-in form; whoever is signed in already goes on."""
    if session_of(request) is not None:
        return go(same_site_path(next))
    return sign_in_form(request, next)


def sign_in_form(
    request: Request, next: str, login: str = "", problems: tuple[Problem, ...] = (), status: int = 200
) -> HTMLResponse:
    """The page with which everything begins, and what went wrong."""
    left = provider(request.query_params.get("left", ""))
    return plain_page(
        request,
        "signin.html",
        status,
        problems,
        providers=[_shown(one) for one in providers()],
        left=_shown(left) if left else None,
        next=same_site_path(next),
        login=login,
        notice=request.query_params.get("notice", "") if request.query_params.get("notice") in _NOTICES else "",
        registration_open=settings().registration_open,
        accounts=shown_accounts() if settings().mode == "demo" else [],
        demo_password=DEMO_PASSWORD,
    )


def _shown(one: Provider) -> dict[str, Any]:
    return {"key": one.key, "label": {"zh": one.label.zh, "en": one.label.en}}


_NOTICES = ("registered", "password_set", "signed_out")


@router.post("/signin")
@anybody
def sign_in(request: Request, login: Text, password: Text, next: Way = "/") -> Response:
    """Check the password and open a session in an HttpOnly cookie."""
    if problems := _too_often(_sign_ins, request):
        return sign_in_form(request, next, login, problems, 429)
    try:
        opened = identity.sign_in(login, password, request.headers.get("user-agent", ""))
    except Refused as refusal:
        return sign_in_form(request, next, login, refusal.problems, 401)
    identity.sign_out(session_secret(request.headers.get("cookie", "")))
    response = go(way_on(request, opened, next))
    set_session(response, opened)
    return response


def way_on(request: Request, opened: identity.Opened, next: str) -> str:
    """Where a new session leads: first to what it still owes."""
    if opened.factor_due:
        return "/second?" + urlencode({"next": same_site_path(next)})
    if opened.must_change_password:
        return "/password"
    return _first_page(request, opened.secret, next) if opened.post_chosen else "/post"


def _first_page(request: Request, secret: str, next: str) -> str:
    """Where to go on; an officer who asked for nothing else and holds a phone on a day with visits goes to these."""
    path = same_site_path(next)
    if path != "/" or "Mobi" not in request.headers.get("user-agent", ""):
        return path
    actor = principal(secret)
    return "/onsite" if actor is not None and visits_today(actor, settings().today()) else path


def set_session(response: Response, opened: identity.Opened) -> None:
    """The session, which no script may read, and beside it whose it is: what a page without network goes by."""
    for name, value, hidden in ((COOKIE, opened.secret, True), (WHO, str(opened.account_id), False)):
        response.set_cookie(
            name,
            value,
            max_age=max(60, int((opened.expires_at - settings().current_time()).total_seconds())),
            httponly=hidden,
            samesite="strict",
            secure=secure_cookies(),
        )


@router.post("/signout")
@with_session
def sign_out(request: Request) -> Response:
    """End the session and forget the cookie."""
    signed_in_by = provider(identity.sign_out(session_secret(request.headers.get("cookie", ""))))
    left = f"&left={signed_in_by.key}" if signed_in_by and has_way_out(signed_in_by) else ""
    response = go(f"/signin?notice=signed_out{left}")
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure_cookies())
    response.delete_cookie(WHO, samesite="strict", secure=secure_cookies())
    return response


@router.get("/post")
@with_session
def post_page(request: Request) -> Response:
    """Which of one's posts to act in."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    return plain_page(request, "post.html", posts=post_choices(found.account_id))


@router.post("/post")
@with_session
def choose_post(request: Request, post: Annotated[int, Form()]) -> Response:
    """Act in the chosen post from now on."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        identity.choose_post(found.digest, post)
    except Refused as refusal:
        return plain_page(request, "post.html", 404, refusal.problems, posts=post_choices(found.account_id))
    return go(_first_page(request, session_secret(request.headers.get("cookie", "")), "/"))


@router.get("/password")
@with_session
def password_page(request: Request) -> Response:
    """Change one's own password; the only page of an account whose password was set by somebody else."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    return _password_form(request, found)


def _password_form(
    request: Request, found: SignedIn, problems: tuple[Problem, ...] = (), status: int = 200
) -> HTMLResponse:
    least = least_length(second_factor_of(found.account_id).confirmed)
    return plain_page(request, "password.html", status, problems, forced=found.must_change_password, least=least)


@router.post("/password")
@with_session
def change_password(request: Request, current: Text, password: Text, again: Text) -> Response:
    """Check and set the new password; other sessions of the account end."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        if not _rechecks.allows(str(found.account_id)):
            raise Refused(Problem("account.too_often"))
        _same_twice(password, again)
        identity.change_password(found.account_id, current, password, keep_session=found.digest)
    except Refused as refusal:
        return _password_form(request, found, refusal.problems, 422)
    return go("/")


def _same_twice(password: str, again: str) -> None:
    if password != again:
        raise Refused(Problem("account.password_differs", {}, "again"))


@router.get("/register")
@anybody
def register_page(request: Request, next: str = "/") -> Response:
    """The form by which an applicant makes an account."""
    return _register_form(request, next=next)


def _register_form(
    request: Request, problems: tuple[Problem, ...] = (), status: int = 200, **values: str
) -> HTMLResponse:
    filled = {name: values.get(name, "") for name in ("login", "name", "email", "mobile")}
    filled["next"] = same_site_path(values.get("next", "/"))
    return plain_page(
        request, "register.html", status, problems, registration_open=settings().registration_open, **filled
    )


@router.post("/register")
@anybody
def register(
    request: Request,
    login: Text,
    name: Text,
    password: Text,
    again: Text,
    email: Text = "",
    mobile: Text = "",
    next: Way = "/",
) -> Response:
    """Make the account; every problem is named at once and nothing typed is lost except the password."""
    typed = {"login": login, "name": name, "email": email, "mobile": mobile, "next": next}
    problems = _too_often(_registrations, request)
    if problems:
        return _register_form(request, problems, 429, **typed)
    try:
        _same_twice(password, again)
        identity.register(login, name, password, email, mobile, language_of(request))
    except Refused as refusal:
        return _register_form(request, refusal.problems, 422, **typed)
    way = same_site_path(next)
    return go("/signin?" + urlencode({"notice": "registered"} | ({"next": way} if way != "/" else {})))


@router.get("/reset")
@anybody
def reset_page(request: Request) -> Response:
    """Ask for a link to set a new password."""
    return plain_page(request, "reset.html", mail=mail_configured(), sent=False)


@router.post("/reset")
@anybody
def request_reset(request: Request, email: Text) -> Response:
    """Mail the link; the answer is the same whether or not the address belongs to somebody."""
    if problems := _too_often(_resets, request):
        return plain_page(request, "reset.html", 429, problems, mail=mail_configured(), sent=False)
    if not mail_configured():
        raise HTTPException(404)
    response = plain_page(request, "reset.html", mail=True, sent=True)
    # After the answer: how long it takes must not tell whether the address is known.
    response.background = BackgroundTask(_mail_reset, email)
    return response


def _mail_reset(email: str) -> None:
    found = identity.request_reset(email)
    if found is None:
        return
    secret, account = found
    link = f"{settings().address}/reset/new?key={secret}"
    send_mail(
        account.email,
        tr(account.language, "account.reset_mail_subject"),
        tr(account.language, "account.reset_mail", name=account.name, link=link, hours=identity.RESET_HOURS),
    )


@router.get("/reset/new")
@anybody
def new_password_page(request: Request, key: str = "") -> Response:
    """Set a new password by the mailed link."""
    return plain_page(request, "reset_new.html", key=key)


@router.post("/reset/new")
@anybody
def new_password(request: Request, key: Text, password: Text, again: Text) -> Response:
    """Use the mailed permission once."""
    if problems := _too_often(_resets, request):
        return plain_page(request, "reset_new.html", 429, problems, key=key)
    try:
        _same_twice(password, again)
        identity.reset_password(key, password)
    except Refused as refusal:
        return plain_page(request, "reset_new.html", 422, refusal.problems, key=key)
    return go("/signin?notice=password_set")
