"""Who plays in the demonstration: one account for each role, a second officer in every core unit. Quick to import."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.queries.accounts import DemoAccount, demo_accounts

DEMO_PASSWORD = "Qidong-2026"


@dataclass(frozen=True)
class Person:
    """Who an account of the demonstration is; the login is also the key on the stage."""

    login: str
    name: str
    role: str
    title: str = ""
    unit: str = ""
    firm: str = ""


FIRMS = {
    "equipment": ("91320681MA1N0A1B3X", "启东智能装备有限公司"),
    "coldchain": ("91320681MA7XK3PQ9J", "吕四港冷链物流有限公司"),
    "school": ("11320681014032863Y", "启东市教育体育局"),
}
PEOPLE = (
    Person("applicant", "张敏", "applicant", firm="equipment"),
    Person("school", "陈志远", "applicant", firm="school"),
    Person("coldchain", "黄海燕", "applicant", firm="coldchain"),
    Person("builder", "施建国", "applicant"),
    Person("clerk", "周丽", "clerk", "综合窗口受理岗"),
    Person("coordinator", "沈卫东", "coordinator", "联合验收协调岗"),
    Person("planning", "顾晓明", "officer", "规划核实岗", "planning"),
    Person("fire", "陆建军", "officer", "消防验收岗", "fire"),
    Person("quality", "倪春华", "officer", "质量监督岗", "quality"),
    Person("filing", "徐静", "officer", "竣工备案岗", "filing"),
    Person("civil_defence", "茅永兵", "officer", "人防验收岗", "civil_defence"),
    Person("archives", "龚雪", "officer", "城建档案岗", "archives"),
    Person("planning_head", "张建华", "leader", "规划科科长", "planning"),
    Person("supervisor", "李国平", "supervisor", "效能监督岗"),
    Person("admin", "系统管理员", "admin", "系统管理岗"),
    Person("security", "安全管理员", "security", "安全管理岗"),
    Person("auditor", "审计管理员", "auditor", "审计管理岗"),
)
SECOND_NAMES = {
    "planning": "朱海峰",
    "fire": "黄磊",
    "quality": "宋佳",
    "filing": "袁立",
    "civil_defence": "杨帆",
    "archives": "石慧",
}
OTHER_NAMES = {
    "lightning": "季明",
    "greening": "成娟",
    "municipal": "樊志刚",
    "drainage": "汤伟",
    "water": "郁建平",
    "utilities": "蔡红",
    "environment": "俞敏",
    "emergency": "洪涛",
    "health": "盛佳音",
    "housing": "瞿莉",
    "building_energy": "江南",
    "special_equipment": "毛志强",
    "finance": "邱月",
    "state_security": "钱进",
    "investment": "范立新",
    "energy": "仇小燕",
    "land": "姚国庆",
    "heritage": "祝文",
    "seismic": "丁一",
    "drawing_review": "葛亮",
    "tendering": "殷芳",
    "labour": "施卫",
}
"""The one officer of every other unit."""


def shown_accounts() -> list[DemoAccount]:
    """The demonstration's accounts people are told of: one for each role and core unit, those in use."""
    told = {person.login for person in PEOPLE}
    return [account for account in demo_accounts() if account.login in told]
