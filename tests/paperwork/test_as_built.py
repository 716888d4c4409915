"""The annex of the joint opinion with permitted against built."""

from __future__ import annotations

import io

import docx
from PIL import Image

from jointreview.paperwork import build
from jointreview.paperwork.as_built import figure
from jointreview.paperwork.data import PlanComparison, PlanLine
from tests.paperwork import samples

SQUARE = ((0.0, 0.0), (100.0, 0.0), (100.0, 60.0), (0.0, 60.0), (0.0, 0.0))
HALL = ((20.0, 20.0), (50.0, 20.0), (50.0, 40.0), (20.0, 40.0), (20.0, 20.0))
MOVED = tuple((x + 4, y) for x, y in HALL)
LINE = PlanLine(
    name="1#厂房", deviation="4.000", setback="20.00 / 20.00", verdict="超差", permitted=(HALL,), built=(MOVED,)
)
FOUND = PlanComparison(verdict="超差", plane="CGCS2000 zone 41", land=(SQUARE,), lines=(LINE,))


def texts(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_opinion_prints_the_table_and_the_figure():
    with_annex = build.joint_opinion(samples.joint_opinion(as_built=FOUND))
    said = texts(with_annex)
    assert "附表　建筑许可与竣工实测对照" in said and "1#厂房" in said and "20.00 / 20.00" in said
    plain = docx.Document(io.BytesIO(build.joint_opinion(samples.joint_opinion())))
    assert len(docx.Document(io.BytesIO(with_annex)).inline_shapes) == len(plain.inline_shapes) + 1


def test_what_could_not_be_compared_is_said_and_not_drawn():
    said = texts(build.joint_opinion(samples.joint_opinion(as_built=PlanComparison(verdict="没有许可总平面"))))
    assert "没有许可总平面" in said and "边界最大偏差" not in said


def test_without_drawings_the_opinion_is_as_before():
    assert "建筑许可与竣工实测对照" not in texts(build.joint_opinion(samples.joint_opinion()))


def test_the_figure_shows_both_plans_in_their_colours():
    drawn = Image.open(io.BytesIO(figure(FOUND).data)).convert("RGB")
    colours = {colour for _, colour in drawn.getcolors(100_000) or []}
    assert {(11, 114, 133), (166, 30, 140), (26, 34, 51)} <= colours
