"""The service worker: the shell of the pages for the site, kept on the phone, named after the build it belongs to."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from jointreview.api.access import anybody
from jointreview.domain.problems import refuse
from jointreview.settings import settings

router = APIRouter()
# Beside what the pages load by themselves.
_BESIDE = ("/frame.js", "/icon.svg", "/manifest.webmanifest")
_PAGE = "__spa-fallback.html"
_ROUTES = ("_onsite_*.js", "_cases_.__id_._onsite_*.js", "manifest-*.js")
_NAMED = re.compile(r"""["'`(](?:\./|/assets/|assets/)([\w.\-~$]+\.(?:js|css))""")


@router.get("/sw.js")
@anybody
def worker() -> Response:
    """The worker for the build in service; the browser asks again each time and takes a new one at once."""
    return Response(
        worker_script(Path(os.environ.get("REFLEX_WEB_WORKDIR", ""))),
        media_type="text/javascript",
        headers={"cache-control": "no-cache", "service-worker-allowed": "/"},
    )


@router.get("/root.crt")
@anybody
def root_certificate() -> Response:
    """The root that a phone is told to trust, where the product serves with a certificate of its own."""
    file = settings().data_dir / "https" / "root.crt"
    if not settings().https or not file.is_file():
        raise refuse("errors.no_such_address", kind="missing")
    return Response(file.read_bytes(), media_type="application/x-x509-ca-cert")


@cache
def worker_script(build: Path) -> str:
    """The script for a finished build; raises Refused (missing) where none is served."""
    client = build / "build" / "client"
    if not (client / "index.html").is_file():
        raise refuse("errors.no_such_address", kind="missing")
    source = (Path(__file__).parent / "templates" / "sw.js").read_text(encoding="utf-8")
    shell = [*_BESIDE, *(f"/assets/{name}" for name in shell_assets(client))]
    return source.replace("{{ version }}", build.name).replace("{{ shell }}", json.dumps(shell, indent=2))


def shell_assets(client: Path) -> list[str]:
    """The files below assets/ that the pages for the site load, now or later: all that they name, and so on."""
    assets = client / "assets"
    wanted = {path.name for pattern in _ROUTES for path in assets.glob(pattern)}
    wanted |= _named(client / _PAGE)
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if (assets / name).is_file():
            found.add(name)
            # The list of all routes names the files of every other page as well.
            wanted |= set() if name.startswith("manifest-") else _named(assets / name) - found
    return sorted(found)


def _named(file: Path) -> set[str]:
    return set(_NAMED.findall(file.read_text(encoding="utf-8")))
