"""A house full of people: fresh for each test, or one with a complete draft for a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.helpers import Browsers, open_house
from tests.bad_input.drafting import Draft


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Browsers]:
    with open_house(tmp_path) as browsers:
        yield browsers


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draft]:
    """A complete draft of the example factory that each test starts from anew, section by section."""
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        yield Draft(browsers, browsers.world.drafted())
