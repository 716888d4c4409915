"""The search of the top bar: as JSON, and as a page that leads straight to the only case found."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from jointreview.api.access import open_to_everybody
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.plain import plain_page
from jointreview.queries.search import search

router = APIRouter()


@router.get("/api/search")
@open_to_everybody
def hits(request: Request, actor: CurrentActor, q: str = "") -> dict[str, list[dict[str, Any]]]:
    """At most ten visible cases: `{"hits": [{"case_id", "href", "number", "project", "address", "state_name"}]}`."""
    return {"hits": [asdict(hit) for hit in search(actor, q, language_of(request))]}


@router.get("/search")
@open_to_everybody
def page(request: Request, actor: CurrentActor, q: str = "") -> Response:
    """The cases found; a single one opens at once."""
    found = search(actor, q, language_of(request))
    if len(found) == 1:
        return RedirectResponse(found[0].href, 303)
    return plain_page(request, "search.html", words=q[:80], hits=found)
