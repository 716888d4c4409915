"""Runs migrations on the configured database, SQLite and PostgreSQL alike."""

import importlib
import pkgutil

from sqlmodel import SQLModel

import jointreview.models
from alembic import context
from jointreview.models.base import make_engine
from jointreview.settings import settings

for module in pkgutil.iter_modules(jointreview.models.__path__):
    importlib.import_module(f"jointreview.models.{module.name}")


def run() -> None:
    """Upgrade in one transaction; SQLite alters tables by copying them (batch mode)."""
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or settings().database)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
