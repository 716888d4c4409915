"""What a card says in words: its facts, its addressee, and who is meant, for documents, pages and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jointreview.catalog.schema import Catalog
from jointreview.domain.pauses import PauseKind
from jointreview.domain.problems import Refused
from jointreview.text import texts, tr


def unit_words(catalog: Catalog, unit: str, lang: str) -> str:
    """The name of a handling unit, of the window or of the coordinator."""
    if unit in ("window", "coordinator", ""):
        return tr(lang, f"supervision.seat_{unit or 'coordinator'}")
    try:
        return catalog.unit(unit).name.in_(lang)
    except Refused:
        return unit


def fact_words(catalog: Catalog, check: str, facts: Mapping[str, Any], reason: str, lang: str) -> str:
    """The facts of a card in one sentence; of a card by hand its reason."""
    if not check or reason:
        return reason
    key = f"supervision.facts_{check}"
    if key not in texts(lang):
        return ""
    said = {name: _word(catalog, name, value, lang) for name, value in facts.items()}
    if check == "no_reasons":
        named = "named" if facts.get("basis") else "unnamed"
        said["basis"] = tr(lang, f"supervision.basis_{named}")
        said.setdefault("item", tr(lang, "supervision.refusal"))
    return tr(lang, key, **said)


def _word(catalog: Catalog, name: str, value: Any, lang: str) -> str:
    if name == "item":
        try:
            return catalog.item(str(value)).name.in_(lang)
        except Refused:
            return str(value)
    if name == "step":
        return tr(lang, f"supervision.step_{value}")
    if name == "pause":
        return tr(lang, PauseKind(str(value)).text_key)
    if name == "act":
        key = f"case.event_{value}"
        return tr(lang, key if key in texts(lang) else "case.event_other")
    return str(value)
