"""The reminders of a real case reach its people once, and again when the deadline moves."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from jointreview.commands.deputies import NameDeputy
from jointreview.jobs.reminders import send_reminders
from jointreview.models import base
from jointreview.models.event import Notification
from jointreview.models.identity import Account
from tests.api.helpers import Browsers


def reminders() -> list[tuple[str, str]]:
    """Login and kind of every reminder, in order."""
    kinds = ("round_", "supplement_ends", "rectification_ends", "precheck_ends", "visit_tomorrow", "deputy_begins")
    with base.reading() as session:
        rows = session.exec(
            select(Account.login, Notification.key)
            .join(Notification, col(Notification.account_id) == Account.id)
            .order_by(col(Notification.id))
        ).all()
    return [(login, key.removeprefix("notify.")) for login, key in rows if key[7:].startswith(kinds)]


def test_a_department_hears_once_each_day_and_a_sweep_that_was_down_catches_up(house: Browsers):
    world = house.world
    world.accepted()
    for _ in range(12):
        world.now += timedelta(days=1)
        send_reminders(world.now)
        assert send_reminders(world.now) == 0
        if ("fire", "round_overdue") in reminders():
            break
    assert [kind for login, kind in reminders() if login == "fire"] == [
        "round_due_tomorrow",
        "round_due_today",
        "round_overdue",
    ]
    world.now += timedelta(days=3)
    assert send_reminders(world.now) == 0


def test_the_window_the_team_and_a_deputy_are_reminded(house: Browsers):
    world = house.world
    fire, deputy = world.actors["fire"], world.actors["fire-2"]
    tomorrow = world.today + timedelta(days=1)
    world.do(
        "fire",
        NameDeputy(post_id=fire.post_id, deputy_id=deputy.account_id, from_on=tomorrow, until_on=tomorrow),
    )
    world.visiting()
    send_reminders(world.now)
    told = reminders()
    assert ("applicant", "visit_tomorrow") in told and ("fire", "visit_tomorrow") in told
    world.now += timedelta(days=1)
    send_reminders(world.now)
    assert ("fire-2", "deputy_begins") in reminders()
