"""HTTP for large files: a session, its parts in any order, the end, and what became of it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from jointreview.api.access import UNLIMITED, open_to_everybody
from jointreview.api.app import CurrentActor, SameOrigin
from jointreview.api.files import chunks_of
from jointreview.api.language import language_of
from jointreview.api.requests import PlainRoute
from jointreview.commands import upload_sessions
from jointreview.commands.upload_checks import answer, check
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Upload
from jointreview.models.upload import CHECKING, REFUSED, UploadSession
from jointreview.queries import access
from jointreview.settings import settings
from jointreview.storage.base import utc_now
from jointreview.storage.staging import PartWriter
from jointreview.text import tr

router = APIRouter(prefix="/api/upload-sessions", route_class=PlainRoute)
CHECKS_AT_ONCE = 2
ANSWER_SECONDS = 2.0
_DIGEST = r"^[0-9a-f]{64}$"


class Beginning(BaseModel):
    """A file that is about to be sent; `digest` is its SHA-256 where the browser knows it already."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=1000)
    size: int = Field(ge=0, le=2**53)
    digest: str = Field("", pattern=r"^([0-9a-f]{64})?$")


class Parts(BaseModel):
    """Parts for which addresses are wanted."""

    model_config = ConfigDict(extra="forbid")

    parts: list[int] = Field(min_length=1, max_length=upload_sessions.ADDRESSES_AT_ONCE)


class Ending(BaseModel):
    """The SHA-256 of the whole file as the browser has it."""

    model_config = ConfigDict(extra="forbid")

    digest: str = Field(pattern=_DIGEST)


@cache
def checkers() -> ThreadPoolExecutor:
    """The threads that check finished uploads: few, so that they leave the machine to the pages."""
    return ThreadPoolExecutor(CHECKS_AT_ONCE, "upload-check")


@router.post("", dependencies=[SameOrigin])
@open_to_everybody
def begin(body: Beginning, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """A session to send parts to; or the upload itself where the sender may read that content already."""

    def readable(session: Session, digest: str) -> Upload | None:
        return access.readable_upload(session, actor, digest, settings().today())

    row, known = upload_sessions.begin_upload(actor, body.name, body.size, body.digest, utc_now(), readable)
    return _shown(row, request) if row else {"state": "done", "upload": known}


@router.get("")
@open_to_everybody
def mine(actor: CurrentActor) -> dict[str, Any]:
    """One's own sessions that can be continued or whose result is not forgotten."""
    rows = upload_sessions.unfinished(actor)
    return {
        "sessions": [{"session": row.key, "name": row.name, "size": row.size, "state": row.state} for row in rows]
    }


@router.get("/{key}")
@open_to_everybody
def state(key: str, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """How far a session is."""
    return _shown(_own(actor, key), request)


@router.put("/{key}/parts/{number}", dependencies=[SameOrigin], max_body_size=UNLIMITED)
@open_to_everybody
async def part(key: str, number: int, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Take one part as the request's body, of exactly its length; memory stays flat."""
    writer = await asyncio.to_thread(upload_sessions.begin_part, actor, key, number, utc_now())
    try:
        async for chunk in chunks_of(request):
            await asyncio.to_thread(writer.write, chunk)
        await asyncio.to_thread(writer.commit)
    finally:
        await asyncio.shield(asyncio.to_thread(_end, writer))
    return {"part": number}


def _end(writer: PartWriter) -> None:
    with writer:
        pass


@router.post("/{key}/addresses", dependencies=[SameOrigin])
@open_to_everybody
def addresses(key: str, body: Parts, actor: CurrentActor) -> dict[str, Any]:
    """Where the browser puts parts itself; an empty list of addresses means through the part route."""
    return {"addresses": upload_sessions.part_addresses(actor, key, body.parts, utc_now())}


@router.post("/{key}/finish", dependencies=[SameOrigin])
@open_to_everybody
async def finish(key: str, body: Ending, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Every part is sent: the check begins, and is waited for a moment; large files are asked after."""
    row = await asyncio.to_thread(upload_sessions.finish_upload, actor, key, body.digest, utc_now())
    if row.state == CHECKING:
        checking = asyncio.wrap_future(checkers().submit(check, key, utc_now))
        await asyncio.wait({checking}, timeout=ANSWER_SECONDS)
    return await asyncio.to_thread(lambda: _shown(_own(actor, key), request))


@router.delete("/{key}", dependencies=[SameOrigin])
@open_to_everybody
def cancel(key: str, actor: CurrentActor) -> dict[str, Any]:
    """Give an upload up; its bytes go at once."""
    upload_sessions.cancel_upload(actor, key)
    return {}


def _own(actor: Actor, key: str) -> UploadSession:
    with reading() as session:
        return upload_sessions.own_session(session, actor, key)


def _shown(row: UploadSession, request: Request) -> dict[str, Any]:
    """A session as the browser needs it; a refusal in the reader's language."""
    shown: dict[str, Any] = {
        "session": row.key,
        "state": row.state,
        "name": row.name,
        "size": row.size,
        "part_bytes": row.part_bytes,
        "received": upload_sessions.received_parts(row),
        "direct": bool(settings().s3_endpoint and settings().s3_browser_endpoint),
        "paused": row.state == CHECKING and row.tries > 0,
    }
    if row.upload_id is not None:
        with reading() as session:
            shown["upload"] = answer(session.get_one(Upload, row.upload_id))
    if row.state == REFUSED:
        lang = language_of(request)
        shown["problems"] = [
            {"key": p["key"], "text": tr(lang, p["key"], **p["params"]), "where": p["where"]} for p in row.problems
        ]
    return shown
