"""HTTP for files: uploads streamed into the store, downloads after authorisation, with ranges."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from jointreview.api.access import CASE_READERS, UNLIMITED, open_to, open_to_everybody
from jointreview.api.app import CurrentActor, SameOrigin
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.files import document_store
from jointreview.commands.quotas import refuse_over_quota
from jointreview.commands.readings import note_reading
from jointreview.commands.scans import refuse_quarantined, scanner
from jointreview.commands.upload_checks import keep
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Upload
from jointreview.models.document_read import DOWNLOAD
from jointreview.queries import access
from jointreview.settings import settings
from jointreview.storage.base import Incoming, is_digest, readable_size, utc_now
from jointreview.storage.clamav import Scanning
from jointreview.storage.names import content_disposition, safe_name

router = APIRouter(prefix="/api", route_class=PlainRoute)
CHUNK_BYTES = 1 << 20
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png"})
FILE_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@router.put("/uploads", dependencies=[SameOrigin], max_body_size=UNLIMITED)
@open_to_everybody
async def upload(name: str, request: Request, actor: CurrentActor, digest: str = "") -> dict[str, Any]:
    """Take one file as the request's body; it is recognised by content and scanned before it is kept.

    `digest` is its SHA-256 where the sender knows it. Memory stays flat: chunks go to the store in a thread as they
    arrive. Large files come in parts, see `api.uploads`.
    """
    declared = request.headers.get("content-length", "")
    limit = settings().upload_limit_bytes
    if declared.isdigit() and int(declared) > limit:
        raise refuse("files.too_large", limit=readable_size(limit), where=name)
    if digest and not is_digest(digest):
        raise refuse("files.bad_digest", where=name)
    await asyncio.to_thread(_within_quota, actor, name, int(declared) if declared.isdigit() else 0)
    incoming = await asyncio.to_thread(document_store().begin, limit)
    scanning = await asyncio.to_thread(_scanning)
    try:
        async for chunk in chunks_of(request):
            await asyncio.to_thread(_take, incoming, scanning, chunk)
        now = utc_now()
        return await asyncio.to_thread(keep, incoming, scanning, safe_name(name), actor.account_id, digest, now)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(incoming.abort))
        raise
    finally:
        if scanning is not None:
            scanning.close()


def _within_quota(actor: Actor, name: str, size: int) -> None:
    with reading() as session:
        refuse_over_quota(session, actor, safe_name(name), size, utc_now())


def _scanning() -> Scanning | None:
    found = scanner()
    return found.begin() if found else None


def _take(incoming: Incoming, scanning: Scanning | None, chunk: bytes) -> None:
    incoming.write(chunk)
    if scanning is not None:
        scanning.feed(chunk)


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces of a size that is worth a thread."""
    held = bytearray()
    try:
        async for piece in request.stream():
            held += piece
            if len(held) >= CHUNK_BYTES:
                yield bytes(held)
                held.clear()
    except ClientDisconnect:
        raise refuse("errors.upload_broken_off") from None
    if held:
        yield bytes(held)


@router.get("/cases/{case_id}/materials/{material_id}")
@open_to(*CASE_READERS, hidden=True)
def material(case_id: Id, material_id: Id, request: Request, actor: CurrentActor) -> Response:
    """A material's file, for those who may read it."""
    with reading() as session:
        found = access.material_file(session, actor, case_id, material_id, settings().today())
    answer = send(found.digest, found.name, found.mime, request)
    note_reading(actor, case_id, found.digest, DOWNLOAD, settings().current_time(), material_id=material_id)
    return answer


@router.get("/cases/{case_id}/photos/{digest}")
@open_to(*CASE_READERS, hidden=True)
def photo(case_id: Id, digest: str, request: Request, actor: CurrentActor) -> Response:
    """A photograph of the case."""
    if not is_digest(digest):
        raise refuse("commands.no_such_upload", kind="missing")
    with reading() as session:
        name = access.photo_file(session, actor, case_id, digest)
    mime = "image/png" if name.lower().endswith(".png") else "image/jpeg"
    return send(digest, name, mime, request, in_page=True)


@router.get("/uploads/{upload_id}")
@open_to_everybody
def own_upload(upload_id: Id, request: Request, actor: CurrentActor) -> Response:
    """One's own upload, for a preview before it is used."""
    with reading() as session:
        found = session.get(Upload, upload_id)
    if found is None or found.account_id != actor.account_id:
        raise refuse("commands.no_such_upload", kind="missing")
    return send(found.digest, found.name, found.mime, request, in_page=found.kind in ("jpg", "png"))


def send(digest: str, name: str, mime: str, request: Request, in_page: bool = False) -> Response:
    """The bytes of a stored file, whole or the range asked for; nothing a browser could execute opens in the page.

    Raises Refused for content in quarantine, whoever asks.
    """
    with reading() as session:
        refuse_quarantined(session, digest, name)
    size = document_store().size(digest)
    headers = {
        "Content-Disposition": content_disposition(name, in_page and mime in SHOWN_IN_PAGE),
        "Content-Security-Policy": FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=300",
        "Accept-Ranges": "bytes",
    }
    wanted = _range(request.headers.get("range", ""), size)
    if wanted is None:
        body = document_store().open(digest)
        return StreamingResponse(_flat(body), 200, headers | {"Content-Length": str(size)}, mime)
    first, last = wanted
    if first >= size or first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    return StreamingResponse(_flat(document_store().open(digest, first, last - first + 1)), 206, headers, mime)


def _flat(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield from chunks


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a single range, None for the whole file."""
    found = _RANGE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
