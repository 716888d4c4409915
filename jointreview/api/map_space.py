"""HTTP for the workspace map: what a view shows, the list beside it, one case in short, lasso and measure."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from jointreview.api.access import CASE_READERS, open_to, open_to_everybody
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.domain.problems import refuse
from jointreview.geo.measure import measured
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.mapspace.brief import brief
from jointreview.queries.mapspace.choosing import MOST_CORNERS, chosen, extent, listing
from jointreview.queries.mapspace.view import view
from jointreview.queries.narrowing import EVERYWHERE, Box
from jointreview.settings import settings

router = APIRouter(prefix="/api/map", route_class=PlainRoute)
_LONGEST = 40_000
Text = Annotated[str, Query(max_length=_LONGEST)]
_PRIVATE = {"cache-control": "private, no-store"}


def box_of(text: str) -> Box:
    """The box of `west,south,east,north` in degrees; everywhere for an empty text. Raises Refused for another."""
    if not text:
        return EVERYWHERE
    numbers = _numbers(text, "bbox")
    if len(numbers) != 4 or numbers[0] > numbers[2] or numbers[1] > numbers[3]:
        raise refuse("mapspace.bad_box", where="bbox")
    west, south, east, north = numbers
    return west, south, east, north


def points_of(text: str, where: str) -> list[tuple[float, float]]:
    """The points of `lon,lat,lon,lat…` in degrees. Raises Refused for what is no list of places on earth."""
    numbers = _numbers(text, where)
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(numbers) % 2 or len(points) > MOST_CORNERS or any(abs(a) > 180 or abs(b) > 90 for a, b in points):
        raise refuse("mapspace.bad_points", where=where, most=MOST_CORNERS)
    return points


def _numbers(text: str, where: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise refuse("mapspace.bad_points", where=where, most=MOST_CORNERS) from None
    if not all(math.isfinite(number) for number in numbers):
        raise refuse("mapspace.bad_points", where=where, most=MOST_CORNERS)
    return numbers


def _answer(content: Any) -> JSONResponse:
    return JSONResponse(content, headers=_PRIVATE)


@router.get("/view")
@open_to_everybody
def shown(
    request: Request,
    actor: CurrentActor,
    bbox: Text = "",
    zoom: Annotated[float, Query(ge=0, le=30, allow_inf_nan=False)] = 10,
) -> JSONResponse:
    """Heaps, single cases and outlines of a view, narrowed by the filters of the board's address."""
    filters, lang = BoardFilters.from_address(request.query_params), language_of(request)
    return _answer(view(actor, filters, box_of(bbox), zoom, lang, settings().current_time()))


@router.get("/cases")
@open_to_everybody
def cases(request: Request, actor: CurrentActor, bbox: Text = "") -> JSONResponse:
    """The list beside the map: `page` of the cases in the box."""
    filters, lang = BoardFilters.from_address(request.query_params), language_of(request)
    return _answer(listing(actor, filters, box_of(bbox), filters.page, lang, settings().current_time()))


@router.get("/cases/{case_id}")
@open_to(*CASE_READERS, hidden=True)
def one(case_id: Id, request: Request, actor: CurrentActor) -> JSONResponse:
    """One case in short."""
    return _answer(brief(actor, case_id, language_of(request), settings().current_time()))


@router.get("/extent")
@open_to_everybody
def everything(request: Request, actor: CurrentActor) -> JSONResponse:
    """The box around what the filters show."""
    return _answer(extent(actor, BoardFilters.from_address(request.query_params), settings().current_time()))


@router.get("/within")
@open_to_everybody
def lasso(request: Request, actor: CurrentActor, ring: Text) -> JSONResponse:
    """The cases inside a ring `lon,lat,lon,lat…`."""
    filters, lang = BoardFilters.from_address(request.query_params), language_of(request)
    return _answer(chosen(actor, filters, points_of(ring, "ring"), lang, settings().current_time()))


@router.get("/measure")
@open_to_everybody
def measure(actor: CurrentActor, line: Text) -> JSONResponse:
    """Length and area on the ellipsoid of a line `lon,lat,lon,lat…`."""
    return _answer(asdict(measured(points_of(line, "line"))))
