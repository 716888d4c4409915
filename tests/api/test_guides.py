"""Guides and wizard: open to anybody, made from the catalogue of the form, keeping nothing of visitors."""

from __future__ import annotations

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from jointreview.api import guides
from jointreview.api.app import build_api
from jointreview.api.gate import FrontGate
from jointreview.api.limits import Limit
from jointreview.catalog import loader
from jointreview.catalog.form_engine import materials_for, public_schema
from jointreview.catalog.loader import ROOT, load_catalog, load_folder
from jointreview.settings import settings
from jointreview.text import tr

CATALOG = load_catalog("qidong", date(2026, 5, 6))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The HTTP interface behind the gate, for somebody without a session."""
    monkeypatch.setattr(guides, "_requests", Limit(100_000, 60))
    return TestClient(FrontGate(build_api()), base_url="http://127.0.0.1:8000", follow_redirects=False)


def words(html: str) -> str:
    """What a reader sees of the page's body."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", html[html.index("<main") : html.index("</main>")], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def items(html: str) -> set[str]:
    return set(re.findall(r'href="/guides/([A-Z]\d+)"', html))


def test_the_list_names_every_item_and_is_narrowed_by_stage_department_and_words(client: TestClient) -> None:
    assert items(client.get("/guides").text) == {i.code for i in CATALOG.items}
    assert items(client.get("/guides?stage=1").text) == {i.code for i in CATALOG.items if i.stage == 1}
    units = {u.code for u in CATALOG.units if u.department == "FGW"}
    assert items(client.get("/guides?department=FGW").text) == {i.code for i in CATALOG.items if i.unit in units}
    assert items(client.get("/guides", params={"q": "施工许可证核发"}).text) == {"P304"}
    assert items(client.get("/guides", params={"q": "construction PERMIT housing", "lang": "en"}).text) >= {"P304"}
    assert tr("zh", "guide.nothing") in words(client.get("/guides", params={"q": "不存在的事项", "lang": "zh"}).text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_item_has_a_guide_with_everything_an_applicant_asks(client: TestClient, lang: str) -> None:
    for item in CATALOG.items:
        answer = client.get(f"/guides/{item.code}?lang={lang}")
        assert answer.status_code == 200, item.code
        seen = words(answer.text)
        unit = CATALOG.unit(item.unit)
        for wanted in (item.name, item.legal_basis, item.result_document, unit.name, *item.conditions):
            assert wanted.in_(lang) in seen, (item.code, wanted)
        assert item.code in seen and CATALOG.version in seen and "2020-01-01" in seen and unit.phone in seen
        assert tr(lang, "guide.workdays", days=item.promised_days) in seen
        assert tr(lang, "guide.survey_yes" if item.needs_site else "guide.survey_no") in seen
        assert tr(lang, "guide.same") in seen


def test_a_guide_names_materials_with_when_how_and_whence(client: TestClient) -> None:
    seen = words(client.get("/guides/P304?lang=en").text)
    permit, contract = CATALOG.material("planning_permit"), CATALOG.material("contract_documents")
    assert permit.name.en in seen and tr("en", "guide.shared") in seen
    assert CATALOG.item("P202").name.en in seen
    assert contract.hint.en in seen and "PDF, OFD" in seen
    assert "Especially dangerous works: yes" not in words(client.get("/guides/P105?lang=en").text)
    publicity = words(client.get("/guides/P201?lang=zh").text)
    assert tr("zh", "guide.publicity_text", days=7) in publicity


def test_a_code_is_found_in_small_letters_and_an_unknown_one_is_answered_politely(client: TestClient) -> None:
    assert client.get("/guides/a2").status_code == 200
    answer = client.get("/guides/Z99")
    assert answer.status_code == 404 and tr("zh", "guide.no_such_item") in words(answer.text)


def test_one_change_of_the_catalogue_changes_guide_and_form_together(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(ROOT / "qidong", tmp_path / "qidong"))
    for name, old, new in [
        ("materials/stage1.yaml", "name: {zh: 总平面规划示意图", "name: {zh: 总平面布置草图"),
        ("form/S21.yaml", "是否生产、储存危险化学品", "是否涉及危险化学品"),
        ("items/stage1.yaml", "name: {zh: 排水接入条件意见", "name: {zh: 排水接入意见书"),
    ]:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    changed = load_folder(folder)
    monkeypatch.setattr(guides, "load_catalog", lambda *args: changed)
    staged = changed.for_stage(1)
    assert "总平面布置草图" in [c.material.name.zh for c in materials_for(staged, {})]
    assert "总平面布置草图" in words(client.get("/guides/P106").text)
    assert "是否涉及危险化学品" in str(public_schema(staged, "zh"))
    assert "是否涉及危险化学品" in words(client.get("/guides/P114").text)
    assert "是否涉及危险化学品" in words(client.get("/guides/wizard?stage=1").text)
    assert "排水接入意见书" in words(client.get("/guides").text)


def test_the_wizard_asks_and_answers_from_the_address_alone(client: TestClient) -> None:
    assert tr("zh", "guide.stage_plain_1") in words(client.get("/guides/wizard").text)
    answers = {"stage": "1", "S2.investment_source": "government", "S21.environment_class": "table"}
    page = client.get("/guides/wizard", params=answers)
    assert "set-cookie" not in page.headers
    needed = page.text[page.text.index('id="items-needed"') : page.text.index('id="items-open"')]
    assert set(re.findall(r'data-item="(\w+)"', needed)) == {"P102", "P106", "P108", "P115", "P117"}
    assert 'id="n-items">5<' in page.text and 'id="n-days">10<' in page.text
    start = urlsplit(unescape(re.findall(r'id="open-application" href="([^"]+)"', page.text)[0]))
    assert start.path == "/apply"
    assert parse_qs(start.query) == {name: [value] for name, value in answers.items()}


def test_the_way_into_the_application_leads_through_the_sign_in_and_keeps_the_answers(client: TestClient) -> None:
    answer = client.get("/apply?stage=1&S2.investment_source=government", headers={"accept": "text/html"})
    assert answer.status_code == 303
    wanted = parse_qs(urlsplit(answer.headers["location"]).query)["next"]
    assert wanted == ["/apply?stage=1&S2.investment_source=government"]


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
@pytest.mark.parametrize("track", ["government", "private"])
def test_an_example_form_shows_the_words_of_its_answers(client: TestClient, stage: int, track: str) -> None:
    for lang in ("zh", "en"):
        seen = words(client.get(f"/guides/examples/{stage}/{track}?lang={lang}").text)
        assert CATALOG.field("S2.investment_source").label.in_(lang) in seen
        assert "industrial" not in seen.split() if lang == "zh" else True
        assert tr(lang, "guide.example_lead") in seen


HOSTILE = [
    "/guides?stage=99&department=%3Cb%3E&q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/guides?q=" + "%F0%9F%98%80" * 500,
    "/guides/%3Cscript%3E",
    "/guides/" + "A" * 5000,
    "/guides/examples/1/../../etc",
    "/guides/examples/99/government",
    "/guides/examples/1/%2e%2e",
    "/guides/wizard?stage=-1",
    "/guides/wizard?stage=1%00",
    "/guides/wizard?stage=%EF%BC%91",
    "/guides/wizard?stage=1&S21.energy_use=1e999&S2.land_area=NaN&S21.earthwork=-5",
    "/guides/wizard?stage=1&S2.investment_source=%3Cscript%3Ealert(1)%3C/script%3E&S21.surroundings=a%3Bb",
    "/guides/wizard?stage=4&" + "&".join(f"S4.buildings.use=workshop&x{n}=1" for n in range(1000)),
    "/guides/wizard?stage=4&S4.buildings.use=" + "workshop%3B" * 500,
    "/guides/wizard?stage=1&__proto__=1&S2.__class__=1&constructor=1&S1=1&S1.=1&.=1",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_whatever_an_address_says_the_page_stays_whole_and_says_nothing_back_as_code(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code in (200, 401, 404)
    assert "<script>alert" not in answer.text and "Traceback" not in answer.text


def test_visitors_get_the_guides_and_nothing_beside_them(client: TestClient) -> None:
    for path in ("/guidesx", "/guides../api", "/api/board", "/apply", "/board"):
        assert client.get(path).status_code in (401, 404), path
    assert client.post("/guides").status_code == 405
    for path in ("/guides/public.css", "/guides/public.js"):
        assert client.get(path).status_code == 200


def test_too_many_requests_of_one_address_are_turned_away(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guides, "_requests", Limit(2, 60))
    assert [client.get("/guides").status_code for _ in range(3)] == [200, 200, 429]


def test_guides_show_the_catalogue_of_the_day(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, name in (("2023-06-01", "启东市人民防空办公室"), ("2026-06-01", "启东市国防动员办公室")):
        monkeypatch.setenv("JOINTREVIEW_NOW", f"{day}T02:00:00+00:00")
        settings.cache_clear()
        assert name in words(client.get("/guides/P204").text)
    settings.cache_clear()
    assert loader.load_catalog("qidong", date(2026, 6, 1)).item("P204").unit == "civil_defence"
