"""A unit that was only asked for advice sees the question, the papers for it and nothing else of the case."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from jointreview.commands.consultations import AnswerConsultation, Consult
from jointreview.commands.onsite import AnswerChecklist, LineAnswer
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Material
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import ChecklistAnswer
from jointreview.queries import access
from jointreview.queries.board import board
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.my_work import my_work
from jointreview.queries.onsite import onsite_page
from jointreview.ui.pages.case import present
from tests.commands.world import World

HIDDEN = (
    *("rows", "parts", "readings", "deciding", "decisions", "gaps", "visits", "slots", "findings", "documents"),
    *("events", "commitments", "pauses", "extensions", "time_facts"),
)


def ask(world: World, case_id: int, unit: str, to: str, question: str) -> int:
    mine = next(a.id for a in world.facts(case_id).assignments if a.unit == unit)
    asked = Consult(case_id=case_id, assignment_id=mine, to_unit=to, question=question, due_on=world.workday_after(1))
    found: int = world.do(unit, asked).value["consultation_id"]
    return found


def seen(world: World, who: str, case_id: int) -> dict[str, Any] | None:
    return present.workspace(world.actors[who], case_id, "zh", world.now)


def missing(call: Any) -> None:
    with pytest.raises(Refused) as refusal:
        call()
    assert refusal.value.kind in ("missing", "forbidden")


def test_who_was_asked_sees_the_question_and_its_papers_by_every_door(world: World):
    case_id = world.reviewing()
    world.plan_visit(case_id)
    world.arrive(case_id)
    mine = next(a.id for a in world.facts(case_id).assignments if a.unit == "environment" and a.needs_site)
    photo = world.photo("environment")
    answer = LineAnswer(line="eia_early", result="not_ok", photos=[photo])
    world.do("environment", AnswerChecklist(case_id=case_id, assignment_id=mine, lines=[answer]))
    world.close_visit(case_id)
    advisers = [u for u in ("heritage", "seismic", "meteorology") if u in world.actors]
    heritage = next(u for u in advisers if u not in world.facts(case_id).units)
    other = next(
        u
        for u in world.actors
        if world.actors[u].role == "officer"
        and u not in world.facts(case_id).units
        and u != heritage
        and world.actors[u].unit not in {*world.facts(case_id).units, heritage}
    )
    assert seen(world, heritage, case_id) is None
    question_id = ask(world, case_id, "water", heritage, "是否涉及古河道？")
    ask(world, case_id, "land", other, "是否涉及永久基本农田？")

    page = seen(world, heritage, case_id)
    assert page is not None
    assert page["shown"] == ["overview", "review", "materials", "map"]
    assert [q["question"] for q in page["questions"]] == ["是否涉及古河道？"] and page["questions"][0]["answerable"]
    assert {name: page[name] for name in HIDDEN if page.get(name)} == {}
    water = seen(world, "water", case_id)
    assert water is not None and page["groups"]
    assert {g["code"] for g in page["groups"]} == {g["code"] for g in water["groups"]}
    assert [act["name"] for act in (*page["forward"], *page["rest"])] == []

    actor = world.actors[heritage]
    with base.reading() as session:
        readable = {g["code"] for g in page["groups"]}
        files = session.exec(select(Material).where(Material.case_id == case_id, col(Material.current))).all()
        for row in files:
            if row.code in readable:
                assert access.material_file(session, actor, case_id, row.id or 0, world.today)
            else:
                missing(lambda row=row: access.material_file(session, actor, case_id, row.id or 0, world.today))
        assert readable != {row.code for row in files}
        for document in session.exec(select(IssuedDocument).where(IssuedDocument.case_id == case_id)).all():
            missing(lambda document=document: access.document_file(session, actor, case_id, document.id or 0))
        (picture,) = session.exec(select(ChecklistAnswer)).one().photos
        missing(lambda: access.photo_file(session, actor, case_id, picture["digest"]))
    missing(lambda: access.reveal(actor, case_id, "S11.site_mobile"))
    missing(lambda: onsite_page(actor, case_id, "zh", world.now))
    assert board(actor, BoardFilters(state="all"), "zh", world.now).total == 0
    assert [t.what for t in my_work(actor, world.now)] == ["answer_question"]

    world.do(heritage, AnswerConsultation(case_id=case_id, consultation_id=question_id, answer="不涉及古河道"))
    after = seen(world, heritage, case_id)
    assert after is not None and after["groups"] == [] and my_work(actor, world.now) == []
