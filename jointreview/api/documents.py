"""HTTP for issued documents: the .docx as issued, and its PDF where LibreOffice is installed."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.files import send
from jointreview.api.heavy import heavy
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.files import document_store
from jointreview.commands.readings import note_reading
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.document_read import DOWNLOAD
from jointreview.models.outcome import IssuedDocument
from jointreview.paperwork.pdf import to_pdf
from jointreview.queries import access
from jointreview.queries.words import document_title
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

router = APIRouter(prefix="/api/cases/{case_id}/documents", route_class=PlainRoute)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _document(actor: Actor, case_id: int, document_id: int) -> tuple[IssuedDocument, str]:
    """The document and the name of its file, without a suffix."""
    with reading() as session:
        document = access.document_file(session, actor, case_id, document_id)
        title = document_title("zh", document.title, session.get_one(Case, case_id))
        return document, f"{title} {document.number}"


@router.get("/{document_id}.docx")
@open_to(*CASE_READERS, hidden=True)
def docx(case_id: Id, document_id: Id, request: Request, actor: CurrentActor) -> Response:
    """The document as issued."""
    document, name = _document(actor, case_id, document_id)
    answer = send(document.digest, f"{name}.docx", DOCX, request)
    _note(actor, document)
    return answer


def _note(actor: Actor, document: IssuedDocument) -> None:
    now = settings().current_time()
    note_reading(actor, document.case_id, document.digest, DOWNLOAD, now, document_id=document.id)


@router.get("/{document_id}.pdf")
@open_to(*CASE_READERS, hidden=True)
@heavy
async def pdf(case_id: Id, document_id: Id, actor: CurrentActor) -> Response:
    """The PDF of the document, converted once and kept by its digest; refused with how to get it otherwise."""
    document, name = await asyncio.to_thread(_document, actor, case_id, document_id)
    path = await asyncio.to_thread(_converted, document.digest)
    await asyncio.to_thread(_note, actor, document)
    return FileResponse(
        path,
        media_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition(f"{name}.pdf", True),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=300",
        },
    )


def _converted(digest: str) -> Path:
    path = _kept(digest)
    return path if path.exists() else _convert(b"".join(document_store().open(digest)), path)


def pdf_file(docx: bytes) -> Path:
    """The PDF of a document that is in no register, converted once for the same content."""
    path = _kept(hashlib.sha256(docx).hexdigest())
    return path if path.exists() else _convert(docx, path)


def _kept(digest: str) -> Path:
    return settings().data_dir / "pdf" / f"{digest}.pdf"


def _convert(docx: bytes, path: Path) -> Path:
    content = to_pdf(docx)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two people may ask for the same document at the same moment.
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as partial:
        partial.write(content)
    Path(partial.name).replace(path)
    return path
