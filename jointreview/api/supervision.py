"""HTTP for supervision: the list of cards as an .xlsx file, with the filters of the page's address."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from jointreview.api.access import open_to
from jointreview.api.app import CurrentActor
from jointreview.api.heavy import heavy
from jointreview.api.language import language_of
from jointreview.paperwork.xlsx import MIME
from jointreview.queries.supervision.export import export
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.readers import READERS
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

router = APIRouter()


@router.get("/api/supervision.xlsx")
@open_to(*READERS)
@heavy
def cards(request: Request, actor: CurrentActor) -> Response:
    """The same filters as the page (`colour`, `rule`, `unit`, `state`, `stage`, `month`, `q`), all its pages."""
    filters = CardFilters.from_address(request.query_params)
    made = export(actor, filters, language_of(request), settings().current_time())
    headers = {
        "Content-Disposition": content_disposition(made.name, inline=False),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(made.content, media_type=MIME, headers=headers)
