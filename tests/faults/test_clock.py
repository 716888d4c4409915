"""The wall clock jumps by an hour and by a day, on and back: nobody stays in or out for it, nothing falls due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from jointreview.commands import identity
from jointreview.commands.audit import verify_chains
from jointreview.domain.problems import Refused
from jointreview.jobs import sweep as sweeping
from jointreview.jobs.clock_watch import WAIT, ClockWatch
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.identity import Account
from jointreview.queries.principal import _cache, signed_in
from tests.api.helpers import Browsers, open_house
from tests.commands.world import PASSWORD

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with open_house(tmp_path_factory.mktemp("clock")) as browsers:
        yield browsers


def at(house: Browsers, moment: datetime) -> None:
    """The wall clock shows this moment."""
    house.world.now = moment
    house.on_time()
    _cache.clear()


def still_in(secret: str) -> bool:
    _cache.clear()
    return signed_in(secret) is not None


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -DAY, DAY], ids=["hour back", "hour on", "day back", "day on"])
def test_a_session_outlives_no_jump_by_more_than_an_hour(shared: Browsers, jump: timedelta) -> None:
    start = shared.world.now
    secret = identity.sign_in("clerk", PASSWORD).secret
    at(shared, start + jump)
    lasted = 0
    for quarter in range(4 * 48):
        at(shared, start + jump + timedelta(minutes=15 * quarter))
        if not still_in(secret):
            break
        lasted = 15 * quarter
        identity.touch(identity.digest_of(secret))
    print(f"clock {jump}: the session was still good for {lasted} minutes of use after it")
    assert lasted <= 13 * 60
    if jump == -HOUR:
        assert lasted > 11 * 60, "a clock put right by an hour throws nobody out"
    at(shared, start)
    assert identity.sign_in("clerk", PASSWORD).secret


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -DAY, DAY], ids=["hour back", "hour on", "day back", "day on"])
def test_a_lock_keeps_nobody_out_longer_because_the_clock_jumped(shared: Browsers, jump: timedelta) -> None:
    start = shared.world.now
    for _ in range(identity.FREE_ATTEMPTS + 6):
        with pytest.raises(Refused):
            identity.sign_in("supervisor", "wrong-password")
        at(shared, shared.world.now + HOUR)
    for _ in range(2):
        with pytest.raises(Refused):
            identity.sign_in("supervisor", "wrong-password")
    with pytest.raises(Refused):
        identity.sign_in("supervisor", PASSWORD)
    at(shared, shared.world.now + jump + timedelta(minutes=1))
    assert identity.sign_in("supervisor", PASSWORD).secret
    with base.reading() as db:
        assert db.exec(select(Account.failed_logins).where(Account.login == "supervisor")).one() == 0
    at(shared, start)


def recorded() -> tuple[int, int]:
    """Events made by rule, and notices: what falling due leaves behind."""
    with base.reading() as db:
        by_rule = db.exec(select(func.count()).select_from(Event).where(col(Event.account_id).is_(None))).one()
        return by_rule, db.exec(select(func.count()).select_from(Notification)).one()


class Machine:
    """A machine with a wall clock anybody can set and a steady one nobody can, swept by the product."""

    def __init__(self, house: Browsers, patch: pytest.MonkeyPatch) -> None:
        self.house, self.seconds, self.sweeps = house, 1000.0, 0
        watch = ClockWatch(lambda: self.seconds)
        patch.setattr(sweeping, "_trusted", watch.trusts)
        self.passes(timedelta(0))

    def passes(self, time: timedelta, sweeps: int = 1) -> None:
        """Time really passes, with sweeps in it."""
        for _ in range(sweeps):
            self.seconds += time.total_seconds() / sweeps
            at(self.house, self.house.world.now + time / sweeps)
            sweeping.sweep_once()
            self.sweeps += 1

    def clock_jumps(self, by: timedelta) -> None:
        """Only the wall clock moves."""
        at(self.house, self.house.world.now + by)
        sweeping.sweep_once()
        self.sweeps += 1


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with open_house(tmp_path) as browsers:
        browsers.world.reviewing()
        monkeypatch.setattr("jointreview.jobs.sweep.channels", dict)
        yield Machine(browsers, monkeypatch)


def test_nothing_falls_due_because_the_clock_jumped_and_everything_when_its_time_has_come(machine: Machine) -> None:
    before = recorded()
    for days in (1, 7, -7, -1):
        machine.clock_jumps(DAY * days)
        machine.passes(timedelta(minutes=30))
    machine.clock_jumps(HOUR)
    machine.clock_jumps(-HOUR)
    assert recorded() == before, "silence counted, or reminded of, on a day that had not come"
    machine.passes(WAIT + timedelta(minutes=1))
    assert recorded() == before, "the time of the departments is not over yet"
    machine.passes(timedelta(days=4), sweeps=2)
    assert recorded()[0] >= before[0] + 12, "the departments' silence counts when its day has really come"
    with base.reading() as db:
        assert verify_chains(db).faults == ()
    print(f"{machine.sweeps} sweeps, 6 jumps: rule-made events {before[0]} -> {recorded()[0]} only after 4 real days")


def judged(*seen: tuple[timedelta, timedelta]) -> list[bool]:
    """Whether the clock is believed, each time after so much real time and a jump of the wall clock."""
    wall, steady, found = datetime(2026, 5, 6, tzinfo=UTC), 0.0, []
    watch = ClockWatch(lambda: steady)
    for passed, jump in seen:
        steady, wall = steady + passed.total_seconds(), wall + passed + jump
        found.append(watch.trusts(wall))
    return found


def test_a_clock_that_jumped_is_believed_when_it_has_gone_evenly_for_an_hour() -> None:
    still, minute = timedelta(0), timedelta(minutes=1)
    assert judged((still, still), (minute, 5 * DAY), (WAIT - minute, still), (2 * minute, still)) == [
        True,
        False,
        False,
        True,
    ]
    assert judged((still, still), (minute, DAY), (WAIT - minute, -DAY), (2 * minute, still), (WAIT, still)) == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_a_machine_that_slept_and_a_clock_put_right_by_seconds_are_no_jumps() -> None:
    assert judged((timedelta(0), timedelta(0)), (5 * DAY, timedelta(seconds=40)), (HOUR, -timedelta(minutes=4))) == [
        True,
        True,
        True,
    ]


def test_acts_before_and_after_a_jump_back_stand_in_one_chain(shared: Browsers) -> None:
    world, start = shared.world, shared.world.now
    case_id = world.submitted()
    at(shared, start - DAY)
    with base.reading() as db:
        events = db.exec(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
    assert shared.get("clerk", f"/api/map/cases/{case_id}").status_code == 200
    at(shared, start)
    world.accept(case_id)
    with base.reading() as db:
        assert verify_chains(db).faults == ()
        assert len(db.exec(select(Event).where(Event.case_id == case_id)).all()) > len(events)
