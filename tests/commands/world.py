"""A small world for tests of commands: a fresh database and store, people of every role, the steps of the job."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session, SQLModel

import jointreview.models
from jointreview import settings as settings_module
from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.commands import files
from jointreview.commands.layers import FileSaid, load_version
from jointreview.commands.visits import site_units
from jointreview.commands.working_days import seed_calendar
from jointreview.demo import reviewing
from jointreview.demo.sample_files import signature_image
from jointreview.demo.stage import Stage
from jointreview.geo.layer_file import read_layer
from jointreview.models import base
from jointreview.models.actor import SYSTEM, Actor
from jointreview.models.identity import Account, Agent, Organisation, Post
from tests.commands.snapshots import commits, count_commits, remembered
from tests.geo.layer_samples import FAR, layer

assert jointreview.models  # registers every table
PASSWORD = "a long enough password"
# What is signed asks for the password each time: tests need no costly hash.
PASSWORD_HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)
START = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)  # Wednesday 2026-05-06, 09:00 in Shanghai
PARCEL = Path(__file__).parents[2] / "docs/samples/启东智能装备厂房一期.txt"
FAR_LAYER = layer(FAR)
SIGNATURE = {"image": signature_image("测试"), "password": PASSWORD}


@contextmanager
def fresh_database(url: str, uploads: Path) -> Iterator[None]:
    """The product configured with an empty database and an empty store."""
    before = {k: os.environ.get(k) for k in ("JOINTREVIEW_DATABASE_URL", "JOINTREVIEW_UPLOADS_DIR")}
    os.environ.update(JOINTREVIEW_DATABASE_URL=url, JOINTREVIEW_UPLOADS_DIR=str(uploads))
    caches = (settings_module.settings, base.engine, files.document_store)
    for cached in caches:
        cached.cache_clear()
    try:
        SQLModel.metadata.drop_all(base.engine())
        SQLModel.metadata.create_all(base.engine())
        count_commits()
        yield
        base.engine().dispose()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
        for cached in caches:
            cached.cache_clear()


@contextmanager
def copied(world: World, file: Path) -> Iterator[None]:
    """The world as it stands in a database of its own, which is thrown away: what happens inside leaves no trace."""
    file.unlink(missing_ok=True)
    with base.engine().connect() as connection:
        connection.connection.execute(f"VACUUM INTO '{file}'")
    now, url = world.now, os.environ["JOINTREVIEW_DATABASE_URL"]
    caches = (settings_module.settings, base.engine)
    os.environ["JOINTREVIEW_DATABASE_URL"] = f"sqlite:///{file}"
    for cached in caches:
        cached.cache_clear()
    try:
        yield
        base.engine().dispose()
    finally:
        world.now, os.environ["JOINTREVIEW_DATABASE_URL"] = now, url
        for cached in caches:
            cached.cache_clear()


class World(Stage):
    """The stage with one applicant, a stranger, a clerk, a coordinator, an administrator, two officers a unit."""

    def __init__(self) -> None:
        super().__init__(now=START, password=PASSWORD)
        self.start: int | None = 0
        self.road = ""

    def populate(self) -> World:
        """Everybody is there; from here the first step may be one already walked by another test."""
        self._people()
        self.start = commits()
        return self

    @remembered
    def _people(self) -> None:
        catalog = load_catalog("qidong", self.today)
        with base.writing() as session:
            seed_calendar(session, self.now)
            organisation = Organisation(credit_code="91320681MA1N0A1B3X", name="启东智能装备有限公司")
            session.add(organisation)
            session.flush()
            assert organisation.id is not None
            self.organisation_id = organisation.id
            self.person(session, "applicant", "applicant", organisation_id=organisation.id)
            self.person(session, "stranger", "applicant")
            for role in ("clerk", "coordinator", "supervisor", "admin"):
                self.person(session, role, role)
            for unit in sorted(u.code for u in catalog.units):
                self.person(session, unit, "officer", unit)
                self.person(session, f"{unit}-2", "officer", unit)
                self.person(session, f"{unit}-head", "leader", unit)
            for role in ("security", "auditor"):
                self.person(session, role, role)
        self.actors["system"] = SYSTEM
        self.load_required_layers()

    def load_required_layers(self) -> None:
        """The layers that decisions wait for, with one feature each, far from every parcel of the tests."""
        found = read_layer(FAR_LAYER, "layer.geojson")
        with base.writing() as session:
            for code in ("ecological_red_line", "permanent_farmland", "heritage_zone"):
                said = FileSaid(code=code, effective_from=date(2026, 3, 1), source="测试数据")
                load_version(session, said, found, "0" * 64, "layer.geojson", self.now, None)

    def person(
        self, session: Session, login: str, role: str, unit: str = "", organisation_id: int | None = None
    ) -> Actor:
        """An account in one role, ready to act."""
        account = Account(
            login=login,
            name=f"{login}·人",
            kind="applicant" if role == "applicant" else "staff",
            password_hash=PASSWORD_HASH,
            created_at=self.now,
        )
        session.add(account)
        session.flush()
        assert account.id is not None
        post = None
        if role != "applicant":
            post = Post(account_id=account.id, role=role, unit=unit, title=role)
            session.add(post)
        if organisation_id is not None:
            session.add(
                Agent(
                    organisation_id=organisation_id,
                    account_id=account.id,
                    owner=True,
                    status="active",
                    created_at=self.now,
                )
            )
        session.flush()
        acts_for = frozenset({organisation_id} if organisation_id else set())
        self.actors[login] = Actor(account.id, account.name, role, post.id if post else None, role, unit, acts_for)
        return self.actors[login]

    @remembered
    def drafted_review(self, sample: str = "stage1_school", stage: int = 1, **changes: Any) -> int:
        """A complete draft of a review; the stage-1 school needs twelve items of eleven units."""
        return reviewing.drafted_review(self, stage, self.own_values(sample, **changes), PARCEL.read_bytes())

    @remembered
    def reviewing(self, sample: str = "stage1_school", stage: int = 1) -> int:
        """A review accepted: every department reads."""
        case_id = self.drafted_review(sample, stage)
        self.submit(case_id)
        self.accept(case_id)
        return case_id

    @remembered
    def deciding(self, sample: str = "stage1_school", stage: int = 1) -> int:
        """A review whose departments have read without objection."""
        case_id = self.reviewing(sample, stage)
        self.read_documents(case_id)
        return case_id

    @remembered
    def all_decided(self, sample: str = "stage1_school", stage: int = 1) -> int:
        """A review in which everybody has been on site and decided."""
        case_id = self.deciding(sample, stage)
        if site_units(self.facts(case_id)):
            reviewing.survey(self, case_id)
        reviewing.decide_the_rest(self, case_id)
        return case_id

    def own_values(self, sample: str, **changes: Any) -> dict[str, dict[str, Any]]:
        """A sample's answers for the world's applicant, with what a test changes."""
        values = sample_values(sample, self.today)
        for section, entered in changes.items():
            values[section] = {**values.get(section, {}), **entered}
        values["S1"] |= {"applicant_name": "启东智能装备有限公司", "applicant_credit_code": "91320681MA1N0A1B3X"}
        return values

    @remembered
    def drafted(self, sample: str = "factory", who: str = "applicant", **changes: Any) -> int:
        values = self.own_values(sample, **changes)
        return self.draft(values, PARCEL.read_bytes(), who)

    @remembered
    def submitted(self, sample: str = "factory", **changes: Any) -> int:
        case_id = self.drafted(sample, **changes)
        self.submit(case_id)
        return case_id

    @remembered
    def accepted(self, sample: str = "factory") -> int:
        case_id = self.submitted(sample)
        self.accept(case_id)
        return case_id

    @remembered
    def documents_read(self, sample: str = "factory") -> int:
        case_id = self.accepted(sample)
        self.read_documents(case_id)
        return case_id

    @remembered
    def visiting(self, sample: str = "factory") -> int:
        """Documents are read and a visit of one officer per department is planned for the next working day."""
        case_id = self.documents_read(sample)
        self.end_review(case_id)
        self.plan_visit(case_id)
        return case_id

    @remembered
    def on_site(self, sample: str = "factory", absent: tuple[str, ...] = ()) -> int:
        case_id = self.visiting(sample)
        self.arrive(case_id, absent)
        return case_id

    @remembered
    def all_passed(self, sample: str = "factory") -> int:
        case_id = self.on_site(sample)
        self.pass_the_rest(case_id)
        self.close_visit(case_id)
        return case_id

    submit = remembered(Stage.submit)
    accept = remembered(Stage.accept)
    read_documents = remembered(Stage.read_documents)
    end_review = remembered(Stage.end_review)
    plan_visit = remembered(Stage.plan_visit)
    arrive = remembered(Stage.arrive)
    pass_the_rest = remembered(Stage.pass_the_rest)
    close_visit = remembered(Stage.close_visit)
    add_plans = remembered(Stage.add_plans)

    @remembered
    def fail(self, case_id: int, unit: str) -> int:
        """The unit finds a fault and fails the item; answers the finding's id."""
        finding_id = self.find(case_id, unit, "防火门闭门器缺失", "GB 50016 第6.5.1条", "闭门器安装齐全并能自行关闭")
        self.opine(case_id, unit, "FAIL")
        return finding_id
