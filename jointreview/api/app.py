"""The HTTP application beside the pages: one router per subject, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.requests import Request as StarletteRequest

from jointreview import api as api_package
from jointreview.api.access import BODY_BYTES, actor_of, declared
from jointreview.api.gate import foreign_origin
from jointreview.api.heavy import heavy_place
from jointreview.api.language import language_of
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.text import tr

STATUS = {"invalid": 422, "forbidden": 403, "state": 409, "conflict": 409, "missing": 404, "often": 429, "busy": 503}
RETRY_SECONDS = {"often": "30", "busy": "5"}


def current_actor(request: Request) -> Actor:
    """Dependency: the signed-in actor; answers 401 without one."""
    return actor_of(request)


def same_origin(request: Request) -> None:
    """Dependency for unsafe methods: answers 403 when the request comes from another site."""
    if foreign_origin(request.headers):
        raise HTTPException(403)


CurrentActor = Annotated[Actor, Depends(current_actor)]
SameOrigin = Depends(same_origin)


async def _refused(request: StarletteRequest, refusal: Exception) -> JSONResponse:
    """Every problem of a refusal in the reader's language: `{"problems": [{"key", "text", "where"}]}`."""
    assert isinstance(refusal, Refused)
    lang = language_of(request)
    problems = [{"key": p.key, "text": tr(lang, p.key, **p.params), "where": p.where} for p in refusal.problems]
    headers = {"retry-after": RETRY_SECONDS[refusal.kind]} if refusal.kind in RETRY_SECONDS else None
    return JSONResponse({"kind": refusal.kind, "problems": problems}, STATUS[refusal.kind], headers)


def build_api() -> FastAPI:
    """The application with the `router` of every module of jointreview.api."""
    api = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(declared), Depends(heavy_place)],
        max_body_size=BODY_BYTES,
    )
    for info in sorted(pkgutil.iter_modules(api_package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"jointreview.api.{info.name}")
        if router := getattr(module, "router", None):
            api.include_router(router)
    api.add_exception_handler(Refused, _refused)
    return api
