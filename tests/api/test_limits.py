"""How much one person may take, and what happens when everybody wants something large at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from jointreview.api import access, files, uploads
from jointreview.api.access import refuse_too_many
from jointreview.api.app import build_api
from jointreview.api.heavy import Room, room
from jointreview.commands import identity
from jointreview.models.base import reading
from jointreview.models.identity import Audit
from jointreview.queries.principal import signed_in
from jointreview.settings import settings
from jointreview.text import tr
from tests.api.helpers import Browsers, problem_keys, problem_texts
from tests.commands.world import PASSWORD
from tests.hostile.routes import routes_of

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"
)
LARGE = re.compile(r"\.(xlsx|csv|zip|pdf|html|\{ending\})$")


@pytest.fixture
def limited(shared: Browsers, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for module in (files, uploads):
        monkeypatch.setattr(module, "utc_now", lambda: shared.world.now)
    yield monkeypatch
    access._calls.cache_clear()
    monkeypatch.undo()
    settings.cache_clear()


def limit(patch: pytest.MonkeyPatch, **values: int) -> None:
    for name, value in values.items():
        patch.setenv(f"JOINTREVIEW_{name.upper()}", str(value))
    settings.cache_clear()


def test_every_route_that_makes_something_large_holds_a_place() -> None:
    api = build_api()
    endpoints = {route.path: route for route in routes_of(api)}
    large = {path for path in endpoints if LARGE.search(path)}
    assert len(large) >= 10
    assert large - {route.path for route in endpoints.values() if route.heavy} == set()


def test_the_fourth_file_of_a_day_waits_until_tomorrow(shared: Browsers, limited: pytest.MonkeyPatch) -> None:
    limit(limited, uploads_per_day=3)
    for number in range(3):
        assert shared.upload("applicant", f"{number}.pdf", PDF + b"%d" % number).status_code == 200
    for answer in (
        shared.upload("applicant", "4.pdf", PDF),
        shared.ask("applicant", "POST", "/api/upload-sessions", json={"name": "5.pdf", "size": 10}),
    ):
        assert answer.status_code == 429 and answer.headers["retry-after"]
        assert problem_keys(answer) == ["files.quota_files"]
        tomorrow = f"{shared.world.today + timedelta(days=1):%Y-%m-%d}"
        assert tomorrow in problem_texts(answer)[0] and "pdf" in problem_texts(answer)[0]
    assert shared.upload("stranger", "1.pdf", PDF).status_code == 200
    shared.world.now += timedelta(days=1)
    assert shared.upload("applicant", "4.pdf", PDF).status_code == 200


def test_bytes_on_their_way_count_as_much_as_those_that_came(shared: Browsers, limited: pytest.MonkeyPatch) -> None:
    shared.world.now += timedelta(days=1)
    limit(limited, upload_bytes_per_day=1000)
    begin = {"name": "a.pdf", "size": 700}
    assert shared.ask("clerk", "POST", "/api/upload-sessions", json=begin).status_code == 200
    answer = shared.ask("clerk", "POST", "/api/upload-sessions", json=begin)
    assert (answer.status_code, problem_keys(answer)) == (429, ["files.quota_bytes"])
    assert shared.upload("clerk", "b.pdf", PDF + b" " * 400).status_code == 429


def test_requests_beyond_a_minutes_share_are_refused_for_that_person_alone(
    shared: Browsers, limited: pytest.MonkeyPatch
) -> None:
    limit(limited, api_calls_per_minute=5)
    answers = [shared.get("coordinator", "/api/search?q=x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert problem_texts(answers[-1]) == [tr("zh", "errors.too_many_calls", most=5)]
    assert shared.get("coordinator", "/ogc?f=json").status_code == 429
    assert shared.get("clerk", "/api/search?q=x").status_code == 200


def test_with_one_session_more_the_longest_unused_ends(shared: Browsers, limited: pytest.MonkeyPatch) -> None:
    shared.on_time()
    limit(limited, sessions_at_once=3)
    opened = []
    for _ in range(3):
        opened.append(_later(shared))
    used = signed_in(opened[0])
    assert used
    shared.world.now += timedelta(minutes=1)
    shared.on_time()
    identity.touch(used.digest)
    opened.append(_later(shared))
    assert [signed_in(secret) is not None for secret in opened] == [True, False, True, True]
    with reading() as db:
        assert db.exec(select(Audit.action).where(Audit.action == "account.sessions_over_quota")).all()


def _later(browsers: Browsers) -> str:
    browsers.world.now += timedelta(seconds=1)
    browsers.on_time()
    return identity.sign_in("supervisor", PASSWORD).secret


def test_at_overload_a_heavy_request_is_told_to_come_back(shared: Browsers, limited: pytest.MonkeyPatch) -> None:
    limit(limited, heavy_at_once=2)
    with room.place_for(1001), room.place_for(1002):
        answer = shared.get("supervisor", "/api/supervision.xlsx")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert problem_texts(answer) == [tr("zh", "errors.busy")]
        assert shared.get("supervisor", "/api/search?q=x").status_code == 200
    assert shared.get("supervisor", "/api/supervision.xlsx").status_code == 200
    assert room._going.total() == 0


def test_one_person_does_not_take_every_place(shared: Browsers, limited: pytest.MonkeyPatch) -> None:
    mine = shared.world.actors["supervisor"].account_id
    with room.place_for(mine), room.place_for(mine):
        answer = shared.get("supervisor", "/api/supervision.xlsx")
        assert (answer.status_code, problem_keys(answer)) == (429, ["errors.own_exports_going"])
        assert shared.get("coordinator", "/api/targets.xlsx").status_code == 200


def test_a_refused_or_failing_request_gives_its_place_back(shared: Browsers) -> None:
    assert shared.get("coordinator", "/api/cases/99999/archive.zip").status_code == 404
    assert room._going.total() == 0


def test_no_more_places_are_given_than_there_are_however_many_ask(limited: pytest.MonkeyPatch) -> None:
    limit(limited, heavy_at_once=4, exports_at_once=1)
    asked, inside, most, gate = Room(), [], [], threading.Barrier(16)

    def ask(account_id: int) -> None:
        gate.wait()
        for _ in range(50):
            try:
                with asked.place_for(account_id):
                    inside.append(account_id)
                    most.append(len(inside))
                    inside.remove(account_id)
            except Exception:
                continue

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 4 and asked._going.total() == 0


def test_who_has_no_limit_is_not_counted(limited: pytest.MonkeyPatch) -> None:
    limit(limited, api_calls_per_minute=0)
    for _ in range(2000):
        refuse_too_many(1)
