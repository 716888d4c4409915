"""The database as one file of one moment, on SQLite and PostgreSQL, taken while people write; and back again."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlmodel import Session, SQLModel

from jointreview.domain.problems import refuse
from jointreview.models.base import engine
from jointreview.settings import settings

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILES = {SQLITE: "database.sqlite", POSTGRESQL: "database.dump"}
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Snapshot:
    """The file, and a session that sees exactly what is in it."""

    kind: str
    file: Path
    session: Session


def kind_in_use() -> str:
    """What the configured database is."""
    return SQLITE if make_url(settings().database).get_backend_name() == "sqlite" else POSTGRESQL


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """The database of this moment as a file in `folder`; writers go on meanwhile."""
    file = folder / FILES[kind_in_use()]
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _of_sqlite(file) if kind_in_use() == SQLITE else _of_postgresql(file) as session:
        yield Snapshot(kind_in_use(), file, session)


@contextmanager
def _of_sqlite(file: Path) -> Iterator[Session]:
    with closing(sqlite3.connect(_sqlite_file())) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)  # every page in one reading transaction
        target.execute("PRAGMA journal_mode=DELETE")
    taken = create_engine(f"sqlite:///{file}")
    try:
        with Session(taken) as session:
            yield session
    finally:
        taken.dispose()


@contextmanager
def _of_postgresql(file: Path) -> Iterator[Session]:
    """The dump and the session read the same exported snapshot."""
    with engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(_program("pg_dump"), "--format=custom", "--no-owner", f"--snapshot={name}", f"--file={file}")
        with Session(connection) as session:
            yield session


def fault_of(kind: str, file: Path) -> str:
    """What is wrong with a database file that has the right digest, in the words of its own program; else empty."""
    if kind == POSTGRESQL:
        done = subprocess.run(
            [_program("pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False
        )
        return done.stderr.strip()[:300] if done.returncode else ""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return "" if said == "ok" else str(said)[:300]


def holds_anything() -> bool:
    """Whether the configured database has an account in it: then it is somebody's."""
    if kind_in_use() == SQLITE and not _sqlite_file().exists():
        return False
    with engine().connect().execution_options(reading=True) as connection:
        there = inspect(connection).has_table("account")
        return there and connection.execute(text("SELECT 1 FROM account LIMIT 1")).first() is not None


def refuse_in_use() -> None:
    """Raises Refused(backup.running) while the product, or anybody else, has the database open."""
    engine().dispose()
    if kind_in_use() == SQLITE:
        if not _sqlite_file().exists():
            return
        with closing(sqlite3.connect(_sqlite_file(), timeout=1)) as connection:
            try:
                # Only who is alone can leave the write-ahead log; afterwards the file is whole by itself.
                connection.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError:
                raise refuse("backup.running", kind="state") from None
        return
    with engine().connect() as connection:
        others = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        ).scalar_one()
    engine().dispose()
    if others:
        raise refuse("backup.running", kind="state")


def set_aside(stamp: str) -> Path | None:
    """What was in the database, kept in a file of its own; the database is empty afterwards."""
    if kind_in_use() == SQLITE:
        refuse_in_use()
        file = _sqlite_file()
        if not file.exists():
            return None
        kept = file.with_name(f"{file.name}.before-{stamp}")
        file.replace(kept)
        return kept
    if not holds_anything():
        return None
    kept = settings().data_dir / f"database.before-{stamp}.dump"
    kept.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    _run(_program("pg_dump"), "--format=custom", "--no-owner", f"--file={kept}")
    _drop_tables()
    return kept


def load(file: Path) -> None:
    """Put a database file in place of an empty database."""
    if kind_in_use() == SQLITE:
        target = _sqlite_file()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        return
    _drop_tables()
    database = make_url(settings().database).database
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={database}")
    _run(_program("pg_restore"), *options, str(file))


def _drop_tables() -> None:
    """A database without anything in it may have the product's tables all the same."""
    with engine().begin() as connection:
        for table in ("alembic_version", *SQLModel.metadata.tables):
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
    engine().dispose()


def _sqlite_file() -> Path:
    name = make_url(settings().database).database
    if not name or name == ":memory:":
        raise refuse("backup.no_file", kind="state")
    return Path(name)


def _program(name: str) -> str:
    """PostgreSQL's own program, at least as new as the server; raises Refused(backup.no_program)."""
    needed = 0
    if kind_in_use() == POSTGRESQL:
        with engine().connect() as connection:
            needed = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    folders = [Path(f) for f in os.environ.get("PATH", "").split(os.pathsep) if f]
    folders += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    for folder in folders:
        program = folder / name
        if program.is_file() and os.access(program, os.X_OK) and _major(program) >= needed:
            return str(program)
    raise refuse("backup.no_program", name=name, version=needed, kind="state")


def _major(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0


def _run(program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on the configured database; the password is no argument others could read."""
    url = make_url(settings().database)
    done = subprocess.run([program, *options], env=_environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise refuse("backup.database_failed", why=done.stderr.strip()[:500], kind="state")


def _environment(url: URL) -> dict[str, str]:
    told = {
        "PGHOST": url.host or url.query.get("host", ""),
        "PGPORT": str(url.port or url.query.get("port", "")),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
        "PGSSLMODE": url.query.get("sslmode", ""),
        "PGSSLROOTCERT": url.query.get("sslrootcert", ""),
    }
    return os.environ | {name: str(value) for name, value in told.items() if value}
