"""python -m jointreview <command>: finds the command's module and runs it."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys

from jointreview import cli
from jointreview.domain.problems import Refused
from jointreview.text import tr


def build_parser() -> argparse.ArgumentParser:
    """The parser with every module of jointreview.cli as a subcommand."""
    parser = argparse.ArgumentParser(prog="python -m jointreview", description="Joint Review 联审联验")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for info in sorted(pkgutil.iter_modules(cli.__path__), key=lambda m: m.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"jointreview.cli.{info.name}")
        sub = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; a refusal prints its problems and exits with 1, a reader that stopped early is no fault."""
    args = build_parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to say when Python ends
        return 0
    except Refused as refusal:
        for problem in refusal.problems:
            place = f"{problem.where}: " if problem.where else ""
            print(f"{place}{tr('en', problem.key, **problem.params)}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
