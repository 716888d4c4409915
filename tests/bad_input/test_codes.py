"""Wrong codes: each is named with what is wrong and what is wanted, in both languages."""

from __future__ import annotations

import pytest

from tests.api.helpers import Browsers
from tests.bad_input.drafting import Draft, told

CREDIT_CHECK = (
    "统一社会信用代码校验不通过：末位应为 X，现为 Y。请逐位核对营业执照或证书。",
    "The credit code fails its check: the last character should be X, not Y. "
    "Compare it with the licence, character by character.",
)
CREDIT_SHORT = (
    "统一社会信用代码应为 18 位，现为 9 位。",
    "A credit code has 18 characters; this one has 9.",
)
CREDIT_LETTERS = (
    "统一社会信用代码中不应出现：I O（只用数字和大写字母，不含 I、O、S、V、Z）。",
    "A credit code cannot contain I O (digits and capital letters only, without I, O, S, V, Z).",
)
PROJECT_SHAPE = (
    "项目代码应为 24 个字符（含连字符），形如 2207-320681-89-01-123456，现为 {n} 个字符或分段不符。",
    "A project code has 24 characters with its hyphens, like 2207-320681-89-01-123456; "
    "this one has {n} or is divided differently.",
)
PROJECT_TIME = (
    "项目代码开头“2213”不成立：应为年份 2015 至 2020，或年月（如 2207 表示 2022 年 7 月）。",
    "The project code cannot begin with 2213: a year from 2015 to 2020, or year and month (2207 is July 2022) "
    "is wanted.",
)
PLANNING_SHAPE = (
    "规划许可证号格式不符，应形如 建字第3206812026GG0051651号，或旧式 建字第320681202000006号。",
    "A planning permit number looks like 建字第3206812026GG0051651号, or formerly 建字第320681202000006号.",
)
PLANNING_MISMATCH = (
    "“建字第”与字母 YG 不对应：建字第用 GG，地字第用 YG，用字第用 XS，乡字第用 XG，选字第只有旧式编号。",
    "建字第 does not go with the letters YG: 建字第 has GG, 地字第 YG, 用字第 XS, 乡字第 XG; "
    "选字第 has only the former form.",
)
CONSTRUCTION_SHAPE = (
    "施工许可证编号应为 18 位数字（区划 6 位、日期 8 位、序号 2 位、工程分类 2 位），现为 15 个字符或含其他字符。",
    "A construction permit number has 18 digits (region 6, date 8, serial 2, class 2); this one has 15 characters "
    "or other characters than digits.",
)
CONSTRUCTION_DATE = (
    "施工许可证编号中的日期 20240230 不存在。",
    "The date 20240230 in the construction permit number does not exist.",
)
MOBILE = ("请填写 11 位手机号码，例如 13812345678。", "Enter a mobile number of 11 digits, for example 13812345678.")
IDENTITY_CHECK = (
    "身份证号码校验不通过，请逐位核对。",
    "The identity number fails its check; compare it digit by digit.",
)
IDENTITY_SHAPE = (
    "身份证号码应为 18 位：前 17 位为数字，末位为数字或 X。",
    "An identity number has 18 characters: 17 digits, then a digit or X.",
)


@pytest.mark.parametrize(
    ("section", "field", "entered", "texts"),
    [
        ("S1", "applicant_credit_code", "91320681MA1N0A1B3Y", CREDIT_CHECK),
        ("S1", "applicant_credit_code", "913206811", CREDIT_SHORT),
        ("S1", "manager_mobile", "1380000", MOBILE),
        ("S1", "manager_mobile", "十三八", MOBILE),
        ("S1", "manager_identity", "320681198203150002", IDENTITY_CHECK),
        ("S1", "manager_identity", "32068119820315", IDENTITY_SHAPE),
        ("S2", "planning_permit_no", "<b>x</b>", PLANNING_SHAPE),
        ("S2", "planning_permit_no", "建字第3206812023YG0000456号", PLANNING_MISMATCH),
        ("S2", "construction_permit_no", "320681202403010", CONSTRUCTION_SHAPE),
        ("S2", "construction_permit_no", "320681202402300101", CONSTRUCTION_DATE),
    ],
)
def test_a_wrong_number_in_the_form_is_kept_as_typed_and_named(
    draft: Draft, section: str, field: str, entered: str, texts: tuple[str, str]
):
    for lang, text in zip(("zh", "en"), texts, strict=True):
        assert (f"{section}.{field}", "error", text) in draft.checked(section, {field: entered}, lang)


def test_the_code_of_the_project_cannot_become_another(draft: Draft):
    for lang, text in (
        ("zh", "项目代码不能修改；项目不同请新建申请。"),
        ("en", "The project code cannot change; start a new application for another project."),
    ):
        answer = draft.put("S1", {**draft.sample("S1"), "project_code": "2207-320681-89-01-123456"}, lang)
        assert told(answer) == {"S1.project_code": text}


@pytest.mark.parametrize(
    ("command", "args", "place", "texts"),
    [
        ("RegisterOrganisation", {"credit_code": "91320681MA1N0A1B3Y"}, "credit_code", CREDIT_CHECK),
        ("RegisterOrganisation", {"credit_code": "913206811"}, "credit_code", CREDIT_SHORT),
        ("RegisterOrganisation", {"credit_code": "9132068IMA1N0A1BO3"}, "credit_code", CREDIT_LETTERS),
        ("RegisterOrganisation", {"credit_code": " \n "}, "credit_code", ("请填写编码。", "Enter the code.")),
        (
            "RegisterOrganisation",
            {"credit_code": "9" * 10_000},
            "credit_code",
            (
                "编码过长（10000 个字符），请检查是否多粘贴了内容。",
                "The code is too long (10000 characters); check whether something else was pasted with it.",
            ),
        ),
        (
            "CreateCase",
            {"project_code": "2207-320681-89-01"},
            "project_code",
            tuple(text.format(n=17) for text in PROJECT_SHAPE),
        ),
        ("CreateCase", {"project_code": "2213-320681-89-01-123456"}, "project_code", PROJECT_TIME),
        (
            "CreateCase",
            {"project_code": "'; DROP TABLE project;--"},
            "project_code",
            tuple(text.format(n=21) for text in PROJECT_SHAPE),
        ),
        (
            "CreateCase",
            {"project_code": "2207-320681-89-01-123456", "project_name": ""},
            "project_name",
            ("这是新项目，请填写项目名称。", "This project is new; please enter its name."),
        ),
    ],
)
def test_a_wrong_code_makes_nothing(draft: Draft, command: str, args: dict, place: str, texts: tuple[str, str]):
    house: Browsers = draft.house
    common = (
        {"name": "某公司"}
        if command == "RegisterOrganisation"
        else {"organisation_id": house.world.organisation_id, "project_name": "新项目"}
    )
    for lang, text in zip(("zh", "en"), texts, strict=True):
        path = f"/api/commands/{command}"
        answer = house.ask("applicant", "POST", path, params={"lang": lang}, json={"args": {**common, **args}})
        assert told(answer)[place] == text
