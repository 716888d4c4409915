"""Where the React parts of a page lie, while the front end is built and while it is served."""

from __future__ import annotations

import pytest
from reflex_base.environment import EnvironmentVariables

from jointreview.ui.components import case_map
from jointreview.ui.components.browser_part import browser_part


def test_a_part_has_the_same_address_for_the_server_as_for_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    built = case_map.CASE_MAP_JSX
    monkeypatch.setenv(EnvironmentVariables.REFLEX_SKIP_COMPILE.name, "true")
    served = browser_part(case_map.__name__, "case_map.jsx")
    assert served.importable_path == built.importable_path
    assert str(built).split("?")[0] == str(served)


def test_a_part_that_does_not_exist_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EnvironmentVariables.REFLEX_SKIP_COMPILE.name, raising=False)
    with pytest.raises(FileNotFoundError):
        browser_part(__name__, "no_such_part.jsx")
