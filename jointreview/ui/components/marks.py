"""Small marks: the clock's lamp, status chips, person chips and dates with their explanation."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.text import t
from jointreview.ui.theme import LAMPS, TONES


def lamp(level: rx.Var | str, note: rx.Var | str = "") -> rx.Component:
    """The clock's lamp: colour, shape and word together; `level` is green, notice, yellow, red or paused.

    `note` says more, for example the working days left. Nothing is shown for any other level.
    """
    known = {name: _lamp(name, note) for name in LAMPS}
    if isinstance(level, str):
        return known.get(level, rx.fragment())
    return rx.match(level, *known.items(), rx.fragment())


def _lamp(name: str, note: rx.Var | str) -> rx.Component:
    colour, icon, text = LAMPS[name]
    more = rx.el.span(note, class_name="jr-lamp-note") if isinstance(note, rx.Var) or note else rx.fragment()
    return rx.el.span(
        rx.icon(icon, size=16, aria_hidden="true"),
        rx.el.span(t(text)),
        more,
        class_name="jr-lamp",
        style={"color": colour},
    )


def chip(text: rx.Var | str, tone: rx.Var | str = "neutral", icon: str = "") -> rx.Component:
    """A status in words; `tone` is neutral, accent, good, warn or bad and never the only carrier of meaning."""
    if isinstance(tone, str) and tone not in TONES:
        raise ValueError(f"unknown tone {tone}")
    mark = rx.icon(icon, size=14, aria_hidden="true") if icon else rx.fragment()
    return rx.el.span(mark, rx.el.span(text), class_name="jr-chip", custom_attrs={"data-tone": tone})


def card_mark(colour: rx.Var | str) -> rx.Component:
    """A supervision card, `red` or `yellow`: colour, shape and word together; never a lamp of the clock."""
    return rx.el.span(
        rx.el.span(
            rx.cond(colour == "red", rx.icon("x", size=11, stroke_width=3), rx.fragment()),
            class_name="jr-card-shape",
            aria_hidden="true",
        ),
        rx.el.span(rx.cond(colour == "red", t("supervision.colour_red"), t("supervision.colour_yellow"))),
        class_name="jr-card-mark",
        custom_attrs={"data-colour": colour},
    )


def person_chip(name: rx.Var | str, post: rx.Var | str = "", phone: rx.Var | str = "") -> rx.Component:
    """A person with the post and, where it may be shown, the telephone."""
    parts: list[Any] = [rx.icon("user-round", size=15, aria_hidden="true"), rx.el.span(name, class_name="jr-strong")]
    for more in (post, phone):
        if isinstance(more, rx.Var):
            parts.append(rx.cond(more != "", rx.el.span(more, class_name="jr-soft")))
        elif more:
            parts.append(rx.el.span(more, class_name="jr-soft"))
    return rx.el.span(*parts, class_name="jr-person-chip")
