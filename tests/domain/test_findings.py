"""The life of a finding and the rounds of rectification."""

from datetime import date

import pytest

from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.conclusion import ItemResult
from jointreview.domain.findings import (
    STEPS,
    Actor,
    Finding,
    FindingAction,
    FindingState,
    Party,
    RoundRule,
    act,
    items_to_decide,
    open_next_round,
    ready_for_reinspection,
    rectification_due,
    reinspection_time,
    units_to_return,
)
from jointreview.domain.problems import Refused

APPLICANT, FIRE, CIVIL = Actor(), Actor("fire"), Actor("civil")
CALENDAR = default_calendar(2026, 2026)


def finding(state: FindingState = FindingState.OPEN, unit: str = "fire", item: str = "A3") -> Finding:
    return Finding(1, item, unit, state)


def test_a_finding_is_rectified_and_verified_by_the_unit_that_raised_it():
    rectified = act(finding(), FindingAction.RECTIFY, APPLICANT)
    assert rectified.state is FindingState.RECTIFIED
    assert act(rectified, FindingAction.VERIFY, FIRE).state is FindingState.VERIFIED


def test_a_reopened_finding_can_be_rectified_again():
    again = act(finding(FindingState.RECTIFIED), FindingAction.REOPEN, FIRE, "fire door still missing")
    assert again.state is FindingState.REOPENED
    assert act(again, FindingAction.RECTIFY, APPLICANT).state is FindingState.RECTIFIED


@pytest.mark.parametrize("action", FindingAction)
@pytest.mark.parametrize("state", FindingState)
@pytest.mark.parametrize("actor", [APPLICANT, FIRE, CIVIL])
def test_only_the_party_may_act_and_only_in_the_right_state(action, state, actor):
    step = STEPS[action]
    rightful = APPLICANT if step.who is Party.APPLICANT else FIRE
    if actor == rightful and state in step.before:
        assert act(finding(state), action, actor, "reason").state is step.after
        return
    with pytest.raises(Refused) as refused:
        act(finding(state), action, actor, "reason")
    assert refused.value.kind == ("state" if actor == rightful else "forbidden")


@pytest.mark.parametrize("action", [FindingAction.REOPEN, FindingAction.WITHDRAW])
def test_taking_back_a_step_needs_a_reason(action):
    with pytest.raises(Refused) as refused:
        act(finding(FindingState.RECTIFIED), action, FIRE, "  ")
    assert refused.value.problems[0].key == "rules.reason_wanted"


def test_rounds_are_limited():
    assert [open_next_round(0), open_next_round(1)] == [1, 2]
    with pytest.raises(Refused):
        open_next_round(2)
    assert open_next_round(2, RoundRule(max_rounds=3)) == 3


@pytest.mark.parametrize(
    ("opened", "extensions", "due"),
    [
        ("2026-03-10", 0, "2026-04-09"),
        ("2026-03-10", 1, "2026-05-09"),  # a working Saturday
        ("2026-01-16", 0, "2026-02-24"),  # 02-15 lies in the Spring Festival
        ("2026-09-01", 0, "2026-10-08"),
    ],
)
def test_the_applicants_natural_days_end_on_a_working_day(opened, extensions, due):
    found = rectification_due(date.fromisoformat(opened), extensions, CALENDAR)
    assert found == date.fromisoformat(due)


def test_there_is_one_extension():
    with pytest.raises(Refused):
        rectification_due(date(2026, 3, 10), 2, CALENDAR)


@pytest.mark.parametrize(("used", "days", "granted"), [(4, 6, 0), (7, 3, 0), (8, 3, 1), (10, 3, 3), (12, 3, 5)])
def test_re_inspection_has_at_least_three_working_days(used, days, granted):
    found = reinspection_time(10, used)
    assert (found.days, found.granted) == (days, granted)
    assert 10 + found.granted - used == found.days


def test_only_units_with_an_unsettled_finding_return():
    findings = [
        finding(FindingState.VERIFIED, "quality"),
        finding(FindingState.WITHDRAWN, "planning"),
        finding(FindingState.RECTIFIED, "fire"),
        finding(FindingState.REOPENED, "civil"),
    ]
    assert units_to_return(findings) == ("civil", "fire")


def test_the_report_can_be_filed_once_every_finding_is_answered():
    assert not ready_for_reinspection([finding(FindingState.RECTIFIED), finding(FindingState.REOPENED)])
    assert ready_for_reinspection([finding(FindingState.RECTIFIED), finding(FindingState.VERIFIED)])


def test_what_passed_stays_passed_unless_reopened_with_a_reason():
    results = {"A1": ItemResult.PASS, "A2": ItemResult.PASS, "A3": ItemResult.FAIL, "A4": None}
    assert items_to_decide(results, [finding()], {}) == ("A3", "A4")
    assert items_to_decide(results, [finding()], {"A1": "facade changed"}) == ("A1", "A3", "A4")
    with pytest.raises(Refused):
        items_to_decide(results, [], {"A1": " "})
