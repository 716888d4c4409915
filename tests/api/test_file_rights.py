"""Who may fetch what: every route of files against every role, taken from the route table itself."""

from __future__ import annotations

import hashlib
import importlib
import io
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from jointreview import api as api_package
from jointreview.catalog.loader import load_catalog
from jointreview.commands.files import document_store
from jointreview.jobs.previews import prepare_next
from jointreview.models import base
from jointreview.models.case import Material, Upload
from jointreview.models.identity import Agent
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, Finding
from tests.api.helpers import Browsers, open_house
from tests.storage import samples

FILE_MODULES = ("files", "uploads", "documents", "letters", "previews")
OWN = {"applicant"}
STAFF = {"clerk", "coordinator", "fire", "fire-head", "planning", "supervisor"}
PEOPLE = ["", "applicant", "stranger", "clerk", "coordinator", "fire", "fire-head", "planning", "supervisor", "admin"]
SESSION = "/api/upload-sessions/{key}"
VIEWED = "/api/cases/{case_id}/files/{what}"
# Who gets an answer; everybody else is told that there is nothing (404), or to sign in (401).
READERS: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/cases/{case_id}/materials/{material_id}"): OWN | {"clerk", "coordinator", "fire", "fire-head"},
    ("GET", "/api/cases/{case_id}/photos/{digest}"): OWN | STAFF,
    ("GET", "/api/uploads/{upload_id}"): OWN,
    ("GET", "/api/letters/{agent_id}"): OWN | {"clerk"},
    ("GET", "/api/cases/{case_id}/documents/{document_id}.docx"): OWN | STAFF,
    ("GET", "/api/cases/{case_id}/documents/{document_id}.pdf"): OWN | STAFF,
    ("GET", f"{VIEWED}"): OWN | {"clerk", "coordinator", "fire", "fire-head"},
    ("GET", f"{VIEWED}/thumb"): OWN | {"clerk", "coordinator", "fire", "fire-head"},
    ("GET", f"{VIEWED}/pages/{{number}}"): OWN | {"clerk", "coordinator", "fire", "fire-head"},
    ("GET", f"{VIEWED}/difference/{{number}}"): OWN | {"clerk", "coordinator", "fire", "fire-head"},
    ("GET", SESSION): OWN,
    ("PUT", f"{SESSION}/parts/{{number}}"): OWN,
    ("POST", f"{SESSION}/addresses"): OWN,
    ("POST", f"{SESSION}/finish"): OWN,
    ("DELETE", SESSION): OWN,
}
# Everybody who is signed in sends files of their own, and lists them.
FOR_ALL = {("PUT", "/api/uploads"), ("POST", "/api/upload-sessions"), ("GET", "/api/upload-sessions")}
BODIES: dict[str, Any] = {"addresses": {"parts": [1]}, "finish": {"digest": hashlib.sha256(b"").hexdigest()}}


def table() -> set[tuple[str, str]]:
    """Every method and path of the modules that hand out or take files."""
    found = set()
    for info in pkgutil.iter_modules(api_package.__path__):
        if info.name in FILE_MODULES:
            router = importlib.import_module(f"jointreview.api.{info.name}").router
            found |= {(method, route.path) for route in router.routes for method in route.methods}
    return found


def test_every_route_of_files_has_its_readers_named():
    assert table() == set(READERS) | FOR_ALL


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, dict[str, Any]]]:
    """An accepted case with a material that fire reads and planning does not, a told photograph, a document."""
    with open_house(tmp_path_factory.mktemp("rights")) as house:
        case = house.world.accepted()
        material_id = material_for(house, case)
        photo = house.upload("applicant", "现场.jpg", samples.picture("JPEG")).json()
        with base.writing() as session:
            session.add(finding(session, house, case, photo["digest"]))
            document = (
                session.exec(
                    select(IssuedDocument).where(IssuedDocument.case_id == case, IssuedDocument.kind == "receipt")
                ).first()
                or session.exec(select(IssuedDocument).where(IssuedDocument.case_id == case)).first()
            )
            agent = session.exec(
                select(Agent).where(Agent.account_id == house.world.actors["applicant"].account_id)
            ).one()
            agent.letter_digest, agent.letter_name = photo["digest"], "授权书.jpg"
            session.add(agent)
            assert document is not None
            ids = {"document_id": document.id, "agent_id": agent.id, "digest": photo["digest"]}
        ids["what"] = f"m{material_id}"
        house.get("applicant", f"/api/cases/{case}/files/m{material_id}")
        prepare_next()
        yield (
            house,
            {"case_id": case, "material_id": material_id, "upload_id": photo["upload_id"], "number": 1, **ids},
        )


def material_for(house: Browsers, case: int) -> int:
    """A material of the case that fire reads and planning does not."""
    catalog = load_catalog("qidong", house.world.today)
    with base.reading() as session:
        rows = session.exec(select(Material).where(Material.case_id == case)).all()
    return next(
        row.id or 0
        for row in rows
        if "fire" in catalog.material(row.code).readers() and "planning" not in catalog.material(row.code).readers()
    )


def finding(session: Any, house: Browsers, case: int, digest: str) -> Finding:
    row = session.exec(select(Assignment).where(Assignment.case_id == case, Assignment.unit == "fire")).first()
    return Finding(
        case_id=case,
        number=1,
        assignment_id=row.id,
        text="缺口",
        criterion="补齐",
        raised_by=house.world.actors["fire"].account_id,
        raised_at=house.world.now,
        answer_photos=[{"digest": digest, "name": "现场.jpg"}],
    )


@pytest.mark.parametrize(("method", "path"), sorted(READERS, key=lambda route: (route[0] == "DELETE", route)))
def test_a_route_answers_its_readers_and_nobody_else(
    place: tuple[Browsers, dict[str, Any]], method: str, path: str, monkeypatch: pytest.MonkeyPatch
):
    house, ids = place
    monkeypatch.setattr("jointreview.api.documents.to_pdf", lambda content: b"%PDF-1.7 made here")
    got = {}
    for who in PEOPLE:
        if "{key}" in path:
            order = {"name": "a.pdf", "size": 9}
            ids["key"] = house.ask("applicant", "POST", "/api/upload-sessions", json=order).json()["session"]
        body = BODIES.get(path.rpartition("/")[2])
        options = {"json": body} if body else {"content": b"123456789"} if method == "PUT" else {}
        if path.endswith("difference/{number}"):
            options = {"params": {"with": ids["what"]}}
        answer = house.ask(who, method, path.format(**ids), **options)
        got[who] = answer.status_code
        if method == "GET" and answer.status_code == 200 and "{key}" not in path and path != VIEWED:
            harmless(answer)
    # Nothing was sent yet when an end is asked for: its owner is told so.
    answered = {who for who, status in got.items() if status in (200, 409)}
    assert answered == READERS[method, path], got
    assert {status for who, status in got.items() if who not in answered} <= {401, 404}
    assert got[""] == 401


def harmless(answer: Any) -> None:
    """Whatever the file is, a browser does not run it."""
    headers = answer.headers
    kind = headers["content-type"]
    assert headers["x-content-type-options"] == "nosniff"
    if headers["content-disposition"].startswith("inline"):
        assert kind in ("image/jpeg", "image/png", "application/pdf")
    if kind != "application/pdf":
        assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_a_page_that_got_into_the_store_is_still_only_saved(place: tuple[Browsers, dict[str, Any]]):
    house, ids = place
    stored = document_store().put(io.BytesIO(samples.HTML), 10**6)
    with base.writing() as session:
        upload = session.get_one(Upload, ids["upload_id"])
        keep = (upload.digest, upload.mime, upload.name)
        upload.digest, upload.mime, upload.name = stored.digest, "text/html", "页.html"
        session.add(upload)
    answer = house.get("applicant", f"/api/uploads/{ids['upload_id']}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    with base.writing() as session:
        upload = session.get_one(Upload, ids["upload_id"])
        upload.digest, upload.mime, upload.name = keep
        session.add(upload)
