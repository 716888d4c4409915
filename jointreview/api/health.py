"""Whether everything needed is there: database, document store, virus scanner, front end, LibreOffice, libmagic."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from reflex.utils.prerequisites import get_web_dir
from sqlalchemy import text
from sqlmodel import func, select

from jointreview.api.access import anybody
from jointreview.commands.files import document_store
from jointreview.commands.scans import scan_counts, scanner
from jointreview.domain.problems import Problem
from jointreview.models.base import engine, reading
from jointreview.models.upload import INFECTED, UNSCANNED, WAITING, CaseLock
from jointreview.settings import settings

router = APIRouter()


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `needed` is false for what only switches a function off.

    `notes` are for the administrator's eyes, in words; monitoring gets name and detail.
    """

    name: str
    ok: bool
    detail: str
    needed: bool = True
    notes: tuple[Problem, ...] = ()


def all_checks() -> list[Check]:
    """Every check; a check that breaks is a check that failed, with the kind of error but no addresses."""
    return [
        _tried("database", _database),
        _store(),
        _scanner(),
        _tried("build", _build),
        _tried("libreoffice", _libreoffice, needed=False),
        _tried("libmagic", _libmagic),
    ]


def told(check: Check) -> dict[str, object]:
    """A check as machines read it, without the words that may name places."""
    return {name: value for name, value in asdict(check).items() if name != "notes"}


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


def _store() -> Check:
    """What the store was seen to do, and how much is locked in it: said as it is, also where a lock is a promise."""
    try:
        found = document_store().probe()
        with reading() as db:
            cases = db.exec(select(func.count()).select_from(CaseLock)).one()
    except Exception as error:
        return Check("store", False, type(error).__name__)
    notes = (found.detail, Problem("health.locked_cases", {"count": cases}))
    if not found.writable:
        return Check("store", False, f"{found.kind}, not writable", notes=notes)
    return Check("store", True, f"{found.kind}, retention {found.retention}", notes=notes)


def _scanner() -> Check:
    """The virus scanner and what waits for it. Without one everything is unscanned, or waits if policy says so."""
    required = settings().scan_policy == "require" or bool(settings().clamd)
    try:
        with reading() as db:
            counts = scan_counts(db)
        notes = tuple(
            Problem(f"health.scan_{state}", {"count": counts[state]})
            for state in (WAITING, INFECTED, UNSCANNED)
            if counts[state]
        )
        found = scanner()
        if found is None:
            return Check("scanner", False, "none configured", required, notes)
        return Check("scanner", True, found.version(), required, notes)
    except OSError as error:
        away = (Problem("health.scanner_away", {"reason": error.strerror or type(error).__name__}), *notes)
        return Check("scanner", False, type(error).__name__, required, away)
    except Exception as error:
        return Check("scanner", False, type(error).__name__, required)


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
@anybody
def health() -> JSONResponse:
    """For monitoring: 200 when healthy, else 503; names and kinds only, nothing secret."""
    checks = all_checks()
    body = {"healthy": healthy(checks), "mode": settings().mode, "checks": [told(check) for check in checks]}
    headers = {"cache-control": "no-store"}
    return (
        JSONResponse(body, 200, headers)
        if healthy(checks)
        else JSONResponse(body, 503, headers | {"retry-after": "30"})
    )
