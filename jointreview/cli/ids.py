"""`ids`: check a credit code, project code or permit number as the form does."""

from __future__ import annotations

import argparse
import json
import sys

from jointreview.domain.identifiers import CodeCheck, CodeKind, check_code
from jointreview.domain.problems import Problem, refuse
from jointreview.text import tr

NAME = "ids"
HELP = tr("en", "ids.cli_help")
KINDS = (CodeKind.CREDIT, CodeKind.PROJECT, CodeKind.PLANNING_PERMIT, CodeKind.CONSTRUCTION_PERMIT)


def arguments(parser: argparse.ArgumentParser) -> None:
    """`ids check CODE [--kind KIND] [--json]`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check")
    check = actions.add_parser("check", help=HELP, description=HELP)
    check.add_argument("code", metavar="CODE", help=tr("en", "ids.cli_code"))
    check.add_argument("--kind", metavar="KIND", help=tr("en", "ids.cli_kind", kinds=", ".join(KINDS)))
    check.add_argument("--json", action="store_true", help=tr("en", "ids.cli_json"))


def run(args: argparse.Namespace) -> int:
    """Print what the number is; 0 when valid, 1 with the reasons on standard error when not."""
    if args.kind is not None and args.kind not in KINDS:
        raise refuse("ids.bad_kind", "--kind", given=args.kind[:40], kinds=", ".join(KINDS))
    found = check_code(args.code, args.kind)
    if args.json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    elif found.valid:
        print(_as_text(found))
    for problem in found.problems:
        print(_read(problem), file=sys.stderr)
    return 0 if found.valid else 1


def _read(problem: Problem) -> str:
    return tr("en", problem.key, **problem.params)


def _as_json(found: CodeCheck) -> dict[str, object]:
    return {
        "kind": found.kind.value if found.kind else None,
        "valid": found.valid,
        "normalised": found.normalised,
        "problems": [_read(p) for p in found.problems],
        "warnings": [_read(p) for p in found.warnings],
        "parts": found.parts,
    }


def _as_text(found: CodeCheck) -> str:
    name = tr("en", found.kind.text_key) if found.kind else ""
    lines = [tr("en", "ids.cli_valid", code=found.normalised, kind=name)]
    lines += [f"  {part:<14}{value}" for part, value in found.parts.items() if value]
    lines += [tr("en", "ids.cli_warning", text=_read(w)) for w in found.warnings]
    return "\n".join(lines)
