"""Texts for browser components: all of an area in the reader's language, as one prop."""

from __future__ import annotations

import reflex as rx

from jointreview.text import texts
from jointreview.ui.text import Lang


def jsx_texts(*areas: str) -> rx.Var:
    """A map of name to text over the named areas; where two areas share a name the later area counts."""
    return rx.cond(Lang.lang == "en", rx.Var.create(_named("en", areas)), rx.Var.create(_named("zh", areas)))


def _named(lang: str, areas: tuple[str, ...]) -> dict[str, str]:
    found = texts(lang)
    return {
        key.removeprefix(f"{area}."): text
        for area in areas
        for key, text in found.items()
        if key.startswith(f"{area}.")
    }
