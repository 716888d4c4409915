"""One worker leads: a lease by the database's clock, on both databases; and what the jobs did is on record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jointreview.domain.problems import Refused, refuse
from jointreview.jobs import leader, uploads
from jointreview.jobs.record import noted
from jointreview.queries.jobs import jobs_view
from tests.commands.world import fresh_database
from tests.contracts.databases import database_url, postgresql_server

__all__ = ["database_url", "postgresql_server"]
OVER = timedelta(0)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[None]:
    with fresh_database(database_url, tmp_path / "uploads"):
        yield


def test_a_lease_has_one_holder_until_it_runs_out_or_is_given_back(database: None) -> None:
    assert leader.take("jobs", "one") and not leader.take("jobs", "two")
    assert leader.holder_now()[0] == "one"
    assert leader.take("jobs", "one")  # renewed
    leader.give_back("jobs", "two")  # not theirs
    assert not leader.take("jobs", "two")
    leader.give_back("jobs", "one")
    assert leader.holder_now() is None and leader.take("jobs", "two")
    assert leader.take("jobs", "two", lease=OVER) and leader.take("jobs", "one")


def test_of_many_who_ask_at_once_one_gets_it(database: None) -> None:
    got, together = [], threading.Barrier(6)

    def ask(name: str) -> None:
        together.wait()
        if leader.take("jobs", name):
            got.append(name)

    threads = [threading.Thread(target=ask, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_who_cannot_renew_in_time_stops_leading_before_another_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "LEASE", timedelta(seconds=0.2) + timedelta(seconds=leader._MARGIN))
    monkeypatch.setattr(leader, "RENEW_SECONDS", 0.01)
    answers = iter([True])
    stuck, asked = threading.Event(), threading.Event()

    def take(name: str, holder: str) -> bool:
        if next(answers, False):
            return True
        asked.set()
        stuck.wait(10)
        return True

    monkeypatch.setattr(leader, "take", take)
    monkeypatch.setattr(leader, "give_back", lambda name, holder: None)
    one = leader.Leadership()
    one.start()
    assert asked.wait(10)
    while one.holds():  # the database does not answer, and time passes
        pass
    assert not one.holds()
    stuck.set()
    one.end()


def test_what_a_job_did_is_seen_by_the_administrator(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with noted("reminders", 20):
        running = jobs_view().jobs[0]
    assert running.ended_at is None and running.next_at is None
    for _ in range(2):
        with pytest.raises(ValueError), noted("outbox", 20):
            raise ValueError("13800000000 does not answer")
    with pytest.raises(Refused), noted("checks", 20):
        raise refuse("files.s3_failed", kind="state")
    seen = {job.name: job for job in jobs_view().jobs}
    assert [job.name for job in jobs_view().jobs] == ["reminders", "outbox", "checks"]
    assert (seen["reminders"].runs, seen["reminders"].failures) == (1, 0) and seen["reminders"].next_at is not None
    assert (seen["outbox"].runs, seen["outbox"].failures, seen["outbox"].fault) == (2, 2, "ValueError")
    assert seen["checks"].fault == "files.s3_failed"
    with noted("outbox", 20):
        pass
    assert {job.name: job.failures for job in jobs_view().jobs}["outbox"] == 0


def test_everything_that_is_done_is_listed_and_what_waits_is_counted(database: None) -> None:
    uploads.tend_uploads()
    assert [job.name for job in jobs_view().jobs] == ["checks", "scans", "viruses", "expired", "locks"]
    assert jobs_view().leader == "" and jobs_view().waiting["messages"] == 0
