"""The HTTP interface described for other programs (OpenAPI): every route with who may ask and how it may answer."""

from __future__ import annotations

import typing
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import iter_route_contexts

from jointreview.api.access import MARK, Declared, open_to_everybody
from jointreview.paperwork.xlsx import MIME as XLSX

router = APIRouter()

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENDINGS = {
    "xlsx": [XLSX],
    "csv": ["text/csv"],
    "zip": ["application/zip"],
    "pdf": ["application/pdf"],
    "docx": [DOCX],
    "html": ["text/html"],
    "css": ["text/css"],
    "js": ["text/javascript"],
    "ics": ["text/calendar"],
    "crt": ["application/x-x509-ca-cert"],
    "{ending}": ["application/geopackage+sqlite3", "application/zip"],
}
_WORDS = {
    "202": "is being made",
    "206": "the part that was asked for",
    "303": "to another page",
    "304": "as it was",
    "400": "cannot be read",
    "401": "nobody is signed in",
    "403": "not for this person, or from another site",
    "404": "nothing there, for this person",
    "409": "not now, or changed meanwhile",
    "413": "too large",
    "416": "no such part",
    "422": "does not fit",
    "429": "too often; Retry-After tells when",
    "503": "too much to do, or something is away; Retry-After tells when",
}
_EVERYWHERE = {"400", "404", "422", "429", "503"}
_SAFE = frozenset({"get", "head", "options"})
_PROBLEMS = {
    "type": "object",
    "required": ["kind", "problems"],
    "properties": {
        "kind": {"type": "string"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "text", "where"],
                "properties": {name: {"type": "string"} for name in ("key", "text", "where")},
            },
        },
    },
}


def described(api: FastAPI) -> dict[str, Any]:
    """The document; what other programs read with a key describes itself (`/ogc/api`)."""
    document = dict(api.openapi())
    endpoints = {context.path or "": context.endpoint for context in iter_route_contexts(api.routes)}
    paths = {path: operations for path, operations in document["paths"].items() if not path.startswith("/ogc")}
    document["info"] = {"title": "Joint Review", "version": "1"}
    document["paths"] = {
        path: {method: _operation(path, method, told, endpoints[path]) for method, told in operations.items()}
        for path, operations in paths.items()
    }
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "jr_session"}}
    parts.setdefault("schemas", {})["Problems"] = _PROBLEMS
    return document


def _operation(path: str, method: str, told: dict[str, Any], endpoint: Any) -> dict[str, Any]:
    declared: Declared = getattr(endpoint, MARK, Declared("anybody"))
    good: dict[str, Any] = {kind: {} for kind in media_types(path, endpoint)}
    if good.keys() == {"application/json"}:
        good = told["responses"].get("200", {}).get("content", good)
    answers: dict[str, Any] = {"200": {"description": "done", "content": good}}
    for status in sorted(_statuses(path, method, declared)):
        answers[status] = {"description": _WORDS[status]}
    more: dict[str, Any] = {} if declared.kind == "anybody" else {"security": [{"session": []}]}
    if declared.roles:
        more["x-open-to"] = sorted(declared.roles)
    return {**told, "responses": answers, **more}


def _statuses(path: str, method: str, declared: Declared) -> set[str]:
    """What else a route may answer."""
    found = set(_EVERYWHERE)
    if declared.kind != "anybody":
        found |= {"401", "403", "409"}
    if method not in _SAFE:
        found |= {"401", "403", "409", "413"}
    if not path.startswith("/api"):
        found |= {"303", "401", "403"}
    if path.startswith("/api"):
        found |= {"202", "206", "304", "416"} if method in _SAFE else set()
    return found


def media_types(path: str, endpoint: Any) -> list[str]:
    """What a route sends when all is well."""
    ending = PurePosixPath(path).suffix.lstrip(".")
    returned = typing.get_type_hints(endpoint).get("return")
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if returned is JSONResponse or typing.get_origin(returned) is dict:
        return ["application/json"]
    if returned is HTMLResponse or not path.startswith("/api"):
        return ["text/html"]
    return ["*/*"]


@router.get("/api/openapi.json", include_in_schema=False)
@open_to_everybody
def document(request: Request) -> JSONResponse:
    """The description, for who is signed in."""
    return JSONResponse(_once(request.app), headers={"cache-control": "private, no-cache"})


@cache
def _once(api: FastAPI) -> dict[str, Any]:
    return described(api)
