"""Whether everything the product needs is there: database, document store, front end, LibreOffice, libmagic."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from reflex.utils.prerequisites import get_web_dir
from sqlalchemy import text

from jointreview.models.base import engine, reading
from jointreview.settings import settings
from jointreview.storage import make_store

router = APIRouter()


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `needed` is false for what only switches a function off."""

    name: str
    ok: bool
    detail: str
    needed: bool = True


def all_checks() -> list[Check]:
    """Every check; a check that breaks is a check that failed, with the kind of error but no addresses."""
    return [
        _tried("database", _database),
        _tried("store", _store),
        _tried("build", _build),
        _tried("libreoffice", _libreoffice, needed=False),
        _tried("libmagic", _libmagic),
    ]


def healthy(checks: list[Check]) -> bool:
    """Whether everything needed is there."""
    return all(check.ok for check in checks if check.needed)


def _tried(name: str, look: Callable[[], str], needed: bool = True) -> Check:
    try:
        return Check(name, True, look(), needed)
    except Exception as error:
        return Check(name, False, type(error).__name__, needed)


def _database() -> str:
    with reading() as db:
        db.connection().execute(text("SELECT count(*) FROM account"))
    return engine().dialect.name


def _store() -> str:
    options = settings()
    store = make_store(
        options.s3_endpoint,
        local_root=options.uploads_dir,
        access_key=options.s3_access_key,
        secret_key=options.s3_secret_key,
        bucket=options.s3_bucket,
        secure=options.s3_secure,
    )
    found = store.probe()
    if not found.writable:
        raise OSError("the store cannot be written")
    return f"{found.kind}, retention {found.retention}"


def _build() -> str:
    folder = get_web_dir() / "build" / "client"
    if not (folder / "index.html").is_file():
        raise FileNotFoundError
    return get_web_dir().name


def _libreoffice() -> str:
    if shutil.which("soffice") is None and shutil.which("libreoffice") is None:
        raise FileNotFoundError
    return "found"


def _libmagic() -> str:
    ctypes.CDLL("libmagic.so.1")
    return "found"


@router.get("/health")
def health() -> JSONResponse:
    """For monitoring: 200 when healthy, else 503; names and kinds only, nothing secret."""
    checks = all_checks()
    body = {"healthy": healthy(checks), "mode": settings().mode, "checks": [asdict(check) for check in checks]}
    return JSONResponse(body, 200 if healthy(checks) else 503, headers={"cache-control": "no-store"})
