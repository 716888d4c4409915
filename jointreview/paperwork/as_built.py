"""The annex of the joint opinion: permitted against built as a small figure and a table of the buildings."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from jointreview.paperwork import style
from jointreview.paperwork.data import PlanComparison, PlanLine, Ring
from jointreview.paperwork.images import Picture
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.tables import Line, Row, label
from jointreview.paperwork.wording import or_dash, say

_PIXELS = (1200, 760)
_WIDTH_CM = 12.0
_MARGIN = 40
_INK, _PERMITTED, _BUILT, _BUILT_FILL = "#1a2233", "#0b7285", "#a61e8c", "#f6e3f2"
_COLUMNS = (1.0, 3.0, 1.9, 2.7, 2.7, 2.7, 1.6)


def as_built_annex(sheet: Sheet, found: PlanComparison | None) -> None:
    """A page of its own; nothing where the case has no drawings."""
    if found is None:
        return
    sheet.new_page()
    sheet.paragraph(say("as_built_annex"), style.CAPTION)
    if not found.lines:
        sheet.paragraph(found.verdict)
        return
    sheet.paragraph(say("as_built_lead", verdict=found.verdict, plane=found.plane), style.NOTE)
    sheet.table((sum(_COLUMNS),), [[figure(found)]], borders=False)
    sheet.paragraph(say("as_built_legend"), style.NOTE)
    heads = ("n", "name", "deviation", "setback", "height", "floors", "verdict")
    rows: list[Row] = [[label(say(f"as_built_{name}")) for name in heads]]
    rows += [_row(n, one) for n, one in enumerate(found.lines, start=1)]
    sheet.table(_COLUMNS, rows, headers=1)


def _row(n: int, one: PlanLine) -> Row:
    texts = (str(n), one.name, or_dash(one.deviation), or_dash(one.setback), or_dash(one.height), or_dash(one.floors))
    return [Line(text, style.FINE) for text in (*texts, one.verdict)]


def figure(found: PlanComparison) -> Picture:
    """The land, the permitted outlines and what was built, north up, each building by its number in the table."""
    image = Image.new("RGB", _PIXELS, "white")
    pen = ImageDraw.Draw(image)
    place = _Scale([*found.land, *(ring for one in found.lines for ring in (*one.permitted, *one.built))])
    for ring in found.land:
        pen.line(place(ring), fill=_INK, width=4)
    for one in found.lines:
        for ring in one.built:
            pen.polygon(place(ring), fill=_BUILT_FILL, outline=_BUILT, width=4)
    font = ImageFont.load_default(26)
    for n, one in enumerate(found.lines, start=1):
        for ring in one.permitted:
            _dashed(pen, place(ring))
        corners = [point for ring in (one.built or one.permitted) for point in place(ring)]
        if corners:
            middle = (sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners))
            pen.text(middle, str(n), fill=_INK, font=font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), _WIDTH_CM, _WIDTH_CM * _PIXELS[1] / _PIXELS[0])


class _Scale:
    """Metres of a plane to points of the figure, one scale for both directions."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        points = [point for ring in rings for point in ring]
        self.west, self.north = min(x for x, _ in points), max(y for _, y in points)
        wide = max(x for x, _ in points) - self.west
        high = self.north - min(y for _, y in points)
        self.scale = min((_PIXELS[0] - 2 * _MARGIN) / max(wide, 1.0), (_PIXELS[1] - 2 * _MARGIN) / max(high, 1.0))
        self.left = (_PIXELS[0] - wide * self.scale) / 2
        self.top = (_PIXELS[1] - high * self.scale) / 2

    def __call__(self, ring: Ring) -> list[tuple[float, float]]:
        return [(self.left + (x - self.west) * self.scale, self.top + (self.north - y) * self.scale) for x, y in ring]


def _dashed(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], dash: float = 14.0) -> None:
    """A dashed line, so that a black-and-white print tells the plans apart."""
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
        for n in range(int(length // dash) + 1):
            if n % 2 == 0:
                a, b = n * dash / length, min((n + 1) * dash / length, 1.0)
                ends = [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for t in (a, b)]
                pen.line(ends, fill=_PERMITTED, width=3)
