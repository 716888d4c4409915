"""Public pages, open to anybody: the verification of a document and the progress of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse

from jointreview.api.access import anybody
from jointreview.api.language import language_of
from jointreview.api.limits import Limit
from jointreview.api.plain import plain_page
from jointreview.domain.problems import Problem
from jointreview.queries.public import progress, verified_document
from jointreview.queries.words import day_words
from jointreview.settings import settings
from jointreview.text import for_kind

router = APIRouter()

_verifications = Limit(60, 60)
_look_ups = Limit(20, 600)
_TEMPLATES = Path(__file__).parent / "templates"

Entered = Annotated[str, Form(max_length=100)]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/verify")
@anybody
def verify_page(request: Request, code: str = "") -> HTMLResponse:
    """The document of a verification code, or the form to enter one."""
    if not code.strip():
        return plain_page(request, "verify.html", code="")
    if not _verifications.allows(_address(request)):
        return plain_page(request, "verify.html", 429, (Problem("public.too_often"),), code=code[:100])
    document = verified_document(code)
    if document is None:
        return plain_page(request, "verify.html", 404, (Problem("public.unknown_code", {}, "code"),), code=code[:100])
    lang = language_of(request)
    return plain_page(
        request,
        "verify_document.html",
        document=document,
        issued_on=day_words(lang, document.issued_on),
        void_on=day_words(lang, document.void_on),
        replaced_on=day_words(lang, document.replaced_by.issued_on if document.replaced_by else None),
    )


@router.get("/verify/public.css")
@anybody
def style() -> FileResponse:
    """The style of the public pages."""
    return FileResponse(_TEMPLATES / "verify.css", media_type="text/css")


@router.get("/verify/compare.js")
@anybody
def script() -> FileResponse:
    """The script that compares a file's SHA-256 in the browser; the file is not sent anywhere."""
    return FileResponse(_TEMPLATES / "verify.js", media_type="text/javascript")


@router.get("/progress")
@anybody
def progress_page(request: Request) -> HTMLResponse:
    """The form for case number and look-up code."""
    return plain_page(request, "progress.html", number="")


@router.post("/progress")
@anybody
def progress_of_case(request: Request, number: Entered, code: Entered) -> HTMLResponse:
    """How far the case is. A wrong number and a wrong code get the same answer; the code stays out of addresses."""
    if not _look_ups.allows(_address(request)):
        return plain_page(request, "progress.html", 429, (Problem("public.too_often"),), number=number)
    found = progress(number, code, settings().today())
    if found is None:
        return plain_page(request, "progress.html", 404, (Problem("public.no_match"),), number=number)
    lang = language_of(request)
    return plain_page(
        request,
        "progress_case.html",
        case=found,
        stands=for_kind(f"public.state_{found.state}", found.kind),
        accepted_on=day_words(lang, found.accepted_on),
        due=day_words(lang, found.due),
        wanted_by=day_words(lang, found.wanted_by),
    )
