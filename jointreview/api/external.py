"""Signing in through an organisation (OpenID Connect): away to it, back from it, and out of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from jointreview.api.access import anybody
from jointreview.api.gate import same_site_path, session_secret
from jointreview.api.plain import plain_page, secure_cookies
from jointreview.api.requests import PlainRoute
from jointreview.api.session import set_session, sign_in_form, too_often, way_on
from jointreview.commands import external, oidc
from jointreview.commands.providers import Provider, provider
from jointreview.domain.problems import Problem, Refused
from jointreview.settings import settings

router = APIRouter(prefix="/signin/with", route_class=PlainRoute)

COOKIE = "jr_with"
_FOLDER = "/signin/with"
_ON_RECORD = ("account.provider_unlinked", "account.provider_no_keeper")

Key = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
Told = Annotated[str, Query(max_length=4000)]
Way = Annotated[str, Query(max_length=8000)]


def _known(key: str) -> Provider:
    found = provider(key)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{key}")
@anybody
def away(key: Key, request: Request, next: Way = "/") -> Response:
    """Send the browser to the organisation; it gets a cookie by which it is known again for ten minutes."""
    known = _known(key)
    if problems := too_often(request):
        return sign_in_form(request, next, problems=problems, status=429)
    try:
        begun = external.begin(known, same_site_path(next), session_secret(request.headers.get("cookie", "")))
    except Refused as refusal:
        return sign_in_form(request, next, problems=refusal.problems, status=503)
    response = RedirectResponse(begun.address, 303, headers={"cache-control": "no-store"})
    # Lax, for the way back is a link on another site; it opens nothing by itself.
    response.set_cookie(
        COOKIE,
        begun.browser,
        max_age=external.ATTEMPT_MINUTES * 60,
        path=_FOLDER,
        httponly=True,
        samesite="lax",
        secure=secure_cookies(),
    )
    return response


@router.get("/{key}/back")
@anybody
def back(key: Key, request: Request, state: Told = "", code: Told = "", error: Told = "", iss: Told = "") -> Response:
    """The browser comes back; a session begins, or the sign-in page says why not."""
    known = _known(key)
    if problems := too_often(request):
        return _without(sign_in_form(request, "/", problems=problems, status=429))
    if error or not code or (iss and iss != known.issuer):
        return _without(sign_in_form(request, "/", problems=(Problem("account.provider_failed"),), status=401))
    try:
        browser = request.cookies.get(COOKIE, "")
        opened, wanted = external.finish(known, state, code, browser, request.headers.get("user-agent", ""))
    except Refused as refusal:
        if refusal.problems[0].key in _ON_RECORD:
            external.note_refusal(known, refusal)
        return _without(sign_in_form(request, "/", problems=refusal.problems, status=401))
    # A page and no redirection: a chain that began on another site would not bring the strict session cookie along.
    onward = quote(way_on(request, opened, wanted), safe="/?&=%:+,;@!$()*.-_~")
    response = plain_page(request, "signin_done.html", onward=onward)
    set_session(response, opened)
    return _without(response)


def _without(response: Response) -> Response:
    """The cookie of the attempt is good no more."""
    response.delete_cookie(COOKIE, path=_FOLDER, httponly=True, samesite="lax", secure=secure_cookies())
    return response


@router.get("/{key}/out")
@anybody
def out(key: Key) -> Response:
    """Sign out there as well, where the organisation has an address for it (RP-Initiated Logout)."""
    known = _known(key)
    try:
        address = oidc.addresses_of(known).end_session
    except oidc.Failed:
        address = ""
    if not address:
        raise HTTPException(404)
    asked = {"client_id": known.client_id, "post_logout_redirect_uri": f"{settings().address}/signin"}
    return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", 303)
