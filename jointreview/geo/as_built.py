"""Every building of a case, permitted against built: what can be measured, what was measured, and the verdicts.

Pure: stored outlines in degrees go in, the table that pages, checklists and papers show comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import shapely
from shapely.geometry.base import BaseGeometry

from jointreview.catalog.schema_rules import AsBuilt
from jointreview.domain.as_built import (
    Measure,
    Reason,
    Standing,
    area,
    at_least,
    at_most,
    limited,
    not_comparable,
    recorded,
    worst,
)
from jointreview.domain.tolerance import ToleranceTable
from jointreview.geo.compare import (
    Area,
    Plane,
    clearance,
    deviation,
    distance,
    neighbours,
    overlap,
    plane_of,
    setback,
    setbacks,
    shift,
    sides,
)

_SIDE_WITHIN_M = 200.0
"""Sides farther away than this bound nothing of the building."""
LINE_WITHIN_M = 200.0
"""The same for control lines."""
Lines = Mapping[str, BaseGeometry]
"""Control lines by kind (`blue`), in one plane or in degrees."""

_LINES_IN_THE_FORM = {"blue", "green"}
"""Distances that the form asks for as planning indices (S5)."""


@dataclass(frozen=True)
class Values:
    """What is known of a building beside its outline: height in m, storeys above ground, building area in m²."""

    height: float | None = None
    floors: float | None = None
    floor_area: float | None = None


@dataclass(frozen=True)
class Drawn:
    """One outline of a plan in EPSG:4490 degrees; `serial` is empty where it is no building of the form."""

    name: str
    serial: str
    geometry: Area
    values: Values = Values()


@dataclass(frozen=True)
class Plan:
    """A plan as it was read; only a confirmed one is compared."""

    outlines: tuple[Drawn, ...]
    confirmed: bool
    crs: str = ""


@dataclass(frozen=True)
class SideMeasure:
    """The distance to one side of the land, between the boundary points J`first` and J`last`."""

    first: int
    last: int
    measure: Measure


@dataclass(frozen=True)
class BuildingCompared:
    """A building with everything measured of it; an outline that is no building of the form is not `in_form`."""

    serial: str
    name: str
    in_form: bool
    measures: tuple[Measure, ...]
    sides: tuple[SideMeasure, ...] = ()

    @property
    def standing(self) -> Standing:
        """How the building stands as a whole."""
        return worst([*self.measures, *(side.measure for side in self.sides)])


@dataclass(frozen=True)
class SpacingMeasure:
    """The distance between two buildings, by serial."""

    first: str
    second: str
    measure: Measure


@dataclass(frozen=True)
class Compared:
    """The whole comparison. `reason` says why nothing at all is compared; `plane` names the projection measured in.

    `indices` are the permitted and built values of the planning indices that follow from the outlines.
    """

    reason: Reason | None
    plane: str
    buildings: tuple[BuildingCompared, ...] = ()
    spacings: tuple[SpacingMeasure, ...] = ()
    indices: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        """How the case stands as a whole; outlines outside the form only count where they go beyond."""
        if self.reason is not None:
            return Standing.NOT_COMPARABLE
        told = [m for b in self.buildings if b.in_form for m in (*b.measures, *(s.measure for s in b.sides))]
        strays = [m for b in self.buildings if not b.in_form for m in b.measures if m.standing is Standing.BEYOND]
        return worst([*told, *strays, *(s.measure for s in self.spacings)])

    def answering(self, wanted: Sequence[str]) -> list[tuple[str, Measure]]:
        """The measures of the named kinds with the building they belong to."""
        return [(b.name, m) for b in self.buildings for m in b.measures if m.what in wanted]


@dataclass(frozen=True)
class _Both:
    """What a building looks like in either plan, in one plane; None where a plan does not show it."""

    permitted: Area | None
    built: Area | None


def compare_buildings(
    buildings: Sequence[tuple[str, str]],
    permitted: Plan | None,
    built: Plan | None,
    ground: Area | None,
    ground_crs: str,
    values: Mapping[str, tuple[Values, Values]],
    rule: AsBuilt,
    table: ToleranceTable,
    lines: Lines = MappingProxyType({}),
) -> Compared:
    """Compare every building (serial, name) of the form, in the projection that the as-built survey declares.

    `values` are the permitted and built values by serial, `lines` control lines near the land, in degrees. Without a
    confirmed plan of either kind nothing is compared, and every building says why.
    """
    reason = _reason(permitted, built)
    if reason is not None or permitted is None or built is None:
        rows = tuple(BuildingCompared(s, n, True, _nothing(reason or Reason.NO_AS_BUILT)) for s, n in buildings)
        return Compared(reason, "", rows, indices=_alone(permitted, built, ground, ground_crs, lines))
    plane = plane_of(built.crs or ground_crs, built.outlines[0].geometry)
    before, after = _by_serial(permitted, plane), _by_serial(built, plane)
    land = plane(ground) if ground is not None else None
    near = {kind: plane(line) for kind, line in lines.items()}
    rows_ = []
    for serial, name in buildings:
        both = _Both(before.get(serial), after.get(serial))
        mine = values.get(serial, (Values(), Values()))
        rows_.append(_building(serial, name, both, land, mine, rule, table, near))
    strays = [_stray(one, Reason.NOT_ON_PERMITTED_PLAN) for one in built.outlines if not one.serial]
    strays += [_stray(one, Reason.NOT_SURVEYED) for one in permitted.outlines if not one.serial]
    spacings = _spacings([s for s, _ in buildings], before, after, rule)
    return Compared(None, plane.name, (*rows_, *strays), spacings, _indices(buildings, before, after, land, near))


def _reason(permitted: Plan | None, built: Plan | None) -> Reason | None:
    if permitted is None or not permitted.outlines:
        return Reason.NO_PERMITTED_PLAN
    if built is None or not built.outlines:
        return Reason.NO_AS_BUILT
    if not permitted.confirmed:
        return Reason.PERMITTED_NOT_CONFIRMED
    return None if built.confirmed else Reason.AS_BUILT_NOT_CONFIRMED


def _nothing(reason: Reason) -> tuple[Measure, ...]:
    return (not_comparable("outline", "", reason),)


def _by_serial(plan: Plan, plane: Plane) -> dict[str, Area]:
    """Each building's outlines in the plane, several of one building as one."""
    found: dict[str, list[Area]] = {}
    for one in plan.outlines:
        if one.serial:
            found.setdefault(one.serial, []).append(plane(one.geometry))
    return {serial: shapely.union_all(parts) if len(parts) > 1 else parts[0] for serial, parts in found.items()}


def _building(
    serial: str,
    name: str,
    both: _Both,
    land: Area | None,
    values: tuple[Values, Values],
    rule: AsBuilt,
    table: ToleranceTable,
    lines: Lines,
) -> BuildingCompared:
    before, after = both.permitted, both.built
    on_paper, real = values
    numbers = (
        at_most("height", "m", on_paper.height, real.height, rule.height),
        at_most("floors", "storeys", on_paper.floors, real.floors, 0),
        area("floor_area", on_paper.floor_area, real.floor_area, table),
    )
    if after is None:
        return BuildingCompared(serial, name, True, (*_nothing(Reason.NOT_SURVEYED), *numbers))
    if before is None:
        return BuildingCompared(serial, name, True, (_unpermitted(), *numbers))
    covered, moved = overlap(before, after), shift(before, after)
    outline = (
        limited("deviation", "m", deviation(before, after), rule.corner),
        limited("shift", "m", moved.distance, rule.shift),
        recorded("overlap", "%", covered.iou * 100),
        recorded("beyond_area", "m²", covered.beyond_m2),
        area("footprint", float(before.area), float(after.area), table),
        *_from_lines(before, after, lines, rule),
    )
    if land is None:
        return BuildingCompared(
            serial, name, True, (*outline, not_comparable("setback", "m", Reason.NO_PARCEL), *numbers)
        )
    least = at_least("setback", "m", setback(before, land), setback(after, land), rule.setback)
    pairs = zip(sides(land), setbacks(before, land), setbacks(after, land), strict=True)
    by_side = tuple(
        SideMeasure(side.first, side.last, at_least("side", "m", was, now, rule.setback))
        for side, was, now in pairs
        if min(was, now) <= _SIDE_WITHIN_M
    )
    return BuildingCompared(serial, name, True, (*outline, least, *numbers), by_side)


def _from_lines(before: Area, after: Area, lines: Lines, rule: AsBuilt) -> list[Measure]:
    """How far the building keeps from each control line that is near it, permitted and built."""
    found = []
    for kind, line in lines.items():
        was, now = clearance(before, line), clearance(after, line)
        if min(was, now) <= LINE_WITHIN_M:
            found.append(at_least(f"setback_{kind}", "m", was, now, rule.setback))
    return found


def _unpermitted() -> Measure:
    """A building that the confirmed permitted plan does not show was not permitted."""
    reason = Reason.NOT_ON_PERMITTED_PLAN
    return Measure("outline", "", None, None, None, None, Standing.BEYOND, reason)


def _stray(one: Drawn, reason: Reason) -> BuildingCompared:
    """An outline that is no building of the form."""
    measure = _unpermitted() if reason is Reason.NOT_ON_PERMITTED_PLAN else not_comparable("outline", "", reason)
    return BuildingCompared("", one.name, False, (measure,))


def _spacings(
    order: Sequence[str], before: dict[str, Area], after: dict[str, Area], rule: AsBuilt
) -> tuple[SpacingMeasure, ...]:
    known = [s for s in order if s in before and s in after]
    near = {
        pair
        for plan in (before, after)
        for pair in (neighbours({s: plan[s] for s in known}, rule.neighbours_within) if len(known) > 1 else [])
    }
    ranks = {serial: n for n, serial in enumerate(order)}
    return tuple(
        SpacingMeasure(
            a,
            b,
            at_least("spacing", "m", distance(before[a], before[b]), distance(after[a], after[b]), rule.spacing),
        )
        for a, b in sorted(near, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))
    )


def _alone(
    permitted: Plan | None, built: Plan | None, ground: Area | None, ground_crs: str, lines: Lines
) -> dict[str, tuple[float | None, float | None]]:
    """The index values that one plan alone tells, so that the form can be begun."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for at, plan in enumerate((permitted, built)):
        if plan is None or not plan.outlines or not plan.confirmed:
            continue
        plane = plane_of(plan.crs or ground_crs, plan.outlines[0].geometry)
        outlines = _by_serial(plan, plane)
        land = plane(ground) if ground is not None else None
        near = {kind: plane(line) for kind, line in lines.items()}
        for index, value in _of_one(outlines, land, near).items():
            found[index] = (found.get(index, (None, None))[0], value) if at else (value, None)
    return found


def _indices(
    buildings: Sequence[tuple[str, str]],
    before: dict[str, Area],
    after: dict[str, Area],
    land: Area | None,
    lines: Lines,
) -> dict[str, tuple[float | None, float | None]]:
    """Sums and least distances of the whole, only where a plan shows every building of the form."""
    wanted = {serial for serial, _ in buildings}
    one = _of_one(before, land, lines) if wanted <= set(before) else {}
    other = _of_one(after, land, lines) if wanted <= set(after) else {}
    return {index: (one.get(index), other.get(index)) for index in {**one, **other}}


def _of_one(outlines: dict[str, Area], land: Area | None, lines: Lines) -> dict[str, float]:
    if not outlines:
        return {}
    found = {"footprint_area": round(sum(float(o.area) for o in outlines.values()), 2)}
    if land is not None:
        found["setback_red"] = max(0.0, round(min(setback(o, land) for o in outlines.values()), 2))
        if land.area:
            found["density"] = round(found["footprint_area"] / float(land.area) * 100, 2)
    for kind in _LINES_IN_THE_FORM & set(lines):
        least = min(clearance(o, lines[kind]) for o in outlines.values())
        if least <= LINE_WITHIN_M:
            found[f"setback_{kind}"] = max(0.0, round(least, 2))
    if len(outlines) > 1:
        areas = list(outlines.values())
        _, apart = shapely.STRtree(areas).query_nearest(areas, exclusive=True, return_distance=True)
        found["spacing"] = round(float(apart.min()), 2)
    return found
