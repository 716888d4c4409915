"""python -m jointreview demo load|reset: the demonstration's people and cases."""

from __future__ import annotations

import argparse

from jointreview import demo
from jointreview.cli.setup_db import migrate

NAME = "demo"
HELP = "load or reset the demonstration"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument("action", choices=["load", "reset"])


def run(args: argparse.Namespace) -> int:
    """Refused in production."""
    migrate()
    if args.action == "reset":
        demo.reset()
    else:
        demo.load()
    return 0
