"""Why a date is what it is: the days of the clock, one by one, in a drawer."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.text import t


def clock_dialog(trigger: rx.Component, lead: rx.Var | str, days: Any) -> rx.Component:
    """A dialog with one line for each day; `days` is a list of `{day, text, mark}`, mark counted, today or rest."""
    return rx.dialog.root(
        rx.dialog.trigger(trigger),
        rx.dialog.content(
            rx.dialog.title(t("case.why_title")),
            rx.dialog.description(lead),
            day_list(days),
            rx.el.p(t("case.why_rule"), class_name="jr-soft mt-3"),
            rx.el.div(
                rx.dialog.close(rx.el.button(t("case.close"), class_name="jr-button", id="why-close")),
                class_name="jr-dialog-actions",
            ),
            max_width="560px",
            id="why-dialog",
        ),
    )


def day_list(days: Any) -> rx.Component:
    """One line for each day: what it did to the clock."""
    return rx.el.ol(rx.foreach(days, _day), class_name="jr-days", tab_index=0, aria_label=t("case.why_title"))


def _day(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(line["day"], class_name="jr-date"),
        rx.el.span(line["text"]),
        custom_attrs={"data-mark": line["mark"]},
    )
