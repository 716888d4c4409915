"""The second factor: asked for after the password, set up, renewed and given up, on plain pages."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from jointreview.api.access import open_to_everybody, with_session
from jointreview.api.gate import same_site_path
from jointreview.api.limits import Limit
from jointreview.api.plain import plain_page
from jointreview.api.session import Text, Way, go, session_of, set_session, way_on
from jointreview.commands import second_factor
from jointreview.commands.second_factor import Enrolment
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.queries.accounts import second_factor_of

router = APIRouter()
_tries = Limit(20, 60)
Code = Annotated[str, Form(max_length=40)]


def _slowly(account_id: int) -> None:
    """Passwords and codes asked for inside a session are not to be tried by the thousand either."""
    if not _tries.allows(str(account_id)):
        raise refuse("account.too_often")


@router.get("/second")
@with_session
def second_page(request: Request, next: str = "/") -> Response:
    """Ask for the code of a session that owes it."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    if not found.factor_due:
        return go(same_site_path(next))
    return plain_page(request, "second.html", next=same_site_path(next))


@router.post("/second")
@with_session
def give(request: Request, code: Code, next: Way = "/") -> Response:
    """Take the code; a whole session takes the place of the one that owed it."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        _slowly(found.account_id)
        opened = second_factor.pass_with(found.digest, code, request.headers.get("user-agent", ""))
    except Refused as refusal:
        return plain_page(request, "second.html", 401, refusal.problems, next=same_site_path(next))
    response = go(way_on(request, opened, next))
    set_session(response, opened)
    return response


@router.get("/second/setup")
@with_session
def setup_page(request: Request) -> Response:
    """How the account stands: nothing yet, a device waiting for its first code, or a second factor in use."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    return _standing(request, found.account_id)


def _standing(
    request: Request, account_id: int, problems: tuple[Problem, ...] = (), status: int = 200
) -> HTMLResponse:
    found = second_factor_of(account_id)
    waiting = None if found.confirmed else second_factor.begun(account_id)
    return plain_page(
        request,
        "second_setup.html",
        status,
        problems,
        found=found,
        waiting=waiting,
        picture=_picture(waiting) if waiting else "",
        letters=" ".join(waiting.secret[n : n + 4] for n in range(0, 32, 4)) if waiting else "",
    )


def _picture(waiting: Enrolment) -> str:
    """The address as a QR code: made here, so that the secret goes to nobody else."""
    return segno.make(waiting.address, error="m").svg_inline(
        scale=5, border=4, omitsize=True, dark="#000", light="#fff"
    )


@router.post("/second/setup")
@with_session
def begin(request: Request, current: Text) -> Response:
    """Begin with a new device."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        _slowly(found.account_id)
        second_factor.begin(found.account_id, current)
    except Refused as refusal:
        return _standing(request, found.account_id, refusal.problems, 422)
    return go("/second/setup")


@router.post("/second/confirm")
@with_session
def confirm(request: Request, code: Code) -> Response:
    """The first code of the device; answers with the recovery codes, which are shown once."""
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        _slowly(found.account_id)
        codes = second_factor.confirm(found.account_id, code, keep_session=found.digest)
    except Refused as refusal:
        return _standing(request, found.account_id, refusal.problems, 422)
    return plain_page(request, "second_codes.html", codes=codes)


@router.post("/second/codes")
@open_to_everybody
def renew(request: Request, current: Text) -> Response:
    """Other recovery codes."""
    return _asked(request, current, None)


@router.post("/second/off")
@open_to_everybody
def off(request: Request, current: Text, code: Code) -> Response:
    """Do without, where the role allows it."""
    return _asked(request, current, code)


def _asked(request: Request, current: str, code: str | None) -> Response:
    found = session_of(request)
    if found is None:
        return go("/signin")
    try:
        _slowly(found.account_id)
        if code is None:
            codes = second_factor.renew_codes(found.account_id, current)
            return plain_page(request, "second_codes.html", codes=codes)
        needed = second_factor_of(found.account_id).needed
        second_factor.give_up(found.account_id, current, code, needed)
    except Refused as refusal:
        return _standing(request, found.account_id, refusal.problems, 422)
    return go("/second/setup")
