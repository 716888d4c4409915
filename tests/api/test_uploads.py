"""Large files over HTTP: parts, continuing, the digest, what is refused, and what a killed process leaves."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from jointreview.commands import upload_checks, upload_sessions
from jointreview.commands.files import document_store
from jointreview.commands.filing import AddMaterial
from jointreview.domain.problems import refuse
from jointreview.jobs.uploads import tend_uploads
from jointreview.models import base
from jointreview.models.case import Material, Upload
from jointreview.models.upload import UploadSession
from jointreview.storage.base import utc_now
from jointreview.storage.local_staging import LocalStaging
from tests.api.helpers import Browsers, kept_files, problem_keys, problem_texts
from tests.storage import samples

PART = 64 * 1024
ROUTE = "/api/upload-sessions"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_sessions, "PART_BYTES", PART)


def large_pdf(seed: int = 0) -> bytes:
    """A PDF of two and a half parts; another seed is another content."""
    filler = bytes((n * 7 + seed) % 251 for n in range(2 * PART))
    head = samples.pdf()
    return (
        head[: head.rindex(b"startxref")]
        + b"%"
        + filler.replace(b"\n", b" ")
        + b"\n"
        + head[head.rindex(b"startxref") :]
    )


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begin(house: Browsers, who: str, content: bytes, name: str = "竣工图.pdf", digest: str = "") -> dict[str, Any]:
    answer = house.ask(who, "POST", ROUTE, json={"name": name, "size": len(content), "digest": digest})
    assert answer.status_code == 200, answer.text
    return answer.json()


def put_part(house: Browsers, who: str, key: str, number: int, content: bytes) -> httpx.Response:
    return house.put(who, f"{ROUTE}/{key}/parts/{number}", content=content)


def put_all(house: Browsers, who: str, key: str, content: bytes) -> None:
    for at in range(0, len(content), PART):
        assert put_part(house, who, key, at // PART + 1, content[at : at + PART]).status_code == 200


def finish(house: Browsers, who: str, key: str, digest: str) -> httpx.Response:
    return house.ask(who, "POST", f"{ROUTE}/{key}/finish", json={"digest": digest})


def sent(house: Browsers, who: str, content: bytes, name: str = "竣工图.pdf") -> dict[str, Any]:
    key = begin(house, who, content, name)["session"]
    put_all(house, who, key, content)
    return finish(house, who, key, sha(content)).json()


def rows(kind: type) -> list[Any]:
    with base.reading() as session:
        return list(session.exec(select(kind)).all())


def contents() -> set[str]:
    return {held.digest for held in document_store().contents()}


# the ordinary way


def test_a_file_in_parts_goes_on_after_a_break_and_is_an_upload_like_any_other(shared: Browsers):
    content = large_pdf(1)
    begun = begin(shared, "applicant", content)
    assert (begun["part_bytes"], begun["received"], begun["direct"]) == (PART, [], False)
    key = begun["session"]
    put_part(shared, "applicant", key, 2, content[PART : 2 * PART])
    again = shared.get("applicant", f"{ROUTE}/{key}").json()
    assert (again["state"], again["received"]) == ("receiving", [2])
    assert key in [s["session"] for s in shared.get("applicant", ROUTE).json()["sessions"]]
    early = finish(shared, "applicant", key, sha(content))
    assert early.status_code == 409 and problem_keys(early) == ["files.parts_missing"]
    assert "2" in problem_texts(early)[0]
    put_part(shared, "applicant", key, 1, content[:PART])
    put_part(shared, "applicant", key, 3, content[2 * PART :])
    done = finish(shared, "applicant", key, sha(content)).json()
    assert done["state"] == "done"
    taken = done["upload"]
    assert (taken["kind"], taken["size"], taken["digest"]) == ("pdf", len(content), sha(content))
    assert shared.get("applicant", f"/api/uploads/{taken['upload_id']}").content == content
    assert finish(shared, "applicant", key, sha(content)).json()["upload"] == taken
    assert list(document_store().staging().left_over()) == []


def test_content_its_sender_may_read_is_not_sent_again_and_stored_once(house: Browsers):
    content = large_pdf(2)
    first = sent(house, "applicant", content)["upload"]
    again = begin(house, "applicant", content, "另存.pdf", sha(content))
    assert again["state"] == "done" and again["upload"]["name"] == "另存.pdf"
    assert again["upload"]["upload_id"] != first["upload_id"]
    # That there is such content is nothing a stranger learns.
    assert begin(house, "stranger", content, "猜.pdf", sha(content))["state"] == "receiving"
    case = house.world.drafted()
    house.world.do("applicant", AddMaterial(case_id=case, material="authorisation", upload_id=first["upload_id"]))
    # Nor somebody whose post does not read an application that was not handed in.
    assert begin(house, "clerk", content, "猜.pdf", sha(content))["state"] == "receiving"
    assert sent(house, "stranger", content)["state"] == "done"
    assert [held.size for held in document_store().contents() if held.digest == sha(content)] == [len(content)]
    assert len([u for u in rows(Upload) if u.digest == sha(content)]) == 3


def test_content_of_a_case_somebody_works_on_is_not_sent_again(house: Browsers):
    case = house.world.submitted()
    with base.reading() as session:
        digest, size, name = session.exec(
            select(Upload.digest, Upload.size, Upload.name)
            .join(Material, Material.upload_id == Upload.id)
            .where(Material.case_id == case)
        ).first()
    order = {"name": name, "size": size, "digest": digest}
    states = {
        who: house.ask(who, "POST", ROUTE, json=order).json()["state"] for who in ("clerk", "supervisor", "stranger")
    }
    assert states == {"clerk": "done", "supervisor": "receiving", "stranger": "receiving"}


@pytest.mark.parametrize(
    ("content", "name", "key"),
    [
        (samples.HTML + bytes(PART), "图.pdf", "files.refused_unknown"),
        (samples.HTML + b" " * PART, "图.pdf", "files.refused_web_page"),
        (samples.SVG + b" " * PART, "图.pdf", "files.refused_svg"),
        (samples.EXE + bytes(PART), "图.pdf", "files.refused_program"),
        (samples.picture("PNG") + bytes(PART), "图.pdf", "files.ending_differs"),
    ],
)
def test_what_is_not_accepted_is_refused_after_the_last_part_and_leaves_nothing(
    shared: Browsers, content: bytes, name: str, key: str
):
    before = kept_files(shared)
    settled = sent(shared, "applicant", content, name)
    assert settled["state"] == "refused" and settled["problems"][0]["key"] == key
    assert name in settled["problems"][0]["text"]
    assert kept_files(shared) == before


def test_bytes_that_changed_on_the_way_are_no_document(shared: Browsers):
    before = kept_files(shared)
    content = large_pdf(3)
    key = begin(shared, "applicant", content)["session"]
    put_all(shared, "applicant", key, content[:-9] + b"X" + content[-8:])
    settled = finish(shared, "applicant", key, sha(content)).json()
    assert settled["problems"][0]["key"] == "files.digest_differs"
    assert kept_files(shared) == before


def test_another_file_than_the_one_that_was_begun_is_told(shared: Browsers):
    content = large_pdf(4)
    key = begin(shared, "applicant", content, digest=sha(content))["session"]
    put_all(shared, "applicant", key, content)
    answer = finish(shared, "applicant", key, sha(large_pdf(5)))
    assert problem_keys(answer) == ["files.other_file"]


def test_parts_of_a_wrong_length_and_parts_beyond_the_end_are_refused(shared: Browsers):
    key = begin(shared, "applicant", large_pdf(6))["session"]
    assert problem_keys(put_part(shared, "applicant", key, 1, b"short")) == ["files.part_length"]
    assert problem_keys(put_part(shared, "applicant", key, 1, bytes(PART + 1))) == ["files.part_length"]
    for number in (0, 4, 10**9):
        assert put_part(shared, "applicant", key, number, bytes(PART)).status_code == 404
    assert shared.get("applicant", f"{ROUTE}/{key}").json()["received"] == []


@pytest.mark.parametrize(
    ("size", "key"), [(0, "files.refused_empty"), (2 * 1024**3 + 1, "files.too_large"), (2 * 1024**3, "")]
)
def test_two_gigabytes_are_accepted_and_not_a_byte_more(shared: Browsers, size: int, key: str):
    answer = shared.ask("applicant", "POST", ROUTE, json={"name": "a.pdf", "size": size})
    if key:
        assert answer.status_code == 422 and problem_keys(answer) == [key]
    else:
        assert answer.status_code == 200
        shared.ask("applicant", "DELETE", f"{ROUTE}/{answer.json()['session']}")


def test_somebody_with_too_many_unfinished_uploads_has_to_finish_some(
    house: Browsers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(upload_sessions, "MOST_UNFINISHED", 2)
    kept = [begin(house, "applicant", large_pdf())["session"] for _ in range(2)]
    full = house.ask("applicant", "POST", ROUTE, json={"name": "c.pdf", "size": 10})
    assert full.status_code == 409 and problem_keys(full) == ["files.too_many_unfinished"]
    assert house.ask("applicant", "DELETE", f"{ROUTE}/{kept[0]}").status_code == 200
    begin(house, "applicant", large_pdf())
    assert begin(house, "stranger", large_pdf())["state"] == "receiving"


# other people's, and expiry


def test_a_session_is_its_senders_alone(shared: Browsers):
    content = large_pdf(7)
    key = begin(shared, "applicant", content)["session"]
    for who in ("stranger", "fire", "admin"):
        answers = [
            shared.get(who, f"{ROUTE}/{key}"),
            put_part(shared, who, key, 1, content[:PART]),
            shared.ask(who, "POST", f"{ROUTE}/{key}/addresses", json={"parts": [1]}),
            finish(shared, who, key, sha(content)),
            shared.ask(who, "DELETE", f"{ROUTE}/{key}"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
        assert key not in [s["session"] for s in shared.get(who, ROUTE).json()["sessions"]]
    assert shared.get("", f"{ROUTE}/{key}").status_code == 401
    foreign = shared.ask("applicant", "DELETE", f"{ROUTE}/{key}", headers={"origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert shared.get("applicant", f"{ROUTE}/{key}").json()["state"] == "receiving"


def test_what_is_not_continued_in_time_goes_with_its_bytes_and_the_rest_stays(house: Browsers):
    content = large_pdf(8)
    old, kept = (begin(house, "applicant", content)["session"] for _ in range(2))
    put_part(house, "applicant", old, 1, content[:PART])
    with base.writing() as session:
        row = session.get_one(UploadSession, old)
        row.expires_at = utc_now() - timedelta(minutes=1)
        session.add(row)
    tend_uploads()
    assert house.get("applicant", f"{ROUTE}/{old}").status_code == 404
    assert house.get("applicant", f"{ROUTE}/{kept}").status_code == 200
    assert len(list(document_store().staging().left_over())) == 1


# faults


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Faults that end when the test says so."""
    with monkeypatch.context() as faults:
        yield faults


class Killed(BaseException):
    """A process that ends on the spot: nothing catches it."""


def dies(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["before the content has its address", "after"])
def test_a_process_killed_between_store_and_commit_leaves_neither_content_nor_document_alone(
    house: Browsers, broken: pytest.MonkeyPatch, moment: str
):
    content = large_pdf(9)
    key = begin(house, "applicant", content)["session"]
    put_all(house, "applicant", key, content)
    upload_sessions.finish_upload(house.world.actors["applicant"], key, sha(content), utc_now())
    if moment == "after":
        broken.setattr(upload_checks, "_register", dies)
    else:
        broken.setattr(LocalStaging, "publish", dies)
    with pytest.raises(Killed):
        upload_checks.check(key, utc_now)
    broken.undo()
    assert (contents() == {sha(content)}) == (moment == "after")
    assert rows(Upload) == []
    # While the lease of the dead lasts nobody touches it.
    tend_uploads()
    assert rows(Upload) == []
    later = utc_now() + timedelta(hours=1)
    for due in upload_checks.due_checks(later):
        upload_checks.check(due, lambda: later)
    done = house.get("applicant", f"{ROUTE}/{key}").json()
    assert done["state"] == "done" and done["upload"]["digest"] == sha(content)
    assert contents() == {sha(content)} and len(rows(Upload)) == 1
    assert house.get("applicant", f"/api/uploads/{done['upload']['upload_id']}").content == content


@pytest.mark.parametrize("moment", ["before the content has its address", "after"])
def test_a_small_file_whose_process_is_killed_is_settled_by_the_sweep(
    house: Browsers, broken: pytest.MonkeyPatch, moment: str
):
    incoming = document_store().begin(10**6)
    incoming.write(samples.pdf())
    broken.setattr(*((upload_checks, "_register", dies) if moment == "after" else (type(incoming), "_publish", dies)))
    with pytest.raises(Killed):
        upload_checks.keep(incoming, None, "a.pdf", house.world.actors["applicant"].account_id, "", utc_now())
    broken.undo()
    later = utc_now() + timedelta(hours=1)
    for due in upload_checks.due_checks(later):
        upload_checks.check(due, lambda: later)
    # A document without content there never is; content is somebody's.
    assert {u.digest for u in rows(Upload)} == contents() == ({sha(samples.pdf())} if moment == "after" else set())


def test_a_store_that_is_away_during_the_check_costs_nothing_but_time(house: Browsers, broken: pytest.MonkeyPatch):
    content = large_pdf(10)
    key = begin(house, "applicant", content)["session"]
    put_all(house, "applicant", key, content)

    def away(*_: Any) -> None:
        raise refuse("files.store_unavailable", kind="state")

    broken.setattr(LocalStaging, "finish", away)
    waiting = finish(house, "applicant", key, sha(content)).json()
    assert (waiting["state"], waiting["paused"]) == ("checking", True)
    cannot = house.ask("applicant", "DELETE", f"{ROUTE}/{key}")
    assert cannot.status_code == 409 and problem_keys(cannot) == ["files.being_checked"]
    broken.undo()
    later = utc_now() + timedelta(minutes=1)
    assert upload_checks.due_checks(later) == [key]
    upload_checks.check(key, lambda: later)
    assert house.get("applicant", f"{ROUTE}/{key}").json()["state"] == "done"


def test_a_full_disk_is_told_and_the_part_can_be_sent_again(house: Browsers, broken: pytest.MonkeyPatch):
    content = large_pdf(11)
    key = begin(house, "applicant", content)["session"]

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    broken.setattr("os.pwrite", full)
    answer = put_part(house, "applicant", key, 1, content[:PART])
    assert answer.status_code == 409 and problem_keys(answer) == ["files.no_space"]
    broken.undo()
    put_all(house, "applicant", key, content)
    assert finish(house, "applicant", key, sha(content)).json()["state"] == "done"


def test_staging_places_that_belong_to_no_session_are_swept_after_a_day(house: Browsers):
    staging = document_store().staging()
    stranger = staging.begin()
    kept = begin(house, "applicant", large_pdf(12))["session"]
    assert upload_sessions.discard_left_over(utc_now()) == 0
    assert upload_sessions.discard_left_over(utc_now() + timedelta(days=2)) == 1
    assert stranger not in [left.place for left in staging.left_over()]
    assert house.get("applicant", f"{ROUTE}/{kept}").status_code == 200


def test_a_password_protected_pdf_is_recognised_and_one_with_restrictions_alone_is_taken(shared: Browsers):
    for password, expected in (("secret", 422), ("", 200)):
        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(PdfReader(io.BytesIO(samples.pdf())))
        writer.encrypt(password, "owner", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        answer = shared.upload("applicant", "图.pdf", out.getvalue())
        assert answer.status_code == expected
        if expected == 422:
            assert problem_keys(answer) == ["files.refused_protected"]


def test_a_small_file_that_changed_on_the_way_is_refused(shared: Browsers):
    answer = shared.put(
        "applicant", "/api/uploads", params={"name": "a.pdf", "digest": "0" * 64}, content=samples.pdf()
    )
    assert problem_keys(answer) == ["files.digest_differs"]
