"""Files over HTTP: what is taken, what is refused and why, and who may read what."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from jointreview.api.app import build_api
from jointreview.api.gate import COOKIE
from jointreview.catalog.loader import load_catalog
from jointreview.commands.filing import AddMaterial
from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.commands.rectification import IssueRectification
from jointreview.models import base
from jointreview.models.case import Material, Upload
from tests.api.helpers import HOST, Browsers, kept_files, problem_keys, problem_texts
from tests.commands.world import World
from tests.storage import samples

MB = 1024**2


def uploads(world: World) -> list[Upload]:
    with base.reading() as session:
        return list(session.exec(select(Upload)).all())


def material_rows(case_id: int) -> list[Material]:
    with base.reading() as session:
        return list(session.exec(select(Material).where(Material.case_id == case_id)).all())


@pytest.fixture
def party(house: Browsers) -> Iterator[str]:
    """The login of somebody who will be invited for the designer's part."""
    with base.writing() as session:
        house.world.person(session, "party", "applicant")
    return "party"


def join_as_party(world: World, case_id: int) -> None:
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))


# taking files


def test_a_file_is_taken_recognised_and_can_be_looked_at_again(shared: Browsers):
    answer = shared.upload("applicant", "竣工图.pdf", samples.pdf(3))
    assert answer.status_code == 200
    taken = answer.json()
    assert (taken["name"], taken["kind"], taken["pages"]) == ("竣工图.pdf", "pdf", 3)
    again = shared.get("applicant", f"/api/uploads/{taken['upload_id']}")
    assert again.content == samples.pdf(3)
    assert shared.get("stranger", f"/api/uploads/{taken['upload_id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("a.pdf", samples.EXE, "可执行程序", "is a program"),
        ("a.pdf", samples.HTML, "网页", "web page"),
        ("a.pdf", samples.SVG, "SVG", "SVG"),
        ("a.zip", samples.archive("a.txt"), "压缩包", "archive"),
        ("a.rar", samples.RAR, "压缩包", "archive"),
        ("a.pdf", b"", "空文件", "is empty"),
        ("a.png", samples.picture("JPEG"), "与文件名后缀不符", "contradicts"),
        ("a.xlsx", samples.archive("[Content_Types].xml", "xl/vbaProject.bin"), "含有宏", "macros"),
        ("红线.zip", samples.archive("a.shp"), "缺少 .dbf .shx", ".dbf .shx missing"),
    ],
)
def test_what_is_not_accepted_is_refused_in_both_languages_and_leaves_nothing(
    shared: Browsers, name: str, content: bytes, zh: str, en: str
):
    before = kept_files(shared)
    for lang, words in (("zh", zh), ("en", en)):
        answer = shared.ask("applicant", "PUT", "/api/uploads", params={"name": name, "lang": lang}, content=content)
        assert answer.status_code == 422
        assert words in problem_texts(answer)[0] and name in problem_texts(answer)[0]
    assert kept_files(shared) == before


def test_a_shapefile_that_unpacks_to_far_too_much_is_refused(shared: Browsers):
    before = kept_files(shared)
    bomb = bytearray(samples.archive("a.shp", "a.shx", "a.dbf"))
    # The directory at the end of the archive says how large the first member becomes.
    at = bomb.index(b"PK\x01\x02") + 24
    bomb[at : at + 4] = b"\xff\xff\xff\xfe"[::-1]
    for _ in range(2):
        at = bomb.index(b"PK\x01\x02", at) + 24
        bomb[at : at + 4] = b"\xff\xff\xff\xfe"[::-1]
    answer = shared.upload("applicant", "bomb.zip", bytes(bomb))
    assert problem_keys(answer) == ["files.unpacks_too_large"]
    assert kept_files(shared) == before


def test_a_file_declared_too_large_is_refused_at_once(shared: Browsers, monkeypatch: pytest.MonkeyPatch):
    before = kept_files(shared)
    monkeypatch.setenv("JOINTREVIEW_UPLOAD_LIMIT_BYTES", "2048")
    answer = shared.upload("applicant", "大.pdf", samples.pdf(), headers={"content-length": str(10 * MB)})
    assert answer.status_code == 422 and problem_keys(answer) == ["files.too_large"]
    assert "2 KB" in problem_texts(answer)[0] and answer.json()["problems"][0]["where"] == "大.pdf"
    assert kept_files(shared) == before


def test_a_file_that_grows_too_large_on_the_way_is_refused_and_leaves_nothing(
    shared: Browsers, monkeypatch: pytest.MonkeyPatch
):
    before = kept_files(shared)
    monkeypatch.setenv("JOINTREVIEW_UPLOAD_LIMIT_BYTES", str(MB))
    answer = shared.upload("applicant", "a.pdf", (samples.pdf() + bytes(MB // 2) for _ in range(4)))
    assert answer.status_code == 422 and problem_keys(answer) == ["files.too_large"]
    assert "1 MB" in problem_texts(answer)[0]
    assert kept_files(shared) == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/竣工图.pdf", "竣工图.pdf"),
        ("C:\\图纸\\总平面.pdf", "总平面.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("一\r\nX: y.pdf", "一X_ y.pdf"),
        ("长" * 400 + ".pdf", "长" * 65 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless_and_travels_back_in_the_header(shared: Browsers, sent: str, kept: str):
    taken = shared.upload("applicant", sent, samples.pdf()).json()
    assert taken["name"] == kept
    header = shared.get("applicant", f"/api/uploads/{taken['upload_id']}").headers["content-disposition"]
    assert header.startswith("attachment; filename=") and "\n" not in header


def asgi_upload(shared: Browsers, messages: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send an upload message by message, without a client that would hold the whole body."""
    shared.on_time()
    cookie = f"{COOKIE}={shared.secret('applicant')}".encode()
    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/api/uploads",
        "raw_path": b"/api/uploads",
        "query_string": urlencode({"name": "a.pdf"}).encode(),
        "headers": [(b"host", HOST.removeprefix("http://").encode()), (b"cookie", cookie)],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "root_path": "",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(build_api()(scope, receive, send))
    return sent


def test_an_upload_that_breaks_off_leaves_nothing(shared: Browsers):
    before = kept_files(shared)
    messages = iter(
        [
            {"type": "http.request", "body": samples.pdf() + bytes(2 * MB), "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    answer = asgi_upload(shared, messages)
    assert answer[0]["status"] == 422
    assert kept_files(shared) == before


def test_memory_stays_flat_however_large_the_file_and_nobody_searches_it_for_its_end(shared: Browsers):
    def messages() -> Iterator[dict[str, Any]]:
        yield {"type": "http.request", "body": samples.pdf(), "more_body": True}
        piece = bytes(64 * 1024)
        for _ in range(48 * 16):
            yield {"type": "http.request", "body": piece, "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    tracemalloc.start()
    answer = asgi_upload(shared, messages())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer[0]["status"] == 200
    assert peak < 16 * MB
    assert uploads(shared.world)[-1].pages is None


def test_from_another_site_or_without_a_session_nothing_is_taken(shared: Browsers):
    before = kept_files(shared)
    foreign = shared.upload("applicant", "a.pdf", samples.pdf(), headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert shared.upload("", "a.pdf", samples.pdf()).status_code == 401
    assert kept_files(shared) == before


# reading files


def test_each_department_reads_what_the_sharing_matrix_gives_it_and_nothing_else(house: Browsers, party: str):
    world = house.world
    case_id = world.submitted()
    join_as_party(world, case_id)
    world.accept(case_id)
    catalog = load_catalog("qidong", world.today)
    taking_part = world.facts(case_id).units
    checked = {True: 0, False: 0}
    for row in material_rows(case_id):
        path = f"/api/cases/{case_id}/materials/{row.id}"
        readers = catalog.material(row.code).readers()
        for unit in sorted(u.code for u in catalog.units):
            reads = unit in taking_part and unit in readers
            assert (house.get(unit, path).status_code == 200) is reads, (row.code, unit)
            checked[reads] += 1
        for login in ("applicant", "clerk", "coordinator"):
            assert house.get(login, path).status_code == 200, (row.code, login)
        for login in ("stranger", "party", "admin"):
            answer = house.get(login, path)
            assert answer.status_code == 404, (row.code, login)
    assert checked[True] > 20 and checked[False] > 20


def test_nobody_reads_a_material_through_another_case(house: Browsers):
    world = house.world
    first, second = world.drafted(), world.drafted("school")
    row = material_rows(first)[0]
    assert house.get("applicant", f"/api/cases/{first}/materials/{row.id}").status_code == 200
    assert house.get("applicant", f"/api/cases/{second}/materials/{row.id}").status_code == 404


def test_a_download_cannot_run_in_the_browser(house: Browsers):
    case_id = house.world.drafted()
    row = material_rows(case_id)[0]
    headers = house.get("applicant", f"/api/cases/{case_id}/materials/{row.id}").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-type"] == "application/pdf"
    assert "sandbox; default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-3", 206, "bytes 0-3/{size}"),
        ("bytes=5-", 206, "bytes 5-{last}/{size}"),
        ("bytes=-4", 206, "bytes {tail}-{last}/{size}"),
        ("bytes=0-999999999", 206, "bytes 0-{last}/{size}"),
        ("bytes=99999999-", 416, "bytes */{size}"),
        ("bytes=-0", 416, "bytes */{size}"),
        ("bytes=0-1,3-4", 200, None),
        ("lines=1-2", 200, None),
        ("bytes=" + "9" * 5000 + "-", 200, None),
    ],
)
def test_parts_of_a_file(shared: Browsers, asked: str, status: int, told: str | None):
    content = samples.pdf()
    taken = shared.upload("applicant", "a.pdf", content).json()
    answer = shared.get("applicant", f"/api/uploads/{taken['upload_id']}", headers={"range": asked})
    size = len(content)
    assert answer.status_code == status
    expected = told.format(size=size, last=size - 1, tail=size - 4) if told else None
    assert answer.headers.get("content-range") == expected
    if status == 206:
        first, last = (int(n) for n in answer.headers["content-range"][6:].split("/")[0].split("-"))
        assert answer.content == content[first : last + 1]


def test_a_findings_photographs_are_the_administrations_until_the_notice_is_issued(house: Browsers, party: str):
    world = house.world
    case_id = world.submitted()
    join_as_party(world, case_id)
    world.accept(case_id)
    world.read_documents(case_id)
    world.end_review(case_id)
    world.plan_visit(case_id)
    world.arrive(case_id)
    world.fail(case_id, "fire")
    digest = uploads(world)[-1].digest
    path = f"/api/cases/{case_id}/photos/{digest}"
    assert house.get("applicant", path).status_code == 404
    assert house.get("fire", path).headers["content-type"] == "image/jpeg"
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_id:
            world.opine(case_id, a.unit, item=a.item)
    world.close_visit(case_id)
    world.do("coordinator", IssueRectification(case_id=case_id))
    shown = house.get("applicant", path)
    assert shown.status_code == 200 and shown.headers["content-disposition"].startswith("inline")
    for login in ("stranger", "party", "admin"):
        assert house.get(login, path).status_code == 404, login


def test_a_photograph_is_only_found_through_its_own_case(house: Browsers):
    world = house.world
    case_id = world.on_site()
    world.fail(case_id, "fire")
    seen = uploads(world)[-1].digest
    other = world.drafted("school")
    assert house.get("coordinator", f"/api/cases/{case_id}/photos/{seen}").status_code == 200
    assert house.get("coordinator", f"/api/cases/{other}/photos/{seen}").status_code == 404
    unused = uploads(world)[0].digest
    assert house.get("coordinator", f"/api/cases/{case_id}/photos/{unused}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 25, "abc", "1.5"])
@pytest.mark.parametrize(
    "path", ["/api/cases/{}/materials/1", "/api/cases/1/materials/{}", "/api/uploads/{}", "/api/cases/{}/photos/aa"]
)
def test_an_address_that_leads_nowhere_says_so(shared: Browsers, path: str, number: str):
    for lang, words in (("zh", "这里没有内容"), ("en", "There is nothing at this address")):
        answer = shared.get("clerk", path.format(number), params={"lang": lang})
        assert answer.status_code == 404 and words in problem_texts(answer)[0]


def test_replacing_a_file_keeps_the_version_before_and_no_slot_goes_round_the_limit(house: Browsers):
    world = house.world
    case_id = world.drafted()
    row = next(r for r in material_rows(case_id) if r.code == "authorisation")
    most = load_catalog("qidong", world.today).material("authorisation").max_files

    def add(slot: int | None) -> Any:
        upload_id = world.upload("applicant", samples.pdf(), "委托书.pdf", "pdf", 1)
        args = {"case_id": case_id, "material": "authorisation", "upload_id": upload_id, "slot": slot}
        return house.send("applicant", AddMaterial.__name__, args)

    assert add(row.slot).json()["value"] == {"material_id": len(material_rows(case_id)), "slot": 1, "version": 2}
    for n in range(2, most + 1):
        assert add(500 + n).json()["value"]["slot"] == n
    assert problem_keys(add(None)) == problem_keys(add(999)) == ["commands.material_full"]
