"""Which buildings a case may cover, when a project is finished, and the indices of a part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from jointreview.domain.problems import Problem
from jointreview.domain.tolerance import exact


class Independence(StrEnum):
    """What a building must have to be accepted before the rest of its project (requirements §2.7)."""

    PLANNING = "planning"
    FIRE = "fire"
    ACCESS = "access"
    SAFETY = "safety"  # safely separated from the works that go on

    @property
    def text_key(self) -> str:
        """The key of the condition's name."""
        return f"rules.independence_{self.value}"


@dataclass(frozen=True)
class Building:
    """A single building; `open_case` and `accepted_by` are case numbers, empty when there is none."""

    id: str
    name: str
    independence: frozenset[Independence] = frozenset()
    open_case: str = ""
    accepted_by: str = ""


def selection_problems(
    selected: Collection[str], buildings: Iterable[Building], case: str = "", more_to_come: bool = False
) -> tuple[Problem, ...]:
    """Everything that keeps a case from covering the selected buildings of a project (requirements §2.7).

    A case names its buildings; each is in at most one open case and not yet accepted. While others remain
    unfinished each must stand on its own; `more_to_come` says that there are others, though nobody named them yet.
    `case` is the number of the asking case itself, if it has one.
    """
    known = {b.id: b for b in buildings}
    if not selected:
        return (Problem("rules.no_buildings", where="buildings"),)
    problems = [Problem("rules.unknown_building", {"building": i}, i) for i in sorted(set(selected) - set(known))]
    partial = more_to_come or bool(remaining_after(selected, known.values()))
    for building in (known[i] for i in known if i in set(selected)):
        problems += _building_problems(building, case, partial)
    return tuple(problems)


def _building_problems(building: Building, case: str, partial: bool) -> list[Problem]:
    def problem(key: str, **params: object) -> Problem:
        return Problem(key, {"building": building.name, **params}, building.id)

    if building.accepted_by:
        return [problem("rules.building_accepted", case=building.accepted_by)]
    found = []
    if building.open_case and building.open_case != case:
        found.append(problem("rules.building_in_case", case=building.open_case))
    if partial:
        lacking = [i for i in Independence if i not in building.independence]
        found += [problem(f"rules.building_not_{i.value}") for i in lacking]
    return found


def remaining_after(selected: Collection[str], buildings: Iterable[Building]) -> tuple[str, ...]:
    """The buildings still to be accepted once the selected ones are."""
    return tuple(b.id for b in buildings if not b.accepted_by and b.id not in selected)


def is_complete(buildings: Iterable[Building]) -> bool:
    """Whether the project is completely finished (XMSFWQBJ): it has buildings and every one is accepted."""
    accepted = [bool(b.accepted_by) for b in buildings]
    return bool(accepted) and all(accepted)


class Bound(StrEnum):
    """Whether the permitted figure is the most or the least."""

    AT_MOST = "at_most"  # floor area, plot ratio, density
    AT_LEAST = "at_least"  # green ratio, parking


@dataclass(frozen=True)
class IndexLimit:
    """A planning index of the whole project; `index` is the name a person reads."""

    index: str
    permitted: float
    bound: Bound


def batch_index_problems(limits: Iterable[IndexLimit], cumulative: Mapping[str, float]) -> tuple[Problem, ...]:
    """Indices that the buildings accepted so far, with this batch, already exceed (requirements §2.7).

    A least figure can still be reached by a later batch, so it is not asked for yet; an index without a
    measured value is, for unknown is not zero.
    """
    return _index_problems([limit for limit in limits if limit.bound is Bound.AT_MOST], cumulative)


def final_index_problems(limits: Iterable[IndexLimit], cumulative: Mapping[str, float]) -> tuple[Problem, ...]:
    """Indices that the complete project does not keep, asked with its last batch."""
    return _index_problems(limits, cumulative)


def _index_problems(limits: Iterable[IndexLimit], cumulative: Mapping[str, float]) -> tuple[Problem, ...]:
    problems = []
    for limit in limits:
        value = cumulative.get(limit.index)
        if value is None:
            problems.append(Problem("rules.index_missing", {"index": limit.index}, limit.index))
        elif not _keeps(limit, value):
            params: dict[str, object] = {"index": limit.index, "value": value, "permitted": limit.permitted}
            problems.append(Problem(f"rules.index_{limit.bound.value}", params, limit.index))
    return tuple(problems)


def _keeps(limit: IndexLimit, value: float) -> bool:
    found, permitted = exact(value), exact(limit.permitted)
    if not found.is_finite():
        return False
    return found <= permitted if limit.bound is Bound.AT_MOST else found >= permitted
