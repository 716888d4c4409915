"""Who read which document: written down once for each reading, shown by name to few and by department to all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from jointreview.jobs.previews import prepare_next
from jointreview.models import base
from jointreview.models.case import Material
from jointreview.models.document_read import DocumentRead
from jointreview.models.outcome import IssuedDocument
from jointreview.queries.dossier import workspace
from tests.api.helpers import Browsers, open_house


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, dict[str, int]]]:
    """An accepted case whose drawings can be read page by page, with its receipt."""
    with open_house(tmp_path_factory.mktemp("readings")) as house:
        case = house.world.accepted()
        with base.reading() as session:
            drawings = session.exec(
                select(Material.id).where(Material.case_id == case, Material.code == "drawings")
            ).first()
            receipt = session.exec(select(IssuedDocument.id).where(IssuedDocument.case_id == case)).first()
        house.get("fire", f"/api/cases/{case}/files/m{drawings}")
        prepare_next()
        yield house, {"case": case, "material": drawings or 0, "document": receipt or 0}


def rows() -> list[tuple[str, str, int | None, int | None]]:
    with base.reading() as session:
        return [(r.role, r.way, r.material_id, r.document_id) for r in session.exec(select(DocumentRead)).all()]


def test_reading_is_noted_once_and_again_after_a_while(place: tuple[Browsers, dict[str, Any]]):
    house, ids = place
    pages = f"/api/cases/{ids['case']}/files/m{ids['material']}/pages"
    assert house.get("fire", f"/api/cases/{ids['case']}/files/m{ids['material']}/thumb").status_code == 200
    assert house.get("stranger", f"{pages}/1").status_code == 404
    assert rows() == []
    for page in (1, 2, 1):
        assert house.get("fire", f"{pages}/{page}").status_code == 200
    assert rows() == [("officer", "view", ids["material"], None)]
    for _ in range(2):
        house.get("fire", f"/api/cases/{ids['case']}/materials/{ids['material']}", headers={"range": "bytes=0-9"})
    house.get("applicant", f"/api/cases/{ids['case']}/documents/{ids['document']}.docx")
    assert rows()[1:] == [
        ("officer", "download", ids["material"], None),
        ("applicant", "download", None, ids["document"]),
    ]
    house.world.now += timedelta(minutes=11)
    house.get("fire", f"{pages}/1")
    assert len(rows()) == 4


def test_names_are_for_who_watches_and_departments_for_everybody(place: tuple[Browsers, dict[str, Any]]):
    house, ids = place
    house.get("fire", f"/api/cases/{ids['case']}/files/m{ids['material']}/pages/1")
    house.get("applicant", f"/api/cases/{ids['case']}/files/m{ids['material']}/pages/1")
    officer = house.world.actors["fire"].name
    for who in ("coordinator", "supervisor"):
        log = seen_by(house, who, ids)["read_log"]
        assert any(officer in line["who"] and "竣工图和总平面图" in line["what"] for line in log)
    for who in ("applicant", "planning", "clerk"):
        seen = seen_by(house, who, ids)
        assert seen["read_log"] == []
        read_by = [
            file["read_by"] for group in seen["groups"] for file in group["files"] if group["code"] == "drawings"
        ]
        assert len(read_by) == 1 and "消防" in read_by[0] and officer not in read_by[0]
        assert house.world.actors["applicant"].name not in read_by[0]


def seen_by(house: Browsers, who: str, ids: dict[str, int]) -> dict[str, Any]:
    found = workspace(house.world.actors[who], ids["case"], "zh", house.world.now)
    assert found is not None
    return found
