"""Identity numbers and telephones of a whole job appear in clear nowhere but in the form (requirements §6.4)."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from jointreview.catalog.loader import sample_values
from jointreview.commands.conclusion import Conclude, RecordDelivery
from jointreview.commands.files import document_store
from jointreview.commands.parties import AcceptInvitation, InviteParty, SignParty
from jointreview.commands.rectification import AnswerFinding, IssueRectification, SubmitRectification, VerifyFinding
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.identity import Audit
from jointreview.models.outcome import IssuedDocument
from jointreview.queries.dossier import workspace
from tests.api.helpers import Browsers, open_house

PERSONAL = re.compile(r"(mobile|identity|phone)")
WALK_IN = {"name": "季来办", "mobile": "13911112222"}


def personal_numbers(values: Any, key: str = "") -> Iterator[str]:
    """Every identity number and telephone of a form."""
    if isinstance(values, dict):
        for name, value in values.items():
            yield from personal_numbers(value, name)
    elif isinstance(values, list):
        for value in values:
            yield from personal_numbers(value, key)
    elif PERSONAL.search(key) and isinstance(values, str):
        yield values


def whole_job(house: Browsers) -> int:
    """A case from draft to delivery with a signing party, a failure and a second visit."""
    world = house.world
    case_id = world.drafted()
    with base.writing() as session:
        world.person(session, "party", "applicant")
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))
    world.do("party", SignParty(case_id=case_id, opinion="符合设计要求", signature=world.signature("party")))
    world.submit(case_id)
    world.accept(case_id)
    world.read_documents(case_id)
    world.end_review(case_id)
    world.plan_visit(case_id)
    world.arrive(case_id)
    finding_id = world.fail(case_id, "fire")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_id:
            world.opine(case_id, a.unit, item=a.item)
    world.close_visit(case_id)
    world.do("coordinator", IssueRectification(case_id=case_id))
    photos = [world.photo("applicant")]
    world.do("applicant", AnswerFinding(case_id=case_id, finding_id=finding_id, answer="已更换", photos=photos))
    world.do("applicant", SubmitRectification(case_id=case_id))
    world.plan_visit(case_id)
    world.arrive(case_id)
    fire = world.assignment(case_id, "fire")
    world.do("fire", VerifyFinding(case_id=case_id, assignment_id=fire, finding_id=finding_id, verified=True))
    world.opine(case_id, "fire")
    world.pass_the_rest(case_id)
    world.close_visit(case_id)
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    delivery = RecordDelivery(
        case_id=case_id,
        document_id=issued()[-1].id,
        way="collected",
        receiver="陆海峰",
        delivered_on=world.today,
    )
    world.do("clerk", delivery)
    args = {
        "organisation_id": world.organisation_id,
        "project_code": "2207-320681-89-01-123456",
        "project_name": "窗口代办项目",
        "walk_in": WALK_IN,
    }
    assert house.send("clerk", "CreateCase", args).status_code == 200
    return case_id


def issued() -> list[IssuedDocument]:
    with base.reading() as session:
        return list(session.exec(select(IssuedDocument).order_by(IssuedDocument.id)).all())


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, int, str]]:
    """A house, its case, and everything the program said to its log meanwhile, at the finest level."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with open_house(tmp_path_factory.mktemp("house")) as house:
            case_id = whole_job(house)
            yield house, case_id, said.getvalue()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.fixture
def secrets(job: tuple[Browsers, int, str]) -> set[str]:
    """What must not be read: the numbers of the example's form and of the walk-in applicant."""
    house, *_ = job
    found = {*personal_numbers(sample_values("factory", house.world.today)), WALK_IN["mobile"]}
    assert len(found) >= 10 and any(len(number) == 18 for number in found)
    return found


def found_in(text: str, secrets: set[str]) -> set[str]:
    return {secret for secret in secrets if secret in text}


def test_the_log_names_nobody(job: tuple[Browsers, int, str], secrets: set[str]):
    house, _, log = job
    assert log and not found_in(log, secrets)
    assert house.world.password not in log


def test_no_issued_document_carries_a_number_in_clear(job: tuple[Browsers, int, str], secrets: set[str]):
    kinds = set()
    for document in issued():
        with zipfile.ZipFile(io.BytesIO(b"".join(document_store().open(document.digest)))) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    text = re.sub(r"<[^>]+>", "", archive.read(name).decode())
                    assert not found_in(text, secrets), (document.kind, name)
        kinds.add(document.kind)
        assert not found_in(json.dumps(document.summary, ensure_ascii=False), secrets)
    assert {"receipt", "visit", "record", "rectification", "opinion"} <= kinds


def test_events_notifications_and_the_audit_hold_no_number(job: tuple[Browsers, int, str], secrets: set[str]):
    with base.reading() as session:
        events = session.exec(select(Event)).all()
        messages = session.exec(select(Notification)).all()
        audit = session.exec(select(Audit)).all()
    assert len(events) > 30 and len(messages) > 20
    kept = [e.payload for e in events] + [m.params for m in messages] + [a.details for a in audit]
    assert not found_in(json.dumps(kept, ensure_ascii=False), secrets)


@pytest.mark.parametrize("who", ["fire", "planning", "quality", "archives", "clerk", "coordinator"])
def test_staff_read_the_form_masked(job: tuple[Browsers, int, str], secrets: set[str], who: str):
    house, case_id, _ = job
    shown = workspace(house.world.actors[who], case_id, "zh", house.world.now)
    assert shown is not None and shown["parts"]
    text = json.dumps(shown, ensure_ascii=False, default=str)
    assert not found_in(text, secrets)
    assert "*" in text


@pytest.mark.parametrize("who", ["fire", "clerk", "coordinator", "stranger", "party", "admin"])
def test_the_applicants_own_form_is_not_served_to_others(job: tuple[Browsers, int, str], secrets: set[str], who: str):
    house, case_id, _ = job
    answer = house.get(who, f"/api/cases/{case_id}/application")
    assert not found_in(answer.text, secrets - own_row(who, house))


def own_row(who: str, house: Browsers) -> set[str]:
    """An invited party sees its own row of the form, with the number it gave itself."""
    if who != "party":
        return set()
    parties = sample_values("factory", house.world.today)["S3"]["parties"]
    return set(personal_numbers([row for row in parties if row["kind"] == "design"]))


def test_maps_carry_no_person(job: tuple[Browsers, int, str], secrets: set[str]):
    house, case_id, _ = job
    assert not found_in(house.get("clerk", f"/api/cases/{case_id}/map.geojson").text, secrets)
