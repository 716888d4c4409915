"""Broken and hostile drawings: refused with line and entity, never obeyed, never half believed."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import LAYER, all_of, dxf, lines, polylines
from tests.geo.samples import OUTER

FRAME = polylines([[(0.0, 0.0), (420.0, 0.0), (420.0, 297.0), (0.0, 297.0)]], "图框")
AWAY = [(x + 5_000, y) for x, y in OUTER]
PATH = {"layer": LAYER}


def read(data, **options):
    return read_parcel(data, "红线.dxf", **options)


def keys(reading):
    return [problem.key for problem in reading.problems]


def said(reading):
    return [(p.line, p.entity, p.key) for p in reading.problems]


def test_a_drawing_cut_off_anywhere_is_never_half_a_parcel():
    data = dxf(all_of(polylines(), FRAME), "R2000")
    whole = read(data).geometry
    for length in range(20, len(data), len(data) // 60):
        reading = read(data[:length])
        assert reading.geometry is None or reading.geometry.equals(whole), length
    reading = read(data[: data.index(b"LWPOLYLINE") + 400])
    assert keys(reading) == ["geo.dxf_cut_off"]
    assert reading.problems[0].line > 100


def test_a_line_that_is_no_group_code_is_named():
    data = dxf().replace(b"\r\n", b"\n")
    at = data.index(b"LWPOLYLINE\n") + len(b"LWPOLYLINE\n")
    reading = read(data[:at] + b"abc\n" + data[at:])
    assert said(reading) == [(data[:at].count(b"\n") + 1, "", "geo.dxf_bad_code")]
    assert "“abc”" in reading.problems[0].message("zh")


@pytest.mark.parametrize("value", [b"abc", b"nan", b"1e999", b""])
def test_numbers_that_are_none_are_named_with_the_entity(value):
    data = dxf().replace(b"\r\n", b"\n")
    broken = data.replace(b"41371302.0\n", value + b"\n", 1)
    assert broken != data
    problem = read(broken).problems[0]
    assert problem.key == "geo.dxf_entity_unreadable"
    assert problem.params["kind"] == "LWPOLYLINE"
    assert problem.entity == problem.params["entity"] != ""
    assert problem.line == broken[: broken.index(b"\nLWPOLYLINE")].count(b"\n") + 1


def test_a_crossing_names_the_entity_and_its_vertices():
    bow = [OUTER[0], OUTER[2], OUTER[1], OUTER[3]]
    problem = read(dxf(polylines([bow]))).errors[0]
    assert problem.key == "geo.self_crossing"
    handle = problem.entity
    assert (problem.params["first"], problem.params["second"]) == (f"{handle}/1–{handle}/2", f"{handle}/3–{handle}/4")
    assert problem.line


def test_doubled_vertices_are_dropped_with_a_notice():
    reading = read(dxf(polylines([[OUTER[0], *OUTER]])))
    assert keys(reading) == ["geo.doubled_point"]
    assert reading.accepted


def nested(levels, copies, cycle=False):
    """Blocks of which each holds several of the next: `copies ** levels` outlines in a small file."""

    def draw(document, space):
        blocks = [document.blocks.new(f"B{n}") for n in range(levels)]
        for upper, lower in pairwise(blocks):
            for copy in range(copies):
                upper.add_blockref(lower.name, (copy, copy))
        blocks[-1].add_lwpolyline(OUTER, close=True, dxfattribs={"layer": "0"})
        if cycle:
            blocks[-1].add_blockref(blocks[0].name, (0, 0))
        space.add_blockref("B0", (0, 0), dxfattribs=PATH)

    return dxf(draw)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (lambda: nested(8, 10), "dxf_too_many_lines"),
        (lambda: nested(12, 1), "dxf_blocks_deep"),
        (lambda: nested(200, 1), "dxf_blocks_deep"),
        (lambda: nested(3, 1, cycle=True), "dxf_blocks_deep"),
    ],
)
def test_blocks_that_multiply_without_end_are_refused(data, key):
    assert keys(read(data())) == [f"geo.{key}"]


def test_an_endless_array_of_blocks_is_refused():
    def draw(document, space):
        block = document.blocks.new("B")
        block.add_lwpolyline(OUTER, close=True, dxfattribs={"layer": "0"})
        array = {"row_count": 30_000, "column_count": 30_000, "row_spacing": 500, "column_spacing": 500}
        space.add_blockref("B", (0, 0), dxfattribs={**PATH, **array})

    assert keys(read(dxf(draw))) == ["geo.dxf_too_many_lines"]


def test_an_arc_of_cosmic_size_is_refused():
    def draw(document, space):
        space.add_circle((41371302, 3524384), 1e9, dxfattribs=PATH)

    assert keys(read(dxf(draw))) == ["geo.too_many_points"]


def test_a_flood_of_entities_is_refused_early():
    data = b"0\nSECTION\n2\nENTITIES\n" + b"0\nLINE\n8\n0\n" * 400_000
    reading = read(data)
    assert keys(reading) == ["geo.dxf_too_many"]
    assert reading.problems[0].params["most"] == 200_000


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"0\nSECTION\n", "dxf_cut_off"),
        (b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "dxf_nothing_drawn"),
        (b"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\n0\n90\n0\n70\n1\n0\nENDSEC\n0\nEOF\n", "dxf_no_outline"),
        (b"0\nSECTION\n2\nTABLES\n0\nTABLE\n", "dxf_cut_off"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "dxf_nothing_drawn"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00\xff\xff\xff", "dxf_unreadable"),
    ],
)
def test_drawings_of_nothing(data, key):
    assert f"geo.{key}" in keys(read(data))
    assert not read(data).accepted


@pytest.mark.parametrize("value", [b"1e13", b"1e300", b"-1.7e308"])
def test_one_point_beyond_everything_is_named_with_its_entity(value):
    for draw in (polylines(), lines()):
        data = dxf(draw).replace(b"\r\n", b"\n").replace(b"41371302.0\n", value + b"\n", 1)
        assert keys(read(data)) == ["geo.dxf_entity_unreadable"]


def test_a_block_scaled_beyond_everything_is_refused():
    def draw(document, space):
        block = document.blocks.new("B")
        block.add_lwpolyline(OUTER, close=True, dxfattribs={"layer": "0"})
        space.add_blockref("B", (0, 0), dxfattribs={**PATH, "xscale": 1e300})

    assert keys(read(dxf(draw))) == ["geo.dxf_entity_unreadable"]


SMALL = dxf(all_of(polylines(old=True), lines([AWAY], "别的")), "R12").replace(b"\r\n", b"\n")
BODY = SMALL[SMALL.index(b"ENTITIES") :]
HEAD = b"0\nSECTION\n2\n"


@settings(max_examples=150)
@given(st.integers(0, len(BODY) - 1), st.binary(min_size=1, max_size=3))
def test_no_spoiled_byte_makes_the_reader_fail(at, spoil):
    reading = read(HEAD + BODY[:at] + spoil + BODY[at + len(spoil) :])
    assert reading.accepted == (reading.geometry is not None)
    for problem in reading.problems:
        assert problem.message("zh").encode()
        assert problem.message("en").encode()


def test_thousands_of_outlines_are_refused_without_comparing_each_with_each():
    rings = [[(x, 3524300), (x + 10, 3524300), (x + 5, 3524310)] for x in range(41371300, 41373300)]
    assert keys(read(dxf(polylines(rings)))) == ["geo.too_many_parts"]
