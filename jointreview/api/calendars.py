"""HTTP for calendar programs: a person's own appointments at a secret address, without signing in."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from jointreview.api.access import anybody
from jointreview.api.requests import PlainRoute
from jointreview.commands.calendar_feeds import note_reading
from jointreview.queries.calendar_feed import calendar_of
from jointreview.settings import settings

router = APIRouter(prefix="/api/calendar", route_class=PlainRoute)

Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


@router.api_route("/{secret}.ics", methods=["GET", "HEAD"])
@anybody
def calendar(secret: Secret, request: Request) -> Response:
    """The calendar, or 304 when the program has it; an address that never was answers like one switched off."""
    now = settings().current_time()
    found = calendar_of(secret, now)
    if found is None:
        return Response(status_code=404)
    if found.note:
        note_reading(found.account_id, found.digest, now)
    tag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return Response(found.content, media_type="text/calendar; charset=utf-8", headers=headers)
