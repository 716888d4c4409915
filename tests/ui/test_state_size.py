"""What the server keeps in memory for an open page: each page, over many cases, within a limit."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Integer, Table, UniqueConstraint, text
from sqlmodel import SQLModel

from jointreview.models import base
from jointreview.models.identity import ROLES
from tests.api.helpers import Browsers, open_house
from tests.hostile.pipeline import Handler, open_tab, own_handlers

CASES = 60
SHIFT = 100_000
PAGE_BYTES = 400_000
"""Of one page's states, pickled as they would be kept in Redis: a thousand open pages are 400 MB at the worst."""
WHO = {role: role for role in ROLES} | {"officer": "fire", "leader": "fire-head"}
LOADS = [handler for handler in own_handlers() if handler.function.__name__ == "load" and not handler.arguments]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with open_house(tmp_path_factory.mktemp("sizes")) as browsers:
        browsers.case_id = browsers.world.accepted()  # type: ignore[attr-defined]
        _many(browsers.case_id)  # type: ignore[attr-defined]
        yield browsers


def _many(case_id: int) -> None:
    """The case again and again, with everything that hangs on it; its project and buildings stay one."""
    tables = _hanging_on_case()
    with base.writing() as db:
        for table in tables.values():
            asked = _copy_of(table, tables)
            for number in range(1, CASES):
                db.connection().execute(text(asked), {"shift": number * SHIFT, "suffix": f"-{number}"})


def _hanging_on_case() -> dict[str, Table]:
    found = {"case": SQLModel.metadata.tables["case"]}
    for table in SQLModel.metadata.sorted_tables:
        if table.name != "building" and any(
            key.column.table.name in found and key.column.table.name != table.name for key in table.foreign_keys
        ):
            found[table.name] = table
    return found


def _copy_of(table: Table, copied: dict[str, Table]) -> str:
    moving = {key.parent.name for key in table.foreign_keys if key.column.table.name in copied}
    moving |= {c.name for c in table.primary_key if isinstance(c.type, Integer) and not c.foreign_keys}
    unique = {column.name for column in table.columns if column.unique}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and not {c.name for c in constraint.columns} & moving:
            unique |= {column.name for column in constraint.columns}
    for index in table.indexes:
        if index.unique and not {c.name for c in index.columns} & moving:
            unique |= {column.name for column in index.columns}

    def value(name: str) -> str:
        if name in moving:
            return f'"{name}" + :shift'
        return f'"{name}" || :suffix' if name in unique else f'"{name}"'

    names = [column.name for column in table.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    first = "id" if "id" in moving else next(iter(moving))
    values = ", ".join(value(name) for name in names)
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM "{table.name}" WHERE "{first}" < {SHIFT}'


async def _size(house: Browsers, handler: Handler, role: str) -> int:
    async with open_tab() as tab:
        token = f"{handler}-{role}"
        await tab.send(handler, house.secret(WHO[role]), token, {}, f"/cases/{house.case_id}")  # type: ignore[attr-defined]
        assert tab.faults == []
        return _pickled(await tab.root(token))


def _pickled(state: Any) -> int:
    """A state is kept without those below it, each for itself."""
    return len(pickle.dumps(state)) + sum(_pickled(below) for below in state.substates.values())


async def test_no_page_keeps_more_than_its_share_for_each_tab(house: Browsers, capsys: pytest.CaptureFixture) -> None:
    house.on_time()
    assert len(LOADS) > 15
    sizes = {}
    for handler in LOADS:
        for role in ("coordinator", "officer", "admin", "auditor"):
            if role in handler.allowed:
                sizes[f"{handler} for {role}"] = await _size(house, handler, role)
    largest = sorted(sizes.items(), key=lambda one: -one[1])
    with capsys.disabled():
        print(f"\n{len(sizes)} pages over {CASES} cases; the largest:", largest[:3])
    assert [one for one in largest if one[1] > PAGE_BYTES] == []
    assert largest[0][1] > 20_000, "pages over many cases are not empty"
