"""health: what the product needs and whether it is there."""

from __future__ import annotations

import argparse
import json
import os

from jointreview.api.health import all_checks, healthy, told
from jointreview.cli._frontend import finished_build
from jointreview.text import tr

NAME = "health"
HELP = "check database, document store, front end, LibreOffice and libmagic"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--json` for machines."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print every check; exit 1 when something needed is missing."""
    if folder := finished_build():
        os.environ["REFLEX_WEB_WORKDIR"] = str(folder)
    checks = all_checks()
    if args.json:
        print(json.dumps({"healthy": healthy(checks), "checks": [told(check) for check in checks]}))
    else:
        for check in checks:
            state = "ok" if check.ok else "missing"
            print(f"{tr('en', f'health.{check.name}'):<18} {tr('en', f'health.{state}'):<9} {check.detail}")
            for note in check.notes:
                print(f"{'':<28} {tr('en', note.key, **note.params)}")
    return 0 if healthy(checks) else 1
