"""build: the front end for the present sources, when there is none yet."""

from __future__ import annotations

import argparse

from jointreview.cli._frontend import ensure_build

NAME = "build"
HELP = "build the front end if its sources changed"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Build and print where the result lies."""
    print(ensure_build())
    return 0
