"""The disk under the database is full: a plain sentence, nothing half, and work goes on when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import SQLModel

from jointreview.commands import identity
from jointreview.commands.audit import verify_chains
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.text import LANGUAGES, tr
from tests.api.helpers import Browsers, open_house, problem_keys, problem_texts
from tests.commands.world import PASSWORD

ROOM = 2**30


class Disk:
    """How many pages the database may have, in every connection."""

    def __init__(self) -> None:
        event.listen(base.engine(), "connect", self._limit)
        self.pages = ROOM

    def _limit(self, connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={self.pages}")

    def is_full(self) -> None:
        with base.engine().connect() as connection:
            self.pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        base.engine().dispose()

    def has_room(self) -> None:
        self.pages = ROOM
        base.engine().dispose()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Browsers]:
    with open_house(tmp_path) as browsers:
        yield browsers


def rows() -> dict[str, int]:
    with base.reading() as db:
        names = SQLModel.metadata.tables
        return {n: db.connection().execute(text(f'SELECT count(*) FROM "{n}"')).scalar_one() for n in names}


def gap(house: Browsers, case_id: int, **order: Any) -> Any:
    assignment = next(a for a in house.world.facts(case_id).assignments if a.unit == "fire")
    wanted = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "补充地址" * 100}
    return house.send("fire", "RecordGap", {"case_id": case_id, "assignment_id": assignment.id, **wanted}, **order)


def test_with_a_full_disk_nothing_is_half_done_and_everybody_is_told(house: Browsers) -> None:
    case_id = house.world.accepted()
    house.secret("fire")
    disk = Disk()
    disk.is_full()
    done = 0
    before = rows()
    while (answer := gap(house, case_id, idempotency_key=f"gap-number-{done}")).status_code == 200:
        done, before = done + 1, rows()
        assert done < 500
    assert (answer.status_code, problem_keys(answer)) == (503, ["errors.no_room"])
    assert answer.headers["retry-after"] and problem_texts(answer) == [tr("zh", "errors.no_room")]
    assert rows() == before, "something of a refused act stayed"
    with base.reading() as db:
        assert db.connection().execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert verify_chains(db).faults == ()
    print(f"{done} acts fitted, the next was refused whole; {sum(before.values())} rows before and after")
    disk.has_room()
    again = gap(house, case_id, idempotency_key=f"gap-number-{done}")
    assert again.status_code == 200 and rows()["event"] == before["event"] + 1


def test_people_who_are_in_go_on_reading(house: Browsers) -> None:
    case_id = house.world.accepted()
    house.secret("fire")
    disk = Disk()
    disk.is_full()
    while gap(house, case_id).status_code == 200:
        continue
    secret = house.secret("fire")
    house.world.now += timedelta(minutes=5)  # long enough that the session would be noted as used
    house._secrets[("fire", house.world.now.isoformat())] = secret
    assert house.get("fire", f"/api/map/cases/{case_id}").status_code == 200
    with pytest.raises(Refused, match="errors.no_room"):
        for _ in range(500):
            identity.sign_in("clerk", PASSWORD)


def test_the_sentence_is_plain_in_both_languages() -> None:
    assert all("SQL" not in tr(lang, "errors.no_room") for lang in LANGUAGES)
