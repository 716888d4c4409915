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


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The parser with every module of jointreview.cli as a subcommand, or with the module `only` alone."""
    parser = argparse.ArgumentParser(prog="python -m jointreview", description="Joint Review 联审联验")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name in [only] if only else _modules():
        module = importlib.import_module(f"jointreview.cli.{name}")
        sub = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def _modules() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(cli.__path__) if not m.name.startswith("_"))


def main(argv: list[str] | None = None) -> int:
    """Run one command; a refusal prints its problems and exits with 1, a reader that stopped early is no fault."""
    words = sys.argv[1:] if argv is None else argv
    # Nobody waits for the imports of the other commands.
    args = build_parser(words[0] if words and words[0] in _modules() else "").parse_args(words)
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
