"""The tables of progress: every number that counts something is a link to it."""

from __future__ import annotations

from typing import Any

import reflex as rx


def table(shown: Any, key: str) -> rx.Component:
    """A `TableShown` var; it scrolls sideways by itself on narrow screens, its first column stays."""
    caption = rx.el.caption(shown["title"], class_name="jr-visually-hidden")
    return rx.el.div(
        rx.el.table(
            caption,
            rx.el.thead(rx.el.tr(rx.foreach(shown["heads"].to(list[str]), lambda head: rx.el.th(head, scope="col")))),
            rx.el.tbody(rx.foreach(shown["rows"].to(list[list[dict[str, str]]]), _row)),
            class_name="jr-table jr-figures",
            id=f"targets-table-{key}",
        ),
        class_name="jr-table-wrap",
        tab_index=0,
        role="region",
        aria_label=shown["title"],
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(rx.foreach(row.to(list[dict[str, str]]), _cell))


def _cell(cell: Any) -> rx.Component:
    return rx.el.td(
        rx.cond(cell["href"] != "", rx.el.a(cell["text"], href=cell["href"], class_name="jr-link"), cell["text"])
    )
