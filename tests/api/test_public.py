"""Anybody may verify a document and look up a case by its code - and learns nothing else."""

from __future__ import annotations

import re
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from jointreview.api import public
from jointreview.api.app import build_api
from jointreview.api.gate import FrontGate
from jointreview.api.limits import Limit
from jointreview.commands.conclusion import Conclude, ReissueOpinion, VoidOpinion
from jointreview.commands.files import document_store
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import Lamp
from jointreview.models import base
from jointreview.models.outcome import IssuedDocument
from jointreview.settings import settings
from jointreview.text import LANGUAGES, for_kind, texts, tr
from tests.commands.conftest import world
from tests.commands.test_job import failed_once
from tests.commands.world import World

__all__ = ["world"]


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The HTTP interface behind the gate, for somebody without a session."""
    for name in ("_verifications", "_look_ups"):
        monkeypatch.setattr(public, name, Limit(1000, 60))
    return TestClient(FrontGate(build_api()), base_url="http://127.0.0.1:8000", follow_redirects=False)


def at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's clock shows the world's time."""
    monkeypatch.setenv("JOINTREVIEW_NOW", world.now.isoformat())
    settings.cache_clear()


def documents(case_id: int, kind: str) -> list[IssuedDocument]:
    with base.reading() as session:
        rows = select(IssuedDocument).where(IssuedDocument.case_id == case_id, IssuedDocument.kind == kind)
        return sorted(session.exec(rows).all(), key=lambda d: d.id or 0)


def words(html: str) -> str:
    """What a reader sees of the page's body."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", html[html.index("<main") : html.index("</main>")], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def without_entry(html: str) -> str:
    """The page without the number that was typed."""
    return re.sub(r'value="QD[0-9]+"', "", html)


def look_up(client: TestClient, number: str, code: str, lang: str = "zh"):
    return client.post(f"/progress?lang={lang}", data={"number": number, "code": code})


def test_a_valid_document_shows_what_is_printed_on_it(world: World, client: TestClient):
    (receipt,) = documents(world.accepted(), "receipt")
    answer = client.get("/verify", params={"code": receipt.verify_code, "lang": "zh"})
    shown = words(answer.text)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    for part in (receipt.number, tr("zh", receipt.title), "文书有效", "2026-05-06 (周三)", receipt.digest):
        assert part in shown
    assert receipt.summary["project"] in shown and settings().issuer_zh in shown


def test_a_code_may_be_typed_in_small_letters_and_groups(world: World, client: TestClient):
    code = documents(world.accepted(), "receipt")[0].verify_code
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    assert "文书有效" in client.get("/verify", params={"code": typed}).text


def test_the_page_names_the_digest_that_the_stored_file_really_has(world: World, client: TestClient):
    (receipt,) = documents(world.accepted(), "receipt")
    content = b"".join(document_store().open(receipt.digest))
    page = client.get("/verify", params={"code": receipt.verify_code}).text
    assert f'data-digest="{sha256(content).hexdigest()}"' in page
    assert client.get("/verify/compare.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/verify/public.css").headers["content-type"].startswith("text/css")


def test_a_void_document_says_so_why_and_what_took_its_place(world: World, client: TestClient):
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    for reason in ("面积有误", "名称有误"):
        world.do("coordinator", ReissueOpinion(case_id=case_id, reason=reason))
    first, second, third = documents(case_id, "opinion")
    page = client.get("/verify", params={"code": first.verify_code}).text
    assert "文书已作废" in page and "面积有误" in page and "文书有效" not in page
    assert f"/verify?code={third.verify_code}" in page and third.number in page
    assert second.verify_code not in page
    assert "文书有效" in client.get("/verify", params={"code": third.verify_code}).text


def test_a_document_declared_void_without_successor_names_none(world: World, client: TestClient):
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    world.do("coordinator", VoidOpinion(case_id=case_id, reason="出具错误"))
    shown = words(client.get("/verify", params={"code": documents(case_id, "opinion")[0].verify_code}).text)
    assert "出具错误" in shown and "替代文书" not in shown


@pytest.mark.parametrize("code", ["ABCDEFGH23456789", "'; --", "x" * 5000, "🙂", "%", "<script>alert(1)</script>"])
def test_an_unknown_code_gets_a_clear_page(world: World, client: TestClient, code: str):
    world.accepted()
    answer = client.get("/verify", params={"code": code})
    assert answer.status_code == 404 and tr("zh", "public.unknown_code") in answer.text
    assert "<script>alert" not in answer.text


def test_without_a_code_the_page_asks_for_one(client: TestClient):
    answer = client.get("/verify?code=")
    assert answer.status_code == 200 and 'name="code"' in answer.text


def test_progress_names_the_day_by_which_things_have_to_be_put_right(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    case_id, _ = failed_once(world)
    case = world.case(case_id)
    at(world, monkeypatch)
    assert f"整改期限 {case.rectification_due}" in words(look_up(client, case.number, case.lookup_code).text)


def test_progress_shows_state_turn_dates_and_lamp(world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch):
    case = world.case(world.accepted())
    world.later(8)
    at(world, monkeypatch)
    answer = look_up(client, case.number.lower(), f" {case.lookup_code.lower()} ")
    shown = words(answer.text)
    assert answer.status_code == 200
    for part in ("资料审查", "审查部门", "2026-05-06 (周三)", "2026-05-19 (周二)", "临近期限", case.number):
        assert part in shown


def test_progress_gives_away_nothing_but_that(world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch):
    case_id = world.on_site()
    world.fail(case_id, "fire")
    case = world.case(case_id)
    at(world, monkeypatch)
    shown = words(look_up(client, case.number, case.lookup_code).text)
    expected = [
        *("启东经济开发区智能装备厂房一期", case.number, "· 竣工验收"),
        *("现场验收", tr("zh", "public.state_visiting")),
        *("当前等待", "审查部门", "受理日期", "2026-05-06 (周三)", "承诺办结日期", "2026-05-19 (周二)"),
        *("期限", "正常", tr("zh", "public.progress_more"), tr("zh", "public.progress_another")),
    ]
    assert shown == " ".join(expected)
    assert case.lookup_code not in look_up(client, case.number, case.lookup_code).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(world: World, client: TestClient, lang: str):
    case = world.case(world.accepted())
    wrong_code = look_up(client, case.number, "ABCDEFGH", lang)
    wrong_number = look_up(client, "QD2026999999", case.lookup_code, lang)
    assert wrong_code.status_code == wrong_number.status_code == 404
    assert without_entry(wrong_code.text) == without_entry(wrong_number.text)
    assert tr(lang, "public.no_match") in wrong_code.text and case.lookup_code not in wrong_code.text


@pytest.mark.parametrize("code", ["--------", "", "é" * 8, "🙂"])
def test_the_stand_in_for_an_unknown_number_opens_nothing(world: World, client: TestClient, code: str):
    world.accepted()
    assert look_up(client, "QD2026999999", code).status_code in (404, 422)


def test_a_paused_and_an_ended_case_have_no_day_to_wait_for(world: World, client: TestClient, monkeypatch):
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    at(world, monkeypatch)
    case = world.case(case_id)
    shown = words(look_up(client, case.number, case.lookup_code).text)
    assert "已办结" in shown and "承诺办结日期" not in shown and "当前等待" not in shown and "合格" not in shown


def test_the_code_never_travels_in_an_address(client: TestClient):
    assert 'method="post" action="/progress"' in client.get("/progress").text


@pytest.mark.parametrize("limit", ["_verifications", "_look_ups"])
def test_guessing_is_slowed_down(world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str):
    case = world.case(world.accepted())
    receipt = documents(case.id or 0, "receipt")[0]

    def ask():
        if limit == "_look_ups":
            return look_up(client, case.number, case.lookup_code)
        return client.get("/verify", params={"code": receipt.verify_code})

    monkeypatch.setattr(public, limit, Limit(3, 600))
    assert [ask().status_code for _ in range(4)] == [200, 200, 200, 429]
    assert tr("zh", "public.too_often") in ask().text and receipt.digest not in ask().text


def test_the_search_and_the_boards_map_are_not_public(client: TestClient):
    assert client.get("/api/search?q=QD2026").status_code == 401
    assert client.get("/api/board.geojson").status_code == 401


def test_every_text_of_the_public_pages_exists():
    pages = Path(public.__file__).parent.glob("templates/*.html")
    mine = [p.read_text("utf-8") for p in pages if p.name.startswith(("verify", "progress"))]
    source = Path(public.__file__).read_text("utf-8")
    used = set(re.findall(r"[\"'](public\.[a-z_]+[a-z])[\"']", "\n".join([*mine, source])))
    used |= {for_kind(f"public.state_{s.value}", kind) for s in CaseState for kind in ("acceptance", "review")}
    used |= {"public.wanted_supplementing", "public.wanted_rectifying"}
    used |= {f"views.lamp_{lamp.value}" for lamp in Lamp}
    for lang in LANGUAGES:
        assert used <= set(texts(lang))
        assert {key for key in texts(lang) if key.startswith("public.")} <= used
