"""The demonstration: people, projects and cases, made by the same commands people use."""

from __future__ import annotations

import shutil

from jointreview.domain.problems import refuse
from jointreview.settings import settings

# What plays the demonstration is imported when it is played: pages and the start need only to know who is in it.


def load() -> None:
    """Fill an empty database; refused in production."""
    if settings().mode == "production":
        raise refuse("cli.no_demo_in_production", kind="forbidden")
    from jointreview.demo import people, story

    story.load(people.stage_with_people())
    people.protect()


def reset() -> None:
    """Empty the database and the local documents, then load the demonstration; refused in production."""
    if settings().mode == "production":
        raise refuse("cli.no_demo_in_production", kind="forbidden")
    from sqlmodel import SQLModel

    from jointreview.commands.files import document_store
    from jointreview.models.base import engine

    with engine().begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
    if not settings().s3_endpoint:
        for folder in settings().uploads_dir.glob("[0-9a-f][0-9a-f]"):
            # Folders with locked files are read-only.
            for inner in folder.iterdir():
                inner.chmod(0o750)
            shutil.rmtree(folder)
    document_store.cache_clear()
    load()
