"""The rules of supervision, each by a table of histories; daily sweeps and one sweep find the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.pauses import PauseKind
from jointreview.domain.status_codes import StatusCode
from jointreview.domain.supervision import CHECKS, grounds, names_a_basis
from jointreview.domain.supervision_facts import (
    AttendanceFacts,
    CaseHistory,
    Entry,
    OpinionFacts,
    PauseFacts,
    RoundFacts,
)

CALENDAR = WorkCalendar.of([])
MONDAY = date(2026, 3, 2)
FIGURES = {
    "case_due_soon": {"days": 1},
    "precheck_late": {"days": 2},
    "backfilled": {"days": 1},
    "supplement_again": {"most": 1},
    "returned_again": {"most": 1},
    "pause_on_due_day": {"days": 0},
    "pause_share": {"percent": 50, "least_days": 5},
    "no_reasons": {"least_characters": 10},
    "opinion_late": {"days": 1},
}


def workday(n: int) -> date:
    """The n-th working day after the acceptance on Monday 2026-03-02."""
    return CALENDAR.nth_workday_after(MONDAY, n) if n >= 0 else MONDAY + timedelta(days=n)


def event(id: int, kind: str, n: int, code: StatusCode | None = None, **more) -> Entry:
    day = more.pop("day", workday(n))
    return Entry(id=id, kind=kind, day=day, recorded_on=more.pop("recorded_on", day), code=code, **more)


ACCEPTED = event(1, "accepted", 0, StatusCode.ACCEPTED, role="clerk")
ASKED = {"kind": "supplement_asked", "code": StatusCode.SUPPLEMENT_STARTED}
GIVEN = {"kind": "supplement_given", "code": StatusCode.SUPPLEMENT_ENDED}
CASE = CaseHistory(7, 10, (ACCEPTED,))


def case(*entries: Entry, **more) -> CaseHistory:
    return replace(CASE, entries=(ACCEPTED, *entries), **more)


def found(check: str, history: CaseHistory, on: date) -> list[tuple[str, date]]:
    return [(g.subject, g.happened_on) for g in grounds(check, history, FIGURES.get(check, {}), CALENDAR, on)]


def test_a_case_is_overdue_from_the_day_after_its_due_day_and_not_on_it():
    assert found("case_overdue", CASE, workday(10)) == []
    assert found("case_overdue", CASE, workday(30)) == [("case:7:2026-03-16", date(2026, 3, 17))]


def test_the_due_day_before_a_rest_day_is_overdue_on_the_rest_day():
    friday = replace(CASE, promised_days=9, entries=(event(1, "accepted", 0, StatusCode.ACCEPTED),))
    assert found("case_overdue", friday, date(2026, 3, 13)) == []
    friday = replace(friday, promised_days=4)
    assert found("case_overdue", friday, date(2026, 3, 7)) == [("case:7:2026-03-06", date(2026, 3, 7))]


@pytest.mark.parametrize("code", [StatusCode.PASSED, StatusCode.FAILED, StatusCode.WITHDRAWN], ids=lambda c: c.name)
def test_a_case_that_ended_in_time_is_never_overdue(code: StatusCode):
    assert found("case_overdue", case(event(2, "end", 10, code)), workday(60)) == []


def test_a_case_withdrawn_after_its_due_day_was_overdue_until_then():
    late = case(event(2, "withdrawn", 12, StatusCode.WITHDRAWN))
    assert found("case_overdue", late, workday(60)) == [("case:7:2026-03-16", date(2026, 3, 17))]


def test_a_case_never_accepted_has_no_due_day():
    assert found("case_overdue", CaseHistory(7, 10, (event(1, "submitted", 0),)), workday(60)) == []


def test_an_open_pause_keeps_a_case_from_being_overdue_and_moves_the_due_day_afterwards():
    paused = case(event(2, n=8, **ASKED))
    assert found("case_overdue", paused, workday(60)) == []
    resumed = case(event(2, n=8, **ASKED), event(3, n=12, **GIVEN))
    assert found("case_overdue", resumed, workday(60)) == [(f"case:7:{workday(14)}", workday(14) + timedelta(days=1))]


def test_an_extension_counts_from_the_day_it_was_granted_so_what_was_late_before_stays_late():
    granted = event(2, "extension_approved", 12, days=5)
    history = case(granted, promised_days=15)
    days = [day for _, day in found("case_overdue", history, workday(60))]
    assert days == [workday(11), workday(15) + timedelta(days=1)]


def test_an_extension_granted_in_time_moves_the_day():
    history = case(event(2, "extension_approved", 9, days=5), promised_days=15)
    assert [d for _, d in found("case_overdue", history, workday(60))] == [workday(15) + timedelta(days=1)]


def test_a_case_is_due_soon_from_the_working_day_before_its_due_day():
    assert found("case_due_soon", CASE, workday(8)) == []
    assert found("case_due_soon", CASE, workday(9)) == [("case:7:2026-03-16", workday(9))]
    assert found("case_due_soon", case(event(2, "end", 8, StatusCode.PASSED)), workday(60)) == []


def round_of(**more) -> RoundFacts:
    facts = {"id": 3, "assignment_id": 5, "unit": "fire", "item": "A2", "kind": "documents", "status": "open"}
    return RoundFacts(**{**facts, "opened_on": workday(0), "days": 2, **more})


@pytest.mark.parametrize(
    ("closed", "late"), [(None, True), (workday(2), False), (workday(3), True)], ids=["open", "in time", "late"]
)
def test_a_department_is_late_although_the_case_is_green(closed: date | None, late: bool):
    history = case(rounds=(round_of(closed_on=closed, status="done" if closed else "open"),))
    expected = [(f"round:3:{workday(2)}", workday(3))] if late else []
    assert found("round_overdue", history, workday(5)) == expected
    assert found("case_overdue", history, workday(5)) == []


def test_a_pause_of_another_department_does_not_help_a_late_one():
    def special(part: int) -> CaseHistory:
        opened = event(2, "pause_opened", 1, StatusCode.SPECIAL_STARTED, part=part, ref="p")
        return case(opened, rounds=(round_of(),))

    assert found("round_overdue", special(6), workday(5)) == [(f"round:3:{workday(2)}", workday(3))]
    assert found("round_overdue", special(5), workday(5)) == []


@pytest.mark.parametrize(("status", "count"), [("deemed", 1), ("done", 0), ("void", 0)])
def test_silence_is_found_where_the_reading_counts_as_no_objection(status: str, count: int):
    history = case(rounds=(round_of(status=status, closed_on=workday(3)),))
    assert len(found("silent_department", history, workday(4))) == count


def application(*answers: Entry) -> CaseHistory:
    return CaseHistory(7, 10, (event(1, "submitted", 0), *answers))


@pytest.mark.parametrize(
    ("answers", "precheck", "deemed"),
    [
        ((), [workday(3)], [workday(6)]),
        ((event(2, "returned", 2),), [], []),
        ((event(2, "returned", 3),), [workday(3)], []),
        ((event(2, "accepted", 0, StatusCode.ACCEPTED, recorded_on=workday(6), deemed=True),), 1, 1),
        ((event(2, "withdrawn", 1, StatusCode.RETRACTED),), [], []),
    ],
    ids=["never", "in time", "late", "by law", "taken back"],
)
def test_the_window_answers_in_two_days_and_by_law_in_five(answers, precheck, deemed):
    history = application(*answers)
    for check, expected in (("precheck_late", precheck), ("deemed_acceptance", deemed)):
        days = [day for _, day in found(check, history, workday(20))]
        assert len(days) == expected if isinstance(expected, int) else days == expected


@pytest.mark.parametrize(
    ("recorded", "role", "count"),
    [(1, "clerk", 0), (2, "clerk", 1), (6, "system", 0)],
    ids=["next day", "late", "law"],
)
def test_a_record_entered_later_than_a_working_day_is_back_filled(recorded: int, role: str, count: int):
    history = case(event(2, "paper_record", 0, recorded_on=workday(recorded), role=role))
    assert len(found("backfilled", history, workday(9))) == count


def test_papers_are_asked_for_once():
    once, again = event(2, n=2, **ASKED), event(4, n=6, **ASKED)
    back = event(3, n=4, **GIVEN)
    assert found("supplement_again", case(once, back), workday(9)) == []
    assert found("supplement_again", case(once, back, again), workday(9)) == [("event:4", workday(6))]


def test_gaps_are_told_once_before_acceptance():
    entries = (event(1, "submitted", 0), event(2, "returned", 1), event(3, "submitted", 3), event(4, "returned", 4))
    assert found("returned_again", CaseHistory(7, 10, entries), workday(9)) == [("event:4", workday(4))]


@pytest.mark.parametrize(("n", "count"), [(9, 0), (10, 1)], ids=["day before", "due day"])
def test_a_pause_opened_on_the_due_day_is_found(n: int, count: int):
    assert len(found("pause_on_due_day", case(event(2, n=n, **ASKED)), workday(12))) == count


@pytest.mark.parametrize(
    ("kind", "closed", "count"),
    [
        (PauseKind.SPECIAL, None, 1),
        (PauseKind.SPECIAL, workday(5), 0),
        (PauseKind.SPECIAL, workday(6), 1),
        (PauseKind.SUPPLEMENT, None, 0),
    ],
    ids=["open", "in time", "late", "applicant's own"],
)
def test_a_pause_longer_than_planned_is_found(kind: PauseKind, closed: date | None, count: int):
    pause = PauseFacts(1, kind, "fire", workday(1), workday(5), closed)
    assert len(found("pause_overrun", case(pauses=(pause,)), workday(9))) == count


@pytest.mark.parametrize(("until", "count"), [(5, 0), (6, 1)], ids=["four days", "five days"])
def test_pauses_that_take_half_of_the_time_are_found_the_applicants_own_not(until: int, count: int):
    def paused(kind: PauseKind) -> CaseHistory:
        return case(
            event(2, "opened", 1, StatusCode.SPECIAL_STARTED, pause=kind),
            event(3, "closed", until, StatusCode.SPECIAL_ENDED, pause=kind),
        )

    assert len(found("pause_share", paused(PauseKind.SPECIAL), workday(9))) == count
    assert found("pause_share", paused(PauseKind.RECTIFICATION), workday(9)) == []


@pytest.mark.parametrize(
    ("text", "basis", "count"),
    [
        ("不符合。", False, 1),
        ("现场防火间距不足，不符合要求。", False, 1),
        ("现场防火间距不足，不符合要求。", True, 0),
        ("不符合GB 50016第5.2.2条的防火间距要求。", False, 0),
    ],
    ids=["short", "no basis", "basis in finding", "basis in text"],
)
def test_a_failing_opinion_says_why_and_by_which_rule(text: str, basis: bool, count: int):
    opinion = OpinionFacts(4, 5, "fire", "A2", "FAIL", text, workday(4), basis)
    assert len(found("no_reasons", case(opinions=(opinion,)), workday(5))) == count
    assert found("no_reasons", case(opinions=(replace(opinion, result="PASS"),)), workday(5)) == []


def test_a_refusal_says_why_and_by_which_rule():
    bare = event(2, "refused", 1, StatusCode.ACCEPTANCE_REFUSED, text="材料不行")
    full = replace(bare, text="依据《中华人民共和国行政许可法》第三十二条，不属于本机关职权范围。")
    assert found("no_reasons", application(bare), workday(5)) == [("event:2", workday(1))]
    assert found("no_reasons", application(full), workday(5)) == []


def test_an_extension_is_on_record():
    assert found("extension_used", case(event(2, "extension_approved", 4, days=5)), workday(5)) == [
        ("event:2", workday(4))
    ]


def test_who_did_not_come_is_found_by_visit_and_unit():
    there = AttendanceFacts(1, workday(4), "fire", True)
    absent = AttendanceFacts(1, workday(4), "greening", False)
    assert found("absent_at_visit", case(attendance=(there, absent)), workday(5)) == [
        ("visit:1:greening", workday(4))
    ]


@pytest.mark.parametrize(
    ("closed", "count"), [(None, 1), (workday(5), 0), (workday(6), 1)], ids=["none", "next day", "late"]
)
def test_an_opinion_is_given_on_the_working_day_after_the_visit(closed: date | None, count: int):
    round_ = round_of(kind="site", days=5, closed_on=closed, status="done" if closed else "open")
    history = case(rounds=(round_,), attendance=(AttendanceFacts(1, workday(4), "fire", True),))
    assert len(found("opinion_late", history, workday(9))) == count


@pytest.mark.parametrize("text", ["《建筑法》", "第六十一条", "第6.5.1条", "GB 50016", "消防技术规范"])
def test_a_basis_is_a_law_a_standard_or_one_of_their_articles(text: str):
    assert names_a_basis(text)


# The same set whenever the sweep ran: every history of a case, cut off day by day.

_STEPS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["ask", "give", "special", "resume", "grant", "close", "end", "withdraw", "paper"]),
    ),
    max_size=9,
)


def _history(steps: list[tuple[int, str]], day_of_look: date) -> CaseHistory:
    """The case as recorded by the end of a day: nothing of what comes later."""
    day, entries, days, closed = MONDAY, [ACCEPTED], 10, None
    codes = {
        "ask": StatusCode.SUPPLEMENT_STARTED,
        "give": StatusCode.SUPPLEMENT_ENDED,
        "special": StatusCode.SPECIAL_STARTED,
        "resume": StatusCode.SPECIAL_ENDED,
        "end": StatusCode.PASSED,
        "withdraw": StatusCode.WITHDRAWN,
    }
    for n, (gap, step) in enumerate(steps, start=2):
        day += timedelta(days=gap)
        if day > day_of_look or (entries[-1].code in (codes["end"], codes["withdraw"])):
            break
        grant = 3 if step == "grant" else 0
        days += grant
        closed = closed or (day if step in ("close", "end", "withdraw") else None)
        told = day - timedelta(days=4) if step == "paper" else day
        entries.append(Entry(n, step, told, day, codes.get(step), role="clerk", days=grant))
    status = "done" if closed else "open"
    return CaseHistory(7, days, tuple(entries), (round_of(days=3, closed_on=closed, status=status),))


@given(steps=_STEPS, last=st.integers(1, 40))
def test_sweeps_find_the_same_whether_they_ran_daily_or_once(steps: list[tuple[int, str]], last: int):
    end = MONDAY + timedelta(days=last)
    for check in CHECKS:
        daily: set[tuple[str, date]] = set()
        for n in range(last + 1):
            now = MONDAY + timedelta(days=n)
            daily |= set(found(check, _history(steps, now), now))
        assert daily == set(found(check, _history(steps, end), end)), check


@given(steps=_STEPS, last=st.integers(1, 40))
def test_nothing_is_found_before_it_happened_nor_twice(steps: list[tuple[int, str]], last: int):
    end = MONDAY + timedelta(days=last)
    for check in CHECKS:
        subjects = [s for s, _ in found(check, _history(steps, end), end)]
        assert len(subjects) == len(set(subjects))
        assert all(day <= end for _, day in found(check, _history(steps, end), end))
