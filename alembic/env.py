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


def run() -> None:
    """Upgrade in one transaction; SQLite alters tables by copying them (batch mode).

    While it copies a table the rows that refer to it would be orphans: SQLite checks them afterwards instead.
    """
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or settings().database)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"rows without what they refer to after the migration: {orphans[:5]}")
        connection.commit()
    engine.dispose()


run()
