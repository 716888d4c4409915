"""What a program may ask of a collection, read from its address: limit, box, times, filters; faults by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from jointreview.commands.executor import SHANGHAI
from jointreview.domain.problems import Problem, Refused
from jointreview.queries import board_filters as choices
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.narrowing import EVERYWHERE, Box

USUAL, MOST = 100, 1000
EVERYWHERE_PARAMETERS = ("f", "token", "lang")
ITEM_PARAMETERS = ("limit", "bbox", "datetime", "after")
FILTERS = ("state", "stage", "lamp", "unit", "town", "q")
FORMATS = ("json", "geojson")
_KNOWN = {"state": choices.STATES, "stage": choices.STAGES, "lamp": choices.LAMPS}
_MOST_AFTER = 2**31 - 1

Moments = tuple[datetime | None, datetime | None]
"""From and until, both included; None is open."""


EVERY_CASE = BoardFilters(state=choices.ALL)


@dataclass(frozen=True)
class Asked:
    """A request for features: at most `limit` of those after the id `after`."""

    limit: int = USUAL
    box: Box = EVERYWHERE
    moments: Moments = (None, None)
    after: int = 0
    filters: BoardFilters = EVERY_CASE


def only_known(params: Mapping[str, str], *known: str) -> None:
    """Raises Refused naming every parameter that is not described (requirement core/query-param-unknown)."""
    strange = sorted(set(params) - set(known) - set(EVERYWHERE_PARAMETERS))
    problems = [Problem("ogc.unknown_parameter", {"name": name[:40]}, name[:40]) for name in strange]
    if params.get("f", "json") not in FORMATS:
        problems.append(Problem("ogc.unknown_format", {"known": ", ".join(FORMATS)}, "f"))
    if problems:
        raise Refused(*problems)


def asked(params: Mapping[str, str]) -> Asked:
    """The request of an address. Raises Refused naming every part that cannot be read."""
    only_known(params, *ITEM_PARAMETERS, *FILTERS)
    problems: list[Problem] = []
    limit = _whole(params, "limit", USUAL, 1, problems)
    after = _whole(params, "after", 0, 0, problems)
    box, moments = _box(params, problems), _moments(params, problems)
    filters = _filters(params, problems)
    if problems:
        raise Refused(*problems)
    return Asked(min(limit, MOST), box, moments, after, filters)


def _whole(params: Mapping[str, str], name: str, usual: int, least: int, problems: list[Problem]) -> int:
    text = params.get(name, str(usual))
    if text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= _MOST_AFTER:
        return int(text)
    problems.append(Problem("ogc.not_whole", {"least": least}, name))
    return usual


def _box(params: Mapping[str, str], problems: list[Problem]) -> Box:
    text = params.get("bbox")
    if text is None:
        return EVERYWHERE
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # with heights, which no parcel has
        numbers = [*numbers[:2], *numbers[3:5]]
    sound = len(numbers) == 4 and all(map(math.isfinite, numbers))
    if not sound or numbers[1] > numbers[3] or any(abs(n) > 90 for n in numbers[1::2]):
        problems.append(Problem("ogc.bad_box", {}, "bbox"))
        return EVERYWHERE
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _moments(params: Mapping[str, str], problems: list[Problem]) -> Moments:
    text = params.get("datetime")
    if text is None:
        return None, None
    parts = text.split("/")
    try:
        if len(parts) == 1:
            return _moment(parts[0], False), _moment(parts[0], True)
        if len(parts) == 2 and any(part not in ("", "..") for part in parts):
            first, last = (None if part in ("", "..") else part for part in parts)
            start, end = first and _moment(first, False), last and _moment(last, True)
            if not (start and end and start > end):
                return start or None, end or None
    except (ValueError, OverflowError):
        pass
    problems.append(Problem("ogc.bad_datetime", {}, "datetime"))
    return None, None


def _moment(text: str, last: bool) -> datetime:
    """An instant of RFC 3339; a date alone is the whole day in Shanghai, its first or last moment."""
    if len(text) == 10:
        start = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        return (start + timedelta(days=1, microseconds=-1) if last else start).astimezone(UTC)
    found = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    if found.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return found.astimezone(UTC)


def _filters(params: Mapping[str, str], problems: list[Problem]) -> BoardFilters:
    for name, known in _KNOWN.items():
        if name in params and params[name] not in known:
            problems.append(Problem("ogc.unknown_value", {"known": ", ".join(known)}, name))
    given = {name: params[name] for name in FILTERS if name in params}
    return BoardFilters.from_address({"state": choices.ALL, **given})
