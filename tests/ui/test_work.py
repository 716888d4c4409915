"""The start page: what waits for whom, in which order, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from jointreview.commands.inbox import mark_all_read
from jointreview.commands.visits import MarkBusy
from jointreview.domain.problems import Refused
from jointreview.models.identity import ROLES
from jointreview.queries.inbox import messages, unread_count
from jointreview.queries.my_cases import STEPS, my_cases, steps_of
from jointreview.queries.my_work import my_work
from jointreview.queries.own_days import DAYS_AHEAD, own_days
from jointreview.queries.task import Task
from jointreview.text import texts
from jointreview.ui.guard import check_payload
from jointreview.ui.pages.work.rows import card_rows, group_of, message_rows, slot_days, task_groups
from jointreview.ui.pages.work.state import WorkState, _day, _invitation
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def work(world: World, who: str) -> list[Task]:
    return my_work(world.actors[who], world.now)


def named(world: World, who: str) -> list[str]:
    return [task.what for task in work(world, who)]


def test_a_draft_waits_for_its_applicant_and_for_nobody_else(world: World) -> None:
    world.drafted()
    assert named(world, "applicant") == ["fill_form"]
    assert [named(world, who) for who in ("clerk", "coordinator", "fire", "admin", "stranger")] == [[]] * 5


def test_a_submitted_case_waits_for_the_pre_check_within_its_time(world: World) -> None:
    world.submitted()
    (task,) = work(world, "clerk")
    assert (task.what, task.due, task.lamp) == ("precheck", date(2026, 5, 8), "notice")
    assert [t.waiting for t in work(world, "applicant")] == [True]


def test_the_lamp_of_a_forgotten_pre_check_turns_red(world: World) -> None:
    world.submitted()
    world.later(3)
    (task,) = work(world, "clerk")
    assert task.lamp == "red"


def test_an_accepted_case_waits_in_every_unit_that_takes_part_and_in_no_other(world: World) -> None:
    case_id = world.accepted()
    for who, actor in world.actors.items():
        if actor.role == "officer":
            assert ("read_documents" in named(world, who)) == (actor.unit in world.facts(case_id).units)


def test_the_officer_named_for_the_visit_is_led_to_the_site_and_the_colleague_waits(world: World) -> None:
    case_id = world.visiting()
    (task,) = work(world, "fire")
    assert (task.what, task.href, task.due) == ("inspect", f"/cases/{case_id}/onsite", date(2026, 5, 7))
    (other,) = work(world, "fire-2")
    assert (other.what, other.waiting) == ("colleague_goes", True)


def test_after_arriving_the_opinion_is_wanted(world: World) -> None:
    world.on_site()
    assert named(world, "fire") == ["give_opinion"]


def test_the_coordinator_is_offered_the_one_next_step(world: World) -> None:
    world.documents_read()
    assert named(world, "coordinator") == ["close_documents"]


def test_when_all_have_spoken_the_coordinator_concludes(world: World) -> None:
    world.all_passed()
    assert named(world, "coordinator") == ["conclude"]


def test_failed_items_ask_the_coordinator_for_one_notice(world: World) -> None:
    case_id = world.on_site()
    world.find(case_id, "fire", "防火门闭门器缺失", "GB 50016", "闭门器安装齐全")
    world.opine(case_id, "fire", "FAIL")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.unit != "fire":
            world.opine(case_id, a.unit)
    (task,) = work(world, "coordinator")
    assert (task.what, task.params) == ("issue_rectification", {"count": 1})


def test_late_things_come_first_and_waiting_things_last(world: World) -> None:
    world.submitted()
    world.later(4)
    world.submitted("school")
    tasks = work(world, "clerk")
    assert tasks[0].lamp == "red"
    assert [t.waiting for t in tasks] == sorted(t.waiting for t in tasks)


def test_every_task_has_words_in_both_languages(world: World) -> None:
    world.visiting()
    for who in ("applicant", "clerk", "coordinator", "fire", "fire-2"):
        for lang in ("zh", "en"):
            for group in task_groups(work(world, who), lang, world.today):
                assert all("{" not in row["what"] and row["action"] for row in group["tasks"])


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_told_why_its_list_is_empty(role: str) -> None:
    assert all(texts(lang)[f"work.empty_{role}"] for lang in ("zh", "en"))


def a_task(due: date | None, waiting: bool = False, what: str = "precheck") -> Task:
    return Task(1, "n", "p", what, {}, "precheck", "/", date(2026, 5, 1), due, "", waiting)


def test_tasks_are_grouped_by_the_day_they_are_due() -> None:
    wednesday = date(2026, 5, 6)
    assert group_of(a_task(wednesday - timedelta(3)), wednesday) == "today"
    assert group_of(a_task(wednesday), wednesday) == "today"
    assert group_of(a_task(date(2026, 5, 10)), wednesday) == "week"
    assert group_of(a_task(date(2026, 5, 11)), wednesday) == "later"
    assert group_of(a_task(wednesday, waiting=True), wednesday) == "others"
    assert group_of(a_task(None, what="fill_form"), wednesday) == "later"


def test_a_case_card_says_whose_turn_it_is_and_how_far_it_has_come(world: World) -> None:
    world.accepted()
    (card,) = my_cases(world.actors["applicant"], world.now)
    assert card.turn == "departments"
    assert [s.name for s in card.steps if s.standing == "now"] == ["review"]
    assert card_rows([card], "en")[0]["turn"] == "The departments' turn"


def test_a_stranger_sees_no_cases(world: World) -> None:
    world.accepted()
    assert my_cases(world.actors["stranger"], world.now) == []


def test_a_case_without_findings_passes_over_the_repair() -> None:
    standing = {s.name: s.standing for s in steps_of("deliver", delivered=True, rectified=False)}
    assert standing["rectify"] == "skipped"
    assert set(standing) == set(STEPS)
    assert standing["deliver"] == "done"


def test_own_days_show_free_marked_and_visited_half_days(world: World) -> None:
    world.visiting()
    world.do("fire", MarkBusy(day=date(2026, 5, 8), half="pm", note="培训"))
    halves = own_days(world.actors["fire"], world.today)
    assert len(halves) == 2 * DAYS_AHEAD
    kinds = {(h.day, h.half): h.kind for h in halves}
    assert kinds[date(2026, 5, 7), "am"] == "visit"
    assert kinds[date(2026, 5, 8), "pm"] == "busy"
    assert kinds[date(2026, 5, 8), "am"] == "free"


def test_own_days_leave_out_rest_days(world: World) -> None:
    days = slot_days(own_days(world.actors["fire"], date(2026, 5, 6)), "en")
    assert not {"Sat", "Sun"} & {d["weekday"] for d in days if d["title"] != "05-09"}


def test_messages_lead_to_their_case_and_are_read_together(world: World) -> None:
    case_id = world.accepted()
    applicant = world.actors["applicant"]
    before = unread_count(applicant)
    rows = message_rows(messages(applicant), "zh")
    assert before == len(rows) > 0
    assert rows[0]["href"] == f"/cases/{case_id}"
    assert mark_all_read(applicant) == before
    assert unread_count(applicant) == 0


def test_reading_ones_own_messages_leaves_others_unread(world: World) -> None:
    world.accepted()
    mark_all_read(world.actors["applicant"])
    assert unread_count(world.actors["fire"]) > 0


def test_a_code_is_taken_as_people_type_it() -> None:
    assert _invitation(" ab12-cd34 ef56 ").code == "AB12CD34EF56"


@pytest.mark.parametrize("code", ["", "ab", "x" * 80])
def test_an_impossible_code_is_refused_in_words(code: str) -> None:
    with pytest.raises(Refused) as refusal:
        _invitation(code)
    assert refusal.value.problems[0].where == "code"


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        _day("tomorrow")


def test_the_form_of_the_code_passes_the_guard_as_the_browser_sends_it() -> None:
    handler = SimpleNamespace(handler=SimpleNamespace(fn=WorkState.event_handlers["join"].fn))
    assert check_payload(handler, {"form": {"code": "AB12", "__reflex_form_data__": {"code": ["AB12"]}}})
