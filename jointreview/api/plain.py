"""Plain server-rendered pages outside the application: one base template, both languages, no script needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from jointreview.api.language import LANGUAGE_COOKIE, language_of
from jointreview.domain.problems import Problem
from jointreview.settings import settings
from jointreview.text import LANGUAGES, tr

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""What a plain page may load: files of this site. It has no script and no style within itself."""
YEAR_SECONDS = 365 * 24 * 3600


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def secure_cookies() -> bool:
    """Whether cookies may travel over https only: when people reach the product by https."""
    return settings().address.startswith("https:")


def plain_page(
    request: Request, template: str, status: int = 200, problems: tuple[Problem, ...] = (), **values: Any
) -> HTMLResponse:
    """Render `templates/<template>` in the reader's language.

    The template gets `t(key, **params)`, `lang`, `problems` (translated, with `where`), `other_language_url`,
    `demo` and whatever is passed in `values`.
    """
    lang = language_of(request)

    def t(key: str, /, **params: Any) -> str:
        return tr(lang, key, **params)

    html = (
        _environment()
        .get_template(template)
        .render(
            t=t,
            lang=lang,
            html_lang="zh-CN" if lang == "zh" else "en",
            problems=[{"text": t(p.key, **p.params), "where": p.where} for p in problems],
            other_language_url=_other_language(request, lang),
            demo=settings().mode == "demo",
            **({"least": settings().least_password_length} | values),
        )
    )
    response = HTMLResponse(html, status, headers={"cache-control": "no-store", "content-security-policy": POLICY})
    if request.query_params.get("lang") in LANGUAGES:
        remember_language(response, lang)
    return response


def remember_language(response: HTMLResponse, lang: str) -> None:
    """Keep the chosen language in the cookie that the pages of the application read as well."""
    response.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR_SECONDS, samesite="lax", secure=secure_cookies())


def _other_language(request: Request, lang: str) -> str:
    query = dict(request.query_params) | {"lang": "en" if lang == "zh" else "zh"}
    return f"{request.url.path}?{urlencode(query)}"
