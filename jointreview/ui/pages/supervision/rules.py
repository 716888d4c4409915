"""The rules of supervision in words: number, trigger, colour, basis, to whom, and the cards issued under each."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.marks import card_mark
from jointreview.ui.pages.supervision.state import Seen
from jointreview.ui.text import t

_HEADS = ("rules", "trigger", "basis", "addressed", "count")


def rules() -> rx.Component:
    """A line for each rule."""
    return rx.el.div(
        rx.el.p(t("supervision.rules_lead"), class_name="jr-note"),
        rx.el.div(
            rx.el.table(
                rx.el.caption(t("supervision.rules_title"), class_name="jr-visually-hidden"),
                rx.el.thead(rx.el.tr(*[rx.el.th(t(f"supervision.head_{name}"), scope="col") for name in _HEADS])),
                rx.el.tbody(rx.foreach(Seen.rule_rows, _rule)),
                class_name="jr-table jr-board-table jr-rules",
                id="rules-table",
            ),
            class_name="jr-board-table-wrap",
        ),
    )


def _rule(rule: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(card_mark(rule["colour"])),
            rx.el.div(rule["number"], " ", rule["name"], class_name="jr-strong"),
            rx.el.div(rule["about"], class_name="jr-soft"),
        ),
        rx.el.td(rx.el.div(rule["trigger"]), rx.el.div(rule["how"], class_name="jr-soft")),
        rx.el.td(rule["basis"]),
        rx.el.td(rx.el.div(rule["addressed"]), rx.el.div(rule["days"], class_name="jr-soft")),
        rx.el.td(
            rx.cond(
                rule["count"] > 0,
                rx.el.a(rule["counted"], href=rule["href"].to(str), class_name="jr-link"),
                rx.el.span(rule["counted"], class_name="jr-soft"),
            ),
            class_name="jr-date",
        ),
        custom_attrs={"data-testid": "rule-" + rule["number"].to(str)},
    )
