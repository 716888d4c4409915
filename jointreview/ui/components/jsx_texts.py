"""Texts for browser components: all of an area in the reader's language, as one prop."""

from __future__ import annotations

import reflex as rx

from jointreview.text import LANGUAGES, texts
from jointreview.ui.text import Lang


def jsx_texts(*areas: str) -> rx.Var:
    """A map of name to text over the named areas; where two areas share a name the later area counts."""
    return rx.cond(Lang.lang == "en", rx.Var.create(_named("en", areas)), rx.Var.create(_named("zh", areas)))


def jsx_texts_by_language(*areas: str) -> rx.Var:
    """The same in every language, `{"zh": {...}, "en": {...}}`, for parts that start before the server answers."""
    return rx.Var.create({lang: _named(lang, areas) for lang in LANGUAGES})


def _named(lang: str, areas: tuple[str, ...]) -> dict[str, str]:
    found = texts(lang)
    return {
        key.removeprefix(f"{area}."): text
        for area in areas
        for key, text in found.items()
        if key.startswith(f"{area}.")
    }
