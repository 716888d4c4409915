"""What was sealed cannot be changed, removed or added to without being named, even by who recomputes every hash."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from jointreview.cli import audit as command_line
from jointreview.commands.administration import SetAccountActive
from jointreview.commands.audit import verify_chains
from jointreview.commands.audit_roots import against_roots, write_root
from jointreview.domain.problems import Refused
from jointreview.jobs.audit_roots import keep_roots
from jointreview.models import base
from jointreview.models.identity import Audit
from jointreview.models.ledger import SEALED, LedgerEntry, content_of_row, entries_after
from jointreview.settings import settings
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(tmp_path / "data"))
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        world = World().populate()
        world.accepted()
        close_or_open(world, False)
        yield world


def close_or_open(world: World, active: bool) -> None:
    """Something the administrator does, for the record."""
    world.do("admin", SetAccountActive(account_id=world.actors["stranger"].account_id, active=active))


def sql(statement: str) -> None:
    """Write past the product, as somebody at the database would."""
    with base.engine().connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(statement)
        raw.execute("PRAGMA foreign_keys = ON")


def newest(table: str) -> int:
    """The id of the newest row."""
    with base.engine().connect() as connection:
        return connection.execute(text(f"SELECT max(id) FROM {table}")).scalar_one()


def faults() -> list[tuple[str, int, str]]:
    with base.reading() as session:
        return [(f.case_number, f.seq, f.key.removeprefix("audit.")) for f in verify_chains(session).faults]


def against(where: Path) -> list[tuple[str, int, str]]:
    with base.reading() as session:
        return [(f.case_number, f.seq, f.key.removeprefix("audit.")) for f in against_roots(session, where)]


def sealed() -> list[LedgerEntry]:
    with base.reading() as session:
        return list(session.exec(select(LedgerEntry).order_by(LedgerEntry.seq)).all())


def test_everything_the_product_writes_is_sealed_once(world: World) -> None:
    assert faults() == []
    with base.reading() as session:
        rows = {kind: len(session.exec(select(table)).all()) for kind, (table, _) in SEALED.items()}
    kinds = [entry.kind for entry in sealed()]
    assert all(rows.values()) and rows == {kind: kinds.count(kind) for kind in rows}


def test_what_was_rolled_back_is_not_sealed(world: World) -> None:
    before = len(sealed())
    with pytest.raises(ZeroDivisionError), base.writing() as session:
        session.add(Audit(at=world.now, account_id=None, action="account.opened"))
        session.flush()
        raise ZeroDivisionError
    assert len(sealed()) == before
    close_or_open(world, True)
    assert len(sealed()) == before + 1 and faults() == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("audit", "subject = 'somebody else'"),
        ("audit", "at = '2020-01-01 00:00:00'"),
        ("audit", "details = '{\"minutes\": 1}', account_id = 1"),
        ("document", "digest = '0'"),
        ("material", "upload_id = 1, version = 9"),
        ("upload", "digest = '0'"),
    ],
)
def test_a_changed_row_is_named(world: World, kind: str, change: str) -> None:
    table = str(SEALED[kind][0].__tablename__)
    row = newest(table)
    sql(f"UPDATE {table} SET {change} WHERE id = {row}")
    assert faults() == [(kind, row, "content_changed")]


def test_a_removed_and_an_added_row_are_named(world: World) -> None:
    row = newest("audit")
    sql(f"DELETE FROM audit WHERE id = {row}")
    assert faults() == [("audit", row, "row_removed")]
    values = "999, '2026-05-06 00:00:00', 'account.opened', 'x', '{}'"
    sql(f"INSERT INTO audit (id, at, action, subject, details) VALUES ({values})")
    assert faults() == [("audit", row, "row_removed"), ("audit", 999, "row_put_in")]


def test_a_case_that_vanished_with_its_whole_chain_is_named(world: World) -> None:
    with base.engine().connect() as connection:
        gone = list(connection.execute(text("SELECT id FROM event WHERE case_id = 1")).scalars())
    sql("DELETE FROM event WHERE case_id = 1")
    sql('DELETE FROM "case" WHERE id = 1')
    assert gone and {("event", event, "row_removed") for event in gone} <= set(faults())


def test_holes_and_forged_entries_of_the_ledger_are_named(world: World) -> None:
    sql("UPDATE ledger SET content = '0' WHERE seq = 9")
    assert ("ledger", 9, "content_changed") in faults()
    sql("DELETE FROM ledger WHERE seq = 5")
    found = faults()
    assert ("ledger", 5, "number_missing") in found and "row_put_in" in {key for _, _, key in found}


def test_who_recomputes_every_hash_is_found_by_the_roots_kept_elsewhere(world: World, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere"
    write_root(world.now, kept)
    close_or_open(world, True)
    write_root(world.now, kept)
    assert len(list(kept.glob("*.json"))) == 2 and against(kept) == []
    row = newest("audit") - 1
    sql(f"UPDATE audit SET subject = 'somebody else' WHERE id = {row}")
    _recompute()
    assert faults() == []
    found = against(kept)
    assert found[0] == ("audit", row, "changed_since_root")
    assert {where for where, _, _ in found[1:]} <= {"ledger"}


def _recompute() -> None:
    entries = sealed()
    with base.writing() as session:
        rows = [content_of_row(session.get_one(SEALED[e.kind][0], e.subject)) for e in entries]
        for entry, made in zip(entries, entries_after(0, "", rows), strict=True):
            kept = session.get_one(LedgerEntry, entry.seq)
            kept.content, kept.previous_hash, kept.hash = made["content"], made["previous_hash"], made["hash"]
            session.add(kept)


def test_an_end_cut_off_is_found_by_the_roots(world: World, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere"
    write_root(world.now, kept)
    row = newest("audit")
    sql(f"DELETE FROM audit WHERE id = {row}")
    sql("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)")
    assert faults() == [] and against(kept) == [("audit", row, "removed_since_root")]


def test_a_root_that_was_changed_itself_or_is_none_is_told(world: World, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere"
    made = write_root(world.now, kept)
    content = json.loads(made.file.read_text("utf-8"))
    content["entries"][3][3] = "0" * 64
    made.file.write_text(json.dumps(content), "utf-8")
    assert ("ledger", made.seq, "root_contradicts_itself") in against(kept)
    made.file.write_text("{}", "utf-8")
    for where in (kept, tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(Refused, match=r"audit\.no_root"):
            against(where)


def test_one_root_a_day_is_written_when_due_with_what_is_new(world: World) -> None:
    folder = settings().data_dir / "audit-roots"
    for _ in range(2):
        keep_roots(world.now)
    close_or_open(world, True)
    keep_roots(world.now)
    assert len(list(folder.glob("*.json"))) == 1
    world.later(1)
    keep_roots(world.now)
    first, second = (json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json")))
    assert (second["after"], second["previous_root"]) == (first["until"], first["root"])
    assert [entry[1] for entry in second["entries"]] == ["audit"]


def test_the_command_line_writes_roots_and_names_what_does_not_hold(world: World, tmp_path: Path, capsys) -> None:
    def run(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        command_line.arguments(parser)
        code = command_line.run(parser.parse_args(words))
        return code, capsys.readouterr().out

    kept = str(tmp_path / "elsewhere")
    code, said = run("root", "--folder", kept)
    assert code == 0 and sealed()[-1].hash in said
    assert run("verify", "--against", kept)[0] == 0
    row = newest("audit")
    sql(f"UPDATE audit SET action = 'x' WHERE id = {row}")
    code, said = run("verify", "--json", "--against", kept)
    (fault,) = json.loads(said)["faults"]
    assert code == 1 and (fault["case"], fault["event"]) == ("audit", row)
