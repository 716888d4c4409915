"""What was kept long enough goes, with an act on record; everything else and every chain stays as it was."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, func, select

from jointreview.__main__ import main
from jointreview.catalog.schema_retention import RetentionRule
from jointreview.commands import erasing
from jointreview.commands.administration import SetAccountActive
from jointreview.commands.audit import verify_chains
from jointreview.commands.audit_roots import against_roots, write_root
from jointreview.commands.files import document_store
from jointreview.commands.locking import digests_of
from jointreview.commands.storage_check import check_storage
from jointreview.domain.retention import LEAST_DAYS, as_ranges, from_ranges
from jointreview.jobs.retention import apply_policy, keep_policy
from jointreview.models import base
from jointreview.models.case import Case, Material, Upload
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account, Audit
from jointreview.settings import settings
from jointreview.storage.base import utc_now
from tests.commands.world import World, fresh_database

YEARS = timedelta(days=365)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(tmp_path / "data"))
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def upload(world: World, content: bytes, who: str = "applicant") -> int:
    stored = document_store().put(io.BytesIO(content), 10_000)
    row = Upload(
        account_id=world.actors[who].account_id,
        digest=stored.digest,
        name="图.pdf",
        kind="pdf",
        mime="application/pdf",
        size=stored.size,
        created_at=world.now,
    )
    with base.writing() as session:
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def count(table: type[SQLModel], *conditions: object) -> int:
    with base.reading() as session:
        return session.exec(select(func.count()).select_from(table).where(*conditions)).one()


def applied(world: World) -> dict[str, int]:
    return {done.rule.kind: done.count for done in apply_policy(world.now)}


def faults() -> tuple[object, ...]:
    with base.reading() as session:
        return verify_chains(session).faults


def test_a_draft_nobody_ever_submitted_goes_whole_and_what_was_submitted_stays(world: World):
    draft, submitted = world.drafted(), world.submitted("school")
    with base.reading() as session:
        of_draft, of_case = digests_of(session, draft), digests_of(session, submitted)
    root = write_root(world.now)
    world.now += 3 * YEARS
    done = applied(world)
    assert done["drafts"] == 1 and done["uploads"] > 0
    assert (count(Case, Case.id == draft), count(Material, Material.case_id == draft)) == (0, 0)
    with base.reading() as session:
        assert digests_of(session, submitted) == of_case
        assert verify_chains(session).faults == () and list(against_roots(session, root.file)) == []
        acts = session.exec(select(Audit).where(Audit.action == "system.erased")).all()
    said = json.dumps([act.model_dump(mode="json") for act in acts], ensure_ascii=False)
    assert {act.subject for act in acts} >= {"drafts", "uploads"} and "人" not in said
    held = {content.digest for content in document_store().contents()}
    assert of_case <= held and not (of_draft - of_case) & held
    found = check_storage(utc_now() + timedelta(hours=2))
    assert not found.lost and found.orphans == []


def test_a_draft_somebody_touched_lately_stays(world: World):
    draft = world.drafted()
    world.now += timedelta(days=700)
    with base.writing() as session:
        session.get_one(Case, draft).state_since = world.now
    world.now += timedelta(days=100)
    assert applied(world)["drafts"] == 0 and count(Case, Case.id == draft) == 1


def test_files_never_used_go_and_content_somebody_else_uses_or_that_is_locked_stays(world: World):
    world.submitted()
    alone, shared, kept = upload(world, b"alone"), upload(world, b"shared"), upload(world, b"locked")
    with base.writing() as session:
        digests = [session.get_one(Upload, number).digest for number in (alone, shared, kept)]
    document_store().lock(digests[2], utc_now() + timedelta(days=9))
    world.now += timedelta(days=89)
    again = upload(world, b"shared", "stranger")
    assert applied(world)["uploads"] == 0
    world.now += timedelta(days=2)
    before = count(Material)
    assert applied(world)["uploads"] == 3
    assert count(Upload, Upload.id == again) == 1 and count(Material) == before
    assert [document_store().exists(digest) for digest in digests] == [False, True, True]
    assert faults() == ()


def test_sign_ins_go_and_what_the_keepers_did_stays(world: World):
    for action in ("account.signed_in", "account.closed"):
        with base.writing() as session:
            session.add(Audit(at=world.now, account_id=1, action=action, subject="x"))
    world.now += timedelta(days=1096)
    assert applied(world)["sign_ins"] == 1
    assert count(Audit, Audit.action == "account.closed") == 1 and faults() == ()
    # Another row that disappears is still named: only what an act on record says may be missing.
    with base.writing() as session:
        session.delete(session.exec(select(Audit).where(Audit.action == "account.closed")).one())
    assert [fault.key for fault in faults()] == ["audit.row_removed"]  # type: ignore[attr-defined]


def test_messages_go_when_they_have_left_and_never_while_they_wait(world: World):
    with base.writing() as session:
        for status in ("sent", "waiting"):
            message = Notification(account_id=world.actors["clerk"].account_id, key="k", at=world.now)
            session.add(message)
            session.flush()
            session.add(
                OutboxMessage(notification_id=message.id, channel="mail", status=status, next_try_at=world.now)
            )
    world.now += timedelta(days=181)
    assert applied(world)["outbox"] == 1
    world.now += 3 * YEARS
    assert applied(world)["notices"] == 1
    assert count(Notification) == count(OutboxMessage, OutboxMessage.status == "waiting") == 1


def test_of_people_who_left_only_the_name_under_their_acts_stays(world: World):
    left = world.actors["stranger"].account_id
    with base.writing() as session:
        account = session.get_one(Account, left)
        account.login, account.email, account.mobile = "13812345678", "a@example.com", "13812345678"
    world.do("admin", SetAccountActive(account_id=left, active=False))
    world.now += timedelta(days=364)
    assert applied(world)["accounts"] == 0
    world.now += timedelta(days=2)
    assert applied(world)["accounts"] == 1 and applied(world)["accounts"] == 0
    with base.reading() as session:
        account = session.get_one(Account, left)
    assert (account.login, account.email, account.mobile) == (f"left-{left}", "", "")
    assert account.name == world.actors["stranger"].name


def test_more_than_one_transaction_holds_goes_in_several_acts(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    for number in range(5 + 1):
        upload(world, f"{number}".encode())  # the newest keeps its number, which no other row may get
    world.now += YEARS
    assert applied(world)["uploads"] == 5
    assert count(Audit, Audit.action == "system.erased", Audit.subject == "uploads") == 3 and faults() == ()


def test_showing_the_policy_erases_nothing_and_the_night_does_it_once(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    number, _ = upload(world, b"alone"), upload(world, b"newest")
    old = settings().data_dir / "pdf" / "old.pdf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"x")
    monkeypatch.setenv("JOINTREVIEW_NOW", "2030-01-01T02:00:00+08:00")
    settings.cache_clear()
    now = settings().current_time()
    assert main(["retention"]) == 0
    said = capsys.readouterr().out
    assert "Files uploaded and never used" in said and "Nothing was erased" in said
    with base.writing() as session:
        session.add(Audit(at=now - timedelta(days=1), action="account.closed", subject="x"))
    keep_policy(now)  # two in the morning: not yet
    assert count(Upload, Upload.id == number) == 1 and old.exists()
    keep_policy(now + timedelta(hours=2))
    assert count(Upload, Upload.id == number) == 0 and not old.exists()
    later = upload(world, b"another")
    keep_policy(now + timedelta(hours=3))
    assert count(Upload, Upload.id == later) == 1
    with base.reading() as session:
        acts = session.exec(select(Audit.details).where(Audit.subject == "pages"))
        assert [act["count"] for act in acts] == [1]


def test_nothing_is_erased_by_itself_when_the_clock_is_years_ahead_of_the_record(world: World):
    number, _ = upload(world, b"alone"), upload(world, b"newest")
    with base.writing() as session:
        session.add(Audit(at=world.now, action="account.closed", subject="x"))
    keep_policy(world.now + 5 * YEARS + timedelta(hours=12))
    assert count(Upload, Upload.id == number) == 1


def test_a_rule_below_what_the_law_asks_for_is_no_rule():
    words = {"zh": "登录", "en": "Sign-ins"}
    with pytest.raises(ValueError, match="183 days at least"):
        RetentionRule(kind="sign_ins", days=182, what=words, basis=words)
    with pytest.raises(ValueError, match="nothing called cases"):
        RetentionRule(kind="cases", days=9999, what=words, basis=words)
    assert set(erasing.KINDS) | {"pages"} == set(LEAST_DAYS)


@pytest.mark.parametrize("numbers", [set(), {5}, {1, 2, 3, 7, 9, 10}])
def test_numbers_written_in_short_are_read_again(numbers: set[int]):
    assert from_ranges(as_ranges(numbers)) == numbers
