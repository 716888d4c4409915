"""`due`: the due date of a period of working days, explained day by day."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from jointreview.domain import clock
from jointreview.domain.calendar import LOCAL_TIME, DayStatus, WorkCalendar
from jointreview.domain.calendar_source import default_calendar, parse_day, read_calendar_csv
from jointreview.domain.explanation import DayNote, note_text
from jointreview.domain.pauses import Pause, PauseKind
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.text import tr

NAME = "due"
HELP = tr("en", "clock.cli_help")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def arguments(parser: argparse.ArgumentParser) -> None:
    """All values arrive as text, so that every fault is told at once and in plain words."""
    parser.add_argument("--accepted", metavar="DATE", help=tr("en", "clock.cli_accepted"))
    parser.add_argument("--days", metavar="N", help=tr("en", "clock.cli_days"))
    parser.add_argument("--pause", action="append", default=[], metavar="START:END", help=tr("en", "clock.cli_pause"))
    parser.add_argument("--on", metavar="DATE", help=tr("en", "clock.cli_on"))
    parser.add_argument("--calendar", metavar="FILE", help=tr("en", "clock.cli_calendar"))
    parser.add_argument("--json", action="store_true", help=tr("en", "clock.cli_json"))


def run(args: argparse.Namespace) -> int:
    """Print the clock. Raises Refused for faulty input and for acceptance on a rest day."""
    accepted, days, pauses, on = _read(args)
    calendar = _file_calendar(args.calendar) if args.calendar else _known_calendar(accepted, days, pauses)
    if not calendar.is_workday(accepted):
        following = calendar.next_workday(accepted)
        raise refuse(
            "clock.accepted_on_rest_day", "--accepted", accepted=accepted.isoformat(), next=following.isoformat()
        )
    found = clock.compute(accepted, days, pauses, calendar, on)
    if args.json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        print(_as_table(found, on))
    return 0


def _read(args: argparse.Namespace) -> tuple[date, int, tuple[Pause, ...], date]:
    problems: list[Problem] = []
    accepted = _date(args.accepted, "--accepted", problems) if args.accepted is not None else None
    if args.accepted is None:
        problems.append(Problem("clock.accepted_missing", where="--accepted"))
    days = _days(args.days, problems)
    pauses = tuple(p for text in args.pause if (p := _pause(text, problems)) is not None)
    today = datetime.now(LOCAL_TIME).date()
    on = _date(args.on, "--on", problems) if args.on is not None else today
    problems += [replace(p, where=f"--{p.where}") for p in clock.faults(days or 0, pauses)]
    if accepted is not None:
        problems += _early_pauses(accepted, pauses)
    if problems or accepted is None or days is None or on is None:
        raise Refused(*problems)
    return accepted, days, pauses, on


def _date(text: str, where: str, problems: list[Problem]) -> date | None:
    day = parse_day(text.strip())
    if day is None:
        problems.append(Problem("clock.bad_date", {"text": text[:40]}, where))
    elif not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        params = {"date": day.isoformat(), "first": _FIRST_YEAR, "last": _LAST_YEAR}
        problems.append(Problem("clock.date_out_of_range", params, where))
        return None
    return day


def _days(text: str | None, problems: list[Problem]) -> int | None:
    if text is None:
        problems.append(Problem("clock.days_missing", where="--days"))
    elif re.fullmatch("[+-]?[0-9]{1,9}", text.strip()):
        return int(text)
    else:
        problems.append(Problem("clock.bad_days_text", {"text": text[:40]}, "--days"))
    return None


def _pause(text: str, problems: list[Problem]) -> Pause | None:
    start_text, colon, end_text = text.partition(":")
    if not colon:
        problems.append(Problem("clock.bad_pause", {"text": text[:40]}, "--pause"))
        return None
    start = _date(start_text, "--pause", problems)
    end = _date(end_text, "--pause", problems) if end_text.strip() else None
    if start is None or (end is None and end_text.strip()):
        return None
    return Pause(PauseKind.SPECIAL, start, end)


def _early_pauses(accepted: date, pauses: tuple[Pause, ...]) -> list[Problem]:
    return [
        Problem(
            "clock.pause_before_acceptance",
            {"start": p.start.isoformat(), "accepted": accepted.isoformat()},
            "--pause",
        )
        for p in pauses
        if p.start < accepted
    ]


def _file_calendar(name: str) -> WorkCalendar:
    """The file is the whole calendar: what it does not list is an ordinary week, and official."""
    try:
        raw = Path(name).read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
    except (OSError, UnicodeDecodeError):
        raise refuse("clock.calendar_unreadable", "--calendar", path=name) from None
    return WorkCalendar.of(read_calendar_csv(text, name), otherwise=DayStatus.OFFICIAL)


def _known_calendar(accepted: date, days: int, pauses: tuple[Pause, ...]) -> WorkCalendar:
    """Official and provisional days as far as the period can reach; a year has more than 200 working days."""
    latest = max([accepted.year, *(p.end.year for p in pauses if p.end)])
    return default_calendar(accepted.year, latest + days // 200 + 1)


def _told(found: clock.Clock) -> tuple[DayNote, ...]:
    """The days that lead to the due date; later ones explain nothing."""
    return tuple(n for n in found.explanation if found.due is None or n.date <= found.due)


def _reason(note: DayNote) -> str:
    # The command does not ask for the kind of a pause, so it names none.
    return tr("en", "clock.day_paused_plain") if "kind" in note.params else note_text("en", note)


def _as_json(found: clock.Clock) -> dict[str, object]:
    return {
        "due": found.due.isoformat() if found.due else None,
        "used": found.used,
        "remaining": found.remaining,
        "lamp": found.lamp.value,
        "provisional": found.provisional,
        "explanation": [
            {"date": n.date.isoformat(), "counted": n.counted, "reason": _reason(n)} for n in _told(found)
        ],
    }


def _as_table(found: clock.Clock, on: date) -> str:
    due = found.due.isoformat() if found.due else tr("en", "clock.cli_due_unknown")
    if found.provisional:
        due += f" ({tr('en', 'clock.cli_provisional')})"
    head = {
        "clock.cli_due": due,
        "clock.cli_on_day": on.isoformat(),
        "clock.cli_used": found.used,
        "clock.cli_remaining": found.remaining,
        "clock.cli_lamp": tr("en", found.lamp.text_key),
    }
    lines = [f"{tr('en', key):<24}{value}" for key, value in head.items()]
    lines += ["", *(f"{n.date:%Y-%m-%d %a}  {'+' if n.counted else ' '}  {_reason(n)}" for n in _told(found))]
    return "\n".join(lines)
