"""HTTP for letters of authority: the file, for the agent, the organisation's owner and the window."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from jointreview.api.access import open_to_everybody
from jointreview.api.app import CurrentActor
from jointreview.api.files import send
from jointreview.api.requests import Id, PlainRoute
from jointreview.queries.organisations import letter_of

router = APIRouter(prefix="/api", route_class=PlainRoute)


@router.get("/letters/{agent_id}")
@open_to_everybody
def letter(agent_id: Id, request: Request, actor: CurrentActor) -> Response:
    """The letter by which somebody acts, or asks to act, for an organisation."""
    found = letter_of(actor, agent_id)
    return send(found.digest, found.name, found.mime, request)
