"""Filters above a list: choices with counts, chips that filter, a search line, keys that walk the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.fields import labelled

KEYS_JSX = browser_part(__name__, "filters_keys.jsx")


class Option(TypedDict):
    """One value of a filter with its name as shown, the count included where it has one."""

    value: str
    name: str


class RowKeys(rx.NoSSRComponent):
    """j and k move the focus from row to row, / goes to the search line; Enter opens what has the focus."""

    library = KEYS_JSX.importable_path
    tag = "RowKeys"

    rows: rx.Var[str]
    search: rx.Var[str]


def row_keys(rows: str, search: str) -> rx.Component:
    """Install the keys; `rows` selects the focusable of each row, `search` the input of the search line."""
    return RowKeys.create(rows=rows, search=search)


def filter_choice(control_id: str, label: Any, everything: Any, options: Any, value: Any, on_change: Any) -> Any:
    """A choice whose empty value, named `everything`, lets all through; `options` is a `list[Option]` var."""
    return labelled(
        label,
        rx.el.select(
            rx.el.option(everything, value=""),
            rx.foreach(options, lambda o: rx.el.option(o["name"], value=o["value"].to(str))),
            id=control_id,
            value=value,
            on_change=on_change,
        ),
        control_id,
    )


def search_line(control_id: str, label: Any, hint: Any, value: Any, on_submit: Any, button: Any) -> rx.Component:
    """A search line sent by Enter or its button; the form's only field is `q`."""
    return rx.el.form(
        labelled(
            label,
            rx.el.input(
                id=control_id,
                key=value,
                name="q",
                type="search",
                default_value=value,
                placeholder=hint,
                max_length=80,
                auto_complete="off",
            ),
            control_id,
        ),
        rx.el.button(button, type="submit", id=f"{control_id}-go", class_name="jr-button"),
        on_submit=on_submit,
        reset_on_submit=False,
        role="search",
        class_name="jr-search-line",
    )


def filter_chip(
    text: Any, pressed: Any, on_click: Any, test_id: Any, mark: rx.Component | None = None
) -> rx.Component:
    """A chip that filters while pressed."""
    return rx.el.button(
        mark or rx.fragment(),
        rx.el.span(text),
        type="button",
        on_click=on_click,
        class_name="jr-button jr-choice jr-filter-chip",
        custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false"), "data-testid": test_id},
    )


def chip_row(label: Any, options: Any, chip: Callable[[Any], rx.Component]) -> rx.Component:
    """Chips side by side that wrap; `options` is a list var."""
    return rx.el.div(rx.foreach(options, chip), role="group", aria_label=label, class_name="jr-chip-row")
