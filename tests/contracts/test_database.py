"""SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from alembic import command
from jointreview.commands.audit import verify_chains
from jointreview.commands.conclusion import Conclude
from jointreview.commands.visits import MarkBusy
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, FormSection
from jointreview.models.event import Counter, Event
from jointreview.models.visit import BusyTime
from jointreview.settings import ROOT
from tests.commands.world import World, fresh_database
from tests.contracts.databases import database_url, postgresql_server

__all__ = ["database_url", "postgresql_server"]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with fresh_database(database_url, tmp_path / "uploads"):
        yield World().populate()


def test_the_whole_job_runs_and_the_chain_holds(world: World):
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    assert world.case(case_id).outcome == "pass"
    with base.reading() as session:
        report = verify_chains(session)
    assert report.faults == () and report.events > 30


def test_chinese_in_json_is_found_again(world: World):
    case_id = world.drafted()
    with base.reading() as session:
        row = session.get(FormSection, (case_id, "S2"))
        found = session.exec(
            select(FormSection.case_id).where(col(FormSection.values)["address"].as_string() == row.values["address"])
        ).all()
    assert found == [case_id]


def test_a_time_without_zone_is_refused_and_utc_comes_back(world: World):
    case_id = world.drafted()
    with base.writing() as session:
        case = session.get(Case, case_id)
        case.state_since = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
        session.add(case)
    assert world.case(case_id).state_since == datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
    with pytest.raises(Exception, match="time zone"), base.writing() as session:
        case = session.get(Case, case_id)
        case.state_since = datetime(2026, 5, 6, 9, 0)
        session.add(case)


def test_an_unknown_state_is_refused_by_the_database(world: World):
    case_id = world.drafted()
    with pytest.raises(IntegrityError), base.writing() as session:
        case = session.get(Case, case_id)
        case.state = "no such state"
        session.add(case)
    assert world.case(case_id).state == "draft"


def test_foreign_keys_hold(world: World):
    with pytest.raises(IntegrityError), base.writing() as session:
        session.add(FormSection(case_id=999_999, section="S1", saved_by=1, saved_at=world.now))


def test_writers_at_once_lose_nothing(world: World):
    faults: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(10):
                with base.writing() as session:
                    row = session.get(Counter, ("x", 2026), with_for_update=True)
                    row.last += 1
                    session.add(row)
        except Exception as fault:
            faults.append(fault)

    with base.writing() as session:
        session.add(Counter(series="x", year=2026))
    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with base.reading() as session:
        assert faults == [] and session.get(Counter, ("x", 2026)).last == 80


def test_one_half_day_is_given_once(world: World):
    answers: list[str] = []

    def mark() -> None:
        try:
            world.do("fire", MarkBusy(day=world.today, half="am"))
            answers.append("marked")
        except (Refused, IntegrityError):
            answers.append("refused")

    threads = [threading.Thread(target=mark) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with base.reading() as session:
        assert answers.count("marked") == 1 and len(session.exec(select(BusyTime)).all()) == 1


def test_a_refused_transaction_leaves_no_trace(world: World):
    case_id = world.drafted()
    with base.reading() as session:
        before = len(session.exec(select(Event.id)).all())
    with pytest.raises(RuntimeError), base.writing() as session:
        case = session.get(Case, case_id)
        case.version = 999
        session.add(case)
        session.flush()
        raise RuntimeError
    with base.reading() as session:
        assert session.get(Case, case_id).version != 999
        assert len(session.exec(select(Event.id)).all()) == before


def test_migrations_build_exactly_the_tables_of_the_models(database_url: str):
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    for step in (command.upgrade, command.downgrade, command.upgrade):
        step(config, "head" if step is command.upgrade else "base")
    engine = base.make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, SQLModel.metadata)
        tables = set(inspect(connection).get_table_names())
    engine.dispose()
    assert differences == []
    assert {"case", "event", "opinion", "calendar_day"} <= tables
