"""HTTP for the archive of a closed case."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from jointreview.api.access import open_to
from jointreview.api.app import CurrentActor
from jointreview.api.heavy import heavy
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.archives import ExportArchive
from jointreview.commands.executor import execute
from jointreview.models.actor import Actor
from jointreview.queries.archive.export import export_case
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

router = APIRouter(prefix="/api/cases/{case_id}", route_class=PlainRoute)


@router.get("/archive.zip")
@open_to("coordinator", hidden=True)
@heavy
async def archive(case_id: Id, actor: CurrentActor) -> FileResponse:
    """The case as a BagIt bag; that it was taken out goes on record with the digest of its manifest."""
    path, name = await asyncio.to_thread(_written, actor, case_id)
    return FileResponse(
        path,
        media_type="application/zip",
        headers={
            "Content-Disposition": content_disposition(f"{name}.zip", False),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def _written(actor: Actor, case_id: int) -> tuple[Path, str]:
    folder = settings().data_dir / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as file:
        path = Path(file.name)
    try:
        name, manifest = export_case(actor, case_id, path, settings().current_time())
        execute(actor, ExportArchive(case_id=case_id, manifest=manifest))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, name
