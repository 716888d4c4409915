"""python -m jointreview permissions: prints who may do what, and when."""

from __future__ import annotations

import argparse

from jointreview.commands.permissions import permission_table

NAME = "permissions"
HELP = "print the table of commands, roles and states"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command takes nothing."""


def run(args: argparse.Namespace) -> int:
    """Always 0."""
    print(permission_table(), end="")
    return 0
