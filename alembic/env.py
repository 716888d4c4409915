"""Runs migrations on the configured database, SQLite and PostgreSQL alike."""

import importlib
import pkgutil

from sqlalchemy import event
from sqlmodel import SQLModel

import jointreview.models
from alembic import context
from jointreview.models.base import make_engine
from jointreview.settings import settings

for module in pkgutil.iter_modules(jointreview.models.__path__):
    importlib.import_module(f"jointreview.models.{module.name}")

MIGRATION_LOCK = 20_261_127
"""Any number, the same in every version."""


def run() -> None:
    """Upgrade in one transaction; SQLite alters tables by copying them (batch mode).

    While it copies a table the rows that refer to it would be orphans: SQLite checks them afterwards instead.
    """
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or settings().database)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=60000"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            if not sqlite:
                # Of several servers that start at once one migrates; the others wait and find nothing left to do.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            context.run_migrations()
            if sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"rows without what they refer to after the migration: {orphans[:5]}")
        connection.commit()
    engine.dispose()


run()
