"""HTTP for one section of the form: saved from the version it was edited from."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor, SameOrigin
from jointreview.api.commands import typed
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.commands.executor import execute
from jointreview.commands.filing import SaveSection
from jointreview.queries.application import application

router = APIRouter(prefix="/api/cases/{case_id}/form", dependencies=[SameOrigin], route_class=PlainRoute)
FOLLOWS = ("checks", "derived", "items", "materials")


class Section(BaseModel):
    """A section as the browser sends it."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, Any]
    base_version: int


@router.put("/{section}")
@open_to(*CASE_READERS)
async def save(case_id: Id, section: str, sent: Section, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Save and answer with what follows from the new values: checks, computed values, departments, materials."""
    command = typed(
        SaveSection,
        {"case_id": case_id, "section": section, "values": sent.values, "base_version": sent.base_version},
    )
    saved = await asyncio.to_thread(execute, actor, command)
    shown = await asyncio.to_thread(application, actor, case_id, language_of(request))
    return {**saved.value, **{name: shown[name] for name in FOLLOWS}}
