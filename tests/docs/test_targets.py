"""The page on progress says the catalogue's numbers, and tells of every figure the product shows."""

from __future__ import annotations

import re
from datetime import date

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import ACCEPTANCE_STAGE
from jointreview.queries.progress.words import percent_words
from jointreview.settings import ROOT
from jointreview.text import tr

PAGE = (ROOT / "docs/targets.md").read_text(encoding="utf-8")
CATALOG = load_catalog("qidong", date(2026, 5, 19))
TARGETS = CATALOG.progress


def row(name: str) -> str:
    """The line of a table that begins with this name."""
    return next(line for line in PAGE.splitlines() if line.startswith(f"| {name}"))


def test_targets_and_formulas_give_the_numbers_of_the_catalogue():
    assert f"**{CATALOG.stage(1).promised_days}** working days" in row("Joint review of stage 1")
    assert f"**{CATALOG.stage(ACCEPTANCE_STAGE).promised_days}** working days" in row("Joint completion acceptance")
    assert f"**{TARGETS.project_days}** working days" in row("A project's whole road")
    assert f"**{percent_words(TARGETS.on_time_share).replace('%', ' %')}**" in row("On-time rate")


def test_the_score_gives_weights_and_deductions():
    rule = TARGETS.score
    expected = [*rule.weights.values(), rule.yellow_card, rule.red_card]
    assert re.findall(r"× \*\*(\d+)\*\*", row("score")) == [str(n) for n in expected]
    assert list(rule.weights) == ["on_time", "signing", "attendance"]


def test_the_outlook_says_on_how_many_rounds_it_rests():
    assert f"**{TARGETS.forecast.slow_share:.0%}**".replace("%", " %") in PAGE
    assert f"fewer than **{TARGETS.forecast.least}**" in PAGE


def test_the_headlines_and_columns_carry_the_names_of_the_page():
    for key in ("review", "acceptance", "project", "on_time"):
        assert tr("zh", f"targets.headline_{key}") in PAGE, key
    for key in ("cut", "signing", "attendance", "score", "share", "average"):
        assert tr("zh", f"targets.head_{key}") in PAGE, key


def test_the_page_in_both_languages_shows_the_same_numbers_as_the_document():
    rule, forecast = TARGETS.score, TARGETS.forecast
    for lang in ("zh", "en"):
        score = tr(lang, "targets.formula_score", **rule.weights, yellow=rule.yellow_card, red=rule.red_card)
        assert re.findall(r"× (\d+)", score) == re.findall(r"× \*\*(\d+)\*\*", row("score"))
        outlook = tr(lang, "targets.formula_outlook", least=forecast.least, share=f"{forecast.slow_share:.0%}")
        assert str(forecast.least) in outlook and "80%" in outlook
