"""Viruses: what is refused, what waits in quarantine, and that nobody takes unscanned files for healthy ones."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from jointreview.api.health import all_checks
from jointreview.commands.audit import verify_chains
from jointreview.commands.files import document_store
from jointreview.commands.filing import AddMaterial
from jointreview.commands.readings import note_reading
from jointreview.commands.scans import refuse_quarantined, scan_again
from jointreview.commands.viruses import tell_of_viruses
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Material, Upload
from jointreview.models.event import Notification
from jointreview.models.identity import Audit
from jointreview.queries.application_files import material_files
from jointreview.settings import settings
from jointreview.storage.base import utc_now
from tests.api.helpers import Browsers, kept_files, problem_keys, problem_texts
from tests.storage import clamd, samples

AWAY = "127.0.0.1:9"  # the discard port: nobody listens there


def configure(house: Browsers, monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    for name, value in options.items():
        monkeypatch.setenv(f"JOINTREVIEW_{name.upper()}", value)
    settings.cache_clear()
    house.on_time()


def infected_pdf() -> bytes:
    return samples.pdf() + b"\n%" + clamd.EICAR


def scan_check() -> Any:
    return next(check for check in all_checks() if check.name == "scanner")


def notes() -> list[str]:
    return [note.key for note in scan_check().notes]


def in_case(house: Browsers, upload_id: int) -> tuple[int, str]:
    """The upload as a material of a draft: the case and the address of the file."""
    case = house.world.drafted()
    done = house.world.do("applicant", AddMaterial(case_id=case, material="authorisation", upload_id=upload_id))
    return case, f"/api/cases/{case}/materials/{done.value['material_id']}"


def shown_scan(case: int, upload_id: int) -> set[str]:
    with base.reading() as session:
        row = session.exec(select(Material).where(Material.upload_id == upload_id)).one()
        return {file["scan"] for file in material_files(session, case)[row.code] if file["id"] == row.id}


@pytest.mark.parametrize("parts", [False, True])
def test_a_virus_is_refused_with_its_name_and_leaves_nothing(
    house: Browsers, monkeypatch: pytest.MonkeyPatch, parts: bool
):
    content = infected_pdf()
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        if parts:
            answer = house.ask(
                "applicant", "POST", "/api/upload-sessions", json={"name": "图.pdf", "size": len(content)}
            )
            key = answer.json()["session"]
            house.put("applicant", f"/api/upload-sessions/{key}/parts/1", content=content)
            digest = hashlib.sha256(content).hexdigest()
            ended = house.ask("applicant", "POST", f"/api/upload-sessions/{key}/finish", json={"digest": digest})
            problem = ended.json()["problems"][0]
        else:
            problem = house.upload("applicant", "图.pdf", content).json()["problems"][0]
    assert problem["key"] == "files.infected"
    assert "Eicar-Test-Signature" in problem["text"] and "图.pdf" in problem["text"]
    assert kept_files(house) == []


def test_a_scanned_file_is_clean_for_everybody(house: Browsers, monkeypatch: pytest.MonkeyPatch):
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        taken = house.upload("applicant", "图.pdf", samples.pdf(4)).json()
        case, path = in_case(house, taken["upload_id"])
        assert house.get("applicant", path).status_code == 200
        assert shown_scan(case, taken["upload_id"]) == {"clean"}
        assert scan_check().ok and "ClamAV" in scan_check().detail


def test_while_the_scanner_is_down_files_wait_in_quarantine_and_are_scanned_when_it_is_back(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    configure(house, monkeypatch, clamd=AWAY)
    healthy = house.upload("applicant", "图.pdf", samples.pdf(5)).json()
    sick = house.upload("applicant", "毒.pdf", infected_pdf()).json()
    case, path = in_case(house, healthy["upload_id"])
    _, sick_path = in_case(house, sick["upload_id"])
    for file in (path, sick_path, f"/api/uploads/{healthy['upload_id']}"):
        refused = house.get("applicant", file)
        assert refused.status_code == 409 and problem_keys(refused) == ["files.quarantined"]
        # Asking for a part is no way round.
        assert house.get("applicant", file, headers={"range": "bytes=0-9"}).status_code == 409
    assert shown_scan(case, healthy["upload_id"]) == {"waiting"}
    assert not scan_check().ok and scan_check().needed
    assert notes() == ["health.scanner_away", "health.scan_waiting"]
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        assert scan_again(utc_now()) > 0  # not due yet, but for what was uploaded before there was a scanner
        scan_again(utc_now() + timedelta(hours=1))
        assert house.get("applicant", path).status_code == 200
        refused = house.get("applicant", sick_path)
        assert problem_keys(refused) == ["files.infected"] and "Eicar" in problem_texts(refused)[0]
        assert "health.scan_infected" in notes()
        # Nor can the one in quarantine be used once more.
        with pytest.raises(Refused) as refusal:
            in_case(house, sick["upload_id"])
        assert refusal.value.problems[0].key == "files.infected"


def test_without_a_scanner_files_are_usable_and_visibly_unscanned(house: Browsers):
    taken = house.upload("applicant", "图.pdf", infected_pdf()).json()
    case, path = in_case(house, taken["upload_id"])
    assert house.get("applicant", path).status_code == 200
    assert shown_scan(case, taken["upload_id"]) == {"unscanned"}
    shown = scan_check()
    assert not shown.ok and not shown.needed and notes() == ["health.scan_unscanned"]


def test_where_policy_asks_for_a_scanner_nothing_is_opened_without_one(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    before = house.upload("applicant", "旧.pdf", samples.pdf(6)).json()
    configure(house, monkeypatch, scan_policy="require")
    after = house.upload("applicant", "新.pdf", samples.pdf(7)).json()
    for taken in (before, after):
        assert problem_keys(house.get("applicant", f"/api/uploads/{taken['upload_id']}")) == ["files.quarantined"]
    assert scan_check().needed and notes() == ["health.scan_waiting"]
    # What the program makes itself is no upload.
    made = document_store().put(io.BytesIO(b"made here"), 100)
    with base.reading() as session:
        refuse_quarantined(session, made.digest, "意见书.docx")


# found late


def messages(house: Browsers, who: str) -> list[str]:
    account = house.world.actors[who].account_id
    with base.reading() as session:
        rows = session.exec(
            select(Notification.key).where(
                Notification.account_id == account, col(Notification.key).startswith("notify.virus")
            )
        )
        return list(rows.all())


def read_by(house: Browsers, who: str, case: int, upload_id: int) -> None:
    with base.reading() as session:
        digest = session.get_one(Upload, upload_id).digest
    note_reading(house.world.actors[who], case, digest, "download", house.world.now)


def test_of_a_virus_found_late_everybody_who_attached_or_opened_the_file_hears_once(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    world = house.world
    sick = house.upload("applicant", "毒.pdf", infected_pdf()).json()
    case, _ = in_case(house, sick["upload_id"])
    read_by(house, "fire", case, sick["upload_id"])
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        scan_again(utc_now())
    assert tell_of_viruses(world.now) == 1 and tell_of_viruses(world.now) == 0
    assert messages(house, "applicant") == ["notify.virus_replace"]
    assert messages(house, "fire") == ["notify.virus_read"] and messages(house, "planning") == []
    with base.reading() as session:
        [act] = session.exec(select(Audit).where(Audit.action == "file.virus_found")).all()
        assert act.subject == f"case:{case}" and "Eicar" in act.details["virus"]
        assert verify_chains(session).faults == ()
    # The form names it as what is still to do, and the declaration does not leave with it.
    with pytest.raises(Refused) as refusal:
        world.submit(case)
    [problem] = refusal.value.problems
    assert (problem.key, problem.where) == ("commands.material_infected", "material:authorisation")
    healthy = house.upload("applicant", "图.pdf", samples.pdf(8)).json()
    with base.reading() as session:
        slot = session.exec(select(Material.slot).where(Material.upload_id == sick["upload_id"])).one()
    again = AddMaterial(case_id=case, material="authorisation", slot=slot, upload_id=healthy["upload_id"])
    world.do("applicant", again)
    world.submit(case)


def test_in_a_case_under_way_the_coordinator_hears_too_and_the_applicant_waits_to_be_asked(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    world = house.world
    sick = house.upload("applicant", "毒.pdf", infected_pdf()).json()
    case, _ = in_case(house, sick["upload_id"])
    world.submit(case)
    world.accept(case)
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        scan_again(utc_now())
    tell_of_viruses(world.now)
    assert messages(house, "applicant") == ["notify.virus_wait"]
    assert messages(house, "coordinator") == ["notify.virus_case"] and messages(house, "clerk") == []


def test_what_was_clean_when_it_came_is_scanned_again_when_the_scanner_knows_more(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    known, now = clamd.EICAR, utc_now()
    monkeypatch.setattr(clamd, "EICAR", b"a virus of tomorrow")
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        taken = house.upload("applicant", "图.pdf", samples.pdf() + b"\n%" + known).json()
        scan_again(now + timedelta(hours=1))
        assert len(server.scanned) == 1
        monkeypatch.setattr(clamd, "EICAR", known)
        for _ in range(2):
            scan_again(now + timedelta(days=1, hours=1))
        assert len(server.scanned) == 2
    refused = house.get("applicant", f"/api/uploads/{taken['upload_id']}")
    assert problem_keys(refused) == ["files.infected"]


def test_a_virus_somebody_else_sends_closes_the_same_content_sent_before(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    first = house.upload("applicant", "图.pdf", infected_pdf()).json()
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        assert problem_keys(house.upload("stranger", "另.pdf", infected_pdf())) == ["files.infected"]
    assert problem_keys(house.get("applicant", f"/api/uploads/{first['upload_id']}")) == ["files.infected"]


def test_a_file_that_was_clean_stays_open_while_a_second_scan_fails(house: Browsers, monkeypatch: pytest.MonkeyPatch):
    now = utc_now()
    with clamd.running() as server:
        configure(house, monkeypatch, clamd=server.address)
        taken = house.upload("applicant", "图.pdf", samples.pdf(9)).json()
        server.limit = 10
        scan_again(now + timedelta(days=1, hours=1))
        scan_again(now + timedelta(days=1, hours=2))
        assert len(server.scanned) == 1
        assert house.get("applicant", f"/api/uploads/{taken['upload_id']}").status_code == 200
        server.limit = 10**9
        scan_again(now + timedelta(days=1, hours=4))
        assert len(server.scanned) == 2
