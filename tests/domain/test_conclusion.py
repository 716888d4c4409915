"""From the units' results to the conclusion of the case."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.conclusion import (
    AbsencePolicy,
    ConclusionRule,
    ItemOutcome,
    ItemResult,
    Need,
    Outcome,
    conclude,
)
from jointreview.domain.status_codes import StatusCode
from jointreview.text import tr

RULE = ConclusionRule()
SETTLED = ItemOutcome(
    "greening",
    "CGJ",
    ItemResult.PASS_COND,
    deferrable=True,
    commitment_signed=True,
    commitment_until=date(2026, 12, 1),
)


def item(result: ItemResult | None, policy: AbsencePolicy = AbsencePolicy.NEVER) -> ItemOutcome:
    return ItemOutcome("fire", "ZJJ", result, policy)


def concluded(*outcomes: ItemOutcome, final: bool = False, rule: ConclusionRule = RULE):
    return conclude(outcomes, rule, final_round=final)


def reasons_of(*outcomes: ItemOutcome, final: bool = False) -> list[str]:
    return [r.key for r in concluded(*outcomes, final=final).reasons]


def test_all_passed_not_applicable_or_self_accepted_is_a_pass():
    found = concluded(item(ItemResult.PASS), item(ItemResult.NA), item(ItemResult.SELF))
    assert (found.outcome, found.code) == (Outcome.PASS, StatusCode.PASSED)


def test_a_committed_condition_is_a_conditional_pass():
    found = concluded(item(ItemResult.PASS), SETTLED)
    assert (found.outcome, found.code) == (Outcome.CONDITIONAL, StatusCode.PASSED_CONDITIONALLY)
    assert found.reasons[-1].params["until"] == "2026-12-01"


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (ItemOutcome("a", "u", ItemResult.PASS_COND, commitment_signed=True), "rules.item_not_deferrable"),
        (ItemOutcome("a", "u", ItemResult.PASS_COND, deferrable=True), "rules.item_not_signed"),
        (
            ItemOutcome("a", "u", ItemResult.PASS_COND, deferrable=True, commitment_signed=True),
            "rules.item_not_dated",
        ),
        (item(None), "rules.item_missing"),
        (item(ItemResult.DEEMED), "rules.item_deemed_not_enough"),
    ],
)
def test_what_is_not_settled_keeps_the_case_undecided_and_says_why(outcome, reason):
    for final in (False, True):
        found = concluded(SETTLED, outcome, final=final)
        assert (found.outcome, found.code) == (Outcome.UNDECIDED, None)
        assert found.reasons[-1].key == reason


def test_silence_closes_only_items_whose_policy_allows_it():
    assert concluded(item(ItemResult.DEEMED, AbsencePolicy.DEEMED_OK)).outcome is Outcome.PASS
    assert concluded(item(ItemResult.DEEMED, AbsencePolicy.NEVER)).outcome is Outcome.UNDECIDED


def test_a_failure_fails_the_case_only_in_the_final_round():
    assert reasons_of(item(ItemResult.FAIL)) == ["rules.case_to_rectify", "rules.item_failed"]
    found = concluded(item(ItemResult.FAIL), SETTLED, final=True)
    assert (found.outcome, found.code) == (Outcome.FAIL, StatusCode.FAILED)


def test_a_failure_in_the_final_round_does_not_wait_for_silent_units():
    assert concluded(item(ItemResult.FAIL), item(None), final=True).outcome is Outcome.FAIL


def test_a_case_without_items_is_undecided():
    assert reasons_of() == ["rules.case_no_items"]
    assert concluded(final=True).outcome is Outcome.UNDECIDED


def test_the_rule_is_data():
    lenient = ConclusionRule(conditional_needs=frozenset({Need.SIGNED}))
    signed = ItemOutcome("a", "u", ItemResult.PASS_COND, commitment_signed=True)
    assert concluded(signed, rule=lenient).outcome is Outcome.CONDITIONAL
    strict = ConclusionRule(deemed_closes=frozenset())
    assert concluded(item(ItemResult.DEEMED, AbsencePolicy.DEEMED_OK), rule=strict).outcome is Outcome.UNDECIDED


ITEMS = st.builds(
    ItemOutcome,
    st.sampled_from("abc"),
    st.sampled_from("uv"),
    st.sampled_from([None, *ItemResult]),
    st.sampled_from(AbsencePolicy),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, date(2026, 12, 1)]),
)


@given(st.lists(ITEMS, max_size=6), st.booleans())
def test_every_item_is_explained_in_both_languages(outcomes, final):
    found = concluded(*outcomes, final=final)
    assert [r.item for r in found.reasons] == ["", *(o.item for o in outcomes)]
    for reason in found.reasons:
        assert tr("zh", reason.key, **reason.params) and tr("en", reason.key, **reason.params)


@given(st.lists(ITEMS, min_size=1, max_size=6), st.booleans())
def test_a_case_with_an_unsettled_safety_critical_item_never_passes(outcomes, final):
    found = concluded(*outcomes, item(ItemResult.DEEMED), final=final)
    assert found.outcome not in (Outcome.PASS, Outcome.CONDITIONAL)
