"""HTTP for files: uploads streamed into the store, downloads after authorisation, with ranges."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, BinaryIO

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from jointreview.api.app import CurrentActor, SameOrigin
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.files import document_store
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.case import Upload
from jointreview.queries import access
from jointreview.settings import settings
from jointreview.storage.base import Incoming, Stored, readable_size
from jointreview.storage.names import content_disposition, safe_name
from jointreview.storage.pages import page_count
from jointreview.storage.reader import open_seekable
from jointreview.storage.sniff import FileKind, recognise

router = APIRouter(prefix="/api", route_class=PlainRoute)
CHUNK_BYTES = 1 << 20
PDF_END_BYTES = 1024
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@router.put("/uploads", dependencies=[SameOrigin])
async def upload(name: str, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Take one file as the request's body. It is recognised by content before it is kept.

    Memory stays flat: chunks go to the store in a thread as they arrive.
    """
    declared = request.headers.get("content-length", "")
    limit = settings().upload_limit_bytes
    if declared.isdigit() and int(declared) > limit:
        raise refuse("files.too_large", limit=readable_size(limit), where=name)
    incoming = await asyncio.to_thread(document_store().begin, limit)
    try:
        async for chunk in _chunks(request):
            await asyncio.to_thread(incoming.write, chunk)
        return await asyncio.to_thread(_keep, incoming, safe_name(name), actor)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(incoming.abort))
        raise


async def _chunks(request: Request) -> AsyncIterator[bytes]:
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


def _keep(incoming: Incoming, name: str, actor: Actor) -> dict[str, Any]:
    kind = recognise(incoming.head, name, incoming.ends())
    stored = incoming.commit()
    with open_seekable(document_store(), stored.digest) as stream:
        pages = page_count(stream, kind) if kind.code != "pdf" or _ends_as_pdf(stream, stored.size) else None
    return _register(stored, kind, name, pages, actor)


def _ends_as_pdf(stream: BinaryIO, size: int) -> bool:
    """Whether the last bytes say where the table of contents is; to look for it further up could read everything."""
    stream.seek(max(0, size - PDF_END_BYTES))
    return _PDF_END.search(stream.read(PDF_END_BYTES)) is not None


def _register(stored: Stored, kind: FileKind, name: str, pages: int | None, actor: Actor) -> dict[str, Any]:
    with writing() as session:
        row = Upload(
            account_id=actor.account_id,
            digest=stored.digest,
            name=name,
            kind=kind.code,
            mime=kind.mime,
            size=stored.size,
            pages=pages,
            created_at=settings().current_time(),
        )
        session.add(row)
        session.flush()
        return {
            "upload_id": row.id,
            "name": name,
            "size": stored.size,
            "kind": kind.code,
            "pages": pages,
            "digest": stored.digest,
        }


@router.get("/cases/{case_id}/materials/{material_id}")
def material(case_id: Id, material_id: Id, request: Request, actor: CurrentActor) -> Response:
    """A material's file, for those who may read it."""
    with reading() as session:
        found = access.material_file(session, actor, case_id, material_id, settings().today())
    return send(found.digest, found.name, found.mime, request)


@router.get("/cases/{case_id}/photos/{digest}")
def photo(case_id: Id, digest: str, request: Request, actor: CurrentActor) -> Response:
    """A photograph of the case."""
    if not _DIGEST.fullmatch(digest):
        raise refuse("commands.no_such_upload", kind="missing")
    with reading() as session:
        name = access.photo_file(session, actor, case_id, digest)
    mime = "image/png" if name.lower().endswith(".png") else "image/jpeg"
    return send(digest, name, mime, request, in_page=True)


@router.get("/uploads/{upload_id}")
def own_upload(upload_id: Id, request: Request, actor: CurrentActor) -> Response:
    """One's own upload, for a preview before it is used."""
    with reading() as session:
        found = session.get(Upload, upload_id)
    if found is None or found.account_id != actor.account_id:
        raise refuse("commands.no_such_upload", kind="missing")
    return send(found.digest, found.name, found.mime, request, in_page=found.kind in ("jpg", "png"))


def send(digest: str, name: str, mime: str, request: Request, in_page: bool = False) -> Response:
    """The bytes of a stored file, whole or the range asked for; nothing a browser could execute opens in the page."""
    size = document_store().size(digest)
    headers = {
        "Content-Disposition": content_disposition(name, in_page),
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
