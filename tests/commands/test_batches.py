"""A project accepted in batches: independence, the last batch, indices added up; and what is not handed in yet."""

from __future__ import annotations

from typing import Any

import pytest

from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.commands.batches import cumulative_checks, more_to_come
from jointreview.commands.filing import SaveSection
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import ReturnCase
from jointreview.domain.building_sets import Independence
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, FormSection
from jointreview.queries.dossier import workspace
from tests.commands.world import World

EVERY = [i.value for i in Independence]


def one_building(n: int, **planning: Any) -> dict[str, Any]:
    """The sections of an application for the n-th building of the factory alone."""
    values = sample_values("factory")
    rows = [dict(r) for r in values["S5"]["indices"]]
    for row in rows:
        row.update({"measured": planning[row["index"]]} if row["index"] in planning else {})
    return {
        "S1": {"scope": "single"},
        "S4": {"buildings": [values["S4"]["buildings"][n]]},
        "S5": {"indices": rows},
    }


def with_independence(sections: dict[str, Any], *said: str) -> dict[str, Any]:
    return sections | {"S1": sections["S1"] | {"independence": list(said)}}


def passed(world: World, case_id: int) -> None:
    """The case counts as passed and its buildings as accepted."""
    from jointreview.models.project import Building, CaseBuilding

    with base.writing() as session:
        case = session.get(Case, case_id)
        case.state, case.outcome = "concluded", "pass"
        session.add(case)
        for row in session.query(CaseBuilding).filter(CaseBuilding.case_id == case_id):
            building = session.get(Building, row.building_id)
            building.accepted_case_id = case_id
            session.add(building)


def remarks(world: World, case_id: int) -> dict[str, str]:
    with base.reading() as session:
        case = session.get(Case, case_id)
        values = form_values(session, case_id)
        found = cumulative_checks(session, load_catalog("qidong", world.today, 4), case, values)
    return {str(c.params["index"]["zh"]): c.key for c in found}


def test_buildings_go_first_only_when_they_stand_on_their_own(world: World):
    with pytest.raises(Refused) as refused:
        world.submitted(**with_independence(one_building(0), "planning", "access"))
    assert [(p.key, p.where) for p in refused.value.problems] == [
        ("rules.building_not_fire", "S1.independence"),
        ("rules.building_not_safety", "S1.independence"),
    ]


def test_with_every_condition_they_may(world: World):
    case_id = world.submitted(**with_independence(one_building(0), *EVERY))
    assert world.case(case_id).state == "submitted"


def test_the_last_batch_needs_no_independence(world: World):
    areas = [b["area"] for b in sample_values("factory")["S4"]["buildings"]]
    sections = one_building(0)
    case_id = world.drafted(**sections, S2={"total_area": areas[0]})
    with base.reading() as session:
        case, values = session.get(Case, case_id), form_values(session, case_id)
        assert not more_to_come(session, case, values)
    world.submit(case_id)
    assert world.case(case_id).state == "submitted"


def test_what_was_accepted_before_counts_towards_the_whole(world: World):
    rows = sample_values("factory")["S4"]["buildings"]
    first = world.submitted(**with_independence(one_building(0), *EVERY))
    whole = {"total_area": rows[0]["area"] + rows[1]["area"]}
    second = world.drafted(**one_building(1), S2=whole)
    with base.reading() as session:
        assert more_to_come(session, session.get(Case, second), form_values(session, second))
    passed(world, first)
    with base.reading() as session:
        assert not more_to_come(session, session.get(Case, second), form_values(session, second))


def test_indices_of_all_batches_are_added_up(world: World):
    permitted = {r["index"]: r["permitted"] for r in sample_values("factory")["S5"]["indices"] if "permitted" in r}
    half = {
        "plot_ratio": round(permitted["plot_ratio"] * 0.7, 2),
        "density": round(permitted["density"] * 0.4, 1),
        "green_ratio": 1.0,
    }
    first = world.submitted(**with_independence(one_building(0, **half), *EVERY))
    passed(world, first)
    second = world.drafted(**one_building(1, **half))
    assert remarks(world, second) == {"容积率": "rules.index_at_most"}


def test_a_whole_project_is_judged_by_its_own_figures_alone(world: World):
    assert remarks(world, world.drafted()) == {}


def test_staff_read_the_form_as_it_was_last_handed_in(world: World):
    case_id = world.submitted()
    gap = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "补充详细地址"}
    world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    with base.reading() as session:
        row = session.get(FormSection, (case_id, "S2"))
    before, after = row.values["address"], "新填而未提交的地址"
    changed = row.values | {"address": after}
    world.do("applicant", SaveSection(case_id=case_id, section="S2", values=changed, base_version=row.version))
    assert before in str(seen(world, "clerk", case_id)) and after not in str(seen(world, "clerk", case_id))
    assert after in str(seen(world, "applicant", case_id))
    world.submit(case_id)
    assert after in str(seen(world, "clerk", case_id))


def seen(world: World, who: str, case_id: int) -> Any:
    found = workspace(world.actors[who], case_id, "zh", world.now)
    return found["parts"] if found else None
