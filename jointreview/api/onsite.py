"""HTTP for work on site: the officer's day as a phone takes it along, and the code shown at the gate."""

from __future__ import annotations

import asyncio
from typing import Any

import segno
from fastapi import APIRouter, Request, Response

from jointreview.api.access import open_to, open_to_everybody
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.plain import plain_page
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.executor import execute
from jointreview.commands.pocket import ShowGateCode
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.queries.pocket import day_on_site
from jointreview.settings import settings

router = APIRouter(route_class=PlainRoute)


@router.get("/api/onsite/day")
@open_to("officer", instead="onsite.officers_only")
async def day(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Today's visits of the officer, whole."""
    return await asyncio.to_thread(day_on_site, actor, language_of(request), settings().current_time())


@router.get("/gate/{case_id}")
@open_to_everybody
async def gate(case_id: Id, request: Request, actor: CurrentActor) -> Response:
    """A page with the code of the gate, for whoever receives the officers there; it stays good without network."""
    try:
        shown = await asyncio.to_thread(_code, actor, case_id)
    except Refused as refusal:
        return plain_page(request, "gate.html", 403, refusal.problems, shown=None, case_id=case_id)
    here = settings().public_url.rstrip("/") or f"{request.url.scheme}://{request.headers.get('host', '')}"
    address = f"{here}/onsite?case={case_id}&code={shown['code']}"
    picture = segno.make(address, error="m").svg_inline(scale=8, border=2, omitsize=True, dark="#000", light="#fff")
    return plain_page(request, "gate.html", shown=shown | {"picture": picture}, case_id=case_id)


def _code(actor: Actor, case_id: int) -> dict[str, Any]:
    return execute(actor, ShowGateCode(case_id=case_id)).value
