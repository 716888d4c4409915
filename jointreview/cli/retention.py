"""python -m jointreview retention [apply]: what the policy of retention erases today, and erasing it."""

from __future__ import annotations

import argparse

from jointreview.jobs.retention import apply_policy
from jointreview.settings import settings
from jointreview.text import tr

NAME = "retention"
HELP = "what is kept how long; show or erase what is older"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`show` (default) or `apply`."""
    parser.add_argument("action", nargs="?", choices=["show", "apply"], default="show")
    parser.add_argument("--lang", choices=["zh", "en"], default="en")


def run(args: argparse.Namespace) -> int:
    """One line for each rule of the catalogue, with how many it erased or would erase."""
    dry = args.action == "show"
    for applied in apply_policy(settings().current_time(), dry):
        rule = applied.rule
        words = {"days": rule.days, "count": applied.count, "what": rule.what.in_(args.lang)}
        print(tr(args.lang, "retention.line", **words))
        print(tr(args.lang, "retention.basis", basis=rule.basis.in_(args.lang)))
    print(tr(args.lang, "retention.shown" if dry else "retention.applied"))
    return 0
