"""The people of the demonstration: one account for each role, a second officer in every core unit."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.catalog.loader import load_catalog
from jointreview.commands.identity import DEMO_PASSWORD
from jointreview.commands.passwords import hash_password
from jointreview.commands.working_days import seed_calendar
from jointreview.demo.stage import Stage
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.identity import Account, Agent, Organisation, Post
from jointreview.queries.accounts import DemoAccount, demo_accounts
from jointreview.settings import settings


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
    Person("admin", "系统管理员", "admin", "系统管理岗"),
)
SECOND_NAMES = {
    "planning": "朱海峰",
    "fire": "黄磊",
    "quality": "宋佳",
    "filing": "袁立",
    "civil_defence": "杨帆",
    "archives": "石慧",
}


def stage_with_people() -> Stage:
    """Make every account and organisation; answers a stage on which they can act."""
    stage = Stage(settings().current_time(), DEMO_PASSWORD)
    hashed = hash_password(DEMO_PASSWORD)
    with writing() as session:
        seed_calendar(session, stage.now)
        firms = {}
        for key, (code, name) in FIRMS.items():
            firm = Organisation(credit_code=code, name=name)
            session.add(firm)
            session.flush()
            firms[key] = firm.id
        for person in (*PEOPLE, *_others(stage)):
            account = Account(
                login=person.login,
                name=person.name,
                kind="applicant" if person.role == "applicant" else "staff",
                password_hash=hashed,
                demo=True,
                created_at=stage.now,
            )
            session.add(account)
            session.flush()
            assert account.id is not None
            post = None
            if person.role != "applicant":
                post = Post(account_id=account.id, role=person.role, unit=person.unit, title=person.title)
                session.add(post)
            firm_id = firms.get(person.firm)
            if firm_id is not None:
                session.add(
                    Agent(
                        organisation_id=firm_id,
                        account_id=account.id,
                        owner=True,
                        status="active",
                        created_at=stage.now,
                    )
                )
            session.flush()
            acts_for = frozenset({firm_id} if firm_id else set())
            stage.actors[person.login] = Actor(
                account.id,
                person.name,
                person.role,
                post.id if post else None,
                person.title,
                person.unit,
                acts_for,
            )
    return stage


def shown_accounts() -> list[DemoAccount]:
    """The demonstration's accounts people are told of: one for each role and core unit, those in use."""
    told = {person.login for person in PEOPLE}
    return [account for account in demo_accounts() if account.login in told]


def _others(stage: Stage) -> list[Person]:
    """A second officer in each core unit and one in every other unit, so that no case finds nobody."""
    first = {p.unit for p in PEOPLE if p.unit}
    seconds = [Person(f"{unit}2", name, "officer", f"{_title(unit)}", unit) for unit, name in SECOND_NAMES.items()]
    units = load_catalog(settings().catalogue, stage.today).units
    rest = [
        Person(u.code, f"{u.name.zh[:6]}经办人", "officer", "经办岗", u.code) for u in units if u.code not in first
    ]
    return seconds + rest


def _title(unit: str) -> str:
    return next(p.title for p in PEOPLE if p.unit == unit)
