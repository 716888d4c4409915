"""SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from alembic import command
from jointreview.commands.audit import verify_chains
from jointreview.commands.conclusion import Conclude
from jointreview.commands.registry import Command
from jointreview.commands.trip_replies import AcceptTrip, SwapTrip
from jointreview.commands.visits import MarkBusy
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, FormSection
from jointreview.models.event import Counter, Event
from jointreview.models.trip import TripMember
from jointreview.models.visit import BusyTime, Visit, VisitMember
from jointreview.settings import ROOT
from tests.commands.test_trips import car, confirmed, draft, rows, settled, waiting
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


def test_nobody_is_booked_twice_when_trips_are_confirmed_and_officers_swapped_at_once(world: World):
    """A trip being confirmed, swaps, answers and own duties want the same few officers in the same instant."""
    trips = [
        confirmed(world, waiting(world), car_id=car(world)),
        draft(world, waiting(world, "school"), car_id=car(world, "苏F22222")),
    ]
    crew = {m.unit: m.account_id for m in rows(TripMember, TripMember.trip_id == trips[0].id)}
    names = {a.account_id: name for name, a in world.actors.items()}
    idle = {unit: f"{unit}-2" if names[officer] == unit else unit for unit, officer in crew.items()}
    acts: list[tuple[str, Command]] = [("coordinator", settled(trips[1]))]
    for unit in sorted(crew)[:3]:
        held, colleague = names[crew[unit]], world.actors[idle[unit]].account_id
        seen = {"trip_id": trips[0].id, "revision": trips[0].revision}
        acts.append((held, SwapTrip(**seen, colleague_id=colleague, reason="另有会议")))
        acts.append((held, AcceptTrip(**seen)))
        acts.append((idle[unit], MarkBusy(day=trips[0].day, half="am")))
    faults: list[Exception] = []

    def do(who: str, act: Command) -> None:
        try:
            world.do(who, act)
        except Refused:
            pass
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=do, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with base.reading() as session:
        going = set(
            session.exec(
                select(VisitMember.account_id, Visit.trip_id)
                .join(Visit, col(Visit.id) == VisitMember.visit_id)
                .where(Visit.status == "planned")
            ).all()
        )
        busy = {b.account_id: b.trip_id for b in session.exec(select(BusyTime)).all()}
    assert going and all(busy.get(officer) == trip_id for officer, trip_id in going)
    assert len({officer for officer, _ in going}) == len(going)


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


def checks_of(url: str) -> dict[str, set[tuple[str, frozenset[str]]]]:
    """The CHECKs of every table: name and the words of its condition."""
    engine = base.make_engine(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            table: {
                (c["name"], frozenset(re.findall(r"'([^']*)'", c["sqltext"])))
                for c in seen.get_check_constraints(table)
            }
            for table in seen.get_table_names()
            if table != "alembic_version"
        }
    engine.dispose()
    return found


def test_a_migration_keeps_the_rows_and_every_check(database_url: str):
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    command.upgrade(config, "0001")
    engine = base.make_engine(database_url)
    with engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement), {"at": "2026-05-06 01:00:00+00:00"})
    command.upgrade(config, "head")
    with engine.connect() as connection:
        kept = connection.execute(text('SELECT stage, kind FROM "case"')).all()
        posts = connection.execute(text("SELECT post.role FROM loginsession JOIN post ON post_id = post.id")).all()
        outbox = connection.execute(
            text("SELECT notification_id, channel, status, tries FROM outbox_message ORDER BY notification_id")
        ).all()
    migrated = checks_of(database_url)
    command.downgrade(config, "0001")
    with engine.connect() as connection:
        mails = connection.execute(text("SELECT mail, mail_tries FROM notification ORDER BY id")).all()
    command.downgrade(config, "base")
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
    made = checks_of(database_url)
    engine.dispose()
    assert kept == [(4, "acceptance")] and posts == [("clerk",)]
    assert migrated == made
    assert outbox == [(1, "mail", "waiting", 2), (2, "mail", "dead", 5), (3, "mail", "sent", 1)]
    assert mails == [("waiting", 2), ("failed", 5), ("sent", 1), ("none", 0)]


OLD_ROWS = (
    "INSERT INTO account (id, login, name, kind, email, mobile, password_hash, language, active,"
    " must_change_password, demo, failed_logins, created_at)"
    " VALUES (1, 'a', 'A', 'staff', '', '', 'x', 'zh', true, false, false, 0, :at)",
    "INSERT INTO post (id, account_id, role, unit, title, active) VALUES (1, 1, 'clerk', '', '', true)",
    "INSERT INTO loginsession (digest, account_id, post_id, created_at, seen_at, expires_at, revoked, user_agent)"
    " VALUES ('d', 1, 1, :at, :at, :at, false, '')",
    "INSERT INTO organisation (id, credit_code, name, details) VALUES (1, 'c', 'O', '{}')",
    'INSERT INTO project (id, code, name, organisation_id, "values", created_at)'
    " VALUES (1, 'p', 'P', 1, '{}', :at)",
    'INSERT INTO "case" (id, number, lookup_code, kind, catalogue, catalogue_version, project_id, organisation_id,'
    " state, state_since, version, promised_days, outcome, filed_by, walk_in, paper, rectification_extended,"
    " rectification_rounds, created_at)"
    " VALUES (1, 'n', 'l', 'acceptance', 'qidong', '2026.1', 1, 1, 'submitted', :at,"
    " 0, 10, '', 1, '{}', false, false, 0, :at)",
    "INSERT INTO notice (id, case_id, kind, number, issued_on, issued_by, issued_at)"
    " VALUES (1, 1, 'precheck', '', '2026-05-06', 1, :at)",
    "INSERT INTO gap (case_id, unit, notice_id, target, page, rule, wanted, status, answer)"
    " VALUES (1, 'window', 1, 'field:S2.address', '', '', 'x', 'told', '')",
    "INSERT INTO notification (id, account_id, key, params, at, mail, mail_tries) VALUES"
    " (1, 1, 'k', '{}', :at, 'waiting', 2), (2, 1, 'k', '{}', :at, 'failed', 5),"
    " (3, 1, 'k', '{}', :at, 'sent', 1), (4, 1, 'k', '{}', :at, 'none', 0)",
)
