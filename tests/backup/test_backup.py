"""What a backup holds, what it refuses, and what a restore refuses before it changes anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.__main__ import main
from jointreview.commands.files import document_store
from jointreview.commands.storage_check import check_storage
from jointreview.domain.problems import Refused
from jointreview.jobs.backup.check import check_backup
from jointreview.jobs.backup.restore import restore_content
from jointreview.jobs.backup.take import take_backup
from jointreview.models import base
from jointreview.models.case import Upload
from jointreview.models.identity import Audit
from jointreview.settings import settings
from jointreview.storage.base import utc_now
from tests.backup.test_drill import upload
from tests.commands.world import World

LATER = timedelta(minutes=1)


def contents_of(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("content/*/*/*"))


def lying_at(digest: str) -> Path:
    return document_store().path(digest)  # type: ignore[attr-defined]


def test_a_folder_takes_only_what_is_new_and_forgets_what_no_backup_names(world: World, tmp_path: Path):
    place, now = tmp_path / "backups", utc_now()
    first = upload(world, b"one")
    taken = take_backup(place, now)
    assert (taken.copied, taken.manifest.count) == (1, 1)
    second = upload(world, b"two")
    taken = take_backup(place, now + LATER)
    assert (taken.copied, taken.manifest.count) == (1, 2)
    with base.writing() as session:
        session.delete(session.exec(select(Upload).where(Upload.digest == first)).one())
    taken = take_backup(place, now + 2 * LATER, keep=1)
    assert (taken.copied, taken.swept, len(taken.forgotten)) == (0, 1, 2)
    assert contents_of(place) == [second] and check_backup(place).stamp == taken.stamp


def test_a_backup_is_for_its_owner_alone_and_is_on_record(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    key = settings().data_dir / "keys" / "second_factor.key"
    key.parent.mkdir(parents=True)
    key.write_text("secret")
    upload(world, b"one")
    place = tmp_path / "backups"
    assert main(["backup", str(place)]) == 0
    assert "the keys that open sealed secrets" in capsys.readouterr().out
    assert place.stat().st_mode & 0o777 == 0o700
    files = [path for path in place.rglob("*") if path.is_file() and path.name != ".lock"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert "secret" in {path.read_text(errors="replace") for path in files}
    assert not [path for path in place.iterdir() if path.name.endswith(".part")]
    with base.reading() as session:
        [act] = session.exec(select(Audit).where(Audit.action == "system.backup_made")).all()
    assert act.details["contents"] == 1 and len(act.details["manifest"]) == 64


def test_content_the_store_has_lost_is_named_and_the_rest_is_backed_up(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lost, broken, kept = (upload(world, content) for content in (b"one", b"two", b"three"))
    lying_at(lost).unlink()
    lying_at(broken).chmod(0o640)
    lying_at(broken).write_bytes(b"owt")
    assert main(["backup", str(tmp_path / "backups")]) == 1
    said = capsys.readouterr().err
    assert f"missing in the store already: {lost}" in said and f"damaged in the store already: {broken}" in said
    assert contents_of(tmp_path / "backups") == [kept]
    assert main(["backup", "verify", str(tmp_path / "backups")]) == 0
    assert "2 contents were lost in the store before" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["content changed", "content missing", "database changed", "manifest changed"])
def test_a_damaged_backup_is_named_and_never_restored(
    world: World,
    tmp_path: Path,
    moved_to: Callable[[str], None],
    damage: str,
    capsys: pytest.CaptureFixture[str],
):
    place = tmp_path / "backups"
    digest = upload(world, b"one")
    stamp = take_backup(place, utc_now()).stamp
    part = {
        "content": place / "content" / digest[:2] / digest[2:4] / digest,
        "database": place / stamp / "database.sqlite",
        "manifest": place / stamp / "manifest.json",
    }[damage.split()[0]]
    if damage.endswith("missing"):
        part.unlink()
    else:
        part.write_bytes(part.read_bytes()[:-1] + b"?")
    moved_to(f"sqlite:///{tmp_path}/other/jr.db")
    assert main(["backup", "verify", str(place)]) == 1
    assert main(["restore", str(place)]) == 1
    assert part.name in capsys.readouterr().err
    assert not (tmp_path / "other" / "jr.db").exists() and list(document_store().contents()) == []


def test_an_installation_with_something_in_it_gives_way_only_when_told_and_is_kept(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    place, database = tmp_path / "backups", tmp_path / "jr.db"
    upload(world, b"one")
    assert main(["backup", str(place)]) == 0
    later = upload(world, b"two")
    base.engine().dispose()
    assert main(["restore", str(place)]) == 1
    assert "is not empty" in capsys.readouterr().err
    with base.reading() as session:
        assert later in session.exec(select(Upload.digest)).all()
    assert main(["restore", str(place), "--replace"]) == 0
    with base.reading() as session:
        assert later not in session.exec(select(Upload.digest)).all()
    [kept] = database.parent.glob("jr.db.before-*")
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM upload WHERE digest = ?", (later,)).fetchone() == (1,)
    assert main(["audit", "verify"]) == 0


def test_a_database_somebody_has_open_is_not_replaced(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["backup", str(tmp_path / "backups")]) == 0
    with closing(sqlite3.connect(tmp_path / "jr.db")) as running:
        running.execute("SELECT count(*) FROM account").fetchone()
        assert main(["restore", str(tmp_path / "backups"), "--replace"]) == 1
    assert "stop the product first" in capsys.readouterr().err


def test_lost_and_damaged_content_is_brought_back_while_the_product_runs(world: World, tmp_path: Path):
    lost, broken = upload(world, b"one"), upload(world, b"two")
    take_backup(tmp_path / "backup.tar", utc_now())
    after = upload(world, b"after")
    for digest in (lost, after):
        lying_at(digest).unlink()
    lying_at(broken).chmod(0o640)
    lying_at(broken).write_bytes(b"owt")
    done = restore_content(tmp_path / "backup.tar", world.now)
    assert (done.contents, done.unmended) == (2, [after])
    found = check_storage(utc_now())
    assert (found.missing, found.damaged) == ([after], [])


def test_a_backup_of_a_newer_version_and_places_that_do_not_fit_are_refused(
    world: World, tmp_path: Path, moved_to: Callable[[str], None], capsys: pytest.CaptureFixture[str]
):
    taken = take_backup(tmp_path / "backup.tar", utc_now())
    with pytest.raises(Refused) as refusal:
        take_backup(tmp_path / "backup.tar", utc_now())
    assert refusal.value.problems[0].key == "backup.there_already"
    assert main(["restore", str(tmp_path / "backup.tar"), "--at", "20200101T000000Z"]) == 1
    assert taken.stamp in capsys.readouterr().err
    assert main(["backup", "verify", str(tmp_path / "nothing")]) == 1
    with base.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    take_backup(tmp_path / "newer.tar", utc_now())
    moved_to(f"sqlite:///{tmp_path}/other/jr.db")
    assert main(["restore", str(tmp_path / "newer.tar")]) == 1
    assert "newer version" in capsys.readouterr().err
