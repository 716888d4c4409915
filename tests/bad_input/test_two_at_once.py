"""Two people or two tabs: the later one is told, and nothing of the earlier one is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.event import Event
from tests.api.helpers import Browsers
from tests.bad_input.drafting import Draft, told

SECTION = (
    "这一部分刚刚被其他人修改，请比较后选择保留哪一份。",
    "Somebody else has just changed this section. Compare both and choose.",
)
CASE = (
    "办件刚刚被其他人更新，请查看最新内容后再操作。",
    "Somebody else has just changed this case. Look at it again, then repeat.",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_section_in_two_tabs(draft: Draft, lang: str):
    version = draft.stored("S2").version
    assert draft.put("S2", {**draft.sample("S2"), "address": f"甲{lang}"}, version=version).status_code == 200
    late = draft.put("S2", {**draft.sample("S2"), "address": "乙"}, lang, version)
    assert late.status_code == 409 and late.json()["kind"] == "conflict"
    assert told(late) == {"S2": SECTION[lang == "en"]}
    assert draft.stored("S2").values["address"] == f"甲{lang}"


@pytest.mark.parametrize("version", [0, 999_999, 2**63 - 1])
def test_a_version_that_never_was(draft: Draft, version: int):
    assert draft.put("S2", draft.sample("S2"), version=version).status_code == 409


def test_of_many_saves_of_one_version_exactly_one_is_kept(draft: Draft):
    version = draft.stored("S2").version
    start = threading.Barrier(4, timeout=30)

    def save(n: int) -> int:
        start.wait()
        return draft.put("S2", {**draft.sample("S2"), "address": f"海洪路{n}号"}, version=version).status_code

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(save, range(4)))
    assert answers == [200, 409, 409, 409]
    assert draft.stored("S2").version == version + 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_decision_from_a_tab_that_is_out_of_date(house: Browsers, lang: str):
    case_id = house.world.submitted()
    late = house.ask(
        "clerk",
        "POST",
        "/api/commands/AcceptCase",
        params={"lang": lang},
        json={"args": {"case_id": case_id}, "expected_version": house.world.case(case_id).version - 1},
    )
    assert late.status_code == 409 and told(late) == {"": CASE[lang == "en"]}
    assert house.world.case(case_id).state == "submitted"


def test_two_clerks_accept_one_case_once(house: Browsers):
    case_id = house.world.submitted()
    start = threading.Barrier(2, timeout=30)

    def accept(who: str) -> int:
        start.wait()
        return house.send(who, "AcceptCase", {"case_id": case_id}).status_code

    for who in ("clerk", "coordinator"):
        house.secret(who)
    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(accept, ("clerk", "coordinator"))) == [200, 409]
    with base.reading() as session:
        kinds = session.exec(select(Event.kind).where(Event.case_id == case_id)).all()
    assert kinds.count("accepted") == kinds.count("dispatched") == 1
