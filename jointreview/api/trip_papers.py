"""HTTP for the papers of a trip: dispatch sheet, attendance sheet and the route, made as the trip stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlmodel import Session

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.documents import DOCX, pdf_file
from jointreview.api.heavy import heavy
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.paperwork import build
from jointreview.paperwork.trip_data import TripPaper
from jointreview.queries import trip_papers as query
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

Sheet = TypeVar("Sheet", bound=TripPaper)

router = APIRouter(prefix="/api/trips/{trip_id}", route_class=PlainRoute)


def _paper(
    asked: Callable[[Session, Actor, int, date], Sheet], write: Callable[[Sheet], bytes], actor: Actor, trip_id: int
) -> tuple[bytes, str]:
    """The paper and the name of its file, without a suffix."""
    with reading() as session:
        paper = asked(session, actor, trip_id, settings().today())
    return write(paper), build.file_name(paper, suffix="")


def _dispatch(actor: Actor, trip_id: int) -> tuple[bytes, str]:
    return _paper(query.dispatch_sheet, build.dispatch_sheet, actor, trip_id)


def _attendance(actor: Actor, trip_id: int) -> tuple[bytes, str]:
    return _paper(query.attendance_sheet, build.attendance_sheet, actor, trip_id)


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition(name, False), "Cache-Control": "private, no-store"}


@router.get("/dispatch.docx")
@open_to(*CASE_READERS, hidden=True)
@heavy
def dispatch(trip_id: Id, actor: CurrentActor) -> Response:
    """派车单（路线单）."""
    content, name = _dispatch(actor, trip_id)
    return Response(content, media_type=DOCX, headers=_headers(f"{name}.docx"))


@router.get("/dispatch.pdf")
@open_to(*CASE_READERS, hidden=True)
@heavy
async def dispatch_pdf(trip_id: Id, actor: CurrentActor) -> FileResponse:
    """派车单（路线单） as PDF; refused with how to get it otherwise where LibreOffice is missing."""
    content, name = await asyncio.to_thread(_dispatch, actor, trip_id)
    path = await asyncio.to_thread(pdf_file, content)
    return FileResponse(path, media_type="application/pdf", headers=_headers(f"{name}.pdf"))


@router.get("/attendance.docx")
@open_to(*CASE_READERS, hidden=True)
@heavy
def attendance(trip_id: Id, actor: CurrentActor) -> Response:
    """签到表."""
    content, name = _attendance(actor, trip_id)
    return Response(content, media_type=DOCX, headers=_headers(f"{name}.docx"))


@router.get("/attendance.pdf")
@open_to(*CASE_READERS, hidden=True)
@heavy
async def attendance_pdf(trip_id: Id, actor: CurrentActor) -> FileResponse:
    """签到表 as PDF."""
    content, name = await asyncio.to_thread(_attendance, actor, trip_id)
    path = await asyncio.to_thread(pdf_file, content)
    return FileResponse(path, media_type="application/pdf", headers=_headers(f"{name}.pdf"))


@router.get("/route.html")
@open_to(*CASE_READERS, hidden=True)
@heavy
def route(trip_id: Id, request: Request, actor: CurrentActor) -> HTMLResponse:
    """The route, to save and open anywhere. It carries its scripts inside, so it is only offered as a file."""
    with reading() as session:
        page = query.route_html(session, actor, trip_id, language_of(request), settings().today())
    return HTMLResponse(page, headers=_headers(f"route-{trip_id}.html"))
