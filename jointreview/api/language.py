"""The reader's language of an HTTP request."""

from __future__ import annotations

from starlette.requests import Request

from jointreview.text import DEFAULT_LANGUAGE, LANGUAGES

LANGUAGE_COOKIE = "jr_lang"


def language_of(request: Request) -> str:
    """The reader's language: `?lang=`, else the cookie, else Chinese."""
    for choice in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if choice in LANGUAGES:
            return choice
    return DEFAULT_LANGUAGE
