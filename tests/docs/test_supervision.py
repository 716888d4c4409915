"""The table of rules in docs/supervision.md is the catalogue's."""

from __future__ import annotations

import re

from jointreview.catalog.loader import load_catalog
from jointreview.settings import ROOT

PAGE = ROOT / "docs" / "supervision.md"


def test_the_table_of_rules_is_that_of_the_catalogue() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = [tuple(row.split(" | ")) for row in re.findall(r"^\| (R\d{2} \| .*) \|$", text, re.MULTILINE)]
    assert shown == [
        (
            rule.number,
            rule.colour,
            f"{rule.name.zh} · {rule.name.en}",
            rule.formula_in("en"),
            rule.addressed,
            rule.basis.en,
        )
        for rule in load_catalog().supervision
    ]


def test_both_readmes_lead_to_it() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        assert "(docs/supervision.md)" in (ROOT / readme).read_text(encoding="utf-8")
