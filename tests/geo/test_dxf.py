"""Parcels in CAD drawings: every way people draw a boundary, the layer, the units, and what cannot be believed."""

import math
from itertools import pairwise

import ezdxf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointreview.geo.dxf_shapes import SAGITTA_M, _arc, _bulge
from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import LAYER, all_of, dxf, lines, polylines
from tests.geo.samples import HOLE, OUTER, degrees

FRAME = polylines([[(0.0, 0.0), (420.0, 0.0), (420.0, 297.0), (0.0, 297.0)]], "图框")
AWAY = [(x + 5_000, y) for x, y in OUTER]
PATH = {"layer": LAYER}


def read(data, **options):
    return read_parcel(data, "红线.dxf", **options)


def keys(reading):
    return [problem.key for problem in reading.problems]


@pytest.mark.parametrize("version", ["R2000", "R2004", "R2007", "R2010", "R2013", "R2018"])
def test_every_version_with_lightweight_polylines(version):
    reading = read(dxf(all_of(polylines(), FRAME), version))
    assert keys(reading) == []
    assert reading.crs == "EPSG:4529"
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert [(p.name, p.ring_count) for p in reading.parts] == [(LAYER, 2)]


@pytest.mark.parametrize("encoding", [None, "gbk"])
def test_the_oldest_version_has_other_polylines(encoding):
    old_frame = polylines([[(0.0, 0.0), (420.0, 0.0), (420.0, 297.0)]], "图框", old=True)
    reading = read(dxf(all_of(polylines(old=True), old_frame), "R12", encoding=encoding))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert reading.parts[0].name == LAYER


def test_layer_names_are_read_in_gbk_whatever_code_page_is_stated():
    data = dxf(polylines(), "R2000", encoding="gbk")
    assert "用地红线".encode("gbk") in data
    assert b"ANSI_936" in data
    for stated in (b"ANSI_936", b"ANSI_1252", b"GB2312", b"nonsense"):
        assert read(data.replace(b"ANSI_936", stated)).parts[0].name == LAYER
    utf8 = data.replace("用地红线".encode("gbk"), "用地红线".encode())
    assert read(utf8.replace(b"ANSI_936", b"ANSI_1252")).parts[0].name == LAYER
    escaped = data.replace("用地红线".encode("gbk"), rb"\U+7528\U+5730\U+7EA2\U+7EBF")
    assert read(escaped).parts[0].name == LAYER


def test_a_binary_drawing(tmp_path):
    document = ezdxf.new("R2010", units=6)
    polylines()(document, document.modelspace())
    document.saveas(tmp_path / "b.dxf", fmt="bin")
    data = (tmp_path / "b.dxf").read_bytes()
    assert data.startswith(b"AutoCAD Binary DXF")
    assert read(data).area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert not read(data[: len(data) // 2]).accepted


def test_line_ends_of_every_system():
    data = dxf()
    for end in (b"\r\n", b"\n", b"\r"):
        assert read(data.replace(b"\r\n", b"\n").replace(b"\n", end)).accepted


def test_loose_lines_drawn_either_way_join():
    reading = read(dxf(lines()))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_open_polylines_and_lines_join_to_one_outline():
    def draw(document, space):
        space.add_lwpolyline(OUTER[:3], dxfattribs=PATH)
        space.add_polyline2d(OUTER[2:4], dxfattribs=PATH)
        space.add_line(OUTER[0], OUTER[4], dxfattribs=PATH)
        space.add_line(OUTER[4], OUTER[3], dxfattribs=PATH)

    reading = read(dxf(draw))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(41_400, abs=1e-6)


def test_a_polyline_that_ends_where_it_began_is_closed():
    reading = read(dxf(polylines([[*OUTER, OUTER[0]]], close=False)))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(41_400, abs=1e-6)


def shifted(by):
    ring = [OUTER[0], *OUTER[1:], (OUTER[0][0] + by, OUTER[0][1])]
    return read(dxf(polylines([ring], close=False)))


def test_ends_join_within_two_millimetres_and_not_beyond():
    assert shifted(0.0019).accepted
    reading = shifted(0.034)
    problem = reading.errors[0]
    assert problem.key == "geo.dxf_open"
    assert problem.entity and problem.line
    assert problem.message("en") == (
        f"The boundary does not close: from the end of {problem.entity} at (41371302.000, 3524384.000) to the "
        f"end of {problem.entity} at (41371302.034, 3524384.000) there are 0.034 m; close it in the CAD program"
    )
    assert "相距 0.034 米，请在 CAD 中闭合" in problem.message("zh")


def test_an_outline_that_fails_to_close_beside_a_closed_one_is_not_lost_silently():
    almost = [*AWAY, (AWAY[0][0] + 1.0, AWAY[0][1])]
    reading = read(dxf(all_of(polylines([OUTER]), polylines([almost], close=False))))
    assert [p.key for p in reading.errors] == ["geo.dxf_open"]


def test_ticks_and_dimension_lines_beside_the_outline_are_left_out_with_a_notice():
    def ticks(document, space):
        space.add_line((41371310, 3524384), (41371310, 3524390), dxfattribs=PATH)
        space.add_line((41371320, 3524384), (41371320, 3524390), dxfattribs=PATH)

    reading = read(dxf(all_of(polylines(), ticks)))
    assert keys(reading) == ["geo.dxf_lines_left_out"]
    assert reading.problems[0].params["count"] == 2
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_lines_that_branch_are_refused_where_they_meet():
    def across(document, space):
        space.add_line(OUTER[0], OUTER[2], dxfattribs=PATH)

    reading = read(dxf(all_of(lines([OUTER]), across)))
    assert keys(reading) == ["geo.dxf_branching"]
    assert (reading.problems[0].params["x"], reading.problems[0].params["y"]) == ("41371302.000", "3524384.000")
    assert reading.problems[0].entity


def test_a_line_drawn_twice_does_not_branch():
    reading = read(dxf(all_of(lines(), lines())))
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_an_outline_drawn_twice_counts_once():
    reading = read(dxf(all_of(polylines([OUTER]), polylines([OUTER[2:] + OUTER[:2]]))))
    assert keys(reading) == ["geo.dxf_drawn_twice"]
    assert reading.area_plane_m2 == pytest.approx(41_400, abs=1e-6)
    assert read(dxf(all_of(polylines([OUTER]), lines([OUTER])))).accepted


def hatched(with_edges):
    def draw(document, space):
        hatch = space.add_hatch(dxfattribs=PATH)
        for ring in (OUTER, HOLE):
            if with_edges:
                path = hatch.paths.add_edge_path()
                for a, b in pairwise([*ring, ring[0]]):
                    path.add_line(a, b)
            else:
                hatch.paths.add_polyline_path(ring, is_closed=True)

    return draw


@pytest.mark.parametrize("with_edges", [True, False])
def test_the_boundary_of_a_hatch_is_an_outline_and_no_second_one_beside_its_polyline(with_edges):
    for data in (dxf(hatched(with_edges)), dxf(all_of(hatched(with_edges), polylines()))):
        reading = read(data)
        assert keys(reading) == []
        assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_a_hatch_bounded_by_arcs_either_way_round():
    def draw(document, space):
        path = space.add_hatch(dxfattribs=PATH).paths.add_edge_path()
        path.add_line((41371300, 3524300), (41371500, 3524300))
        path.add_arc((41371500, 3524350), 50, -90, 90)
        path.add_line((41371500, 3524400), (41371300, 3524400))
        path.add_arc((41371300, 3524350), 50, 90, 270, ccw=False)

    reading = read(dxf(draw))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(200 * 100 + math.pi * 50**2, rel=1e-4)


def test_blocks_are_taken_apart_with_scale_rotation_and_base_point():
    def draw(document, space):
        block = document.blocks.new("宗地", base_point=(10, 5))
        block.add_lwpolyline([(10, 5), (60, 5), (60, 30), (10, 30)], close=True, dxfattribs={"layer": "0"})
        place = {"layer": LAYER, "xscale": 2, "yscale": 4, "rotation": 90}
        space.add_blockref("宗地", (41371400, 3524200), dxfattribs=place)

    reading = read(dxf(draw))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(100 * 100, abs=1e-6)
    corners = degrees([(41371300, 3524200), (41371400, 3524200), (41371400, 3524300), (41371300, 3524300)])
    west, south = (min(values) for values in zip(*corners, strict=True))
    assert reading.bbox[:2] == pytest.approx((west, south), abs=1e-10)


def test_an_arc_within_a_stretched_block_keeps_its_precision():
    def draw(document, space):
        block = document.blocks.new("圆")
        block.add_circle((0, 0), 0.001, dxfattribs={"layer": "0"})
        space.add_blockref("圆", (41371400, 3524200), dxfattribs={"layer": LAYER, "xscale": 1e5, "yscale": 2e5})

    reading = read(dxf(draw))
    assert reading.area_plane_m2 == pytest.approx(math.pi * 100 * 200, rel=1e-4)


def test_blocks_within_blocks_and_arrays_of_blocks():
    def draw(document, space):
        inner = document.blocks.new("inner")
        inner.add_lwpolyline([(0, 0), (10, 0), (10, 10), (0, 10)], close=True, dxfattribs={"layer": "0"})
        outer = document.blocks.new("outer")
        outer.add_blockref("inner", (5, 5), dxfattribs={"layer": "0"})
        array = {"layer": LAYER, "row_count": 2, "column_count": 3, "row_spacing": 50, "column_spacing": 40}
        space.add_blockref("outer", (41371400, 3524200), dxfattribs=array)

    reading = read(dxf(draw))
    assert len(reading.parts) == 6
    assert reading.area_plane_m2 == pytest.approx(600, abs=1e-6)


def test_a_layer_within_a_block_is_its_own():
    def draw(document, space):
        block = document.blocks.new("b")
        block.add_lwpolyline(OUTER, close=True, dxfattribs={"layer": LAYER})
        block.add_lwpolyline(AWAY, close=True, dxfattribs={"layer": "别的"})
        space.add_blockref("b", (0, 0), dxfattribs={"layer": "总图"})

    assert read(dxf(draw)).area_plane_m2 == pytest.approx(41_400, abs=1e-6)


def test_a_plan_seen_from_below_is_mirrored_back():
    def draw(document, space):
        turned = [(-x, y) for x, y in OUTER]
        space.add_lwpolyline(turned, close=True, dxfattribs={**PATH, "extrusion": (0, 0, -1)})

    reading = read(dxf(draw))
    assert reading.bbox == pytest.approx(read(dxf(polylines([OUTER]))).bbox, abs=1e-11)


def test_polylines_in_space_and_with_elevation_lose_their_heights():
    def draw(document, space):
        space.add_polyline3d([(*p, 3.5 + n) for n, p in enumerate(OUTER)], close=True, dxfattribs=PATH)
        space.add_lwpolyline(HOLE, close=True, dxfattribs={**PATH, "elevation": 4.2})

    assert read(dxf(draw)).area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_an_ellipse_and_a_closed_spline_are_outlines():
    def ellipse(document, space):
        space.add_ellipse((41371400, 3524200), (100, 0), 0.5, dxfattribs=PATH)

    def spline(document, space):
        corners = [(41371300, 3524200), (41371400, 3524100), (41371500, 3524200), (41371400, 3524300)]
        curve = space.add_spline(dxfattribs=PATH)
        curve.control_points = [*corners, corners[0]]
        curve.knots = [0, 0, 1, 2, 3, 4, 4]
        curve.dxf.degree = 1
        curve.closed = True

    assert read(dxf(ellipse)).area_plane_m2 == pytest.approx(math.pi * 100 * 50, rel=1e-4)
    assert read(dxf(spline)).area_plane_m2 == pytest.approx(200 * 200 / 2, abs=1e-6)


def test_circles_on_the_corners_mark_boundary_points_and_are_no_land():
    def marks(document, space):
        for corner in OUTER:
            space.add_circle(corner, 0.5, dxfattribs=PATH)

    reading = read(dxf(all_of(polylines(), marks)))
    assert keys(reading) == ["geo.dxf_marks_left_out"]
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_several_parcels_are_parts_of_their_own_with_their_holes():
    reading = read(dxf(polylines([OUTER, HOLE, AWAY])))
    assert [p.ring_count for p in reading.parts] == [2, 1]
    assert [p.area_plane_m2 for p in reading.parts] == pytest.approx([39_000, 41_400]) or [
        p.area_plane_m2 for p in reading.parts
    ] == pytest.approx([41_400, 39_000])


def test_paper_space_and_hidden_entities_are_not_the_plan():
    def draw(document, space):
        polylines([OUTER])(document, space)
        document.layout("Layout1").add_lwpolyline(AWAY, close=True, dxfattribs=PATH)
        space.add_lwpolyline(AWAY, close=True, dxfattribs={**PATH, "invisible": 1})

    assert read(dxf(draw)).area_plane_m2 == pytest.approx(41_400, abs=1e-6)


# Arcs


@given(
    st.floats(0.5, 5_000),
    st.floats(0.05, math.tau - 0.01),
    st.floats(0, math.tau),
    st.floats(0.0005, 0.05),
)
def test_no_chord_leaves_its_arc_by_more_than_the_sagitta(radius, sweep, start, sagitta):
    points = _arc((0.0, 0.0), radius, start, start + sweep, sagitta)
    for (ax, ay), (bx, by) in pairwise(points):
        assert math.hypot(ax, ay) == pytest.approx(radius)
        middle = math.hypot((ax + bx) / 2, (ay + by) / 2)
        assert radius - middle <= sagitta * (1 + 1e-6) + 1e-9


@given(st.floats(-3, 3).filter(lambda b: abs(b) > 1e-3), st.floats(1, 1_000), st.floats(0, math.tau))
def test_a_bulge_is_the_arc_that_the_format_describes(bulge, chord, direction):
    end = (chord * math.cos(direction), chord * math.sin(direction))
    points = _bulge((0.0, 0.0), end, bulge, SAGITTA_M)
    assert points[0] == (0.0, 0.0)
    assert points[-1] == end
    # The arc's height is bulge * chord / 2, to the right of its direction for a positive bulge.
    offsets = [(x * math.sin(direction) - y * math.cos(direction)) * math.copysign(1, bulge) for x, y in points]
    assert max(offsets) == pytest.approx(abs(bulge) * chord / 2, abs=2 * SAGITTA_M)
    assert min(offsets) > -1e-6 or abs(bulge) > 1


@settings(max_examples=30)
@given(st.floats(5, 300), st.booleans())
def test_a_plot_with_a_rounded_end_has_the_area_of_its_arc(radius, old):
    west, south = 41371400.0, 3524200.0
    corners = [
        (west, south, 0),
        (west + 300, south, 1),
        (west + 300, south + 2 * radius, 0),
        (west, south + 2 * radius, 0),
    ]

    def draw(document, space):
        add = space.add_polyline2d if old else space.add_lwpolyline
        add(corners, format="xyb", close=True, dxfattribs=PATH)

    area = read(dxf(draw)).area_plane_m2
    exact = 300 * 2 * radius + math.pi * radius**2 / 2
    # Chords lie inside: two thirds of the sagitta along the arc are the most that can be missing.
    assert exact - SAGITTA_M * math.pi * radius * 2 / 3 - 1e-3 <= area <= exact + 1e-3


@pytest.mark.parametrize("kind", ["LWPOLYLINE", "POLYLINE"])
def test_drawings_of_simple_programs_without_header_handles_and_markers(kind):
    corner = "\n10\n{:.3f}\n20\n{:.3f}"
    if kind == "LWPOLYLINE":
        body = "0\nLWPOLYLINE\n8\n用地红线\n90\n5\n70\n1" + "".join(corner.format(*p) for p in OUTER)
    else:
        vertices = "".join("\n0\nVERTEX\n8\n用地红线" + corner.format(*p) for p in OUTER)
        body = f"0\nPOLYLINE\n8\n用地红线\n66\n1\n70\n1{vertices}\n0\nSEQEND"
    reading = read(f"0\nSECTION\n2\nENTITIES\n{body}\n0\nENDSEC\n0\nEOF\n".encode("gbk"))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(41_400, abs=1e-6)
