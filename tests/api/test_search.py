"""The search page: straight to the only case found, a list otherwise, nothing of other people's cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from jointreview.api.access import declared
from jointreview.api.app import build_api, current_actor
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def found(world: World, login: str, words: str):
    api = build_api()
    api.dependency_overrides[current_actor] = lambda: world.actors[login]
    api.dependency_overrides[declared] = lambda: None
    return TestClient(api).get("/search", params={"q": words}, follow_redirects=False)


def test_a_single_case_opens_at_once(world: World):
    case_id = world.submitted()
    answer = found(world, "coordinator", world.case(case_id).number)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case_id}")


def test_nothing_of_other_peoples_cases(world: World):
    case_id = world.submitted()
    answer = found(world, "stranger", world.case(case_id).number)
    assert answer.status_code == 200 and 'id="no-hits"' in answer.text and f"/cases/{case_id}" not in answer.text


def test_words_are_shown_as_text(world: World):
    assert "<script>" not in found(world, "clerk", "<script>alert(1)</script>").text
