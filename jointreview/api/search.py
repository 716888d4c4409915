"""HTTP for the search of the top bar."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.queries.search import search

router = APIRouter()


@router.get("/api/search")
def hits(request: Request, actor: CurrentActor, q: str = "") -> dict[str, list[dict[str, Any]]]:
    """At most ten visible cases: `{"hits": [{"case_id", "href", "number", "project", "address", "state_name"}]}`."""
    return {"hits": [asdict(hit) for hit in search(actor, q, language_of(request))]}
