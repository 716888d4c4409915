"""A joint review is case_id and decided; the words of an acceptance are nowhere in it, whoever reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from sqlmodel import col, select

from jointreview.commands.conclusion import VoidOpinion
from jointreview.commands.files import document_store
from jointreview.commands.intake import ReturnCase
from jointreview.demo import reviewing
from jointreview.jobs.reminders import send_reminders
from jointreview.models.base import reading
from jointreview.models.event import Notification
from jointreview.models.outcome import IssuedDocument
from jointreview.queries import dossier
from jointreview.queries.my_work import my_work
from jointreview.queries.onsite import onsite_page
from jointreview.queries.own_days import own_days
from jointreview.queries.public import progress, verified_document
from jointreview.queries.words import document_title
from jointreview.text import for_kind, texts, tr
from jointreview.ui.pages.case import present
from jointreview.ui.pages.case.acts import DIALOGS
from jointreview.ui.pages.case.asking import dialog_of
from jointreview.ui.pages.work.rows import slot_days, task_groups
from tests.commands.world import World

WRONG = re.compile("验收|joint visit|acceptance visit|(joint|completion) acceptance|acceptance opinion", re.I)
READERS = ("applicant", "clerk", "coordinator", "supervisor", "planning", "land", "environment", "planning-head")


def strings(found: Any) -> Iterator[str]:
    """Every text inside nested data."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from strings(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from strings(value)


def wrong(found: Any) -> list[str]:
    return [text for text in strings(found) if WRONG.search(text)]


def shown(world: World, case_id: int) -> list[str]:
    """What the readers' pages say wrongly: workspace, dialogs, lists, half-days, the page on site."""
    bad: list[str] = []
    for who in READERS:
        actor = world.actors[who]
        for lang in ("zh", "en"):
            seen = present.workspace(actor, case_id, lang, world.now)
            assert seen is not None
            seen.pop("parts", None)  # the questions of the form are the catalogue's own
            bad += wrong(seen)
            for act in [*seen["forward"], *seen["rest"]]:
                if act["name"] in DIALOGS:
                    offer = dossier.offered(actor, case_id, lang, world.now, act["name"], {})
                    bad += wrong(dialog_of(lang, act["name"], offer, "review"))
            bad += wrong(task_groups(my_work(actor, world.now), lang, world.today))
            bad += wrong(slot_days(own_days(actor, world.today), lang))
            if actor.role == "officer":
                page = onsite_page(actor, case_id, lang, world.now)
                for part in page["assignments"]:
                    part.pop("results_reason")
                bad += wrong(page)
    return bad


def told(case_id: int) -> list[str]:
    with reading() as session:
        rows = session.exec(select(Notification).where(Notification.case_id == case_id)).all()
    return [text for row in rows for lang in ("zh", "en") for text in wrong(tr(lang, row.key, **row.params))]


def papers(world: World, case_id: int) -> dict[str, str]:
    """The words of every document, header and properties too, by its title."""
    found = {}
    with reading() as session:
        rows = session.exec(
            select(IssuedDocument).where(IssuedDocument.case_id == case_id).order_by(col(IssuedDocument.id))
        ).all()
    for row in rows:
        docx = Document(BytesIO(b"".join(document_store().open(row.digest))))
        cells = [c.text for t in docx.tables for r in t.rows for c in r.cells]
        body = [p.text for p in docx.paragraphs]
        found[document_title("zh", row.title, world.case(case_id))] = "\n".join(
            [docx.core_properties.title, *body, *cells]
        )
    return found


def test_no_page_notice_or_document_of_a_review_speaks_of_acceptance_on_site(world: World):
    case_id = world.deciding()
    assert shown(world, case_id) == []
    world.plan_visit(case_id)
    assert shown(world, case_id) == []
    send_reminders(world.now)
    world.arrive(case_id)
    assert shown(world, case_id) == []
    world.close_visit(case_id)
    reviewing.decide_the_rest(world, case_id)
    reviewing.conclude_review(world, case_id)
    world.do("coordinator", VoidOpinion(case_id=case_id, reason="抬头有误"))
    assert shown(world, case_id) == []
    assert told(case_id) == []
    written = papers(world, case_id)
    assert {title: text for title, text in written.items() if WRONG.search(text)} == {}
    assert set(written) == {
        "工程建设项目立项用地规划许可阶段联合审查受理通知书",
        "联合踏勘通知书",
        "联合踏勘告知书",
        "现场联合踏勘记录",
        "工程建设项目立项用地规划许可阶段联合审查决定书",
    }
    for title, text in written.items():
        assert title in text


def test_the_public_pages_name_the_stage(world: World):
    case_id = world.reviewing()
    case = world.case(case_id)
    found = progress(case.number, case.lookup_code, world.today)
    assert found is not None and found.stage["zh"] == "立项用地规划许可"
    assert not wrong(tr("zh", for_kind(f"public.state_{found.state}", found.kind)))
    with reading() as session:
        code = session.exec(
            select(IssuedDocument.verify_code).where(
                IssuedDocument.case_id == case_id, IssuedDocument.kind == "receipt"
            )
        ).one()
    document = verified_document(code)
    assert document is not None
    assert tr("en", document.title, stage=document.stage).endswith("Project approval and land planning")


def test_what_the_window_sends_back_names_the_stage_it_was_applied_for(world: World):
    case_id = world.drafted_review()
    world.submit(case_id)
    gap = {"kind": "field", "subject": "S2.address", "rule": "填表说明", "wanted": "请写明四至"}
    world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    (text,) = papers(world, case_id).values()
    assert "（立项用地规划许可阶段）联合审查" in text and not WRONG.search(text)


def test_an_acceptance_keeps_its_own_words(world: World):
    case_id = world.visiting()
    seen = present.workspace(world.actors["coordinator"], case_id, "zh", world.now)
    assert seen is not None and "取消现场验收" in set(strings(seen))
    assert "现场联合验收通知书" in papers(world, case_id)
    assert "建设工程竣工联合验收受理通知书" in papers(world, case_id)


def test_a_text_said_otherwise_in_a_review_has_one_for_acceptances_too():
    own = {key for key in texts("zh") if key.endswith("_review")}
    pairs = {key for key in own if key.removesuffix("_review") in texts("zh")}
    assert for_kind("cmd.schedule_visit", "review") in pairs
    assert for_kind("cmd.schedule_visit", "acceptance") == "cmd.schedule_visit"
    assert for_kind("cmd.sign_in", "review") == "cmd.sign_in"
    assert [key for key in pairs if WRONG.search(texts("zh")[key])] == []
