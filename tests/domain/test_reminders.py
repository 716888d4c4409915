"""Reminders: what is true today and was not said yet, whatever the sweep did on the days before."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.reminders import Dated, Deadline, Reminder, due_reminders

FRIDAY = date(2026, 5, 8)
ROUND = Deadline("round:7", Dated.ROUND, FRIDAY)


def said(deadline: Deadline, today: date, sent: set[Reminder] | None = None) -> list[str]:
    return [reminder.kind for reminder in due_reminders([deadline], sent or set(), today)]


def test_a_department_is_reminded_the_day_before_on_the_day_and_when_late():
    days = [FRIDAY + timedelta(days=n) for n in (-2, -1, 0, 1, 30)]
    assert [said(ROUND, day) for day in days] == [
        [],
        ["round_due_tomorrow"],
        ["round_due_today"],
        ["round_overdue"],
        ["round_overdue"],
    ]


def test_the_applicant_hears_of_it_three_days_and_one_day_before():
    ends = Deadline("supplement:1", Dated.SUPPLEMENT, FRIDAY)
    days = [FRIDAY + timedelta(days=n) for n in (-4, -3, -1, 0)]
    assert [said(ends, day) for day in days] == [[], ["supplement_ends_soon"], ["supplement_ends_tomorrow"], []]


def test_after_three_days_without_a_sweep_only_what_is_still_true_is_sent():
    assert said(ROUND, FRIDAY + timedelta(days=2)) == ["round_overdue"]


def test_a_deadline_that_moved_is_reminded_of_anew():
    sent = set(due_reminders([ROUND], set(), FRIDAY))
    moved = Deadline(ROUND.subject, ROUND.what, FRIDAY + timedelta(days=5))
    assert said(ROUND, FRIDAY, sent) == []
    assert said(moved, moved.due, sent) == ["round_due_today"]


@given(
    sweeps=st.lists(st.integers(-6, 20), min_size=1, max_size=30),
    whats=st.lists(st.sampled_from(list(Dated)), min_size=1, max_size=5),
)
def test_no_row_of_sweeps_says_anything_twice_or_leaves_what_is_true_unsaid(sweeps: list[int], whats: list[Dated]):
    deadlines = [Deadline(f"{what}:{n}", what, FRIDAY + timedelta(days=n)) for n, what in enumerate(whats)]
    sent: list[Reminder] = []
    for offset in sorted(sweeps):
        today = FRIDAY + timedelta(days=offset)
        sent += due_reminders(deadlines, sent, today)
        assert set(due_reminders(deadlines, [], today)) <= set(sent)
    assert len(sent) == len(set(sent))
