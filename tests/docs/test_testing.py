"""The guide to the tests names tests that exist."""

import re

from jointreview.settings import ROOT

GUIDE = (ROOT / "docs/testing.md").read_text(encoding="utf-8")


def test_every_test_named_in_the_table_of_defects_is_there():
    named = set(re.findall(r"`(\w+/test_\w+\.py)`", GUIDE))
    assert len(named) > 10
    assert {name for name in named if not (ROOT / "tests" / name).is_file()} == set()


def test_every_defect_has_a_test_or_says_that_it_has_none():
    rows = [line.split("|")[1:4] for line in GUIDE.splitlines() if line.startswith("| ") and line.count("|") == 4]
    table = [row for row in rows if row[2].strip() not in ("test", "")]
    assert len(table) >= 15
    for defect, here, test in table:
        assert "test_" in test or "*not built*" in here or "*not tested yet*" in here, defect
