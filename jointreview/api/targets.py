"""HTTP for progress to the targets: the figures of the page as a workbook."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from jointreview.api.access import open_to
from jointreview.api.app import CurrentActor
from jointreview.api.heavy import heavy
from jointreview.api.language import language_of
from jointreview.paperwork.xlsx import MIME
from jointreview.queries.progress import READERS
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.workbook import progress_workbook
from jointreview.settings import settings
from jointreview.text import tr

router = APIRouter()


@router.get("/api/targets.xlsx")
@open_to(*READERS, instead="progress.not_for_you")
@heavy
def workbook(request: Request, actor: CurrentActor) -> Response:
    """The same filters as the page's address (`stage`, `unit`, `track`, `town`, `since`, `until`, `show`)."""
    lang, now = language_of(request), settings().current_time()
    data = progress_workbook(actor, ProgressFilters.from_address(request.query_params), lang, now)
    name = f"{tr(lang, 'targets.title')} {settings().today():%Y-%m-%d}.xlsx"
    disposition = f"attachment; filename=\"targets.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=MIME, headers={"content-disposition": disposition, "cache-control": "no-store"})
