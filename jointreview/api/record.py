"""HTTP for the record: the lines that the page's filters leave as a workbook or as plain values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from jointreview.api.access import open_to
from jointreview.api.app import CurrentActor
from jointreview.api.heavy import heavy
from jointreview.api.language import language_of
from jointreview.api.requests import PlainRoute
from jointreview.commands.access_log import taken_out
from jointreview.paperwork.xlsx import MIME
from jointreview.queries.record import Wanted, record_csv, record_xlsx
from jointreview.settings import settings
from jointreview.storage.names import content_disposition
from jointreview.text import tr

router = APIRouter(route_class=PlainRoute)
Words = Annotated[str, Query(max_length=80)]
Day = Annotated[date | None, Query()]


@router.get("/api/record.xlsx")
@open_to("auditor")
@heavy
def as_workbook(
    request: Request, actor: CurrentActor, group: Words = "", q: Words = "", since: Day = None, until: Day = None
) -> Response:
    """The record as .xlsx."""
    lang, now = language_of(request), settings().current_time()
    taken_out(actor, "xlsx", now)
    return _file(record_xlsx(actor, Wanted(group, q, since, until), lang, now), lang, "xlsx", MIME)


@router.get("/api/record.csv")
@open_to("auditor")
@heavy
def as_values(
    request: Request, actor: CurrentActor, group: Words = "", q: Words = "", since: Day = None, until: Day = None
) -> Response:
    """The record as .csv."""
    lang = language_of(request)
    taken_out(actor, "csv", settings().current_time())
    return _file(record_csv(Wanted(group, q, since, until), lang), lang, "csv", "text/csv; charset=utf-8")


def _file(content: bytes, lang: str, ending: str, mime: str) -> Response:
    name = f"{tr(lang, 'record.title')} {settings().today():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": content_disposition(name, inline=False), "Cache-Control": "private, no-store"}
    return Response(content, media_type=mime, headers=headers)
