"""python -m jointreview backup PLACE | verify PLACE: a backup while people work, and whether one is whole."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jointreview.jobs.backup.check import check_backup
from jointreview.jobs.backup.take import Taken, take_backup
from jointreview.settings import settings
from jointreview.storage.base import readable_size
from jointreview.text import tr

NAME = "backup"
HELP = "write database, documents and keys to a folder or a .tar file; check such a backup"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`PLACE`, or `verify PLACE`."""
    parser.add_argument("words", nargs="+", metavar="[verify] PLACE", help=tr("en", "backup.cli_place"))
    parser.add_argument("--keep", type=int, default=0, metavar="N", help=tr("en", "backup.cli_keep"))
    parser.add_argument("--at", default="", metavar="NAME", help=tr("en", "backup.cli_at"))


def run(args: argparse.Namespace) -> int:
    """Exit 1 when something is not whole. Raises Refused for what cannot be written or read."""
    if len(args.words) == 2 and args.words[0] == "verify":
        return _verify(Path(args.words[1]), args.at)
    if len(args.words) != 1 or args.words == ["verify"] or args.keep < 0:
        print(tr("en", "backup.usage"), file=sys.stderr)
        return 1
    place = Path(args.words[0])
    taken = take_backup(place.absolute(), settings().current_time(), args.keep)
    _tell(taken, place)
    return 0 if taken.whole else 1


def _tell(taken: Taken, place: Path) -> None:
    manifest = taken.manifest
    print(
        tr(
            "en",
            "backup.made",
            name=taken.stamp,
            place=place,
            contents=manifest.count,
            size=readable_size(manifest.total_bytes),
            copied=taken.copied,
            copied_size=readable_size(taken.copied_bytes),
            files=len(manifest.files),
        )
    )
    print(tr("en", "backup.digest", digest=taken.digest))
    if taken.forgotten:
        print(tr("en", "backup.forgotten", n=len(taken.forgotten), contents=taken.swept))
    print(tr("en", "backup.secret"))
    for key, digests in (("backup.lacks", manifest.missing), ("backup.damaged_here", manifest.damaged)):
        for digest in digests:
            print(tr("en", key, digest=digest), file=sys.stderr)


def _verify(place: Path, stamp: str) -> int:
    checked = check_backup(place, stamp)
    for fault in checked.faults:
        print(tr("en", fault.key, **fault.params), file=sys.stderr)
    manifest = checked.manifest
    print(
        tr(
            "en",
            "backup.verified",
            name=checked.stamp,
            schema=manifest.schema_version,
            contents=manifest.count,
            size=readable_size(manifest.total_bytes),
            files=len(manifest.files),
            seq=manifest.ledger_seq,
            n=len(checked.faults),
        )
    )
    lost = len(manifest.missing) + len(manifest.damaged)
    if lost:
        print(tr("en", "backup.was_lost", n=lost))
    return 1 if checked.faults else 0
