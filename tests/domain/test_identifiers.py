"""Credit codes, project codes, permit numbers, mobile and identity numbers as people type them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from jointreview.domain.code_check import CodeKind
from jointreview.domain.credit_code import ALPHABET, check_character
from jointreview.domain.identifiers import check_code, check_identity_number, check_mobile
from jointreview.domain.personal_numbers import identity_check

VALID_CREDIT = [
    "91110000600037341L",
    "9144030071526726XG",
    "91330106673959654P",
    "91320594088140947F",
    "91320681MA1N0A1B3X",
    "91320681MA7XK3PQ9J",
    "91320681MA27T4RWXM",
    "92320681MABC12DE6D",
    "11320681014032863Y",
    "123206814679830553",
    "51320681509120777L",
]


def keys(text: str, kind: str | None = None) -> list[str]:
    return [p.key for p in check_code(text, kind).problems]


@pytest.mark.parametrize("code", VALID_CREDIT)
def test_valid_credit_codes_pass_here_and_in_an_independent_package(code):
    found = check_code(code)
    assert (found.kind, found.valid, found.warnings) == (CodeKind.CREDIT, True, ())
    assert uscc.is_valid(code)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=10, max_size=10))
def test_any_credit_code_gets_the_verdict_of_an_independent_package(region, rest):
    assert check_code(region + rest, "credit").valid == uscc.is_valid(region + rest)
    code = (region + rest)[:17]
    assert uscc.is_valid(code + check_character(code))


@given(st.sampled_from(VALID_CREDIT), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_of_a_credit_code_is_found(code, place, character):
    assume(code[place] != character)
    assert not check_code(code[:place] + character + code[place + 1 :], "credit").valid


def test_a_credit_code_is_forgiven_case_width_and_spaces():
    found = check_code(" ９１１１００００ 600037341l\u200b")
    assert (found.valid, found.normalised) == (True, "91110000600037341L")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("91110000600037342L", "ids.credit_check"),
        ("9111000060003734IL", "ids.credit_characters"),
        ("9111000060003734L", "ids.credit_length"),
        ("91A10000600037341L", "ids.credit_region"),
        ("9111000060003734\u0661L", "ids.credit_characters"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_said(text, key):
    assert keys(text, "credit") == [key]


def test_a_wrong_inner_check_character_is_only_a_warning():
    body = "91110000600037342"
    found = check_code(body + check_character(body))
    assert found.valid
    assert [w.key for w in found.warnings] == ["ids.credit_inner"]


@pytest.mark.parametrize(
    "code",
    [
        "2017-320681-47-03-123456",
        "2101-320681-89-01-556677",
        "2012-320681-89-01-123456",
        "2207－320681—89–01-123456",
    ],
)
def test_project_codes_of_both_forms_pass(code):
    found = check_code(code)
    assert (found.kind, found.valid) == (CodeKind.PROJECT, True)
    assert found.parts["region_name"] == "江苏省南通市启东市"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("2013-320681-89-01-123456", "ids.project_time"),
        ("2113-320681-89-01-123456", "ids.project_time"),
        ("2014-320681-89-01-123456", "ids.project_time"),
        ("2101-32068-89-01-1234567", "ids.project_shape"),
        ("2101-320681-89-01-12345", "ids.project_shape"),
        ("210132068189011234560000", "ids.project_shape"),
        ("2101-320681-89-01-12345٤", "ids.project_shape"),
    ],
)
def test_malformed_project_codes_are_refused(code, key):
    assert keys(code) == [key]


def test_an_unknown_region_asks_to_look_again():
    found = check_code("2101-990681-89-01-123456")
    assert found.valid and [w.key for w in found.warnings] == ["ids.region_unknown"]


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("建字第3206142026GG0051651号", "建字第3206142026GG0051651号"),
        ("3206142026gg0051651", "建字第3206142026GG0051651号"),
        ("建字第 320623202000006 号", "建字第320623202000006号"),
        ("地字第3206812025YG0000012号", "地字第3206812025YG0000012号"),
        ("用字第3206812025XS0000012号", "用字第3206812025XS0000012号"),
        ("乡字第3206812025XG0000012", "乡字第3206812025XG0000012号"),
        ("选字第320623201900004号", "选字第320623201900004号"),
    ],
)
def test_planning_permits_of_both_forms_pass(text, normalised):
    found = check_code(text)
    assert (found.kind, found.valid) == (CodeKind.PLANNING_PERMIT, True), found.problems
    assert found.normalised == normalised


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("建字第3206142026YG0051651号", "ids.planning_mismatch"),
        ("选字第3206142026XS0051651号", "ids.planning_mismatch"),
        ("建字第3206142026ZZ0051651号", "ids.planning_letters"),
        ("320623202000006", "ids.planning_word"),
        ("用字第320623202000006号", "ids.planning_no_former"),
        ("建字第320623302000006号", "ids.permit_year"),
        ("建字第32062320200000号", "ids.planning_shape"),
    ],
)
def test_malformed_planning_permits_are_refused(text, key):
    assert keys(text, "planning-permit") == [key]


def test_a_construction_permit_has_a_real_date():
    found = check_code("320623202004020101")
    assert (found.kind, found.parts["date"]) == (CodeKind.CONSTRUCTION_PERMIT, "2020-04-02")
    assert keys("320623202002300101", "construction-permit") == ["ids.construction_date"]
    assert keys("32062320200402010", "construction-permit") == ["ids.construction_shape"]


def test_a_construction_permit_of_the_national_platform_passes():
    found = check_code("3205011208090105-SX-001")
    assert (found.kind, found.parts["date"]) == (CodeKind.CONSTRUCTION_PERMIT, "2012-08-09")
    assert keys("3205011213090105-SX-001") == ["ids.construction_date"]


def test_eighteen_characters_are_a_credit_code_unless_only_a_permit_fits():
    assert check_code("123206814679830553").kind is CodeKind.CREDIT
    assert check_code("320623202004020101").kind is CodeKind.CONSTRUCTION_PERMIT
    assert check_code("91110000600037342L").kind is CodeKind.CREDIT


@pytest.mark.parametrize(
    ("text", "key"), [(" ", "ids.empty"), ("1" * 500, "ids.too_long"), ("?", "ids.unknown_kind")]
)
def test_what_is_no_code_is_said_so(text, key):
    assert keys(text) == [key]


def test_an_unknown_kind_is_a_programming_fault():
    with pytest.raises(ValueError, match="colour"):
        check_code("1", "colour")


@given(st.text(max_size=60))
def test_no_text_upsets_the_check(text):
    found = check_code(text)
    assert found.valid == (not found.problems)
    for kind in CodeKind:
        check_code(text, kind)


@pytest.mark.parametrize("text", ["13812345678", "+86 138-1234-5678", "8613812345678", "１３８１２３４５６７８"])
def test_mobile_numbers_are_normalised(text):
    assert check_mobile(text).valid and check_mobile(text).normalised == "13812345678"


@pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "0513-83312345", ""])
def test_other_numbers_are_no_mobile_numbers(text):
    assert not check_mobile(text).valid


def identity(first17: str) -> str:
    return first17 + identity_check(first17)


@given(st.dates().filter(lambda d: 1900 <= d.year <= 2025), st.integers(0, 999))
def test_identity_numbers_agree_with_an_independent_package(birthday, serial):
    number = identity(f"320602{birthday:%Y%m%d}{serial:03d}")
    assert check_identity_number(number).valid
    assert ric.calc_check_digit(number) == number[17]


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_of_an_identity_number_is_found(place, digit):
    number = identity("32068119900307001")
    assume(number[place] != digit)
    assert not check_identity_number(number[:place] + digit + number[place + 1 :]).valid


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("320681900307001", "ids.identity_shape"),
        (identity("99068119900307001"), "ids.identity_region"),
        (identity("32068119900230001"), "ids.identity_birthday"),
    ],
)
def test_what_is_wrong_with_an_identity_number_is_said_without_repeating_it(number, key):
    (problem,) = check_identity_number(number).problems
    assert (problem.key, problem.params) == (key, {})
