"""storage: whether the document store and the database agree."""

from __future__ import annotations

import argparse

from jointreview.commands.storage_check import check_storage
from jointreview.domain.problems import Refused
from jointreview.storage.base import readable_size, utc_now
from jointreview.text import tr

NAME = "storage"
HELP = "find missing, damaged and orphaned content in the document store"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`check`, with `--repair` and `--quick`."""
    parser.add_argument("action", choices=["check"])
    parser.add_argument("--repair", action="store_true", help="settle uploads left behind, remove orphaned content")
    parser.add_argument("--quick", action="store_true", help="do not read the content to find damage")


def run(args: argparse.Namespace) -> int:
    """Print what was found; exit 1 when a document is without its content or the store cannot be used."""
    try:
        found = check_storage(utc_now(), repair=args.repair, quick=args.quick)
    except Refused as refusal:
        print(*(tr("en", p.key, **p.params) for p in refusal.problems), sep="\n")
        return 1
    print(f"{found.contents} contents, {readable_size(found.size)}")
    for name, digests in (("missing", found.missing), ("damaged", found.damaged), ("orphaned", found.orphans)):
        for digest in digests:
            print(f"{name:<9} {digest}")
    if args.repair:
        print(
            f"repaired: {found.settled} uploads settled, {found.discarded} staging places thrown away, "
            f"{found.removed} orphaned contents removed, {found.locked} kept because they are locked"
        )
    print(
        "documents are missing content: restore it from a backup" if found.lost else "every document has its content"
    )
    return 1 if found.lost else 0
