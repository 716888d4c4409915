"""The page on security names tests that exist, and leaves no chapter of the standard out."""

import re

from jointreview.settings import ROOT

PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:5]] for line in PAGE.splitlines() if line.startswith("| V")]


def test_every_test_named_is_there():
    named = set(re.findall(r"`(\w+/test_\w+\.py)`", PAGE))
    assert len(named) > 20
    assert {name for name in named if not (ROOT / "tests" / name).is_file()} == set()


def test_every_chapter_has_a_line():
    chapters = {int(number) for row in ROWS for number in re.findall(r"V(\d+)", row[0])}
    assert chapters == set(range(1, 18))


def test_every_line_has_a_test_or_says_why_it_has_none():
    for chapter, requirement, how, test in ROWS:
        said = "**not met**" in how or "not used" in how or "`make audit-deps`" in how
        assert "test_" in test or said, (chapter, requirement)


def test_both_readmes_lead_to_it():
    for readme in ("README.md", "README.zh-CN.md"):
        assert "(docs/security.md)" in (ROOT / readme).read_text(encoding="utf-8")
