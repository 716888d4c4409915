"""What a form must survive: markup, rare characters, endless texts, wrong types, impossible numbers and dates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bad_input.drafting import Draft, told

TEXTS = [
    "<script>alert(1)</script>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    "{{ 7*7 }}{% raw %} ${7*7} {name} %s",
    '=HYPERLINK("http://evil.example")',
    "👷🏗️ 🇨🇳 👩‍👩‍👧",
    "𠮷野家路𪚥号 㐂 龘",
    "Ａｄｄｒｅｓｓ　１２３",
    "'; DROP TABLE project; --",
    "\\u0000 \\x00 %00",
    "ế ñ é Ω ﷽",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_kept_as_it_was_written(draft: Draft, text: str):
    answer = draft.put("S2", {**draft.sample("S2"), "boundaries": text, "address": text})
    assert answer.status_code == 200, answer.text
    kept = draft.stored("S2").values
    assert kept["boundaries"] == kept["address"]
    assert kept["address"].replace("\u3000", " ") == text.replace("\u3000", " ")


LIST_ZH, LIST_EN = "此处应为若干行的列表。", "A list of rows is wanted here."
MAP_ZH, MAP_EN = "此处应为一组字段及其值。", "A set of fields with their values is wanted here."
TEXT_ZH, TEXT_EN = "此处应填写文字。", "A text is wanted here."
LARGE_ZH, LARGE_EN = "数字过大，请核对单位。", "The number is too large; check the unit."
CONTROL_ZH = "文字中含有无法显示的字符，请重新输入。"
CONTROL_EN = "The text contains characters that cannot be shown; type it again."


def no_number(text: str) -> tuple[str, str]:
    return (
        f"“{text}”不是数字，请写成 12345.67 或 12,345.67。",
        f"“{text}” is not a number. Write it as 12345.67 or 12,345.67.",
    )


@pytest.mark.parametrize(
    ("section", "values", "place", "texts"),
    [
        (
            "S2",
            '{"address": "%s"}' % ("长" * 10_000),
            "S2.address",
            (
                "文字有10000个字，最多{max}个字，请缩短。",
                "The text has 10000 characters; at most {max} are possible. Shorten it.",
            ),
        ),
        ("S2", '{"address": "a\\u0000b"}', "S2.address", (CONTROL_ZH, CONTROL_EN)),
        ("S2", '{"address": "a\\u202eb"}', "S2.address", (CONTROL_ZH, CONTROL_EN)),
        ("S2", '{"address": "\\ud800"}', "S2.address", (CONTROL_ZH, CONTROL_EN)),
        ("S2", '{"address": {"zh": "x"}}', "S2.address", (TEXT_ZH, TEXT_EN)),
        ("S2", '{"address": ["x"]}', "S2.address", (TEXT_ZH, TEXT_EN)),
        ("S2", '{"address": 12}', "S2.address", (TEXT_ZH, TEXT_EN)),
        ("S2", '{"total_area": NaN}', "S2.total_area", no_number("float")),
        ("S2", '{"total_area": Infinity}', "S2.total_area", no_number("float")),
        ("S2", '{"total_area": 1e999}', "S2.total_area", no_number("float")),
        ("S2", '{"total_area": "1e5"}', "S2.total_area", no_number("1e5")),
        ("S2", '{"total_area": "一百"}', "S2.total_area", no_number("一百")),
        ("S2", '{"total_area": true}', "S2.total_area", no_number("bool")),
        ("S2", '{"total_area": 99999999999999999999999999}', "S2.total_area", (LARGE_ZH, LARGE_EN)),
        ("S2", '{"total_area": -9223372036854775809}', "S2.total_area", (LARGE_ZH, LARGE_EN)),
        (
            "S2",
            '{"industry_code_year": 2017.5}',
            "S2.industry_code_year",
            ("“float”不是整数。", "“float” is not a whole number."),
        ),
        (
            "S2",
            '{"start_date": "2026-02-30"}',
            "S2.start_date",
            ("“2026-02-30”不是日期，请写成 2026-05-19。", "“2026-02-30” is not a date. Write it as 2026-05-19."),
        ),
        (
            "S2",
            '{"start_date": "0000-00-00"}',
            "S2.start_date",
            ("“0000-00-00”不是日期，请写成 2026-05-19。", "“0000-00-00” is not a date. Write it as 2026-05-19."),
        ),
        (
            "S2",
            '{"town": "atlantis"}',
            "S2.town",
            ("“atlantis”不在可选项中。", "“atlantis” is not among the choices."),
        ),
        ("S2", '{"parties_changed": "maybe"}', "S2.parties_changed", ("请回答“是”或“否”。", "Answer yes or no.")),
        (
            "S2",
            '{"nonsense": 1}',
            "S2.nonsense",
            ("此处没有字段“nonsense”。", "The form has no field “nonsense” here."),
        ),
        (
            "S2",
            '{"__class__": 1}',
            "S2.__class__",
            ("此处没有字段“__class__”。", "The form has no field “__class__” here."),
        ),
        (
            "S1",
            '{"joint_acceptance": false}',
            "S1.joint_acceptance",
            ("该值由系统计算，不能填写。", "This value is comput"),
        ),
        ("S4", '{"buildings": {"0": {}}}', "S4.buildings", (LIST_ZH, LIST_EN)),
        ("S4", '{"buildings": "x"}', "S4.buildings", (LIST_ZH, LIST_EN)),
        ("S4", '{"buildings": [["x"]]}', "S4.buildings[0]", (MAP_ZH, MAP_EN)),
        (
            "S4",
            '{"buildings": [{"name": ' + "[" * 900 + "]" * 900 + "}]}",
            "S4.buildings[0].name",
            (TEXT_ZH, TEXT_EN),
        ),
        (
            "S4",
            '{"buildings": [' + ",".join(["{}"] * 5000) + "]}",
            "S4.buildings",
            ("共有5000行，最多{max}行，请拆分。", "There are 5000 rows; at most {max} are possible. Split the list."),
        ),
        ("S99", "{}", "S99", ("表单没有“S99”这一节。", "The form has no section “S99”.")),
        ("S2", "[]", "values", ("填写的内容不符合要求，请检查。", "This does not fit; please check it.")),
        ("S2", '"text"', "values", ("填写的内容不符合要求，请检查。", "This does not fit; please check it.")),
        ("S2", "null", "values", ("填写的内容不符合要求，请检查。", "This does not fit; please check it.")),
    ],
)
def test_what_does_not_fit_is_named_with_its_place_and_nothing_is_kept(
    draft: Draft, section: str, values: str, place: str, texts: tuple[str, str]
):
    before = draft.stored("S2").version, draft.stored("S4").version
    for lang, text in zip(("zh", "en"), texts, strict=True):
        base = section if section != "S99" else "S2"
        answer = draft.house.put(
            "applicant",
            f"/api/cases/{draft.case_id}/form/{section}",
            params={"lang": lang},
            content=f'{{"values": {values}, "base_version": {draft.stored(base).version if base == section else 0}}}',
            headers={"content-type": "application/json"},
        )
        beginning, _, ending = text.partition("{max}")
        said = told(answer)[place]
        assert said.startswith(beginning) and said.endswith(ending), said
    assert (draft.stored("S2").version, draft.stored("S4").version) == before


@pytest.mark.parametrize(
    ("section", "changes", "place", "level", "texts"),
    [
        (
            "S2",
            {"completion_date": "2023-01-01"},
            "S2.completion_date",
            "error",
            (
                "竣工日期（2023-01-01）早于开工日期（2024-03-18）。",
                "Completion (2023-01-01) lies before the start of construction (2024-03-18).",
            ),
        ),
        (
            "S2",
            {"acceptance_date": "2026-01-01"},
            "S2.acceptance_date",
            "error",
            (
                "竣工验收日期（2026-01-01）早于竣工日期（2026-03-20）。",
                "The five-party acceptance (2026-01-01) lies before completion (2026-03-20).",
            ),
        ),
        (
            "S2",
            {"acceptance_date": "2026-05-07"},
            "S2.acceptance_date",
            "error",
            ("该日期尚未到来，请核对年份。", "This day has not come yet; check the year."),
        ),
        ("S2", {"total_area": -5}, "S2.total_area", "error", ("数值小于0。", "The value is below 0.")),
        (
            "S2",
            {"total_area": 20000},
            "S4.buildings",
            "error",
            (
                "各单体合计17,361.67平方米，与总建筑面积20,000.00平方米不一致。请更正，或将申请范围改为分期、单位工程先行。",
                "The buildings add up to 17,361.67 m², but the total building area is 20,000.00 m². "
                "Correct one, or choose a phase or single buildings.",
            ),
        ),
        ("S2", {"address": ""}, "S2.address", "error", ("请填写此项。", "Please fill this in.")),
    ],
)
def test_what_cannot_be_true_is_kept_and_named(
    draft: Draft, section: str, changes: dict[str, Any], place: str, level: str, texts: tuple[str, str]
):
    draft.put("S2", draft.sample("S2"))
    draft.put("S4", draft.sample("S4"))
    for lang, text in zip(("zh", "en"), texts, strict=True):
        assert (place, level, text) in draft.checked(section, changes, lang)


@pytest.mark.parametrize(
    ("row", "change", "place", "texts"),
    [
        (
            1,
            {"serial": "001"},
            "S4.buildings[1].serial",
            (
                "单体编码001重复，每个单体应有各自的编码。",
                "The serial 001 is used twice; every building needs its own.",
            ),
        ),
        (0, {"area": -1}, "S4.buildings[0].area", ("数值小于0。", "The value is below 0.")),
        (
            0,
            {"area": 12345.68 + 100},
            "S4.buildings[0].area",
            (
                "建筑面积12,445.68与地上、地下面积之和12,345.67平方米不一致（允许相差0.01）。",
                "The building area 12,445.68 is not above ground + below ground = 12,345.67 m² "
                "(difference at most 0.01).",
            ),
        ),
    ],
)
def test_a_building_that_cannot_be_is_named_by_its_row(
    draft: Draft, row: int, change: dict[str, Any], place: str, texts: tuple[str, str]
):
    draft.put("S2", draft.sample("S2"))
    rows = [{**b, **change} if n == row else b for n, b in enumerate(draft.sample("S4")["buildings"])]
    for lang, text in zip(("zh", "en"), texts, strict=True):
        assert (place, "error", text) in draft.checked("S4", {"buildings": rows}, lang)
