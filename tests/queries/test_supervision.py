"""Supervision for its readers: who sees which card, what the filters count, one card in full, the export."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.conclusion import Conclude
from jointreview.commands.supervision import CancelCard, IssueCard, ReplyToCard
from jointreview.domain.problems import Refused
from jointreview.jobs.supervision import supervise
from jointreview.models import base
from jointreview.models.supervision import Card
from jointreview.queries import access
from jointreview.queries.dossier import offered, workspace
from jointreview.queries.my_work import my_work
from jointreview.queries.supervision.cards import CardList, CardRow, all_cards, card_list
from jointreview.queries.supervision.export import export
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.one import card_detail
from jointreview.queries.supervision.readers import READERS, cards_seen_by, may_see_card
from jointreview.queries.supervision.rules import rule_lines
from tests.commands.world import SIGNATURE, World
from tests.queries.test_board import accepted, statements

REASON = "经查，部门在系统外先行出具了书面意见。"
PEOPLE = ("supervisor", "coordinator", "fire", "fire-head", "planning", "clerk", "applicant", "stranger", "admin")


def issue(world: World, case_id: int, unit: str = "fire", rule: str = "R90") -> int:
    command = IssueCard(case_id=case_id, rule=rule, unit=unit, happened_on=world.today, reason=REASON)
    return world.do("supervisor", command).value["card_id"]


def look(world: World, who: str = "supervisor", lang: str = "zh", **filters: Any) -> CardList:
    return card_list(world.actors[who], CardFilters(**filters), lang, world.now)


def ids(found: CardList) -> list[int]:
    return [row.id for row in found.rows]


def counts(of: Any) -> dict[str, int]:
    return {one.value: one.count for one in of if one.count}


@pytest.fixture
def three(world: World) -> dict[str, int]:
    """A red card for fire, a yellow one for the window, a red one for planning, in one case."""
    case_id = accepted(world)
    return {
        "case": case_id,
        "fire": issue(world, case_id),
        "window": issue(world, case_id, "window", "R91"),
        "planning": issue(world, case_id, "planning"),
    }


def test_each_reader_sees_the_cards_of_their_own_seat_and_supervision_all(
    world: World, three: dict[str, int]
) -> None:
    everything = {three["fire"], three["window"], three["planning"]}
    expected = {
        "supervisor": everything,
        "coordinator": everything,
        "fire": {three["fire"]},
        "fire-head": {three["fire"]},
        "planning": {three["planning"]},
        "clerk": {three["window"]},
    }
    for who in PEOPLE:
        if who in expected:
            assert set(ids(look(world, who))) == expected[who], who
        else:
            with pytest.raises(Refused, match="supervision.not_for_you"):
                look(world, who)


def test_the_rule_for_one_card_and_the_condition_for_lists_agree(world: World, three: dict[str, int]) -> None:
    with base.reading() as session:
        cards = session.exec(select(Card)).all()
        for who in PEOPLE:
            actor = world.actors[who]
            listed = set(session.exec(select(Card.id).where(cards_seen_by(actor))).all())
            assert listed == {c.id for c in cards if may_see_card(actor, c.unit)}, who
    assert not may_see_card(world.actors["admin"], "")


def test_one_card_is_missing_alike_for_who_may_not_see_it_and_where_there_is_none(
    world: World, three: dict[str, int]
) -> None:
    actor = world.actors["fire"]
    assert card_detail(actor, three["fire"], "zh", world.now) is not None
    assert card_detail(actor, three["planning"], "zh", world.now) is None
    assert card_detail(actor, 99_999, "zh", world.now) is None


def test_the_notice_is_read_by_its_unit_the_coordinator_and_supervision_alone(
    world: World, three: dict[str, int]
) -> None:
    with base.reading() as session:
        document_id = session.get_one(Card, three["fire"]).document_id
        assert document_id is not None
        for who in ("supervisor", "coordinator", "fire", "fire-head"):
            assert access.document_file(session, world.actors[who], three["case"], document_id).kind == "supervision"
        for who in ("planning", "clerk", "applicant", "admin"):
            with pytest.raises(Refused) as refusal:
                access.document_file(session, world.actors[who], three["case"], document_id)
            assert refusal.value.kind == "missing"


def test_the_workspace_shows_cards_notices_and_their_history_to_their_readers_alone(
    world: World, three: dict[str, int]
) -> None:
    def seen(who: str) -> tuple[int, int]:
        found = workspace(world.actors[who], three["case"], "zh", world.now)
        assert found is not None
        notices = [d for d in found["documents"] if "督办单" in d["title"]]
        return len(notices), sum(e["title"] == "发出督办单" for e in found["events"])

    assert {who: seen(who) for who in ("supervisor", "coordinator", "fire", "planning-head", "clerk", "quality")} == {
        "supervisor": (3, 3),
        "coordinator": (3, 3),
        "fire": (1, 1),
        "planning-head": (1, 1),
        "clerk": (1, 1),
        "quality": (0, 0),
    }
    assert seen("applicant") == (0, 0)


def test_a_notice_to_a_unit_is_never_offered_for_delivery_to_the_applicant(world: World) -> None:
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=SIGNATURE))
    issue(world, case_id)
    choices = offered(world.actors["clerk"], case_id, "zh", world.now, "RecordDelivery", {})["options"]["document_id"]
    assert choices and not [c for c in choices if "督办单" in c["label"]]


def test_every_count_is_what_its_link_shows(world: World, three: dict[str, int]) -> None:
    world.do("fire", ReplyToCard(case_id=three["case"], card_id=three["fire"], reply="已补录并整改。"))
    world.later(2)
    found = look(world)
    assert counts(found.states) == {"late": 2, "replied": 1}
    assert counts(found.colours) == {"red": 2, "yellow": 1}
    assert counts(found.units) == {"fire": 1, "window": 1, "planning": 1}
    assert counts(found.stages) == {"4": 3} and counts(found.months) == {"2026-05": 3}
    for choice in (*found.states, *found.colours, *found.rules, *found.units, *found.stages, *found.months):
        filters = CardFilters.from_address(dict(parse_qsl(urlsplit(choice.href).query)))
        assert card_list(world.actors["supervisor"], filters, "zh", world.now).total == choice.count, choice


def test_filters_narrow_together_and_a_chosen_count_leads_back(world: World, three: dict[str, int]) -> None:
    assert ids(look(world, colour="red", unit="fire")) == [three["fire"]]
    assert ids(look(world, rule="R91")) == [three["window"]]
    assert ids(look(world, stage=1)) == [] and ids(look(world, month="2025-01")) == []
    number = look(world).rows[0].case_number
    assert len(ids(look(world, text=number.lower()))) == 3 and ids(look(world, text="没有这样的项目")) == []
    chosen = next(c for c in look(world, colour="red", unit="fire").colours if c.value == "red")
    assert chosen.href == "/supervision?unit=fire"


def test_the_address_gives_the_same_filters_back_and_passes_over_what_nobody_knows() -> None:
    filters = CardFilters("red", "R90", "fire", "late", 4, "2026-05", "厂房 &=#", 3, 12)
    assert CardFilters.from_address(dict(parse_qsl(filters.address()))) == filters
    junk = {
        "colour": "blue",
        "rule": "R9' OR 1=1",
        "unit": "../x",
        "state": "gone",
        "stage": "5",
        "month": "2026-13",
        "page": "-1",
        "card": "9" * 30,
    }
    assert CardFilters.from_address(junk) == CardFilters()


def test_what_is_late_stands_first_and_what_is_decided_last(world: World, three: dict[str, int]) -> None:
    case_id = three["case"]
    with base.writing() as session:
        world.person(session, "supervisor-2", "supervisor")
    world.do("planning", ReplyToCard(case_id=case_id, card_id=three["planning"], reply="情况说明如下。"))
    world.do("supervisor-2", CancelCard(case_id=case_id, card_id=three["planning"], ruling="经核实，情形不属实。"))
    world.do("fire", ReplyToCard(case_id=case_id, card_id=three["fire"], reply="已补录并整改。"))
    world.later(2)
    rows = look(world).rows
    assert [(r.id, r.state) for r in rows] == [
        (three["window"], "late"),
        (three["fire"], "replied"),
        (three["planning"], "cancelled"),
    ]
    assert [r.lamp for r in rows] == ["red", "", ""]


def test_one_card_tells_its_story_and_what_may_be_done_now(world: World, three: dict[str, int]) -> None:
    with base.writing() as session:
        world.person(session, "supervisor-2", "supervisor")

    def detail(who: str):
        found = card_detail(world.actors[who], three["fire"], "zh", world.now)
        assert found is not None
        return found

    assert detail("fire").acts == detail("fire-head").acts == ("ReplyToCard",)
    assert detail("coordinator").acts == detail("supervisor-2").acts == ()
    assert "2026-05-07 前回复" in detail("supervisor-2").waits
    world.later(2)
    world.do("fire", ReplyToCard(case_id=three["case"], card_id=three["fire"], reply="已补录并整改。"))
    assert detail("supervisor-2").acts == ("UpholdCard", "CancelCard")
    assert detail("supervisor").acts == () and "不能自行核定" in detail("supervisor").waits
    world.do("supervisor-2", CancelCard(case_id=three["case"], card_id=three["fire"], ruling="经核实，情形不属实。"))
    told = detail("fire")
    assert [(s.title, s.text, s.late) for s in told.steps] == [
        ("发出督办单", REASON, False),
        ("回复督办单", "已补录并整改。", True),
        ("撤销督办单", "经核实，情形不属实。", False),
    ]
    assert told.acts == () and "撤销" in told.waits
    assert told.document.startswith(f"/api/cases/{three['case']}/documents/")


def test_a_card_by_rule_says_the_facts_in_words_of_both_languages(world: World) -> None:
    accepted(world)
    world.later(3)
    supervise(world.now)
    row: CardRow = next(r for r in all_cards(world.actors["fire"], "zh", world.now) if r.rule == "R03")
    assert (row.unit_name, row.colour, row.state, row.lamp) == ("住建局消防审验科", "yellow", "open", "yellow")
    assert "环节时限 2 个工作日" in row.facts and row.person == ""
    english = all_cards(world.actors["fire"], "en", world.now, only=row.id)[0]
    assert english.rule_name == "Department step overtime" and "2 working day" in english.facts


def test_a_card_about_a_person_names_them_with_their_post(world: World) -> None:
    case_id = world.on_site(absent=("fire",))
    world.close_visit(case_id)
    supervise(world.now)
    row = next(r for r in all_cards(world.actors["fire"], "zh", world.now) if r.rule == "R15")
    assert (row.person, row.colour) == ("fire·人 · officer", "red")


def test_the_work_list_asks_the_unit_for_its_reply_and_the_supervisor_for_the_ruling(
    world: World, three: dict[str, int]
) -> None:
    with base.writing() as session:
        world.person(session, "supervisor-2", "supervisor")

    def cards(who: str) -> list[tuple[str, date | None, str]]:
        found = my_work(world.actors[who], world.now)
        return [(t.what, t.due, t.href) for t in found if t.href.startswith("/supervision")]

    href = f"/supervision?card={three['fire']}"
    for who in ("fire", "fire-head"):
        assert cards(who) == [("reply_card", date(2026, 5, 7), href)]
    assert [c[0] for c in cards("clerk")] == ["reply_card"]
    assert cards("coordinator") == cards("quality") == cards("applicant") == cards("supervisor-2") == []
    world.do("fire", ReplyToCard(case_id=three["case"], card_id=three["fire"], reply="已补录并整改。"))
    assert cards("fire") == [] and cards("supervisor-2") == [("rule_card", None, href)]
    assert cards("supervisor") == []  # who issued a card by hand does not rule on it
    world.later(2)
    assert [c[0] for c in cards("supervisor-2")].count("rule_silent") == 2


def test_the_work_list_keeps_cards_of_cases_that_have_ended(world: World) -> None:
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=SIGNATURE))
    issue(world, case_id)
    assert "reply_card" in [t.what for t in my_work(world.actors["fire"], world.now)]


def test_the_rules_are_those_of_the_catalogue_with_their_cards(world: World, three: dict[str, int]) -> None:
    lines = {line.number: line for line in rule_lines(world.actors["supervisor"], "zh", world.now)}
    rules = load_catalog().supervision
    assert set(lines) == {rule.number for rule in rules}
    for rule in rules:
        line = lines[rule.number]
        assert (line.name, line.trigger, line.basis) == (rule.name.zh, rule.formula_in("zh"), rule.basis.zh)
    assert (lines["R90"].count, lines["R91"].count, lines["R01"].count) == (2, 1, 0)
    assert {line.number: line.count for line in rule_lines(world.actors["fire"], "en", world.now)}["R90"] == 1


def test_the_export_holds_the_same_cards_as_the_list_with_chinese_heads(world: World, three: dict[str, int]) -> None:
    world.do("fire", ReplyToCard(case_id=three["case"], card_id=three["fire"], reply="=已补录()并整改。"))
    made = export(world.actors["supervisor"], CardFilters(colour="red"), "zh", world.now)
    assert made.name == "督办单 2026-05-06.xlsx"
    book = load_workbook(io.BytesIO(made.content))
    assert book.sheetnames == ["督办单", "监察规则"]
    rows = list(book["督办单"].values)
    assert "颜色: 红牌" in str(rows[1][0]) and "共 2 张" in str(rows[1][0])
    heads = next(n for n, row in enumerate(rows) if row[0] == "督办单编号")
    table = [dict(zip(rows[heads], row, strict=True)) for row in rows[heads + 1 :]]
    listed = look(world, colour="red").rows
    assert [row["督办单编号"] for row in table] == [r.number for r in listed]
    replied = next(row for row in table if row["状态"] == "待核定")
    assert replied["回复"] == "=已补录()并整改。" and replied["颜色"] == "红牌" and replied["被督办单位"]
    assert len(list(book["监察规则"].values)) >= len(load_catalog().supervision) + 2


def test_the_export_of_a_unit_holds_its_own_cards_alone(world: World, three: dict[str, int]) -> None:
    made = export(world.actors["fire-head"], CardFilters(unit="planning"), "zh", world.now)
    assert "共 0 张" in str(list(load_workbook(io.BytesIO(made.content)).worksheets[0].values)[1][0])
    for who in ("applicant", "admin"):
        with pytest.raises(Refused):
            export(world.actors[who], CardFilters(), "zh", world.now)
    assert set(READERS) == {"supervisor", "coordinator", "leader", "officer", "clerk"}


def test_the_number_of_statements_does_not_grow_with_the_cards(world: World, three: dict[str, int]) -> None:
    with statements() as few:
        look(world)
    for unit in ("quality", "archives", "filing"):
        issue(world, three["case"], unit)
    with statements() as more:
        look(world)
    assert len(few) == len(more)


def test_a_card_to_the_coordinator_stands_in_the_history_of_the_case(world: World) -> None:
    case_id = accepted(world)
    issue(world, case_id, "coordinator", "R91")
    found = workspace(world.actors["supervisor"], case_id, "zh", world.now)
    assert found is not None
    (told,) = [e for e in found["events"] if e["title"] == "发出督办单"]
    assert "协调员（行政审批局）" in told["details"]
    assert [(c["unit"], c["acts"]) for c in found["cards"]] == [("协调员（行政审批局）", [])]


def test_the_strip_of_a_case_shows_undecided_cards_to_their_readers_with_the_acts_of_now(
    world: World, three: dict[str, int]
) -> None:
    def strip(who: str) -> list[tuple[str, list[str]]]:
        found = workspace(world.actors[who], three["case"], "zh", world.now)
        assert found is not None
        return [(c["rule"], [a["name"] for a in c["acts"]]) for c in found["cards"]]

    assert strip("fire") == [("R90 体外循环办理", ["ReplyToCard"])]
    assert strip("quality") == strip("applicant") == []
    assert len(strip("coordinator")) == 3 and not any(acts for _, acts in strip("coordinator"))
    about = {"assignment_id": 0, "card_id": three["fire"]}
    begun = offered(world.actors["fire"], three["case"], "zh", world.now, "ReplyToCard", about)
    assert len(begun["preview"]) == 1 and REASON in begun["preview"][0]
    assert offered(world.actors["quality"], three["case"], "zh", world.now, "ReplyToCard", about)["preview"] == []
    with base.writing() as session:
        world.person(session, "supervisor-2", "supervisor")
    world.do("fire", ReplyToCard(case_id=three["case"], card_id=three["fire"], reply="已补录并整改。"))
    world.do("supervisor-2", CancelCard(case_id=three["case"], card_id=three["fire"], ruling="经核实，情形不属实。"))
    assert strip("fire") == []
