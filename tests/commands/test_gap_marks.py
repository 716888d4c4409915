"""Problems marked on a page: what is pinned, what is refused, and what the notice says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pydantic import ValidationError
from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.files import document_store
from jointreview.commands.gap_marks import Mark
from jointreview.commands.intake import ReturnCase
from jointreview.commands.review import FinishDocumentReview, GapInput, IssueSupplementNotice, RecordGap
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Material, Upload
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, Gap
from jointreview.queries.application import application
from jointreview.queries.dossier import workspace
from jointreview.queries.previews import viewer
from tests.commands.world import World, copied, fresh_database

RECT = (0.125, 0.25, 0.5, 0.375)
RULE, WANTED = "《建设工程消防设计审查验收管理暂行规定》", "请补盖竣工图章"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """An accepted case with the drawings that every department of it reads."""
    folder = tmp_path_factory.mktemp("marks")
    with fresh_database(f"sqlite:///{folder}/test.db", folder / "uploads"):
        world = World().populate()
        yield {"world": world, "id": world.accepted(), "folder": folder}


@pytest.fixture
def apart(case: dict[str, Any], tmp_path: Path) -> Iterator[World]:
    """The same world, of which nothing is kept that happens now."""
    with copied(case["world"], tmp_path / "apart.db"):
        yield case["world"]


def material(case_id: int, code: str = "drawings") -> tuple[Material, Upload]:
    with base.reading() as session:
        row = session.exec(
            select(Material, Upload)
            .join(Upload, col(Upload.id) == Material.upload_id)
            .where(Material.case_id == case_id, Material.code == code)
        ).first()
    assert row is not None
    return row[0], row[1]


def mark(case_id: int, code: str = "drawings", **changes: Any) -> Mark:
    row, upload = material(case_id, code)
    return Mark(**{"material_id": row.id, "digest": upload.digest, "page": 1, "rect": RECT} | changes)


def of_fire(case_id: int) -> int:
    with base.reading() as session:
        row = session.exec(select(Assignment).where(Assignment.case_id == case_id, Assignment.unit == "fire")).first()
    assert row is not None and row.id is not None
    return row.id


def ask(case_id: int, where: Mark, subject: str = "drawings", kind: str = "material") -> RecordGap:
    return RecordGap(
        case_id=case_id,
        assignment_id=of_fire(case_id),
        kind=kind,
        subject=subject,
        rule=RULE,
        wanted=WANTED,
        mark=where,
    )


def refused(world: World, command: Any, who: str = "fire") -> list[str]:
    with pytest.raises(Refused) as refusal:
        world.do(who, command)
    return [p.key for p in refusal.value.problems]


def test_a_mark_goes_with_the_notice_and_the_applicant_is_led_to_it(case: dict[str, Any], apart: World):
    row, upload = material(case["id"])
    gap_id = apart.do("fire", ask(case["id"], mark(case["id"]))).value["gap_id"]
    with base.reading() as session:
        gap = session.get_one(Gap, gap_id)
    assert (gap.material_id, gap.digest, gap.page_no, gap.rect) == (row.id, upload.digest, 1, list(RECT))
    # Not told yet: the applicant sees nothing of it, the department does.
    assert seen_marks(apart, case["id"], "applicant") == []
    assert seen_marks(apart, case["id"], "fire") == [(gap_id, 1, list(RECT))]
    assert seen_marks(apart, case["id"], "planning") == []
    told(apart, case["id"])
    assert seen_marks(apart, case["id"], "applicant") == [(gap_id, 1, list(RECT))]
    assert seen_marks(apart, case["id"], "planning") == [(gap_id, 1, list(RECT))]
    words = notice_words(case["id"])
    assert "竣工图和总平面图（第1版）" in words and "第1页，图中框出处" in words and f"/cases/{case['id']}" in words
    shown = application(apart.actors["applicant"], case["id"], "zh")["gaps"][0]
    place = f"/cases/{case['id']}/view/m{row.id}?page=1&gap={gap_id}"
    assert shown["mark"] == {"version": 1, "page": 1, "view": place}
    line = workspace(apart.actors["applicant"], case["id"], "zh", apart.now)["gaps"][0]
    assert (line["place"], line["view"]) == ("第1版 第1页", place)


def told(world: World, case_id: int) -> None:
    with base.reading() as session:
        rows = session.exec(select(Assignment).where(Assignment.case_id == case_id)).all()
    for row in rows:
        world.do(row.unit, FinishDocumentReview(case_id=case_id, assignment_id=row.id))
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))


def seen_marks(world: World, case_id: int, who: str) -> list[tuple[int, int, list[float]]]:
    row, _ = material(case_id)
    found = viewer(world.actors[who], case_id, f"m{row.id}", "zh", world.now)
    return [(m["id"], m["page"], m["rect"]) for m in found["marks"]]


def notice_words(case_id: int) -> str:
    with base.reading() as session:
        document = session.exec(
            select(IssuedDocument).where(IssuedDocument.case_id == case_id, IssuedDocument.kind == "supplement")
        ).one()
    opened = Document(io.BytesIO(b"".join(document_store().open(document.digest))))
    cells = [cell.text for table in opened.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(p.text for p in opened.paragraphs), *cells])


def test_a_mark_is_only_taken_on_what_the_officer_saw_and_reads(case: dict[str, Any], apart: World):
    case_id = case["id"]
    _, upload = material(case_id)
    assert refused(apart, ask(case_id, mark(case_id, digest="0" * 64))) == ["commands.mark_other_file"]
    assert refused(apart, ask(case_id, mark(case_id, page=(upload.pages or 0) + 1))) == ["commands.mark_no_such_page"]
    assert refused(apart, ask(case_id, mark(case_id), subject="tests")) == ["commands.no_such_material"]
    assert refused(apart, ask(case_id, mark(case_id), subject="S2.address", kind="field")) == [
        "commands.no_such_material"
    ]
    assert refused(apart, ask(case_id, mark(case_id, material_id=99_999))) == ["commands.no_such_material"]
    hidden = unread_by_fire(case_id)
    assert refused(apart, ask(case_id, mark(case_id, hidden), subject=hidden)) == ["commands.no_such_material"]


def unread_by_fire(case_id: int) -> str:
    catalog = load_catalog("qidong")
    with base.reading() as session:
        codes = session.exec(select(Material.code).where(Material.case_id == case_id)).all()
    return next(code for code in codes if "fire" not in catalog.material(code).readers())


def test_a_version_that_was_replaced_is_not_marked_any_more(case: dict[str, Any], apart: World):
    where = mark(case["id"])
    with base.writing() as session:
        row = session.get_one(Material, where.material_id)
        row.current = False
        session.add(row)
    assert refused(apart, ask(case["id"], where)) == ["commands.mark_outdated"]


@pytest.mark.parametrize(
    "rect",
    [
        (0.5, 0.1, 0.2, 0.3),
        (-0.1, 0.1, 0.2, 0.3),
        (0.1, 0.1, 1.2, 0.3),
        (0.1, 0.1, 0.1, 0.3),
        (0.1, 0.1, 0.1001, 0.3),
        (float("nan"), 0.1, 0.2, 0.3),
        (0.1, 0.1, float("inf"), 0.3),
    ],
)
def test_a_mark_lies_on_the_page_and_can_be_seen(rect: tuple[float, float, float, float]):
    with pytest.raises(ValidationError):
        Mark(material_id=1, digest="0" * 64, page=1, rect=rect)


def test_the_window_marks_in_its_one_list_too(case: dict[str, Any], apart: World):
    case_id = apart.drafted_review()
    apart.submit(case_id)
    with base.reading() as session:
        code = session.exec(select(Material.code).where(Material.case_id == case_id)).all()[0]

    def list_of(where: Mark, subject: str) -> ReturnCase:
        gap = GapInput(kind="material", subject=subject, rule=RULE, wanted=WANTED, mark=where)
        return ReturnCase(case_id=case_id, gaps=[gap])

    assert refused(apart, list_of(mark(case["id"]), code), "clerk") == ["commands.no_such_material"]
    apart.do("clerk", list_of(mark(case_id, code), code))
    with base.reading() as session:
        row = session.exec(select(Gap).where(Gap.case_id == case_id)).one()
    assert (row.page_no, row.rect, row.status) == (1, list(RECT), "told")
