"""A house full of people, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.helpers import Browsers, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Browsers]:
    with open_house(tmp_path) as browsers:
        yield browsers
