"""python -m jointreview audit verify | root: walks every chain, and writes roots that another system keeps."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from jointreview.commands.audit import verify_chains
from jointreview.commands.audit_roots import against_roots, write_root
from jointreview.models.base import reading
from jointreview.settings import settings
from jointreview.text import tr

NAME = "audit"
HELP = "walk the tamper-evident chains, write their root"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("action", choices=["verify", "root"])
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    parser.add_argument("--against", type=Path, help="verify: a root, or a folder of roots, that was kept elsewhere")
    parser.add_argument("--folder", type=Path, help="root: where to write it instead of the configured folder")


def run(args: argparse.Namespace) -> int:
    """Do the chosen action."""
    return _root(args) if args.action == "root" else _verify(args)


def _root(args: argparse.Namespace) -> int:
    """Write what was sealed since the last root, and print the root itself: short enough for paper."""
    made = write_root(settings().current_time(), args.folder)
    if args.json:
        print(json.dumps({"seq": made.seq, "root": made.hash, "file": str(made.file)}))
    else:
        print(tr("en", "audit.root_written", seq=made.seq, root=made.hash, file=made.file))
    return 0


def _verify(args: argparse.Namespace) -> int:
    """Exit 1 when a chain does not hold, naming case and event, or kind and row."""
    with reading() as session:
        report = verify_chains(session)
        found = list(report.faults)
        if args.against:
            found += against_roots(session, args.against)
    faults = [{"case": f.case_number, "event": f.seq, "fault": tr("en", f.key)} for f in found]
    if args.json:
        counts = {"cases": report.cases, "events": report.events, "sealed": report.sealed}
        print(json.dumps({**counts, "faults": faults}, ensure_ascii=False))
    else:
        print(tr("en", "audit.walked", cases=report.cases, events=report.events, faults=len(faults)))
        print(tr("en", "audit.sealed", sealed=report.sealed))
        for fault in faults:
            print(f"{fault['case']} #{fault['event']}: {fault['fault']}", file=sys.stderr)
    return 1 if faults else 0
