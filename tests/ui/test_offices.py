"""The board, the working-day table, organisations and administration as their pages hold them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from jointreview.commands.calendar_admin import ImportCalendar, SetCalendarDay
from jointreview.domain.calendar import DayKind
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.queries.board import board
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.calendar import year_days
from jointreview.queries.organisations import own_organisations
from jointreview.text import texts
from jointreview.ui.me import Me
from jointreview.ui.nav import ways_for
from jointreview.ui.pages import admin, calendar, organisation
from jointreview.ui.pages import board as board_page
from jointreview.ui.pages.admin.person import PersonState
from jointreview.ui.pages.admin.state import AdminState
from jointreview.ui.pages.board.rows import board_rows, lamp_chips, state_options
from jointreview.ui.pages.board.state import _page_of
from jointreview.ui.pages.calendar.preview import effect_of_day, effect_of_notice
from jointreview.ui.pages.calendar.rows import kind_options, months, moved_rows
from jointreview.ui.pages.organisation.rows import organisation_row
from jointreview.ui.pages.organisation.state import OrganisationState
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


async def state_of(kind: type[rx.State], actor: Actor) -> Any:
    """A tab's state with somebody signed in, as the guard leaves it."""
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    me = await root.get_state(Me)
    me._actor = actor
    return await root.get_state(kind)


def rows(world: World, who: str = "coordinator", **filters: Any):
    return board_rows(board(world.actors[who], BoardFilters(**filters), "zh", world.now), "zh")


# the board


def test_a_late_case_is_marked_and_stands_first(world: World) -> None:
    late = world.accepted()
    world.later(12)
    world.accepted("school")
    first, second = rows(world)
    assert (first["id"], first["late"], first["lamp"]) == (str(late), True, "red")
    assert (second["late"], second["lamp"]) == (False, "green")


def test_a_departments_mark_is_its_lamp_while_it_works_and_its_opinion_afterwards(world: World) -> None:
    case_id = world.on_site()
    world.fail(case_id, "fire")
    (row,) = rows(world)
    marks = {dot["unit"]: dot["mark"] for dot in row["dots"]}
    assert marks["fire"] == "no" and marks["planning"] in {"green", "notice", "yellow"}
    assert "不合格" in next(dot["label"] for dot in row["dots"] if dot["unit"] == "fire")
    assert row["spoken"] == f"已出意见 1/{len(row['dots'])}"


def test_chips_show_the_lamps_there_are_and_the_chosen_one(world: World) -> None:
    world.accepted()
    found = board(world.actors["coordinator"], BoardFilters(), "zh", world.now)
    assert [c["value"] for c in lamp_chips(found, "", "zh")] == ["green"]
    assert [c["value"] for c in lamp_chips(found, "red", "zh")] == ["green", "red"]
    assert [o["value"] for o in state_options(found, "open", "zh")] == ["open", "ended", "all", "reviewing"]


def test_a_case_chosen_on_the_map_is_found_on_its_page(world: World) -> None:
    case_id = world.accepted()
    coordinator = world.actors["coordinator"]
    assert _page_of(coordinator, BoardFilters(), str(case_id)) == 1
    assert _page_of(coordinator, BoardFilters(lamp="paused"), str(case_id)) == 0
    assert _page_of(world.actors["admin"], BoardFilters(), str(case_id)) == 0


# the working-day table


def test_a_month_begins_under_its_weekday_and_every_rest_day_has_its_letter(world: World) -> None:
    year = months(year_days(2026, "zh"), "zh", world.today)
    assert len(year) == 12 and sum(len(month["days"]) for month in year) == 365
    may = year[4]
    assert may["gap"] == 4  # 2026-05-01 is a Friday
    marks = {cell["day"]: cell["mark"] for cell in may["days"]}
    assert (marks["2026-05-01"], marks["2026-05-09"], marks["2026-05-10"], marks["2026-05-11"]) == (
        "节",
        "班",
        "休",
        "",
    )
    assert [cell["day"] for cell in may["days"] if cell["today"]] == [world.today.isoformat()]


def test_days_of_a_provisional_year_say_so(world: World) -> None:
    year = months(year_days(2028, "zh"), "zh", world.today)
    assert all(cell["label"].endswith("暂定") for month in year for cell in month["days"])


def test_a_weekday_is_never_offered_as_a_make_up_day(world: World) -> None:
    def offered(day: date) -> set[str]:
        return {option["value"] for option in kind_options(day, "zh")}

    assert offered(date(2026, 5, 11)) == {"holiday", "workday"}
    assert offered(date(2026, 5, 10)) == {"makeup", "holiday", "weekend"}


def test_the_warning_names_the_cases_that_the_change_then_moves(world: World) -> None:
    world.accepted()
    day = date(2026, 5, 12)
    (foreseen,) = moved_rows(effect_of_day(day, DayKind.HOLIDAY, world.today), "zh")
    assert foreseen["later"] and rows(world)[0]["due"] == foreseen["old"]
    world.do("coordinator", SetCalendarDay(day=day, kind=DayKind.HOLIDAY, source="通知"))
    assert rows(world)[0]["due"] == foreseen["new"]


def test_the_effect_of_a_notice_is_what_its_import_does(world: World) -> None:
    notice = ImportCalendar(csv="date,is_workday,name\n2028-01-03,0,元旦\n2028-01-08,1", source="通知")
    foreseen = effect_of_notice(notice, world.today)
    done = world.do("coordinator", notice).value
    assert (foreseen.year, foreseen.changed) == (done["year"], done["changed"])


def test_a_notice_of_two_years_or_with_faults_is_refused_before_anything_is_shown(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        effect_of_notice(ImportCalendar(csv="date,is_workday\nx,1\n2028-01-02,9", source="通知"), world.today)
    assert [p.key for p in refusal.value.problems] == ["clock.csv_date", "clock.csv_flag"]
    with pytest.raises(Refused, match="one_year_only"):
        effect_of_notice(
            ImportCalendar(csv="date,is_workday\n2027-01-04,1\n2028-01-04,1", source="通知"), world.today
        )


# organisations


async def test_a_request_asks_for_the_letter_and_keeps_what_was_entered(world: World) -> None:
    state = await state_of(OrganisationState, world.actors["stranger"])
    await state.request({"credit_code": "91320681MA1N0A1B3X"})
    assert [f["where"] for f in state.faults["request"]] == ["request-letter"] and state.emptied["request"] == 0
    letter = world.upload("stranger", b"%PDF-1.4", "授权书.pdf", "pdf", 1)
    state.request_letter({"upload_id": letter, "name": "授权书.pdf"})
    await state.request({"credit_code": "91320681MA1N0A1B3X"})
    assert state.faults["request"] == [] and state.letters["request"] == "" and state.emptied["request"] == 1
    assert [o["name"] for o in state.organisations] == ["启东智能装备有限公司"]


async def test_a_credit_code_is_judged_as_it_is_typed(world: World) -> None:
    state = await state_of(OrganisationState, world.actors["stranger"])
    await state.look_at_code("register", "91320681MA1N0A1B3")
    assert not state.code_ok["register"] and "17" in state.code_says["register"]
    await state.look_at_code("register", " 91320681ma1n0a1b3x ")
    assert state.code_ok["register"] and "91320681MA1N0A1B3X" in state.code_says["register"]
    await state.look_at_code("register", "")
    assert state.code_says["register"] == ""


def test_the_owner_is_not_offered_to_end_the_own_authority(world: World) -> None:
    (view,) = own_organisations(world.actors["applicant"], world.today)
    row = organisation_row(view, "zh")
    assert row["owner"] and [(a["may_admit"], a["may_end"]) for a in row["agents"]] == [(False, False)]


# administration


async def test_a_one_time_password_is_forgotten_when_its_dialog_closes(world: World) -> None:
    person = await state_of(PersonState, world.actors["admin"])
    await person.add({"login": "new.one", "name": "新人", "role": "clerk", "email": "", "mobile": "", "title": ""})
    assert person.one_time and not person.adding
    person.one_time_open_changed(False)
    assert person.one_time == "" == person.one_time_for


async def test_what_is_wrong_with_a_new_person_stands_in_the_form_by_field(world: World) -> None:
    person = await state_of(PersonState, world.actors["admin"])
    person.open_add()
    await person.add({"login": "fire", "name": "", "role": "officer", "unit": ""})
    assert person.adding and person.one_time == ""
    assert {f["where"] for f in person.add_faults} == {"add-login", "add-name", "add-unit"}


async def test_an_empty_unit_stands_first_and_is_counted(world: World) -> None:
    state = await state_of(AdminState, world.actors["admin"])
    state.panel = "units"
    await state.reread()
    assert state.empty_units == 0
    person = await state.get_state(PersonState)
    for login in ("fire", "fire-2"):
        person.person = {**person.person, "id": str(world.actors[login].account_id)}
        await person.open_or_close(False)
    await state.reread()
    assert state.empty_units == 1 and (state.units[0]["code"], state.units[0]["empty"]) == ("fire", True)


async def test_the_system_panel_tells_how_far_the_notices_reach(world: World) -> None:
    state = await state_of(AdminState, world.actors["admin"])
    state.panel = "system"
    await state.reread()
    assert state.catalogue["version"].startswith("qidong ")
    assert "2026" in state.checks[-1]["detail"]


# all of them


@pytest.mark.parametrize("page", [board_page.PAGE, calendar.PAGE, organisation.PAGE, admin.PAGE])
def test_every_page_can_be_made_and_has_a_title(page: Any) -> None:
    assert page.content() and page.title in texts("zh")


def test_each_role_finds_its_ways() -> None:
    routes = {role: {way.route for way in ways_for(role)} for role in ("applicant", "clerk", "officer", "admin")}
    assert "/board" in routes["clerk"] & routes["officer"] and "/board" not in routes["applicant"] | routes["admin"]
    assert "/organisation" in routes["applicant"] & routes["clerk"] and "/admin" in routes["admin"]
