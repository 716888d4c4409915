"""The people of the demonstration as accounts, posts and organisations, on a stage on which they can act."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.passwords import hash_password, hash_quickly
from jointreview.commands.working_days import seed_calendar
from jointreview.demo.cast import DEMO_PASSWORD, FIRMS, OTHER_NAMES, PEOPLE, SECOND_NAMES, Person
from jointreview.demo.stage import Stage
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.identity import Account, Agent, Organisation, Post
from jointreview.settings import settings


def stage_with_people() -> Stage:
    """Make every account and organisation; answers a stage on which they can act."""
    stage = Stage(settings().current_time(), DEMO_PASSWORD)
    hashed = hash_quickly(DEMO_PASSWORD)
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


def protect() -> None:
    """Give every account of the demonstration a hash as costly as anybody's, once the cases are played."""
    hashed = hash_password(DEMO_PASSWORD)
    with writing() as session:
        for account in session.exec(select(Account).where(col(Account.demo))).all():
            account.password_hash = hashed


def _others(stage: Stage) -> list[Person]:
    """A second officer in each core unit and one in every other unit, so that no case finds nobody."""
    first = {p.unit for p in PEOPLE if p.role == "officer"}
    seconds = [Person(f"{unit}2", name, "officer", f"{_title(unit)}", unit) for unit, name in SECOND_NAMES.items()]
    units = load_catalog(settings().catalogue, stage.today).units
    rest = [
        Person(u.code, OTHER_NAMES.get(u.code, f"{u.name.zh}经办人"), "officer", "经办岗", u.code)
        for u in units
        if u.code not in first
    ]
    return seconds + rest


def _title(unit: str) -> str:
    return next(p.title for p in PEOPLE if p.unit == unit)
