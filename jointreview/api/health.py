"""Whether the process lives, and whether everything needed is there: database, Redis, store, front end and so on."""

from __future__ import annotations

import ctypes
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from reflex.utils.prerequisites import get_web_dir
from sqlalchemy import text
from sqlmodel import func, select

from jointreview.api.access import anybody
from jointreview.commands.files import document_store
from jointreview.commands.scans import scan_counts, scanner
from jointreview.commands.shared import is_away, shared
from jointreview.domain.problems import Problem
from jointreview.jobs.leader import holder_now
from jointreview.models.base import engine, reading
from jointreview.models.upload import INFECTED, UNSCANNED, WAITING, CaseLock
from jointreview.settings import ROOT, settings

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


def all_checks(store: Callable[[], Check] | None = None) -> list[Check]:
    """Every check; a check that breaks is a check that failed, with the kind of error but no addresses."""
    return [
        _tried("database", _database),
        _tried("migrations", _migrations),
        *([_tried("redis", _redis)] if settings().redis_url else []),
        (store or _store)(),
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


def _migrations() -> str:
    """The revision of the database, which must be the newest this program knows."""
    newest = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()
    with engine().connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != newest:
        raise LookupError
    return str(present)


def _redis() -> str:
    client = shared()
    if client is None:
        raise ConnectionError
    try:
        client.ping()
    except Exception:
        is_away()
        raise
    return f"{settings().workers} workers"


def _leader() -> str:
    found = holder_now()
    if found is None:
        raise LookupError
    return "known"


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


def _store_lately() -> Check:
    """The store as it was found within the last seconds: to try it writes to it, and balancers ask often."""
    global _looked
    if _looked is None or time.monotonic() - _looked[0] > STORE_SECONDS:
        _looked = (time.monotonic(), _store())
    return _looked[1]


STORE_SECONDS = 20.0
_looked: tuple[float, Check] | None = None


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
async def health() -> JSONResponse:
    """Whether the process lives and answers: who keeps it restarts it when this fails, and only then."""
    return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})


@router.get("/ready")
@anybody
def ready() -> JSONResponse:
    """Whether everything needed is there: 200, else 503; for balancers and monitors, names and kinds only.

    Who leads the jobs is told and not needed: for the seconds after a leader was killed every worker can still serve.
    """
    checks = [*all_checks(_store_lately), _tried("leader", _leader, needed=False)]
    body = {"ready": healthy(checks), "mode": settings().mode, "checks": [told(check) for check in checks]}
    headers = {"cache-control": "no-store"}
    if healthy(checks):
        return JSONResponse(body, 200, headers)
    return JSONResponse(body, 503, headers | {"retry-after": "30"})
