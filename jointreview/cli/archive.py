"""archive: a closed case as a BagIt bag, and whether such a bag is whole."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlmodel import select

from jointreview.domain.problems import refuse
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.queries.archive.export import export_case
from jointreview.queries.archive.verify import verify
from jointreview.settings import settings
from jointreview.text import tr

NAME = "archive"
HELP = "write a closed case as a BagIt bag, or check one"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`export CASE-NUMBER FILE.zip`, `verify BAG`."""
    actions = parser.add_subparsers(dest="action", required=True)
    export = actions.add_parser("export", help=tr("en", "archive.cli_export"))
    export.add_argument("number", metavar="CASE-NUMBER")
    export.add_argument("target", metavar="FILE.zip", type=Path)
    check = actions.add_parser("verify", help=tr("en", "archive.cli_verify"))
    check.add_argument("bag", metavar="BAG", type=Path)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a bag is not whole, with every fault. Raises Refused for what cannot be exported or read."""
    if args.action == "export":
        return _export(args.number, args.target)
    found = verify(args.bag)
    for key, params in found.faults:
        print(tr("en", key, **params), file=sys.stderr)
    print(
        tr("en", "archive.verified", number=found.number, files=found.files, events=found.events, n=len(found.faults))
    )
    return 1 if found.faults else 0


def _export(number: str, target: Path) -> int:
    with reading() as session:
        case_id = session.exec(select(Case.id).where(Case.number == number)).first()
    if case_id is None:
        raise refuse("commands.no_such_case", kind="missing")
    if target.exists():
        raise refuse("archive.there_already", where=str(target))
    name, manifest = export_case(None, case_id, target, settings().current_time())
    print(tr("en", "archive.exported", name=name, path=target, manifest=manifest))
    return 0
