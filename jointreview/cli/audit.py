"""python -m jointreview audit verify: walks the event chain of every case."""

from __future__ import annotations

import argparse
import json
import sys

from jointreview.commands.audit import verify_chains
from jointreview.models.base import reading
from jointreview.text import tr

NAME = "audit"
HELP = "walk the tamper-evident event chains"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("action", choices=["verify"])
    parser.add_argument("--json", action="store_true", help="machine-readable answer")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a chain does not hold, naming case and event."""
    with reading() as session:
        report = verify_chains(session)
    faults = [{"case": f.case_number, "event": f.seq, "fault": tr("en", f.key)} for f in report.faults]
    if args.json:
        print(json.dumps({"cases": report.cases, "events": report.events, "faults": faults}, ensure_ascii=False))
    else:
        print(tr("en", "audit.walked", cases=report.cases, events=report.events, faults=len(faults)))
        for fault in faults:
            print(f"{fault['case']} #{fault['event']}: {fault['fault']}", file=sys.stderr)
    return 1 if faults else 0
