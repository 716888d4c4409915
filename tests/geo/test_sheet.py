"""The map sheet opens off line, shows what it must and cannot be made to run a stranger's script."""

import re
from html.parser import HTMLParser

import pytest
from shapely.geometry import Polygon, mapping

from jointreview.geo.sheet import MAX_VERTEX_LABELS, case_sheet
from tests.geo.samples import HOLE, OUTER, degrees

LEAFLET_JS = """var L={};/* {{ not a template }} {% nor this %} */
var prefix='<a href="https://leafletjs.com" title="x">Leaflet</a>', svg='http://www.w3.org/2000/svg';
//# sourceMappingURL=leaflet.js.map"""
LEAFLET_CSS = """@import url("https://example.com/a.css");
.leaflet-control-layers-toggle{background-image:url(images/layers.png)}
.a{background:url('https://example.com/b.png')} .b{behavior:url(#default#VML)}"""
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}\"'`${1}"


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


PARCEL = feature(Polygon(degrees(OUTER), [degrees(HOLE)]), kind="parcel", name="一期地块")
BUILDING = feature(Polygon(degrees([(x * 1.0, y - 60) for x, y in HOLE])), kind="building", name="1号厂房")


def sheet(*features, title="启东示例项目", lines=("项目代码：2604", "面积：39000 平方米"), lang="zh"):
    collection = {"type": "FeatureCollection", "features": list(features or (PARCEL, BUILDING))}
    return case_sheet(title, lines, collection, lang, LEAFLET_JS, LEAFLET_CSS)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]

    def handle_data(self, data):
        self.text += data


def test_the_sheet_asks_nothing_of_the_network():
    text = sheet()
    assert Page(text).addresses == []
    assert not re.search(r"""(?:src|href)\s*=\s*\\?["']?\s*(?:https?:)?//""", text)
    assert not re.search(r"""(?:fetch|import|importScripts|url)\s*\(\s*["']?\s*(?:https?:)?//""", text)
    assert re.findall(r"url\([^)]*\)", text) == ["url(#default#VML)"]
    assert "sourceMappingURL" not in text
    assert "cdn" not in text.lower()
    assert "default-src 'none'" in text


def test_leaflet_is_inside_untouched_by_the_template_engine():
    assert "{{ not a template }} {% nor this %}" in sheet()


def test_title_lines_legend_and_north_arrow_are_there_in_both_languages():
    chinese, english = Page(sheet()), Page(sheet(lang="en"))
    for words in ("启东示例项目", "项目代码：2604", "面积：39000 平方米", "用地范围", "北"):
        assert words in chinese.text
    assert "Boundary point" in english.text
    assert '<html lang="zh-CN">' in sheet()
    assert '<html lang="en">' in sheet(lang="en")


def test_vertices_are_labelled_clockwise_as_surveyors_number_them():
    text = sheet()
    assert re.findall(r"\\u003cb\\u003e(J\d+)\\u003c/b\\u003e", text) == [f"J{n}" for n in range(1, 10)]
    turned = sheet(feature(Polygon(degrees([OUTER[0], *OUTER[:0:-1]])), kind="parcel"))
    corners = {(str(lat), str(lon)): n for n, (lon, lat) in enumerate(degrees(OUTER), start=1)}
    markers = re.findall(r"L\.marker\(\s*\[([\d.]+), ([\d.]+)\]", turned)
    assert [corners[m] for m in markers if m in corners] == [1, 2, 3, 4, 5]


def test_a_parcel_of_many_points_goes_without_labels():
    circle = Polygon(degrees(OUTER)).centroid.buffer(0.001, quad_segs=MAX_VERTEX_LABELS)
    assert "J1\\u003c" not in sheet(feature(circle))


def test_it_prints_on_a4_with_a_metric_scale_bar():
    text = sheet()
    assert "size: A4" in text
    assert "L.control.scale({imperial: false" in text


def test_no_text_of_a_user_becomes_markup_or_script():
    text = sheet(feature(Polygon(degrees(OUTER)), name=EVIL, note=EVIL), title=EVIL, lines=[EVIL, EVIL])
    harmless = sheet(feature(Polygon(degrees(OUTER)), name="x"), title="x", lines=["x", "x"])
    assert sorted(Page(text).tags) == sorted(Page(harmless).tags)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert text.count("{{ 7*7 }}{% raw %}") == 5
    assert Page(text).text.count("alert(1)") == 5


def test_a_name_cannot_stand_in_for_another_part_of_the_sheet():
    text = sheet(feature(Polygon(degrees(OUTER)), name="<!--sheet:head--> sheetname0x"))
    assert text.count('<meta http-equiv="Content-Security-Policy"') == 1
    assert "&lt;!--sheet:head--&gt; sheetname0x" in text


def test_script_that_would_end_its_element_is_kept_inside():
    text = case_sheet("x", [], {"features": [PARCEL]}, "zh", "var a='</script><b>';", "x{}</style><b>")
    assert "'</script><b>'" not in text
    assert "x{}</style>" not in text


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one feature"):
        sheet({"type": "Feature", "properties": {}, "geometry": None})
