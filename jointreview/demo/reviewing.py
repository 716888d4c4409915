"""The steps of a joint review on a stage: drafted, accepted, surveyed, decided by every department, concluded."""

from __future__ import annotations

from typing import Any

from jointreview.catalog.loader import load_catalog
from jointreview.commands.decisions import DecideItem, waits_for
from jointreview.commands.executor import Outcome
from jointreview.commands.filing import CreateCase
from jointreview.commands.review_conclusion import ConcludeReview
from jointreview.demo.stage import Stage
from jointreview.settings import settings

_TEXTS = {
    "PASS": "经审查，申请材料齐全，符合法定条件和相关规划、标准要求，同意。",
    "PASS_COND": "经审查，符合基本条件，请在后续阶段落实所附条件。",
    "FAIL": "经审查，申请内容不符合法定条件，依法不予同意。",
    "NA": "经审查，本项目不涉及该事项。",
}
_PERMITS = {
    "project_approval": "启行审〔{year}〕{serial:04d}号",
    "site_opinion": "用字第320681{year}XS{serial:07d}号",
    "land_permit": "地字第320681{year}YG{serial:07d}号",
    "planning_permit": "建字第320681{year}GG{serial:07d}号",
    "construction_permit": "320681{year}0506{serial:02d}01",
}
_SERIALS = {"construction_permit": 100}
"""How many serial numbers a kind has in a day, where the number gives them so few places."""
SUMMARY = "经牵头组织并联审查，各部门均已依法作出决定，本阶段审查事项齐全，符合进入下一阶段的条件。"


def drafted_review(
    stage: Stage, number: int, values: dict[str, dict[str, Any]], parcel: bytes, who: str = "applicant"
) -> int:
    """A complete draft for one of the stages before completion, ready to be signed."""
    case_id = stage.do(
        who,
        CreateCase(
            organisation_id=stage.organisation_id,
            stage=number,
            project_code=values["S1"]["project_code"],
            project_name=values["S2"]["project_name"],
        ),
    ).case_id
    assert case_id is not None
    stage.fill(case_id, values, who)
    stage.add_parcel(case_id, parcel, who)
    stage.add_materials(case_id, who, number)
    return case_id


def permit_number(stage: Stage, kind: str, serial: int) -> str:
    """A number of the form its kind of permit has."""
    pattern = _PERMITS.get(kind, "启审〔{year}〕{serial:04d}号")
    return pattern.format(year=stage.today.year, serial=serial % _SERIALS.get(kind, serial + 1))


def decide(stage: Stage, case_id: int, item: str, result: str = "PASS", who: str = "", **more: Any) -> Outcome:
    """The department of an item signs its decision; a permit gets a number unless one is given."""
    mine = next(a for a in stage.facts(case_id).assignments if a.item == item)
    permit = load_catalog(settings().catalogue, stage.today).item(item).permit
    if permit and result in ("PASS", "PASS_COND"):
        more.setdefault("document_no", permit_number(stage, permit, mine.id))
    return stage.do(
        who or mine.unit,
        DecideItem(
            case_id=case_id,
            assignment_id=mine.id,
            result=result,
            text=more.pop("text", _TEXTS[result]),
            signature=stage.signature(who or mine.unit),
            **more,
        ),
    )


def decide_the_rest(stage: Stage, case_id: int, but: tuple[str, ...] = ()) -> None:
    """Every department that may decide now does, in the order the catalogue's `after` sets; `but` are items left."""
    catalog = load_catalog(settings().catalogue, stage.today)
    while True:
        facts = stage.facts(case_id)
        able = [
            a
            for a in facts.assignments
            if a.open_round_kind == "decision"
            and a.item not in but
            and (a.attended or not a.needs_site)
            and not waits_for(facts, catalog.item(a.item).after)
        ]
        if not able:
            return
        for mine in able:
            decide(stage, case_id, mine.item)


def survey(stage: Stage, case_id: int, absent: tuple[str, ...] = (), half: str = "am") -> None:
    """The units that need the site go there on the next working day, look and close the visit."""
    stage.plan_visit(case_id, half=half)
    stage.arrive(case_id, absent)
    for mine in stage.facts(case_id).assignments:
        if mine.needs_site and mine.attended and mine.open_round_kind == "decision":
            stage.check(case_id, mine.unit, item=mine.item)
    stage.close_visit(case_id)


def conclude_review(stage: Stage, case_id: int, who: str = "", text: str = SUMMARY) -> Outcome:
    """The lead unit signs its conclusion."""
    signer = who or stage.facts(case_id).lead
    return stage.do(signer, ConcludeReview(case_id=case_id, text=text, signature=stage.signature(signer)))
