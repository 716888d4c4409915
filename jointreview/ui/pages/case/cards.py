"""The undecided supervision cards of the case, for those who may see them: what, to whom, by when, what to do."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.marks import card_mark, chip, lamp
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def card_strip() -> rx.Component:
    """A line for each card; nothing where there is none."""
    return rx.cond(
        Seen.cards.length() > 0,
        rx.el.section(
            rx.el.ul(rx.foreach(Seen.cards, _card)),
            aria_label=t("supervision.of_case"),
            class_name="jr-card-strip jr-no-print",
            id="card-strip",
        ),
    )


def _card(card: Any) -> rx.Component:
    return rx.el.li(
        card_mark(card["colour"]),
        rx.el.a(card["rule"], href=card["href"].to(str), class_name="jr-link"),
        rx.el.span(card["unit"]),
        chip(card["state"], card["tone"]),
        rx.cond(
            card["due"] != "",
            rx.el.span(lamp(card["lamp"]), rx.el.span(card["due"], class_name="jr-soft"), class_name="jr-card-due"),
        ),
        rx.el.span(
            rx.foreach(card["acts"].to(list[dict[str, Any]]), lambda act: _act(act, card)), class_name="jr-actions"
        ),
        custom_attrs={"data-testid": "card-" + card["id"].to_string(), "data-colour": card["colour"]},
    )


def _act(act: Any, card: Any) -> rx.Component:
    return rx.el.button(
        act["title"],
        type="button",
        on_click=Seen.open_about(act["name"].to(str), 0, card["id"].to(int)),
        class_name="jr-button",
        custom_attrs={"data-testid": "card-act-" + act["name"].to(str)},
    )
