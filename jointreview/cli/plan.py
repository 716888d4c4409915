"""`plan`: joint survey trips for a planning question in JSON (docs/planner.md)."""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
from pathlib import Path
from types import FrameType

from jointreview.domain.day_minutes import clock_time
from jointreview.domain.problems import refuse
from jointreview.planning.answer import as_json, explanation
from jointreview.planning.document import parse_document
from jointreview.planning.engine import plan
from jointreview.planning.instance import Instance
from jointreview.planning.outcome import Outcome, Progress
from jointreview.planning.reading import read_instance
from jointreview.text import LANGUAGES, tr

NAME = "plan"
HELP = tr("en", "plan.cli_help")
_MOST_SECONDS = 86_400


def arguments(parser: argparse.ArgumentParser) -> None:
    """INSTANCE.json [--seconds S] [--json] [--progress] [--seed N] [--lang en]."""
    parser.add_argument("file", metavar="INSTANCE.json", help=tr("en", "plan.cli_file"))
    parser.add_argument("--seconds", default="30", metavar="S", help=tr("en", "plan.cli_seconds"))
    parser.add_argument("--json", action="store_true", help=tr("en", "plan.cli_json"))
    parser.add_argument("--progress", action="store_true", help=tr("en", "plan.cli_progress"))
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=tr("en", "plan.cli_seed"))
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help=tr("en", "plan.cli_lang"))


def run(args: argparse.Namespace) -> int:
    """Print the plan; 1 if the confirmed trips contradict each other. Raises Refused for a faulty question.

    Ctrl-C ends the search and prints the best plan so far.
    """
    seconds = _seconds(args.seconds)
    instance = read_instance(parse_document(_text(args.file), args.file))
    cancelled = []

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        cancelled.append(True)

    before = signal.signal(signal.SIGINT, cancel)
    try:
        outcome = plan(
            instance,
            seconds,
            seed=args.seed,
            progress=_tell if args.progress else None,
            cancelled=lambda: bool(cancelled),
        )
        _print(instance, outcome, args)
    finally:
        signal.signal(signal.SIGINT, before)
    return 1 if outcome.faults else 0


def _print(instance: Instance, outcome: Outcome, args: argparse.Namespace) -> None:
    for fault in outcome.faults:
        print(f"{fault.where}: {tr(args.lang, fault.key, **fault.params)}", file=sys.stderr)
    if args.json:
        print(json.dumps(as_json(instance, outcome, args.lang), ensure_ascii=False, indent=2), flush=True)
    else:
        print(table(instance, outcome, args.lang))


def _tell(progress: Progress) -> None:
    """One line of JSON on standard error for every better plan or bound."""
    said = {
        "seconds": round(progress.seconds, 1),
        "objective": progress.objective,
        "bound": round(progress.bound, 1),
        "gap": round(progress.gap, 6),
        "trips": progress.trips,
        "officer_trips": progress.officer_trips,
        "unserved": progress.unserved,
    }
    print(json.dumps(said), file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _MOST_SECONDS:
        raise refuse("plan.bad_seconds", "--seconds", given=text[:40])
    return seconds


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise refuse("plan.file_unreadable", name=name) from None


def table(instance: Instance, outcome: Outcome, lang: str) -> str:
    """The plan for people: what was reached, each trip with its crew and stops, and what is left out."""
    answer = as_json(instance, outcome, lang)
    totals = answer["totals"]
    assert isinstance(totals, dict)
    lines = [_headline(outcome, lang), tr(lang, "plan.cli_totals", **totals)]
    if outcome.bound is not None:
        lines.append(tr(lang, "plan.cli_objective", objective=outcome.objective, bound=f"{outcome.bound:.0f}"))
    for trip in outcome.trips:
        session = instance.sessions[trip.session]
        params = {
            "day": session.day.isoformat(),
            "half": session.half,
            "car": instance.cars[trip.car].id,
            "leave": clock_time(trip.stops[0].arrive - instance.minutes[0][trip.stops[0].request + 1]),
            "back": clock_time(trip.back),
            "km": f"{trip.km:.1f}",
            "drive": trip.drive_minutes,
        }
        crew = ", ".join(instance.officers[o].id for o in trip.officers)
        lines += ["", tr(lang, "plan.cli_trip", **params), f"  {tr(lang, 'plan.cli_officers', officers=crew)}"]
        for stop in trip.stops:
            times = {"arrive": clock_time(stop.arrive), "leave": clock_time(stop.leave)}
            lines.append(f"  {tr(lang, 'plan.cli_stop', request=instance.requests[stop.request].id, **times)}")
    if outcome.unserved:
        lines += ["", tr(lang, "plan.cli_left_out")]
    for left in outcome.unserved:
        detail = explanation(instance, left, lang)
        request = instance.requests[left.request].id
        lines.append(f"  {tr(lang, 'plan.cli_left_out_line', request=request, detail=detail)}")
    return "\n".join(lines)


def _headline(outcome: Outcome, lang: str) -> str:
    if outcome.status == "infeasible-input":
        return tr(lang, "plan.cli_infeasible")
    if outcome.status == "optimal":
        return tr(lang, "plan.cli_optimal")
    if not outcome.bound or outcome.gap is None:
        return tr(lang, "plan.cli_unproven")
    return tr(lang, "plan.cli_feasible", gap=f"{100 * outcome.gap:.2f}")
