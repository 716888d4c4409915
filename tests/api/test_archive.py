"""HTTP for the archive of a case: for the coordinator, once the case is closed, and on record."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.identity import Audit
from jointreview.settings import settings
from tests.api.helpers import Browsers, open_house
from tests.queries.test_archive import closed


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory):
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        yield browsers


def test_the_coordinator_takes_the_closed_case_out_and_that_stands_on_record(house: Browsers):
    world = house.world
    case_id, open_case = closed(world), world.accepted("school")
    path = f"/api/cases/{case_id}/archive.zip"
    for who in ("applicant", "fire", "clerk", "supervisor", "admin", "stranger"):
        assert house.get(who, path).status_code == 404
    assert house.get("coordinator", f"/api/cases/{open_case}/archive.zip").status_code in (403, 409)
    answer = house.get("coordinator", path)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bag:
        assert bag.testzip() is None and any(n.endswith("/bagit.txt") for n in bag.namelist())
    with base.reading() as session:
        (noted,) = session.exec(select(Audit).where(Audit.action == "case.archived")).all()
    assert len(noted.details["manifest"]) == 64
    # nothing is left lying about, whether it was sent or refused
    assert list((settings().data_dir / "archives").iterdir()) == []
