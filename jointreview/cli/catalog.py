"""python -m jointreview catalog check: looks a catalogue through and names every fault with its line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jointreview.catalog.loader import ROOT, load_folder, version_overlaps, versions
from jointreview.domain.problems import Refused
from jointreview.settings import settings
from jointreview.text import tr

NAME = "catalog"
HELP = "look the catalogue of departments, items, materials and form through"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`check [--dir DIR]`; without a folder every version of the configured catalogue is looked through."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    check = actions.add_parser("check", help="name every fault as file:line: fault")
    check.add_argument("--dir", type=Path, help="the folder of one version")


def run(args: argparse.Namespace) -> int:
    """Print a summary of each version and return 0, or every fault on standard error and return 1."""
    name = settings().catalogue
    folders = [args.dir.resolve()] if args.dir else versions(ROOT, name)
    problems = [] if args.dir else version_overlaps(ROOT, name)
    for folder in folders:
        try:
            catalog = load_folder(folder)
        except Refused as refusal:
            problems += refusal.problems
            continue
        counts = {
            "units": len(catalog.units),
            "items": len(catalog.items),
            "materials": len(catalog.materials),
            "sections": len(catalog.sections),
        }
        print(tr("en", "catalog.checked", code=catalog.code, version=catalog.version, **counts))
    for problem in problems:
        print(f"{problem.where}: {tr('en', problem.key, **problem.params)}", file=sys.stderr)
    return 1 if problems else 0
