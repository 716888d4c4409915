"""migrate: the database brought to the present tables."""

from __future__ import annotations

import argparse

from alembic.config import Config

from alembic import command
from jointreview.settings import ROOT, settings

NAME = "migrate"
HELP = "create or update the database"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Upgrade and say which database it was."""
    migrate()
    print(f"database up to date: {safe_address(settings().database)}")
    return 0


def migrate() -> None:
    """Upgrade the configured database to the newest revision."""
    command.upgrade(Config(ROOT / "alembic.ini"), "head")


def safe_address(url: str) -> str:
    """A database address without its password."""
    head, separator, rest = url.partition("://")
    account, at, host = rest.rpartition("@")
    return f"{head}{separator}{account.partition(':')[0]}{at}{host}"
