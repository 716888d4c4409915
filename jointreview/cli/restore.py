"""python -m jointreview restore PLACE: a backup brought back into an empty installation."""

from __future__ import annotations

import argparse
from pathlib import Path

from jointreview.cli.setup_db import migrate
from jointreview.jobs.backup.restore import Restored, restore, restore_content
from jointreview.settings import settings
from jointreview.text import tr

NAME = "restore"
HELP = "bring a backup back; the product must not run meanwhile"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`PLACE`, which of its backups, and whether something may give way."""
    parser.add_argument("place", metavar="PLACE", type=Path, help=tr("en", "backup.cli_place"))
    parser.add_argument("--at", default="", metavar="NAME", help=tr("en", "backup.cli_at"))
    parser.add_argument("--replace", action="store_true", help=tr("en", "backup.cli_replace"))
    parser.add_argument("--content", action="store_true", help=tr("en", "backup.cli_content"))


def run(args: argparse.Namespace) -> int:
    """Exit 1 when content could not be brought back. Raises Refused, with nothing changed, for everything else."""
    now = settings().current_time()
    if args.content:
        done = restore_content(args.place, now, args.at)
        print(tr("en", "backup.content_restored", n=done.contents, there=done.there))
    else:
        done = restore(args.place, now, migrate, args.at, args.replace)
        _tell(done)
    for digest in done.unmended:
        print(tr("en", "backup.unmended", digest=digest))
    return 1 if done.unmended else 0


def _tell(done: Restored) -> None:
    print(tr("en", "backup.restored", name=done.stamp, contents=done.contents, there=done.there, locked=done.locked))
    print(tr("en", "backup.settled", sessions=done.sessions, messages=done.messages, uploads=done.uploads))
    for file in done.kept:
        print(tr("en", "backup.kept", file=file))
    if done.settings_beside:
        print(tr("en", "backup.settings_beside", file=done.settings_beside))
    if done.key_differs:
        print(tr("en", "backup.key_differs"))
    print(tr("en", "backup.next"))
