"""The catalogue as it is, and how its faults are named."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from jointreview.catalog import loader
from jointreview.catalog.loader import ROOT, load_catalog, load_folder, version_overlaps
from jointreview.domain.conclusion import ConclusionRule
from jointreview.domain.pauses import PauseKind
from jointreview.domain.problems import Problem, Refused
from jointreview.domain.tolerance import ToleranceTable
from jointreview.text import LANGUAGES, tr
from tests.catalog.sample_values import CATALOG, TODAY

WHOLE = load_catalog("qidong", TODAY)

MATRIX = {  # requirements §2.10: N needs, r reads, in the order of COLUMNS
    1: "NNNNNNNNr", 2: "rrrrrrrr-", 3: "Nrrrr-r--", 4: "-NNrr----", 5: "NrrNr-Nr-", 6: "NNrNNrNNr",
    7: "rNNrN----", 8: "-rNrN----", 9: "--N-r----", 10: "-rN-N----", 11: "--N------", 12: "--N------",
    13: "-Nr-r----", 14: "--rNr----", 15: "--r-N----", 16: "--r--N---", 17: "--N-r----", 18: "--N------",
    19: "r-----N--", 20: "------rN-", 21: "--r----N-", 22: "r-N------", 23: "--r-----N", 24: "--r------",
}  # fmt: skip
COLUMNS = (
    {"planning"}, {"fire"}, {"quality", "filing"}, {"civil_defence"}, {"archives"}, {"lightning"},
    {"greening", "municipal"}, {"drainage", "water"}, {"utilities"},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue to break."""
    return Path(shutil.copytree(ROOT / "qidong", tmp_path / "qidong"))


def broken(folder: Path, name: str, old: str, new: str) -> tuple[list[Problem], int]:
    """The problems after replacing the first `old` in a file, and the line on which it stood."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load_folder(folder)
    return list(refusal.value.problems), text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("material", CATALOG.materials, ids=lambda m: f"{m.number}-{m.code}")
def test_each_material_is_shared_as_the_matrix_says(material):
    marks = ["N" if c & set(material.needs) else "r" if c & material.readers() else "-" for c in COLUMNS]
    assert "".join(marks) == MATRIX[material.number]


def test_the_catalogue_is_complete():
    assert [i.code for i in CATALOG.items if i.core] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert len([i for i in CATALOG.items if not i.core]) >= 12
    assert sorted(m.number for m in CATALOG.materials) == list(range(1, 25))
    assert [s.code for s in CATALOG.sections] == [f"S{n}" for n in range(1, 13)]
    core = {"planning", "fire", "quality", "filing", "civil_defence", "archives"}
    assert core <= {u.code for u in CATALOG.units}
    assert {i.unit for i in WHOLE.items} == {u.code for u in WHOLE.units}


def test_every_item_that_is_visited_has_a_checklist_of_its_unit():
    for item in WHOLE.items:
        checklist = WHOLE.checklist(item.code)
        if item.needs_site:
            assert checklist is not None, item.code
        if checklist is not None:
            assert (checklist.unit, len(checklist.lines) <= 10) == (item.unit, True)


def test_rules_are_those_of_the_requirements():
    rules = CATALOG.rules
    assert rules.conclusion.rule() == ConclusionRule()
    assert [rules.tolerance.table().tolerance(a) for a in (800, 3200, 12345.67, 120000)] == [
        ToleranceTable().tolerance(a) for a in (800, 3200, 12345.67, 120000)
    ]
    loop = rules.rectification
    assert (loop.days, loop.extension_days, loop.max_rounds, loop.floor_workdays) == (30, 30, 2, 3)
    pause = rules.pause("supplement")
    assert pause is not None and (pause.limit_workdays, pause.once) == (10, True)
    assert rules.pause("holiday") is None
    assert {p.code for p in rules.pauses} == {kind.value for kind in PauseKind}
    days = CATALOG.unit("fire").sub_deadline_days
    assert (days.documents, days.site, days.issue) == (2, 5, 8)
    assert CATALOG.numbering["acceptance_opinion"].format(year=2026, n=121) == "启联验〔2026〕0121号"


def test_a_bureau_carries_the_name_it_had_on_the_day():
    assert load_catalog("qidong", date(2023, 12, 31)).department("RFB").name.zh == "启东市人民防空办公室"
    assert load_catalog("qidong", date(2024, 1, 1)).department("RFB").name.zh == "启东市国防动员办公室"


def test_no_version_in_effect_is_refused():
    for name, day in (("qidong", date(2014, 5, 1)), ("atlantis", date(2026, 1, 1))):
        with pytest.raises(Refused) as refusal:
            load_catalog(name, day)
        assert (refusal.value.kind, refusal.value.problems[0].key) == ("missing", "catalog.none_in_effect")


def test_a_catalogue_is_loaded_once():
    assert load_catalog("qidong", date(2026, 1, 5)) is load_catalog("qidong", date(2026, 1, 5))


def test_an_unknown_code_is_refused_as_missing():
    for look_up in (CATALOG.unit, CATALOG.item, CATALOG.material, CATALOG.section, CATALOG.department):
        with pytest.raises(Refused) as refusal:
            look_up("nothing")
        assert refusal.value.kind == "missing"


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("items/stage4.yaml", "unit: planning", "unit: plannning", "catalog.no_such_unit"),
        ("items/stage4.yaml", "code: B02", "code: B01", "catalog.code_twice"),
        ("items/stage4.yaml", "kind: filing", "kind: wish", "catalog.bad_value"),
        ("items/stage4.yaml", "statutory_days: 20", "statutory_day: 20", "catalog.unknown_key"),
        ("items/stage4.yaml", "field: S6.special_fire", "field: S6.special_fir", "catalog.no_such_field"),
        ("items/stage4.yaml", "contains: greening", "contains: grening", "catalog.no_such_option"),
        ("items/stage4.yaml", "any_row: S4.buildings", "any_row: S4.building", "catalog.no_such_field"),
        ("items/stage4.yaml", "{field: S7.civil_defence_area, gt: 0}", "{field: S7.civil_defence_area, above: 0}",
         "catalog.bad_value"),
        ("items/stage3.yaml", "after: [P301,", "after: [P201,", "catalog.other_stage"),
        ("form/S02.yaml", "{kind: drawing_review, part", "{kind: drawing, part", "catalog.no_such_certificate"),
        ("form/S02.yaml", "land_permit_no, certificate: {kind: land_permit, part: number}",
         "land_permit_no, certificate: {kind: land_permit, part: date}", "catalog.bad_value"),
        ("form/S02.yaml", "planning_permit_no, certificate: {kind: planning_permit, part: number}, stages: [3, 4]",
         "planning_permit_no, certificate: {kind: planning_permit, part: number}, stages: [2, 4]",
         "catalog.no_such_certificate"),
        ("materials/stage2.yaml", "certificate: project_approval", "certificate: planning_permit",
         "catalog.no_such_certificate"),
        ("materials/stage4.yaml", "number: 7", "number: 8", "catalog.code_twice"),
        ("materials/stage4.yaml", "requirement: deferrable", "requirement: main", "catalog.bad_value"),
        ("checklists/stage4.yaml", "unit: fire", "unit: quality", "catalog.checklist_unit"),
        ("checklists/stage4.yaml", "code: fire_ladder", "code: fire_lane", "catalog.code_twice"),
        ("departments.yaml", "department: CJDA", "department: CJD", "catalog.no_such_department"),
        ("departments.yaml", "effective_to: 2023-12-31", "effective_to: 2024-01-01", "catalog.code_twice"),
        ("form/S02.yaml", "key: town\n", "key: address\n", "catalog.code_twice"),
        ("form/S02.yaml", "en: Beixin", "en: 北新镇", "catalog.english_is_chinese"),
        ("form/S02.yaml", "pattern: ^地字", "pattern: '(地字'", "catalog.bad_pattern"),
        ("form/S02.yaml", "example: C3516", "example: 3516C", "catalog.bad_example"),
        ("form/S02.yaml", ", example: C3516", "", "catalog.pattern_without_example"),
        ("form/S01.yaml", "91320681MA1N0A1B3X", "91320681MA1N0A1B3Y", "catalog.bad_example"),
        ("form/S04.yaml", "totals: [footprint_area,", "totals: [footprint,", "catalog.no_such_column"),
        ("form/S07.yaml", "readers: [civil_defence]", "readers: [civil_defense]", "catalog.no_such_unit"),
        ("form/S09.yaml", "key: form.none_with_others", "key: form.nothing", "catalog.no_such_text"),
        ("numbering.yaml", "启联验〔{year}〕{n:04d}号", "启联验〔{year}〕号", "catalog.bad_number_pattern"),
        ("rules.yaml", "code: publicity", "code: holidays", "catalog.no_such_pause"),
        ("rules.yaml", "code: publicity", "code: special", "catalog.code_twice"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_and_line(folder, name, old, new, key):
    problems, line = broken(folder, name, old, new)
    named = [p for p in problems if p.key == key]
    assert named, problems
    file, _, number = named[0].where.rpartition(":")
    assert file == f"qidong/{name}"
    if key not in ("catalog.code_twice", "catalog.bad_value", "catalog.no_such_field", "catalog.no_such_option"):
        assert int(number) == line
    assert all(tr(lang, p.key, **p.params) for lang in LANGUAGES for p in problems)


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "offset"),
    [
        ("items/stage4.yaml", "code: B02", "code: B01", "catalog.code_twice", 0),
        ("items/stage4.yaml", "kind: filing", "kind: wish", "catalog.bad_value", 0),
        ("items/stage4.yaml", "applies_when: {field: S7.civil_defence_area", "applies_when: {field: S7.area",
         "catalog.no_such_field", 0),
        ("form/S02.yaml", "code: nanyang", "code: huilong", "catalog.code_twice", 0),
        ("form/S01.yaml", "project_code\n    label: {zh: 项目代码, en: Project code}",
         "project_code\n    label: {zh: 项目代码}", "catalog.missing_key", 1),
        ("materials/stage4.yaml", "required_with: [B01]", "required_with: [B99]", "catalog.no_such_item", 0),
    ],
)  # fmt: skip
def test_the_line_is_the_line_of_the_fault(folder, name, old, new, key, offset):
    problems, line = broken(folder, name, old, new)
    assert (key, f"qidong/{name}:{line + offset}") in {(p.key, p.where) for p in problems}


def test_all_faults_are_named_at_once(folder):
    for name, old, new in [("items/stage4.yaml", "unit: planning", "unit: x"), ("numbering.yaml", "{n:04d}", "")]:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load_folder(folder)
    assert {p.key for p in refusal.value.problems} >= {"catalog.no_such_unit", "catalog.bad_number_pattern"}


def test_an_item_may_not_wait_for_itself(folder):
    problems, _ = broken(folder, "items/stage4.yaml", "statutory_days: 20\n", "statutory_days: 20\n  after: [A6]\n")
    assert {p.params["code"] for p in problems if p.key == "catalog.item_waits_for_itself"} == {"A1", "A6"}


def test_silence_may_not_count_for_a_safety_critical_unit(folder):
    before = "absence_policy: never\n  checks: {zh: 五方"
    problems, _ = broken(folder, "items/stage4.yaml", before, before.replace("never", "deemed_ok"))
    assert [p.key for p in problems] == ["catalog.safety_deemed"]


def test_a_kind_of_pause_without_its_rule_is_named(folder):
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    last = text[text.index("  - code: force_majeure") :]
    problems, _ = broken(folder, "rules.yaml", last, "")
    assert [(p.key, p.params["code"]) for p in problems] == [("catalog.no_rule_of_pause", "force_majeure")]


def test_a_site_item_without_checklist_is_named(folder):
    """B04 is decided from documents; without saying so it is visited and needs a checklist."""
    before = "contains: water_conservation}\n  needs_site: false\n"
    problems, _ = broken(folder, "items/stage4.yaml", before, before.replace("  needs_site: false\n", ""))
    assert [(p.key, p.params["code"]) for p in problems] == [("catalog.no_checklist", "B04")]


def test_a_duplicate_key_or_a_torn_file_is_named_with_its_line(folder):
    once = "precheck_workdays: 2\n"
    problems, line = broken(folder, "rules.yaml", once, once * 2)
    assert [(p.key, p.where) for p in problems] == [("catalog.not_yaml", f"qidong/rules.yaml:{line + 1}")]
    problems, _ = broken(folder, "numbering.yaml", "receipt: ", "receipt: [")
    assert "catalog.not_yaml" in {p.key for p in problems}


def test_a_missing_or_unreadable_file_is_named(folder):
    shutil.rmtree(folder / "items")
    (folder / "rules.yaml").write_bytes("区".encode("gbk"))
    with pytest.raises(Refused) as refusal:
        load_folder(folder)
    assert {(p.key, p.where) for p in refusal.value.problems} == {
        ("catalog.file_missing", "qidong/items"),
        ("catalog.not_utf8", "qidong/rules.yaml"),
    }


def test_a_later_version_takes_over_on_its_day(folder, monkeypatch):
    later = folder.with_name("qidong@2027.1")
    shutil.copytree(folder, later)
    header = (folder / "catalog.yaml").read_text(encoding="utf-8")
    (folder / "catalog.yaml").write_text(header + "effective_to: 2026-12-31\n", encoding="utf-8")
    changed = header.replace("2026.1", "2027.1").replace("2020-01-01", "2027-01-01")
    (later / "catalog.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(loader, "ROOT", folder.parent)
    assert load_catalog("qidong", date(2026, 12, 31)).version == "2026.1"
    assert load_catalog("qidong", date(2027, 1, 1)).version == "2027.1"
    assert load_catalog("qidong").version == "2027.1"
    assert version_overlaps(folder.parent, "qidong") == []


def test_versions_in_effect_at_the_same_time_are_named(folder):
    later = folder.with_name("qidong@2027.1")
    shutil.copytree(folder, later)
    assert [(p.key, p.where) for p in version_overlaps(folder.parent, "qidong")] == [
        ("catalog.versions_overlap", "qidong@2027.1/catalog.yaml:1")
    ]
