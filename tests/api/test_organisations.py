"""Who acts for an organisation: admitted by its owner or the window, until a day, or until it is ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.event import Notification
from jointreview.models.identity import Agent
from jointreview.queries.principal import principal
from tests.api.helpers import Browsers, problem_keys
from tests.commands.world import World
from tests.storage import samples

CODE = "91320681MA1N0A1B3X"
OTHER = "91320681MA7XK3PQ9J"


def agency(who: str, world: World) -> Agent:
    with base.reading() as session:
        return session.exec(select(Agent).where(Agent.account_id == world.actors[who].account_id)).one()


def request(house: Browsers, who: str = "stranger", code: str = CODE) -> Any:
    letter = house.upload(who, "授权委托书.pdf", samples.pdf()).json()["upload_id"]
    return house.send(who, "RequestAgency", {"credit_code": code, "letter_upload_id": letter})


def admitted(house: Browsers, by: str = "applicant", **until: str) -> int:
    """The stranger becomes an agent of the applicant's organisation; answers the agency's id."""
    assert request(house).status_code == 200
    agent_id = agency("stranger", house.world).id
    assert agent_id is not None
    answer = house.send(by, "AdmitAgent", {"agent_id": agent_id, **until})
    assert answer.status_code == 200, answer.text
    return agent_id


def sees(house: Browsers, case_id: int, who: str = "stranger") -> bool:
    status = house.get(who, f"/api/cases/{case_id}/application").status_code
    assert status in (200, 404)
    return status == 200


def told(house: Browsers, who: str) -> list[str]:
    with base.reading() as session:
        account_id = house.world.actors[who].account_id
        return list(session.exec(select(Notification.key).where(Notification.account_id == account_id)).all())


@pytest.mark.parametrize("by", ["applicant", "clerk"])
def test_owner_or_window_admits_an_agent_who_asked_and_it_works_at_once(house: Browsers, by: str):
    case_id = house.world.drafted()
    assert not sees(house, case_id)
    request(house)
    assert not sees(house, case_id)
    assert told(house, "applicant") == ["notify.agency_requested"]
    answer = house.send(by, "AdmitAgent", {"agent_id": agency("stranger", house.world).id})
    assert answer.status_code == 200 and sees(house, case_id)
    assert told(house, "stranger") == ["notify.agency_given"]


def test_authority_ends_with_the_day_it_is_given_until(house: Browsers):
    world = house.world
    case_id = world.drafted()
    admitted(house, valid_until=world.today.isoformat())
    assert sees(house, case_id)
    world.now += timedelta(hours=14)  # 23:00 in Shanghai
    assert sees(house, case_id)
    world.now += timedelta(hours=1)  # midnight
    assert not sees(house, case_id)
    assert sees(house, case_id, "applicant")


def test_an_agent_who_is_ended_loses_access_with_the_next_click(house: Browsers):
    case_id = house.world.drafted()
    agent_id = admitted(house)
    secret = house.secret("stranger")
    assert sees(house, case_id) and principal(secret).organisations
    assert house.send("applicant", "EndAgent", {"agent_id": agent_id}).status_code == 200
    assert not sees(house, case_id)
    assert principal(secret).organisations == frozenset()
    assert told(house, "stranger")[-1] == "notify.agency_ended"


def test_what_is_ended_can_neither_be_ended_again_nor_admitted_but_asked_for_anew(house: Browsers):
    agent_id = admitted(house)
    assert house.send("applicant", "EndAgent", {"agent_id": agent_id}).status_code == 200
    for name in ("EndAgent", "AdmitAgent"):
        answer = house.send("applicant", name, {"agent_id": agent_id})
        assert (answer.status_code, problem_keys(answer)) == (409, ["commands.no_such_agent"]), name
    assert told(house, "stranger").count("notify.agency_ended") == 1
    assert request(house).status_code == 200


def test_only_the_owner_and_the_window_decide(house: Browsers):
    request(house)
    agent_id = agency("stranger", house.world).id
    for who in ("stranger", "coordinator", "fire", "admin"):
        for name in ("AdmitAgent", "EndAgent"):
            assert house.send(who, name, {"agent_id": agent_id}).status_code in (403, 404), (who, name)
    assert agency("stranger", house.world).status == "requested"


def test_an_agent_who_is_no_owner_admits_nobody(house: Browsers):
    admitted(house)
    with base.writing() as session:
        house.world.person(session, "third", "applicant")
    request(house, "third")
    answer = house.send("stranger", "AdmitAgent", {"agent_id": agency("third", house.world).id})
    assert answer.status_code == 404 and agency("third", house.world).status == "requested"


def test_the_owner_cannot_end_the_own_authority_but_the_window_can(house: Browsers):
    own = agency("applicant", house.world).id
    answer = house.send("applicant", "EndAgent", {"agent_id": own})
    assert (answer.status_code, problem_keys(answer)) == (409, ["commands.not_yourself"])
    assert house.send("clerk", "EndAgent", {"agent_id": own}).status_code == 200
    request(house)
    assert house.send("applicant", "AdmitAgent", {"agent_id": agency("stranger", house.world).id}).status_code == 404


def test_authority_cannot_be_given_until_a_day_that_is_over(house: Browsers):
    request(house)
    yesterday = (house.world.today - timedelta(days=1)).isoformat()
    args = {"agent_id": agency("stranger", house.world).id, "valid_until": yesterday}
    answer = house.send("applicant", "AdmitAgent", args)
    assert answer.status_code == 422 and problem_keys(answer) == ["commands.authority_over"]


def test_whoever_registers_an_organisation_owns_it_and_nobody_registers_it_again(house: Browsers):
    first = house.send("stranger", "RegisterOrganisation", {"credit_code": OTHER.lower(), "name": "启东某公司"})
    assert first.status_code == 200
    assert agency("stranger", house.world).owner and principal(house.secret("stranger")).organisations
    again = house.send("applicant", "RegisterOrganisation", {"credit_code": f" {OTHER} ", "name": "冒名公司"})
    assert problem_keys(again) == ["commands.organisation_known"]


def test_a_clerk_registers_for_others_and_becomes_no_agent(house: Browsers):
    answer = house.send("clerk", "RegisterOrganisation", {"credit_code": OTHER, "name": "启东某公司"})
    assert answer.status_code == 200
    with base.reading() as session:
        assert len(session.exec(select(Agent.id)).all()) == 1


def test_asking_twice_or_for_nobody_is_refused(house: Browsers):
    assert request(house).status_code == 200
    assert problem_keys(request(house)) == ["commands.agency_known"]
    assert problem_keys(request(house, code=OTHER)) == ["commands.no_such_organisation"]


def test_anothers_letter_cannot_be_used(house: Browsers):
    letter = house.upload("applicant", "授权委托书.pdf", samples.pdf()).json()["upload_id"]
    answer = house.send("stranger", "RequestAgency", {"credit_code": CODE, "letter_upload_id": letter})
    assert problem_keys(answer) == ["commands.no_such_upload"]
