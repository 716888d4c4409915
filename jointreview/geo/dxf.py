"""Reading a parcel from a DXF: one layer's closed lines, joined lines, hatches and blocks, in metres.

Requirements §5.7. The file is looked through once (`dxf_scan`), a layer is chosen (`dxf_layers`), its entities
become lines of points (`dxf_shapes`), loose ones are joined (`dxf_chains`). ezdxf reads single entities only, so
that a large or hostile drawing costs no more than what is wanted of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from jointreview.geo.archive import Refusal
from jointreview.geo.crs import Frame
from jointreview.geo.dxf_chains import JOIN_M, Ends, Joined, OpenChain, Outline, join
from jointreview.geo.dxf_layers import MAX_DEPTH, PARCEL_LAYERS, LayerNames, choose, effective, layers_of
from jointreview.geo.dxf_scan import Drawing, Entity, Text, looks_like_dxf, scan
from jointreview.geo.dxf_shapes import SAGITTA_M, Line, Point, check_reach, lines_of, load, unreadable
from jointreview.geo.dxf_units import scale_of
from jointreview.geo.problems import any_error, error, warning
from jointreview.geo.raw import MAX_PARTS, MAX_POINTS, RawFile, RawPart, RawPoint, RawRing

__all__ = ["looks_like_dxf", "read_dxf"]

_MOST_PIECES = 10_000
_MOST_BYTES = 24 * 1024**2
_MOST_NESTED = 100
_ENOUGH = 2_000
"""So many points tell where a drawing lies."""
_MOST_COPIES = 1_000
_COMPARED = 50
_MOST_TOLD = 5
_MOST_TEXTS = 40
_NEARLY_CLOSED = 0.1
"""Lines whose loose ends are nearer than this share of their length were meant to close."""
_MARK_AREA_M2 = 10.0
_MARK_REACH_M = 0.05
"""A circle or symbol this small that sits on a corner marks the boundary point."""


def read_dxf(
    data: bytes, layer: str = "", declared: Frame | None = None, names: LayerNames = PARCEL_LAYERS
) -> RawFile:
    """The outlines on one layer of a drawing, each outermost one a part with what lies within it; never raises.

    `layer` is the caller's word on the layer, without it `names` chooses; `declared` is the declared system, which
    then decides about units. What is written within an outline comes along as its attribute `text`.
    """
    raw = RawFile()
    try:
        drawing = scan(data, raw)
        choice = choose(layers_of(drawing), layer, names)
        raw.problems += choice.problems
        if choice.layer is not None:
            _read_layer(drawing, choice.layer, declared, raw)
    except Refusal as refusal:
        raw.parts = []
        raw.problems.append(refusal.problem)
    return raw


def _read_layer(drawing: Drawing, layer: str, declared: Frame | None, raw: RawFile) -> None:
    rough = _Collector(drawing, layer, sagitta=np.inf, enough=_ENOUGH).run()
    if not any(line.points for line in rough):
        raise Refusal(error("dxf_no_outline", None, layer=layer))
    unit = scale_of([p for line in rough for p in line.points], drawing.unit, declared)
    raw.problems += unit.problems
    lines = _Collector(drawing, layer, sagitta=SAGITTA_M / unit.metres).run()
    outlines, joined = _outlines(lines, JOIN_M / unit.metres)
    outlines = _without_twins(outlines, JOIN_M / unit.metres, raw)
    outlines = _without_marks(outlines, unit.metres, raw)
    if len(outlines) > MAX_PARTS:
        raise Refusal(error("too_many_parts", None, most=MAX_PARTS))
    _tell_loose(joined, outlines, layer, unit.scale, raw)
    if outlines:
        parts = _parts(outlines, layer, unit.scale)
        _write_into(parts, drawing.texts, unit.scale)
        raw.parts += parts
    elif not any_error(raw.problems):
        raise Refusal(error("dxf_no_outline", None, layer=layer))


class _Collector:
    """Every line of one layer, blocks taken apart; stops at more pieces than a parcel's drawing has."""

    def __init__(self, drawing: Drawing, layer: str, sagitta: float, enough: int | None = None) -> None:
        self.drawing, self.layer, self.sagitta, self.enough = drawing, layer, sagitta, enough
        self.lines: list[Line] = []
        self.points = self.pieces = self.bytes = 0
        self.within: dict[tuple[str, str], bool] = {}

    def run(self) -> list[Line]:
        """The lines in drawing coordinates; some of them, when `enough` points suffice."""
        self._take(self.drawing.entities, "0", None, 0)
        return self.lines

    def _take(self, entities: list[Entity], inherited: str, matrix: Any, depth: int) -> None:
        for entity in entities:
            if self.enough is not None and self.points > self.enough:
                return
            layer = effective(entity, inherited)
            if entity.kind == "INSERT":
                if self._concerns(entity.block, layer, 0):
                    self._insert(entity, layer, matrix, depth)
            elif layer == self.layer:
                self._add(entity, matrix)

    def _count(self, entity: Entity) -> None:
        self.pieces += 1
        self.bytes += entity.end - entity.start
        if self.pieces > _MOST_PIECES or self.bytes > _MOST_BYTES:
            raise Refusal(error("dxf_too_many_lines", entity.line, most=_MOST_PIECES, layer=self.layer))

    def _add(self, entity: Entity, matrix: Any) -> None:
        self._count(entity)
        sagitta = self.sagitta if matrix is None else self.sagitta / max(_stretch(matrix), 1e-12)
        found = lines_of(self.drawing, entity, sagitta)
        for line in found:
            if matrix is not None:
                line.points = [(p.x, p.y) for p in matrix.transform_vertices([(x, y, 0.0) for x, y in line.points])]
                check_reach([line], entity)
            self.points += len(line.points)
            if self.points > 2 * MAX_POINTS:
                raise Refusal(error("too_many_points", entity.line, most=MAX_POINTS).at(entity.label))
            self.lines.append(line)

    def _concerns(self, name: str, layer: str, depth: int) -> bool:
        """Holds the block, inserted on this layer, anything of the wanted one? A block within itself is refused."""
        key = (name, layer)
        if key not in self.within:
            self.within[key] = False
            block = self.drawing.blocks.get(name)
            if depth > _MOST_NESTED:
                raise Refusal(error("dxf_blocks_deep", None, most=MAX_DEPTH))
            self.within[key] = any(
                self._concerns(e.block, effective(e, layer), depth + 1)
                if e.kind == "INSERT"
                else effective(e, layer) == self.layer
                for e in (block.entities if block is not None else [])
            )
        return self.within[key]

    def _insert(self, entity: Entity, layer: str, matrix: Any, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise Refusal(error("dxf_blocks_deep", entity.line, most=MAX_DEPTH).at(entity.label))
        block = self.drawing.blocks[entity.block]
        for place in _placements(self.drawing, entity, block.base):
            self._count(entity)
            self._take(block.entities, layer, place if matrix is None else place * matrix, depth + 1)


def _placements(drawing: Drawing, entity: Entity, base: Point) -> list[Any]:
    """The matrices of a block reference, one for each copy of an array."""
    try:
        insert = load(drawing, entity)
        if insert.mcount > _MOST_COPIES:
            raise Refusal(error("dxf_too_many_lines", entity.line, most=_MOST_COPIES, layer=entity.layer))
        found = []
        for copy in insert.multi_insert() if insert.mcount > 1 else [insert]:
            matrix = copy.matrix44()
            shift = matrix.transform_direction((*base, 0.0))
            x, y, z = matrix.get_row(3)[:3]
            matrix.set_row(3, (x - shift.x, y - shift.y, z - shift.z))
            found.append(matrix)
        return found
    except Refusal:
        raise
    # As in `dxf_shapes`: ezdxf has no one error for damage.
    except Exception as fault:
        raise unreadable(entity) from fault


def _stretch(matrix: Any) -> float:
    return max(matrix.transform_direction(axis).magnitude for axis in ((1, 0, 0), (0, 1, 0)))


def _outlines(lines: list[Line], tolerance: float) -> tuple[list[Outline], Joined]:
    closed = [Outline(line.points, line) for line in lines if line.closed and len(line.points) > 2]
    joined = join([line for line in lines if not line.closed], tolerance)
    return closed + joined.outlines, joined


def _without_twins(outlines: list[Outline], tolerance: float, raw: RawFile) -> list[Outline]:
    """An outline drawn twice, or hatched as well, is one outline."""
    kept: list[Outline] = []
    twice: Outline | None = None
    corners = Ends(tolerance)
    known: dict[int, list[tuple[float, tuple[float, ...]]]] = defaultdict(list)
    for outline in sorted(outlines, key=lambda o: o.source.entity.kind == "HATCH"):
        line = shapely.LinearRing(outline.points)
        area, box = abs(_area(outline.points)), line.bounds
        slack = tolerance * line.length
        near = known[corners.node(box[:2])]
        if any(abs(a - area) <= slack and math.dist(b[2:], box[2:]) <= 2 * tolerance for a, b in near[:_COMPARED]):
            twice = outline if outline.source.entity.kind != "HATCH" else twice
            continue
        near.append((area, box))
        kept.append(outline)
    if twice is not None:
        entity = twice.source.entity
        raw.problems.append(warning("dxf_drawn_twice", entity.line).at(entity.label))
    return kept


def _without_marks(outlines: list[Outline], metres: float, raw: RawFile) -> list[Outline]:
    """Small circles and symbols on the corners of an outline mark its points and are no land."""
    if len(outlines) < 2:
        return outlines
    areas = [abs(_area(o.points)) * metres**2 for o in outlines]
    large = [o for o, area in zip(outlines, areas, strict=True) if area > _MARK_AREA_M2]
    if not large:
        return outlines
    corners = shapely.STRtree(shapely.points([p for o in large for p in o.points]))
    kept = []
    for outline, area in zip(outlines, areas, strict=True):
        middle = shapely.LinearRing(outline.points).envelope.centroid
        if area <= _MARK_AREA_M2 and len(corners.query(middle, predicate="dwithin", distance=_MARK_REACH_M / metres)):
            continue
        kept.append(outline)
    if len(kept) < len(outlines):
        raw.problems.append(warning("dxf_marks_left_out", None, count=len(outlines) - len(kept)))
    return kept


def _area(points: list[Point]) -> float:
    xy = np.array(points) - points[0]
    x, y = xy[:, 0], xy[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _tell_loose(joined: Joined, outlines: list[Outline], layer: str, scale: float, raw: RawFile) -> None:
    """Lines that were meant to close refuse the file; other loose lines beside an outline are only mentioned."""
    meant = [c for c in joined.open if not outlines or c.gap <= _NEARLY_CLOSED * c.length]
    for chain in meant[:_MOST_TOLD]:
        raw.problems.append(_open(chain, scale))
    if not outlines:
        for line, (x, y) in joined.branching[:_MOST_TOLD]:
            entity = line.entity
            place = {"x": f"{x * scale:.3f}", "y": f"{y * scale:.3f}", "entity": entity.label}
            raw.problems.append(error("dxf_branching", entity.line, **place).at(entity.label))
    left = len(joined.open) - len(meant) + len(joined.branching)
    if outlines and left:
        raw.problems.append(warning("dxf_lines_left_out", None, count=left, layer=layer))


def _open(chain: OpenChain, scale: float) -> Any:
    first, last = chain.source.entity, chain.end_source.entity
    (x, y), (x2, y2) = chain.first, chain.last
    return error(
        "dxf_open",
        first.line,
        gap=f"{chain.gap * scale:.3f}",
        x=f"{x * scale:.3f}",
        y=f"{y * scale:.3f}",
        x2=f"{x2 * scale:.3f}",
        y2=f"{y2 * scale:.3f}",
        first=first.label,
        last=last.label,
    ).at(first.label)


def _parts(outlines: list[Outline], layer: str, scale: float) -> list[RawPart]:
    """Each outermost outline with everything inside it."""
    rings = [_ring(outline, scale) for outline in outlines]
    areas = [shapely.Polygon([(p.x, p.y) for p in ring.points]) for ring in rings]
    order = sorted(range(len(rings)), key=lambda i: -areas[i].area)
    inside = shapely.STRtree([shapely.points(ring.points[0].x, ring.points[0].y) for ring in rings])
    owner: dict[int, int] = {}
    for i in order:
        if i in owner:
            continue
        owner[i] = i
        for j in inside.query(areas[i], predicate="contains_properly").tolist():
            owner.setdefault(j, i)
    parts: dict[int, RawPart] = {}
    for i in order:
        part = parts.setdefault(owner[i], RawPart(name=layer, line=rings[owner[i]].line))
        part.rings.append(rings[i])
    return list(parts.values())


def _write_into(parts: list[RawPart], texts: list[Text], scale: float) -> None:
    """Give each part what stands within its outline, line by line."""
    if not texts:
        return
    places = shapely.STRtree([shapely.Point(t.x * scale, t.y * scale) for t in texts])
    for part in parts:
        outline = shapely.Polygon([(p.x, p.y) for p in part.rings[0].points])
        within = sorted(places.query(outline, predicate="contains").tolist())[:_MOST_TEXTS]
        if within:
            part.attributes["text"] = "\n".join(texts[n].text for n in within)


def _ring(outline: Outline, scale: float) -> RawRing:
    entity = outline.source.entity
    points = [
        RawPoint(x * scale, y * scale, None, f"{entity.label}/{number}")
        for number, (x, y) in enumerate(outline.points, start=1)
    ]
    return replace(RawRing(points), start=entity.line, entity=entity.label)
