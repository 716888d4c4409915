"""What the form page shows to whom, and what is known before an application begins."""

from __future__ import annotations

import pytest

from jointreview.commands.filing import AddMaterial, RemoveMaterial
from jointreview.commands.intake import ReturnCase
from jointreview.commands.organisations import RegisterOrganisation
from jointreview.commands.parties import AcceptInvitation, InviteParty, SignParty
from jointreview.commands.review import GapInput
from jointreview.demo.sample_files import material_pdf
from jointreview.domain.problems import Refused
from jointreview.queries.application import application, application_parcel, may_open_application
from jointreview.queries.application_start import organisations_for, project_known
from tests.commands.world import World


def invited(world: World, case_id: int) -> None:
    """The stranger joins the case for the contractor."""
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="contractor")).value["code"]
    world.do("stranger", AcceptInvitation(code=code))


def test_a_complete_draft_may_be_submitted_and_misses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointreview.queries.application._today", lambda: world.today)
    case_id = world.drafted()
    shown = application(world.actors["applicant"], case_id, "zh")
    missing = [c for c, m in shown["materials"].items() if m["needed"] == "required" and not m["files"]]
    assert shown["may"]["SubmitCase"] == "" and shown["locked"] == ""
    assert [c for c in shown["checks"] if c["level"] == "error"] == [] and missing == []
    assert shown["parcel"]["confirmed_at"] and len(shown["unsigned"]) == 5


def test_the_schema_names_who_reads_each_material_and_what_brings_in_each_unit(world: World) -> None:
    shown = application(world.actors["applicant"], world.drafted(), "zh")["schema"]
    drawings = next(m for m in shown["materials"] if m["code"] == "drawings")
    civil_defence = next(i for i in shown["items"] if i["code"] == "A4")
    assert any(r["needs"] for r in drawings["readers"]) and any(not r["needs"] for r in drawings["readers"])
    assert civil_defence["when"] == {"field": "S7.civil_defence_area", "gt": 0}


def test_a_material_names_only_readers_that_take_part(world: World) -> None:
    case_id = world.drafted("factory")
    shown = application(world.actors["applicant"], case_id, "zh")
    units = {item["unit"] for item in shown["items"] if item["applies"]}
    named = {unit for material in shown["materials"].values() for unit in material["readers"]}
    assert "civil_defence" not in units and named <= units and "fire" in named


def test_only_a_later_application_of_a_project_brings_its_data_along(world: World) -> None:
    first = application(world.actors["applicant"], world.drafted(), "zh")["brought"]
    assert "S1.project_code" in first and "S2.address" not in first
    second = application(world.actors["applicant"], world.drafted(), "zh")["brought"]
    assert "S2.address" in second and "S1.scope" not in second


def test_a_stranger_and_an_officer_find_no_application(world: World) -> None:
    case_id = world.drafted()
    for login in ("stranger", "planning", "clerk", "coordinator"):
        assert not may_open_application(world.actors[login], case_id)
        with pytest.raises(Refused) as refusal:
            application(world.actors[login], case_id, "zh")
        assert refusal.value.kind == "missing"


def test_an_invited_party_sees_its_own_rows_and_nothing_else(world: World) -> None:
    case_id = world.drafted()
    invited(world, case_id)
    shown = application(world.actors["stranger"], case_id, "zh")
    assert shown["mode"] == "party" and [p["kind"] for p in shown["party"]] == ["contractor"]
    assert {row["kind"] for row in shown["party"][0]["rows"]} == {"contractor"}
    assert not {"sections", "materials", "parcel", "checks", "parties"} & set(shown)
    with pytest.raises(Refused):
        application_parcel(world.actors["stranger"], case_id)


def test_a_party_that_signed_is_shown_as_signed_to_the_applicant(world: World) -> None:
    case_id = world.drafted()
    invited(world, case_id)
    world.do("stranger", SignParty(case_id=case_id, opinion="以上内容属实", signature=world.signature("stranger")))
    parties = {p["kind"]: p for p in application(world.actors["applicant"], case_id, "zh")["parties"]}
    assert parties["contractor"]["signed_at"] and not parties["design"]["invited"]


def test_a_returned_case_shows_its_gaps_with_their_place(world: World) -> None:
    case_id = world.submitted()
    gaps = [
        GapInput(kind="material", subject="drawings", page="P3", rule="填表说明", wanted="请加盖竣工图章"),
        GapInput(kind="field", subject="S2.address", rule="填表说明", wanted="请写明门牌号"),
    ]
    world.do("clerk", ReturnCase(case_id=case_id, gaps=gaps))
    shown = application(world.actors["applicant"], case_id, "zh")
    assert [(g["where"], g["status"]) for g in shown["gaps"]] == [
        ("material:drawings", "told"),
        ("S2.address", "told"),
    ]
    assert shown["gaps"][1]["subject"]["zh"] == "建设地点" and shown["asked_sections"] is None


def test_a_submitted_case_is_locked_with_a_reason(world: World) -> None:
    shown = application(world.actors["applicant"], world.submitted(), "en")
    assert shown["locked"] and shown["gaps"] == []


def test_a_replaced_file_keeps_its_earlier_version_and_a_removed_one_disappears(world: World) -> None:
    case_id = world.drafted()
    upload = world.upload("applicant", material_pdf("new"), "新竣工图.pdf", "pdf")
    world.do("applicant", AddMaterial(case_id=case_id, material="drawings", upload_id=upload, slot=1))
    files = application(world.actors["applicant"], case_id, "zh")["materials"]["drawings"]["files"]
    assert [(f["version"], [e["version"] for e in f["earlier"]]) for f in files] == [(2, [1])]
    world.do("applicant", RemoveMaterial(case_id=case_id, material_id=files[0]["id"], reason="传错"))
    assert application(world.actors["applicant"], case_id, "zh")["materials"]["drawings"]["files"] == []


def test_the_parcel_is_drawn_once_it_was_read(world: World) -> None:
    shown = application_parcel(world.actors["applicant"], world.drafted())
    assert [f["properties"]["kind"] for f in shown["features"]] == ["parcel"]


def test_a_project_code_says_whether_it_is_sound_and_whose_project_it_is(world: World) -> None:
    case_id = world.drafted()
    code = application(world.actors["applicant"], case_id, "zh")["case"]["project_code"]
    own = project_known(code, world.organisation_id)
    other = project_known(code, world.organisation_id + 1)
    assert own.kind == "own" and own.answers > 20
    assert (other.kind, other.name, other.answers) == ("other", "", 0)
    assert project_known("2401-320681-89-01-123456", world.organisation_id).kind == "new"
    assert project_known("2401-320681", world.organisation_id).problems


def test_an_organisation_just_registered_can_be_applied_for_at_once(world: World) -> None:
    stranger = world.actors["stranger"]
    registered = world.do("stranger", RegisterOrganisation(credit_code="91320681MA7Y8H2K5C", name="启东新来有限公司"))
    assert [o.id for o in organisations_for(stranger)] == [registered.value["organisation_id"]]


def test_applicants_find_their_own_organisations_and_clerks_search_all(world: World) -> None:
    assert [o.id for o in organisations_for(world.actors["applicant"])] == [world.organisation_id]
    assert organisations_for(world.actors["stranger"], "启东") == []
    assert organisations_for(world.actors["clerk"], "智能")[0].id == world.organisation_id
    assert organisations_for(world.actors["clerk"], "%%") == [] and organisations_for(world.actors["clerk"]) == []
