"""The browser parts of the applicant's side and the pages that hold them."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from datetime import date
from pathlib import Path

import pytest

from jointreview.catalog.form_engine import public_schema
from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.domain.conditions import evaluate
from jointreview.text import texts
from jointreview.ui.components import one_form
from jointreview.ui.pages import apply, form

COMPONENTS = Path(one_form.__file__).parent
AREAS = {
    "one_form*.jsx": "oneform",
    "parcel*.jsx": "oneform",
    "plans.jsx": "asbuilt",
    "uploader.jsx": "upload",
    "signature.jsx": "sign",
}


@pytest.mark.parametrize("pattern", AREAS)
def test_every_text_a_browser_part_names_exists(pattern: str) -> None:
    known = {key for key in texts("zh") if key.startswith(f"{AREAS[pattern]}.")}
    for path in COMPONENTS.glob(pattern):
        for name in re.findall(r'say\((?:texts|words), "(\w+)"', path.read_text(encoding="utf-8")):
            assert f"{AREAS[pattern]}.{name}" in known, f"{path.name}: {name}"


def test_every_browser_part_is_linked_for_the_build() -> None:
    linked = {str(part).split("?")[0].rsplit("/", 1)[-1] for part in [one_form.ONE_FORM_JSX, *one_form.PARTS]}
    assert {path.name for path in COMPONENTS.glob("one_form*.jsx")} <= linked


def test_the_pages_can_be_drawn() -> None:
    for page in (apply.PAGE, form.PAGE):
        assert page.content() is not None


def in_browser(code: str, given: object) -> object:
    """What the browser's rules answer to `given`, run by the Node that builds the pages."""
    rules = (COMPONENTS / "one_form_logic.jsx").read_text(encoding="utf-8")
    node = Path(sysconfig.get_path("scripts")) / "node"
    source = f"{rules}\nconst given = {json.dumps(given)};\nconsole.log(JSON.stringify({code}));"
    ran = subprocess.run(
        [str(node), "--input-type=module", "-"], input=source, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize("sample", ["factory", "school"])
def test_the_browser_decides_who_takes_part_as_the_server_does(sample: str) -> None:
    values = sample_values(sample)
    conditions = [i.applies_when for i in load_catalog("qidong", stage=4).items if i.applies_when != "always"]
    assert in_browser("given[0].map((c) => holds(c, given[1]))", [conditions, values]) == [
        evaluate(c, values) for c in conditions
    ]


def test_a_complete_form_is_complete_in_the_browser_and_sent_as_it_is() -> None:
    sections = public_schema(load_catalog("qidong", stage=4))["sections"]
    values = sample_values("factory", date(2026, 5, 6))
    counted = in_browser("given[0].map((s) => completeness(s, given[1]))", [sections, values])
    assert isinstance(counted, list) and all(c["done"] == c["total"] for c in counted) and counted[1]["total"] > 10
    sent = in_browser(
        "Object.fromEntries(given[0].map((s) => [s.code, sendable(s, given[1][s.code])]))", [sections, values]
    )
    assert isinstance(sent, dict) and sent["S2"] == values["S2"] and sent["S4"] == values["S4"]


def test_pasted_headings_are_matched_by_label_and_cells_read_as_people_write() -> None:
    columns = load_catalog("qidong", stage=4).section("S4").table_map["buildings"].model_dump(mode="json")["columns"]
    found = in_browser(
        "given[1].map((h) => columnFor(given[0], h)?.key ?? null)", [columns, ["单体名称", "建筑面积（㎡）", "备注"]]
    )
    assert found == ["name", "area", None]
    assert in_browser("given.map(toNumber)", ["12,345.6", "１２", "三"]) == [12345.6, 12, None]
    assert in_browser("given.map(toDate)", ["2026年5月9日", "2026/13/1"]) == ["2026-05-09", None]
    assert in_browser("cellsOf(given)", 'a\t"b\nc"\r\nd\te\n') == [["a", "b\nc"], ["d", "e"]]


def test_two_versions_differ_only_where_the_answers_do() -> None:
    found = in_browser(
        "differences(...given)", [{"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 1, "c": 2}, {"a": 1, "b": 3, "c": 4}]
    )
    assert isinstance(found, list)
    assert {d["key"]: (d["onlyMine"], d["onlyTheirs"]) for d in found} == {
        "a": (True, False),
        "b": (False, True),
        "c": (False, False),
    }
