"""The wizard: which questions are still relevant, and what follows from the answers."""

from __future__ import annotations

import pytest

from jointreview.catalog.form_engine import clean_section, items_for, materials_for
from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.catalog.wizard import advise, as_parameters, carried_over, given_of
from jointreview.domain.problems import Refused
from tests.catalog.sample_values import TODAY

WHOLE = load_catalog("qidong", TODAY)
SAMPLES = [(n, f"stage{n}_{kind}") for n in (1, 2, 3) for kind in ("school", "factory")] + [(4, "school")]


def texts(value):
    if isinstance(value, list):
        return [str(v) for v in value]
    return [{True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)]


def given(name):
    """An example form as the parameters of an address."""
    found = {}
    for section, values in sample_values(name).items():
        for key, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for column in {c for row in value for c in row}:
                    found[f"{section}.{key}.{column}"] = sorted({str(r[column]) for r in value if column in r})
            else:
                found[f"{section}.{key}"] = texts(value)
    return found


def asked(stage, **answers):
    return [q.path for q in advise(WHOLE, stage, {k.replace("__", "."): v for k, v in answers.items()}).questions]


@pytest.mark.parametrize(("stage", "name"), SAMPLES)
def test_with_all_answers_the_wizard_says_what_the_form_says(stage, name):
    advice = advise(WHOLE, stage, given(name))
    catalog, form = WHOLE.for_stage(stage), sample_values(name)
    assert [i.item.code for i in advice.needed] == [c.item.code for c in items_for(catalog, form) if c.applies]
    assert advice.unsettled == ()
    needed = {m.material.code for m in advice.materials if m.fate == "needed"}
    assert needed == {c.material.code for c in materials_for(catalog, form) if c.needed != "not_needed"}
    assert [i.item.name for i in advice.needed] == [c.item.name for c in items_for(catalog, form) if c.applies]


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
def test_without_answers_only_what_every_project_needs_is_certain(stage):
    advice = advise(WHOLE, stage, {})
    always = [i.code for i in WHOLE.for_stage(stage).items if i.applies_when == "always" and not i.tracks]
    assert [i.item.code for i in advice.needed] == always
    assert {i.fate for i in advice.items} == {"needed", "open"}
    assert len(advice.questions) <= 14


def test_a_question_that_can_change_nothing_any_more_is_not_asked():
    assert "S21.earthwork" in asked(1)
    assert "S21.earthwork" not in asked(1, S2__land_area=["5000"])
    assert "S21.electricity_use" not in asked(1, S21__energy_use=["1000"])
    assert {"S21.proposal_merged", "S21.listed_project"} & set(asked(1)) == set()
    assert "S21.listed_project" in asked(1, S2__investment_source=["enterprise"])
    assert "S21.proposal_merged" not in asked(1, S2__investment_source=["enterprise"])
    assert "S4.buildings.hazard_class" in asked(4, **{"S4.buildings.use": ["workshop"]})
    assert "S4.buildings.hazard_class" not in asked(4, **{"S4.buildings.use": ["office"]})


def test_an_answer_that_lost_its_question_does_not_count():
    answers = {"S2.investment_source": ["enterprise"], "S21.proposal_merged": ["no"], "S21.listed_project": ["no"]}
    advice = advise(WHOLE, 1, answers)
    assert "S21.proposal_merged" not in dict(as_parameters(advice))
    assert advice.form["S21"] == {"listed_project": False}


def test_every_needed_item_says_why_and_every_open_one_on_what_it_depends():
    advice = advise(WHOLE, 1, {"S21.environment_class": ["table"]})
    why = {i.item.code: (i.fate, i.because.en) for i in advice.items}
    assert why["P108"][0] == "needed" and "Report form" in why["P108"][1]
    assert why["P114"] == ("open", "Hazardous chemicals made or stored: yes")


def test_what_cannot_be_read_is_named_at_its_question_and_counts_as_none():
    advice = advise(WHOLE, 1, {"S21.energy_use": ["much"], "S2.land_acquisition": ["theft"], "S99.x": ["1"]})
    named = {q.path: q.problem.key for q in advice.questions if q.problem}
    assert named == {"S21.energy_use": "form.not_a_number", "S2.land_acquisition": "form.not_a_choice"}
    assert advice.form == {}


def test_answers_travel_in_an_address_and_go_into_the_form():
    answers = {
        "S4.buildings.use": ["workshop", "office"],
        "S4.buildings.hazard_class": ["jia"],
        "S9.involved": ["gas"],
    }
    sent = dict(as_parameters(advise(WHOLE, 4, answers)))
    assert sent["S4.buildings.use"] == "workshop;office"
    form = carried_over(WHOLE, 4, given_of(sent.items()))
    assert form == {
        "S4": {"buildings": [{"use": "workshop", "hazard_class": "jia"}, {"use": "office"}]},
        "S9": {"involved": ["gas"]},
    }
    catalog = WHOLE.for_stage(4)
    assert all(clean_section(catalog, code, values) == values for code, values in form.items())


def test_an_unknown_stage_is_refused_as_missing():
    with pytest.raises(Refused) as refusal:
        advise(WHOLE, 9, {})
    assert refusal.value.kind == "missing"
