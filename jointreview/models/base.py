"""Engine, sessions and column types shared by every table, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Engine, TypeDecorator, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from jointreview.domain.problems import refuse
from jointreview.settings import settings

_log = logging.getLogger(__name__)

JsonType = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored as UTC; a value without a time zone is refused (SQLite would drop it silently)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, values: Iterator[str] | list[str] | tuple[str, ...]) -> CheckConstraint:
    """A CHECK that `column` holds one of `values` (database enums do not survive migrations well)."""
    allowed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"ck_{column}_known")


def make_engine(url: str) -> Engine:
    """An engine with the pragmas of this product.

    SQLite writers begin with BEGIN IMMEDIATE: a deferred begin fails under concurrent writers.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # what people entered stays out of logged errors
        pool_pre_ping=not url.startswith("sqlite"),
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # NORMAL may lose the last commits when the power fails; a demonstration can, and is played faster.
    lasting = "FULL" if settings().mode == "production" else "NORMAL"
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", f"synchronous={lasting}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@cache
def engine() -> Engine:
    """The engine of the configured database, made at first use in each process."""
    return make_engine(settings().database)


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with; nothing it holds is written."""
    with engine().connect().execution_options(reading=True) as connection:
        session = Session(connection, expire_on_commit=False, autoflush=False)
        try:
            yield session
        finally:
            session.expunge_all()  # what was read stays readable; a rollback would expire it
            session.rollback()
            session.close()


@contextmanager
def writing() -> Iterator[Session]:
    """A session for one transaction: committed at the end, rolled back by any exception.

    Raises Refused (`busy`) where the database has no room left; nothing of the transaction stays.
    """
    try:
        with Session(engine(), expire_on_commit=False) as session, session.begin():
            yield session
    except DBAPIError as fault:
        if _out_of_space(fault):
            _log.error("the database has no room left")
            raise refuse("errors.no_room", kind="busy") from None
        raise


def _out_of_space(fault: DBAPIError) -> bool:
    """Whether the disk under the database is full: SQLITE_FULL, or disk_full (53100) of PostgreSQL."""
    full = getattr(fault.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return full or getattr(fault.orig, "sqlstate", "") == "53100"
