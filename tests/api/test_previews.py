"""Reading in the browser: pages with the reader's name, what is not there yet or not to be shown, what is left."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from jointreview.commands.announce import listen
from jointreview.commands.filing import AddMaterial
from jointreview.commands.storage_check import check_storage
from jointreview.jobs import previews
from jointreview.jobs.previews import prepare_next, topic
from jointreview.models import base
from jointreview.models.upload import WAITING, ContentScan
from jointreview.preview import cache, limits, making
from jointreview.storage.base import utc_now
from tests.api.helpers import Browsers, open_house, problem_keys, problem_texts
from tests.preview import hostile
from tests.storage import samples


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    previews._wanted.clear()  # what other tests of this process wanted to see lies in stores that are gone
    with open_house(tmp_path_factory.mktemp("previews")) as browsers:
        browsers.case = browsers.world.drafted()
        yield browsers


def added(house: Any, name: str, content: bytes, material: str = "drawings") -> dict[str, Any]:
    """A file of the case: `what` it is called and its `url`."""
    upload = house.upload("applicant", name, content).json()
    done = house.world.do(
        "applicant", AddMaterial(case_id=house.case, material=material, upload_id=upload["upload_id"])
    )
    what = f"m{done.value['material_id']}"
    return {"what": what, "url": f"/api/cases/{house.case}/files/{what}", "digest": upload["digest"]}


def prepared(house: Any, name: str, content: bytes, material: str = "") -> dict[str, Any]:
    file = added(house, name, content, material or "drawings")
    house.get("applicant", file["url"])
    prepare_next()
    return file | house.get("applicant", file["url"]).json()


def test_pages_are_prepared_once_and_whoever_waits_is_told(house: Browsers):
    file = added(house, "竣工图.pdf", samples.pdf(2))
    told: list[str] = []
    stop = listen(told.extend)
    assert house.get("applicant", file["url"]).json()["state"] == "preparing"
    assert problem_keys(house.get("applicant", f"{file['url']}/pages/1")) == ["preview.preparing"]
    prepare_next()
    stop()
    assert told == [topic(file["digest"])]
    seen = house.get("applicant", file["url"]).json()
    assert (seen["state"], seen["pages"], seen["version"]) == ("ready", 2, 1)
    assert prepare_next() is False
    assert problem_keys(house.get("applicant", f"{file['url']}/pages/3")) == ["preview.no_such_page"]


def test_every_page_carries_its_readers_name_and_the_file_itself_none(house: Browsers):
    file = prepared(house, "总平面.pdf", samples.pdf(2))
    answer = house.get("applicant", f"{file['url']}/pages/2", params={"width": 700})
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    page = Image.open(io.BytesIO(answer.content)).convert("L")
    with Image.open(cache.page_file(file["digest"], 2, 1000)) as plain:
        assert page.size == plain.size == (1000, 1415)
        # Words everywhere: no tenth of the page is without them.
        for top in range(0, 1400, 140):
            assert page.crop((0, top, 1000, top + 140)).getextrema()[0] < 240
        assert plain.convert("L").getextrema() == (255, 255)


def test_a_drawing_is_shapes_with_its_readers_name_and_runs_nothing(house: Browsers):
    file = prepared(house, "总平面.dxf", hostile.drawing())
    assert (file["state"], file["vector"]) == ("ready", True)
    answer = house.get("applicant", f"{file['url']}/pages/1")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = house.world.actors["applicant"].name
    assert f"{name} {house.world.now:%Y-%m-%d}" in answer.text
    assert "script" not in answer.text
    # A drawing in small is the whole drawing: there is none without a name on it.
    assert house.get("applicant", f"{file['url']}/thumb").content == b""


@pytest.mark.parametrize(
    ("name", "content", "state", "words"),
    [
        ("坏.pdf", b"%PDF-1.7\n" + bytes(900), "failed", "损坏"),
        ("图.dwg", samples.DWG, "none", "下载|DWG"),
    ],
)
def test_what_cannot_be_shown_says_why_and_can_be_downloaded(
    house: Browsers, name: str, content: bytes, state: str, words: str
):
    file = prepared(house, name, content)
    assert file["state"] == state
    assert any(word in file["reason"] for word in words.split("|"))
    assert house.get("applicant", file["download"]).content == content
    assert problem_texts(house.get("applicant", f"{file['url']}/pages/1")) == [file["reason"]]
    assert house.get("applicant", f"{file['url']}/thumb").status_code == 202


def test_a_file_beyond_the_limit_is_not_even_fetched(house: Browsers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "LARGEST_SOURCE", 100)
    file = prepared(house, "大.pdf", samples.pdf(4))
    assert file["state"] == "failed" and "上限" in file["reason"]


def test_content_in_quarantine_has_no_preview_though_one_was_made_before(house: Browsers):
    file = prepared(house, "新.pdf", samples.pdf(5))
    with base.writing() as session:
        session.merge(ContentScan(digest=file["digest"], state=WAITING, created_at=house.world.now))
    for path in ("", "/thumb", "/pages/1"):
        answer = house.get("applicant", file["url"] + path)
        assert (answer.status_code, problem_keys(answer)) == (409, ["files.quarantined"])


def test_previews_are_nobodys_orphans_and_are_made_again_after_they_were_deleted(house: Browsers):
    file = prepared(house, "图.pdf", samples.pdf(6))
    found = check_storage(utc_now() + timedelta(days=1))
    assert (found.orphans, found.lost) == ([], False)
    shutil.rmtree(cache.root())
    assert house.get("applicant", file["url"]).json()["state"] == "preparing"
    prepare_next()
    assert house.get("applicant", f"{file['url']}/pages/6").status_code == 200


def test_the_cache_stays_within_its_bound_and_keeps_what_was_looked_at(house: Browsers):
    old = prepared(house, "旧.pdf", samples.pdf(7))
    new = prepared(house, "新.pdf", samples.pdf(8))
    house.get("applicant", f"{new['url']}/pages/1")
    total = sum(path.stat().st_size for path in cache.root().rglob("*") if path.is_file())
    assert cache.keep_within(total) == 0
    kept = sum(path.stat().st_size for path in cache.folder(new["digest"]).iterdir())
    assert cache.keep_within(kept * 5 // 4 + 9) > 0
    assert cache.about(new["digest"]) is not None
    assert not cache.page_file(old["digest"], 1, 1000).exists()


@pytest.mark.parametrize("what", ["m0", "x1", "m", "d99999999999", "m1%2F..", "m999999"])
def test_an_address_of_nothing_leads_nowhere(house: Browsers, what: str):
    assert house.get("applicant", f"/api/cases/{house.case}/files/{what}").status_code == 404


def test_two_versions_are_compared_page_by_page_with_what_differs_in_red(house: Browsers):
    old = prepared(house, "旧图.png", drawn((100, 100, 300, 300)), "authorisation")
    new = prepared(house, "新图.png", drawn((100, 100, 300, 300), (600, 600, 700, 700)), "authorisation")
    answer = house.get("applicant", f"{new['url']}/difference/1", params={"with": old["what"]})
    seen = Image.open(io.BytesIO(answer.content)).convert("RGB")
    red = [seen.getpixel(at) for at in ((650, 650), (200, 200), (450, 450))]
    assert [r > g + 90 for r, g, _ in red] == [True, False, False]
    assert house.get("stranger", f"{new['url']}/difference/1", params={"with": old["what"]}).status_code == 404
    other = prepared(house, "图.dxf", hostile.drawing())
    refused = house.get("applicant", f"{new['url']}/difference/1", params={"with": other["what"]})
    assert problem_keys(refused) == ["preview.differs_not"]


def drawn(*boxes: tuple[int, int, int, int]) -> bytes:
    image, out = Image.new("RGB", (1000, 1000), "white"), io.BytesIO()
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="black")
    image.save(out, "PNG")
    return out.getvalue()


def test_a_page_whose_source_went_between_two_looks_is_asked_for_again(house: Browsers):
    file = prepared(house, "满.pdf", samples.pdf(9))
    assert making.page(file["digest"], "pdf", 2, 1000).result() == ""
    cache.source(file["digest"]).unlink()
    assert making.page(file["digest"], "pdf", 3, 1000).result() == "preview.preparing"
    assert house.get("applicant", file["url"]).json()["state"] == "preparing"
    prepare_next()
    assert house.get("applicant", f"{file['url']}/pages/3").status_code == 200
