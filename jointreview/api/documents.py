"""HTTP for issued documents: the .docx as issued, and its PDF where LibreOffice is installed."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from jointreview.api.app import CurrentActor
from jointreview.api.files import send
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.files import document_store
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.outcome import IssuedDocument
from jointreview.paperwork.pdf import to_pdf
from jointreview.queries import access
from jointreview.settings import settings
from jointreview.storage.names import content_disposition
from jointreview.text import tr

router = APIRouter(prefix="/api/cases/{case_id}/documents", route_class=PlainRoute)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _document(actor: Actor, case_id: int, document_id: int) -> IssuedDocument:
    with reading() as session:
        return access.document_file(session, actor, case_id, document_id)


def _name(document: IssuedDocument, suffix: str) -> str:
    return f"{tr('zh', document.title)} {document.number}{suffix}"


@router.get("/{document_id}.docx")
def docx(case_id: Id, document_id: Id, request: Request, actor: CurrentActor) -> Response:
    """The document as issued."""
    document = _document(actor, case_id, document_id)
    return send(document.digest, _name(document, ".docx"), DOCX, request)


@router.get("/{document_id}.pdf")
async def pdf(case_id: Id, document_id: Id, actor: CurrentActor) -> Response:
    """The PDF of the document, converted once and kept by its digest; refused with how to get it otherwise."""
    document = await asyncio.to_thread(_document, actor, case_id, document_id)
    path = await asyncio.to_thread(_converted, document.digest)
    return FileResponse(
        path,
        media_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition(_name(document, ".pdf"), True),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=300",
        },
    )


def _converted(digest: str) -> Path:
    path = settings().data_dir / "pdf" / f"{digest}.pdf"
    if not path.exists():
        content = to_pdf(b"".join(document_store().open(digest)))
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two people may ask for the same document at the same moment.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as partial:
            partial.write(content)
        Path(partial.name).replace(path)
    return path
