"""Who acts for which organisation, who sees the requests, and who may read a letter of authority."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jointreview.commands.organisations import AdmitAgent, EndAgent, RequestAgency
from jointreview.domain.problems import Refused
from jointreview.queries.organisations import found_organisations, letter_of, open_requests, own_organisations
from tests.commands.world import World

CODE = "91320681MA1N0A1B3X"


def asked(world: World) -> int:
    """The stranger asks to act for the organisation; answers the agency's id."""
    letter = world.upload("stranger", b"%PDF-1.4 letter", "授权书.pdf", "pdf", 1)
    world.do("stranger", RequestAgency(credit_code=CODE, letter_upload_id=letter))
    return open_requests(world.actors["clerk"], world.today)[0].agent_id


def own(world: World, who: str):
    return own_organisations(world.actors[who], world.today)


def test_the_owner_sees_the_agents_and_a_mere_agent_does_not(world: World) -> None:
    agent_id = asked(world)
    world.do("applicant", AdmitAgent(agent_id=agent_id))
    (as_owner,), (as_agent,) = own(world, "applicant"), own(world, "stranger")
    assert [(a.name, a.standing) for a in as_owner.agents] == [("applicant·人", "active"), ("stranger·人", "active")]
    assert as_agent.mine is not None and as_agent.mine.standing == "active" and as_agent.agents == ()


def test_a_request_reaches_the_owner_and_the_window_and_nobody_else(world: World) -> None:
    asked(world)
    seen = {who: len(open_requests(world.actors[who], world.today)) for who in ("applicant", "clerk", "stranger")}
    assert seen == {"applicant": 1, "clerk": 1, "stranger": 0}
    assert [o.mine.standing for o in own(world, "stranger") if o.mine] == ["requested"]


def test_authority_runs_out_with_its_letter(world: World) -> None:
    world.do("clerk", AdmitAgent(agent_id=asked(world), valid_until=world.today))
    assert own(world, "stranger")[0].mine.standing == "active"  # type: ignore[union-attr]
    later = own_organisations(world.actors["stranger"], world.today + timedelta(days=1))
    assert later[0].mine is not None and later[0].mine.standing == "over"


def test_the_window_finds_organisations_and_others_find_none(world: World) -> None:
    clerk = world.actors["clerk"]
    (found,) = found_organisations(clerk, "智能装备", world.today)
    assert found.credit_code == CODE and [a.owner for a in found.agents] == [True]
    assert len(found_organisations(clerk, CODE[:8].lower(), world.today)) == 1
    assert found_organisations(clerk, "启", world.today) == [] == found_organisations(clerk, "%%", world.today)
    assert found_organisations(world.actors["applicant"], "智能装备", world.today) == []


@pytest.mark.parametrize("who", ["stranger", "applicant", "clerk"])
def test_agent_owner_and_window_may_read_the_letter(world: World, who: str) -> None:
    letter = letter_of(world.actors[who], asked(world))
    assert (letter.name, letter.mime) == ("授权书.pdf", "application/pdf")


@pytest.mark.parametrize("who", ["coordinator", "fire", "admin"])
def test_nobody_else_may_read_the_letter(world: World, who: str) -> None:
    agent_id = asked(world)
    with pytest.raises(Refused) as refusal:
        letter_of(world.actors[who], agent_id)
    assert refusal.value.kind == "missing"


def test_an_agent_whose_authority_ended_no_longer_reads_the_letters_of_others(world: World) -> None:
    agent_id = asked(world)
    world.do("applicant", AdmitAgent(agent_id=agent_id))
    world.do("applicant", EndAgent(agent_id=agent_id))
    assert letter_of(world.actors["stranger"], agent_id).name == "授权书.pdf"
    owners = own(world, "applicant")[0].mine
    assert owners is not None
    with pytest.raises(Refused):
        letter_of(world.actors["stranger"], owners.agent_id)
