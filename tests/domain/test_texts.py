"""Every text the rules speak of exists in both languages."""

import re
from enum import Enum
from pathlib import Path

import pytest

from jointreview.domain import (
    building_sets,
    calendar_source,
    clock,
    code_check,
    conclusion,
    findings,
    free_slots,
    pauses,
    status_codes,
    tolerance,
)
from jointreview.text import LANGUAGES, texts

SOURCES = [*Path("jointreview/domain").glob("*.py"), Path("jointreview/cli/due.py"), Path("jointreview/cli/ids.py")]
WRITTEN = {
    key
    for path in SOURCES
    for key in re.findall(r"[\"']((?:clock|ids|rules)\.[a-z0-9_]+)[\"']", path.read_text("utf-8"))
}
NAMED = {
    member.text_key
    for module in (
        building_sets,
        clock,
        code_check,
        conclusion,
        findings,
        free_slots,
        pauses,
        status_codes,
        tolerance,
    )
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Enum) and hasattr(kind, "text_key")
    for member in kind
}
COMPOSED = {
    *(f"rules.building_not_{i}" for i in building_sets.Independence),
    *(f"rules.index_{b}" for b in building_sets.Bound),
    *(f"rules.only_{p}" for p in findings.Party),
    *(f"rules.item_{n}" for n in conclusion.Need),
    *(f"rules.item_{r.lower()}" for r in conclusion.ConclusionRule().closing),
    *(
        f"rules.item_{n}"
        for n in ("missing", "deemed", "deemed_not_enough", "failed", "conditional", "with_conditions")
    ),
    *calendar_source.HOLIDAY_KEYS.values(),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_has_its_text(lang):
    assert set(texts(lang)) >= WRITTEN | NAMED | COMPOSED


def test_no_text_of_these_areas_is_left_over():
    ours = {key for key in texts("zh") if key.split(".")[0] in ("clock", "ids", "rules")}
    assert ours - WRITTEN - NAMED - COMPOSED == set()
