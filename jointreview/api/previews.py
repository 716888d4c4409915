"""HTTP for reading documents in the browser: what the viewer shows, and each page with the reader's name on it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.files import FILE_POLICY
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.readings import note_reading
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.jobs.previews import want
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.document_read import VIEW
from jointreview.paperwork.pdf import office_available
from jointreview.preview import cache, making, svg, watermark
from jointreview.preview.cache import About
from jointreview.preview.limits import WIDTHS, fitting_width
from jointreview.queries import previews as query
from jointreview.queries.previews import Shown
from jointreview.settings import settings
from jointreview.text import tr

router = APIRouter(prefix="/api/cases/{case_id}/files/{what}", route_class=PlainRoute)
What = Annotated[str, Path(pattern=r"^[md][1-9]\d{0,9}$")]
PageNumber = Annotated[int, Path(ge=1, le=100_000)]
Width = Annotated[int, Query(ge=1, le=WIDTHS[-1])]
Other = Annotated[str, Query(alias="with", pattern=r"^[md][1-9]\d{0,9}$")]
_PICTURE = {
    "Content-Security-Policy": FILE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=300",
    "Content-Disposition": "inline",
}


@router.get("")
@open_to(*CASE_READERS, hidden=True)
def viewer(case_id: Id, what: What, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """What the viewer shows beside the pages; a preview that is not there yet is begun.

    `state` is `ready`, `preparing`, `failed` or `none`, the last two with a `reason`.
    """
    lang = language_of(request)
    found = query.viewer(actor, case_id, what, lang, settings().current_time())
    state, about = _standing(found["digest"], found["way"])
    reason = tr(lang, about.problem, **about.params) if about.problem else ""
    return found | {"state": state, "reason": reason, "pages": about.pages, "of": about.of, "vector": about.vector}


def _standing(digest: str, way: str) -> tuple[str, About]:
    """How far the preview is; begins it where it is not there."""
    if not way:
        return "none", About(problem="preview.kind_not_shown")
    about = cache.about(digest)
    if about is not None:
        return ("failed" if about.problem else "ready"), about
    if way == "office" and not office_available():
        return "failed", About(problem="preview.office_missing")
    want(digest, way, first=True)
    return "preparing", About()


@router.get("/thumb")
@open_to(*CASE_READERS, hidden=True)
async def thumb(case_id: Id, what: What, actor: CurrentActor) -> Response:
    """The first page, too small to be read; 202 without a picture while it is being made, or when there is none.

    A drawing has none: drawings can be read at any size.
    """
    file = await asyncio.to_thread(_readable, actor, case_id, what)
    about = await asyncio.to_thread(cache.about, file.digest)
    if about is None and file.way:
        want(file.digest, file.way)
    if about is None or about.problem or about.vector:
        return Response(status_code=202, headers={"Cache-Control": "no-store"})
    await _made(file, 1, WIDTHS[0])
    small = cache.page_file(file.digest, 1, WIDTHS[0])
    return Response(await asyncio.to_thread(small.read_bytes), headers=_PICTURE, media_type="image/jpeg")


@router.get("/pages/{number}")
@open_to(*CASE_READERS, hidden=True)
async def page(case_id: Id, what: What, number: PageNumber, actor: CurrentActor, width: Width = 1000) -> Response:
    """A page as a picture, or as SVG where it is a drawing, with the reader's name and the time across it."""
    file = await asyncio.to_thread(_readable, actor, case_id, what)
    about = await asyncio.to_thread(_ready, file, number)
    words = _words(actor)
    if about.vector:
        path = cache.vector_file(file.digest, number)
        content = await asyncio.to_thread(_read, file.digest, path, lambda: svg.marked(path.read_bytes(), words))
        await asyncio.to_thread(_note, actor, case_id, file)
        return _svg(content)
    wide = fitting_width(width)
    await _made(file, number, wide)
    path = cache.page_file(file.digest, number, wide)
    content = await asyncio.to_thread(_read, file.digest, path, lambda: watermark.marked(path, words))
    await asyncio.to_thread(_note, actor, case_id, file)
    return Response(content, headers=_PICTURE, media_type="image/jpeg")


@router.get("/difference/{number}")
@open_to(*CASE_READERS, hidden=True)
async def difference(
    case_id: Id, what: What, number: PageNumber, beside: Other, actor: CurrentActor, width: Width = 1000
) -> Response:
    """The page, pale, with what differs from the same page of the other version in red."""
    wide = fitting_width(width)
    files = [await asyncio.to_thread(_readable, actor, case_id, one) for one in (beside, what)]
    for file in files:
        if (await asyncio.to_thread(_ready, file, number)).vector:
            raise refuse("preview.differs_not", kind="state")
        await _made(file, number, wide)
    old, new = (cache.page_file(file.digest, number, wide) for file in files)
    words = _words(actor)
    made = await asyncio.to_thread(_read, files[1].digest, new, lambda: watermark.difference(old, new, words))
    for file in files:
        await asyncio.to_thread(_note, actor, case_id, file)
    return Response(made, headers=_PICTURE, media_type="image/jpeg")


def _note(actor: Actor, case_id: int, file: Shown) -> None:
    """Write down that somebody looked at the file: a page of it went out."""
    number = int(file.what[1:])
    about = {"material_id": number} if file.material else {"document_id": number}
    note_reading(actor, case_id, file.digest, VIEW, settings().current_time(), **about)


def _readable(actor: Actor, case_id: int, what: str) -> Shown:
    with reading() as session:
        return query.shown(session, actor, case_id, what, settings().today())


def _ready(file: Shown, number: int) -> About:
    """The preview with that page; Refused while it is not there."""
    state, about = _standing(file.digest, file.way)
    if state == "preparing":
        raise refuse("preview.preparing", kind="state")
    if state != "ready":
        raise Refused(Problem(about.problem, dict(about.params)), kind="state")
    if number > about.pages:
        raise refuse("preview.no_such_page", kind="missing", pages=about.pages)
    return about


async def _made(file: Shown, number: int, width: int) -> None:
    """See that the page is there as a picture; many who ask at once wait for the same one."""
    if cache.page_file(file.digest, number, width).exists():
        return
    try:
        future = making.page(file.digest, file.way, number, width)
    except OverflowError:
        raise refuse("preview.busy", kind="state") from None
    problem = await asyncio.shield(asyncio.wrap_future(future))
    if problem:
        raise refuse(problem, kind="state")


def _read(digest: str, path: File, make: Callable[[], bytes]) -> bytes:
    try:
        content = make()
    except FileNotFoundError:
        # It went between two looks, because the cache was full: the next request makes it anew.
        raise refuse("preview.preparing", kind="state") from None
    cache.used(digest, path)
    return content


def _svg(content: bytes) -> Response:
    headers = _PICTURE | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(gzip.compress(content, 5, mtime=0), headers=headers, media_type="image/svg+xml")


def _words(actor: Actor) -> str:
    """Who reads, and when: what the watermark says."""
    return f"{actor.name} {settings().current_time().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
