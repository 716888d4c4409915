"""The trip planner against what is done without it, on seeded weeks in Qidong: `bench/planning.py [requests ...]`.

Beside the planner: (a) every department visits every site alone, (b) each department routes its own visits well (by
the same planner, one officer and one car each), (c) greedy insertion. Each planner runs in a process of its own, so
that its memory is its own. Under load compare the processor seconds: a plan is as good as the seconds it really got.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.planning_instances import DEPARTMENTS, instance  # noqa: E402
from jointreview.planning import as_json, plan, read_instance  # noqa: E402
from tests.planning.checker import faults  # noqa: E402

SECONDS = {10: 10, 30: 15, 60: 30, 100: 60, 200: 120}
GAP_TARGETS = {30: 0.005, 60: 0.01, 100: 0.05}


def main() -> None:
    """Print the table for the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", nargs="*", type=int, default=list(SECONDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--factor", type=float, default=1.0, help="multiplies the time limits")
    parser.add_argument("--one", choices=("joint", "own", "greedy"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(_RUNS[args.one](args.requests[0], args.seed, args.factor)))
        return
    load = os.getloadavg()[0]
    print(f"machine: {os.cpu_count()} cores, load {load:.1f} at the start, Python {sys.version.split()[0]}\n")
    print(
        "| requests | plan | unserved | trips | officer-trips | hosted visits | km | gap | s | cpu s | first s | MB |"
    )
    print(f"|{'---:|' * 12}")
    verdicts = []
    for requests in args.requests:
        found = {"alone": alone(requests, args.seed)}
        _row(requests, "(a) each alone", found["alone"])
        for kind, name in (("own", "(b) own routes"), ("greedy", "(c) greedy"), ("joint", "planner")):
            found[kind] = _child(kind, requests, args)
            _row(requests, name, found[kind])
        verdicts += _verdicts(requests, found)
    print("\n" + "\n".join(verdicts))


def _child(kind: str, requests: int, args: argparse.Namespace) -> dict:
    command = [sys.executable, __file__, str(requests), "--one", kind, "--seed", str(args.seed)]
    command += ["--factor", str(args.factor)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _row(requests: int, name: str, r: dict) -> None:
    def shown(key: str, form: str) -> str:
        return format(r[key], form) if key in r else ""

    cells = [
        requests, name, r["unserved"], r["trips"], r["officer_trips"], r["visits"], f"{r['km']:.0f}",
        shown("gap", ".2%"), shown("seconds", ".1f"), shown("cpu", ".1f"), shown("first", ".2f"), shown("mb", "d"),
    ]  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def _verdicts(requests: int, found: dict[str, dict]) -> list[str]:
    joint, own, alone_, greedy = found["joint"], found["own"], found["alone"], found["greedy"]

    def fewer(key: str, other: dict) -> float:
        return 1 - joint[key] / other[key]

    lines = [
        ("fewer vehicle trips than (b), wanted 75 %", fewer("trips", own), fewer("trips", own) >= 0.75),
        ("fewer hosted visits than (b), wanted 75 %", fewer("visits", own), fewer("visits", own) >= 0.75),
        (
            "more officer-trips than (b), at most 25 %",
            -fewer("officer_trips", own),
            -fewer("officer_trips", own) <= 0.25,
        ),
        (
            "fewer officer-trips than (a), wanted 70 %",
            fewer("officer_trips", alone_),
            fewer("officer_trips", alone_) >= 0.7,
        ),
        (
            "better than (c) by",
            1 - joint["objective"] / greedy["objective"],
            joint["objective"] <= greedy["objective"],
        ),
    ]
    if requests in GAP_TARGETS:
        wanted = GAP_TARGETS[requests]
        lines.append((f"gap, at most {wanted:.1%}", joint["gap"], joint["gap"] <= wanted))
    return [f"- {requests}: {text}: {value:.1%} {'ok' if ok else 'MISSED'}" for text, value, ok in lines]


def alone(requests: int, seed: int) -> dict:
    """(a): one officer, one car, one site at a time."""
    question = instance(requests, seed)
    roads = read_instance(question).km
    visits = [(i, d) for i, r in enumerate(question["requests"]) for d in r["departments"]]
    km = sum(roads[0][i + 1] + roads[i + 1][0] for i, _ in visits)
    count = len(visits)
    return {"unserved": 0, "trips": count, "officer_trips": count, "visits": count, "km": km}


def joint(requests: int, seed: int, factor: float) -> dict:
    """The planner, checked by the independent checker of the tests."""
    return _planned(instance(requests, seed), SECONDS.get(requests, 60) * factor)


def greedy(requests: int, seed: int, factor: float) -> dict:
    """(c): the planner's first answer alone."""
    found = _planned(instance(requests, seed), 0)
    del found["gap"]  # it proves nothing
    return found


def own(requests: int, seed: int, factor: float) -> dict:
    """(b): every department for itself, each officer with a car of his own."""
    seconds = SECONDS.get(requests, 60) * factor / 2
    total: dict[str, float] = {}
    for department in DEPARTMENTS:
        question = instance(requests, seed)
        question["requests"] = [
            {**r, "departments": [department]} for r in question["requests"] if department in r["departments"]
        ]
        question["officers"] = [o for o in question["officers"] if o["department"] == department]
        question["cars"] = [{"id": o["id"], "seats": 1, "sessions": "all"} for o in question["officers"]]
        part = _planned(question, seconds)
        for key in ("unserved", "trips", "officer_trips", "visits", "km", "seconds", "cpu"):
            total[key] = total.get(key, 0) + part[key]
    return total


def _planned(question: dict, seconds: float) -> dict:
    asked = read_instance(question)
    first: list[float] = []
    began, cpu = time.monotonic(), time.process_time()
    outcome = plan(asked, seconds, progress=lambda step: first.append(step.seconds))
    answer = as_json(asked, outcome, "en")
    broken = faults(question, answer)
    if broken:
        raise SystemExit("\n".join(broken))
    totals = answer["totals"]
    return {
        "unserved": totals["unserved"],
        "trips": totals["trips"],
        "officer_trips": totals["officer_trips"],
        "visits": totals["served"],
        "km": totals["km"],
        "objective": answer["objective"],
        "gap": answer["gap"],
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - cpu,
        "first": first[0] if first else outcome.seconds,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


_RUNS = {"joint": joint, "own": own, "greedy": greedy}

if __name__ == "__main__":
    main()
