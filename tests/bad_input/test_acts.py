"""Acts that cannot be: visits on rest days or in the past, empty signatures, days that have not come."""

from __future__ import annotations

import base64
import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from jointreview.commands.visits import site_units
from tests.api.helpers import Browsers
from tests.bad_input.drafting import Draft, told
from tests.commands.world import PASSWORD

SATURDAY, HOLIDAY, PAST = date(2026, 5, 16), date(2026, 6, 19), date(2026, 5, 5)


def ask(house: Browsers, who: str, name: str, lang: str, **args: Any):
    return house.ask(who, "POST", f"/api/commands/{name}", params={"lang": lang}, json={"args": args})


def drawn(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize("day", [SATURDAY, HOLIDAY, PAST])
def test_a_visit_on_a_rest_day_or_in_the_past(house: Browsers, day: date):
    world = house.world
    case_id = world.documents_read()
    world.end_review(case_id)
    officers = {u: world.actors[u].account_id for u in site_units(world.facts(case_id))}
    args = {"case_id": case_id, "day": day.isoformat(), "half": "am", "officers": officers}
    for lang, text in (
        ("zh", f"{day} 不能安排到场：须为今天或以后的工作日。"),
        ("en", f"No visit on {day}: choose a working day from today on."),
    ):
        assert told(ask(house, "coordinator", "ScheduleVisit", lang, **args)) == {"day": text}


def test_every_fault_of_a_visit_is_named_at_once(house: Browsers):
    world = house.world
    case_id = world.documents_read()
    world.end_review(case_id)
    officers = {"fire": world.actors["planning"].account_id, "atlantis": 10**12}
    args = {"case_id": case_id, "day": SATURDAY.isoformat(), "half": "am", "officers": officers}
    said = told(ask(house, "coordinator", "ScheduleVisit", "en", **args))
    missing = site_units(world.facts(case_id)) - {"fire"}
    assert {"day", "fire", "atlantis"} | missing <= set(said)


@pytest.mark.parametrize(
    ("half", "day", "place"), [("noon", "2026-05-07", "half"), ("am", "7.5.2026", "day"), ("am", "2026-13-01", "day")]
)
def test_a_half_day_nobody_knows(house: Browsers, half: str, day: str, place: str):
    assert list(told(ask(house, "fire", "MarkBusy", "zh", day=day, half=half))) == [place]


@pytest.mark.parametrize(
    ("slot", "texts"),
    [
        (
            {"date": "2026-05-04", "half": "am"},
            ("该半天已经过去，请另选。", "This half-day is past; choose a later one."),
        ),
        (
            {"date": "2026-05-16", "half": "am"},
            ("该日是周末，部门一般在工作日到场。", "This is a weekend; inspectors usually come on working days."),
        ),
        (
            {},
            ("该半天重复，请另选。", "This half-day is named twice; choose another."),
        ),
    ],
)
def test_a_wish_for_a_visit_nobody_can_keep(draft: Draft, slot: dict[str, str], texts: tuple[str, str]):
    wished = draft.sample("S11")["candidate_slots"]
    slots = [*wished, slot or wished[0]]
    for lang, text in zip(("zh", "en"), texts, strict=True):
        said = draft.checked("S11", {"candidate_slots": slots}, lang)
        assert text in {words for place, _, words in said if place.startswith("S11.candidate_slots[3]")}, said


EMPTY = ("请在签名框内签名。", "Please sign in the box.")
UNREADABLE = ("签名图像无法读取，请重新签名。", "The signature could not be read; please sign again.")


@pytest.mark.parametrize(
    ("image", "texts"),
    [
        (drawn(Image.new("RGBA", (300, 100), (0, 0, 0, 0))), EMPTY),
        (drawn(Image.new("RGB", (300, 100), "white")), EMPTY),
        (drawn(Image.new("RGBA", (1, 1), (0, 0, 0, 255))), EMPTY),
        (drawn(Image.new("RGB", (2001, 10), "white")), UNREADABLE),
        ("", UNREADABLE),
        ("data:image/png;base64,", UNREADABLE),
        ("data:image/png;base64,%%%", UNREADABLE),
        ("data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=", UNREADABLE),
        ("data:image/png;base64," + "A" * 500_000, UNREADABLE),
        ("https://evil.example/a.png", UNREADABLE),
    ],
)
def test_signing_with_nothing_or_with_no_picture(draft: Draft, image: str, texts: tuple[str, str]):
    house, case_id = draft.house, draft.case_id
    signature = {"image": image, "password": PASSWORD}
    for lang, text in zip(("zh", "en"), texts, strict=True):
        answer = ask(house, "applicant", "SubmitCase", lang, case_id=case_id, signature=signature)
        assert told(answer) == {"signature": text}
    assert house.world.case(case_id).state == "draft"


def test_the_password_of_a_signature_comes_back_in_no_answer(house: Browsers):
    case_id = house.world.drafted()
    signature = {"image": 5, "password": "very secret password", "more": 1}
    answer = ask(house, "applicant", "SubmitCase", "en", case_id=case_id, signature=signature)
    assert set(told(answer)) == {"signature.image", "signature.more"}
    assert "very secret" not in answer.text


@pytest.mark.parametrize(
    ("name", "args", "place", "texts"),
    [
        (
            "AcceptCase",
            {"effective_on": "2026-05-09"},
            "effective_on",
            None,
        ),
        (
            "EnterPaperRecord",
            {"business_date": "2026-05-07", "text": "纸质申请表"},
            "business_date",
            ("日期 2026-05-07 在将来，请改为今天或以前。", "2026-05-07 lies in the future; choose today or earlier."),
        ),
        (
            "ReturnCase",
            {"gaps": [{"kind": "material", "subject": "no_such", "rule": "第一条", "wanted": "补充材料"}]},
            "no_such",
            ("没有这种材料。", "There is no such material."),
        ),
        (
            "ReturnCase",
            {"gaps": []},
            "gaps",
            ("请填写（至少 1 个字）。", "Please fill this in (at least 1 characters)."),
        ),
        (
            "RefuseCase",
            {"reasons": "不行"},
            "reasons",
            ("请填写（至少 10 个字）。", "Please fill this in (at least 10 characters)."),
        ),
    ],
)
def test_the_windows_acts_on_wrong_days_or_things(
    house: Browsers, name: str, args: dict[str, Any], place: str, texts: tuple[str, str] | None
):
    case_id = house.world.submitted()
    for lang, text in zip(("zh", "en"), texts or ("", ""), strict=True):
        said = told(ask(house, "clerk", name, lang, case_id=case_id, **args))
        assert said[place].startswith(text) and said[place]
    assert house.world.case(case_id).state == "submitted"


def test_submitting_an_unfinished_application_names_everything_at_once(house: Browsers):
    world = house.world
    args = {
        "organisation_id": world.organisation_id,
        "project_code": "2207-320681-89-01-123456",
        "project_name": "新项目",
    }
    case_id = house.send("applicant", "CreateCase", args).json()["case_id"]
    for lang in ("zh", "en"):
        said = told(
            ask(
                house,
                "applicant",
                "SubmitCase",
                lang,
                case_id=case_id,
                signature=world.signature("applicant").model_dump(mode="json") | {"password": PASSWORD},
            )
        )
        assert len(said) > 25 and "parcel" in said and any(p.startswith("material:") for p in said)
        assert all(said.values())
