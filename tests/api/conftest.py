"""A house full of people for the tests of the HTTP interface: one for a module, or a fresh one for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.helpers import Browsers, open_house


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    """For tests that leave nothing which others would notice."""
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        yield browsers


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Browsers]:
    """For tests that need a world of their own."""
    with open_house(tmp_path) as browsers:
        yield browsers
