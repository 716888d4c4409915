"""Form: every section as entered, to read and to print; personal data masked until somebody asks to see it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import section_card
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def form() -> rx.Component:
    """Links first, then the sections."""
    return rx.fragment(
        rx.el.div(
            rx.cond(
                Seen.head["form_href"] != "",
                rx.el.a(
                    t("case.edit_form"),
                    href=Seen.head["form_href"],
                    class_name="jr-button jr-main-button",
                    id="edit-form",
                ),
            ),
            rx.el.button(
                rx.icon("printer", size=16, aria_hidden="true"),
                t("case.print"),
                type="button",
                on_click=rx.call_script("window.print()"),
                class_name="jr-button",
                id="print-form",
            ),
            class_name="jr-actions jr-no-print mb-3",
        ),
        rx.cond(
            Seen.parts.length() > 0,
            rx.fragment(rx.foreach(Seen.parts, _part)),
            empty_state(t("case.form_empty"), t("case.form_empty_why"), icon="clipboard-list"),
        ),
    )


def _part(part: Any) -> rx.Component:
    return section_card(
        part["title"],
        rx.el.dl(rx.foreach(part["pairs"], _pair), class_name="jr-facts"),
        rx.foreach(part["grids"], _grid),
        id="form-" + part["code"].to(str),
    )


def _pair(pair: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(pair["label"]),
        rx.el.dd(
            pair["value"],
            _reveal(pair, pair["label"]),
        ),
    )


def _reveal(masked: Any, label: Any) -> rx.Component:
    """The button beside masked answers."""
    return rx.cond(
        masked["masked"],
        rx.el.button(
            t("case.reveal"),
            type="button",
            on_click=Seen.reveal(masked["path"].to(str)),
            aria_label=t("case.reveal_label", label=label),
            class_name="jr-link jr-link-button jr-no-print",
            custom_attrs={"data-testid": "reveal-" + masked["path"].to(str)},
        ),
    )


def _grid(grid: Any) -> rx.Component:
    def cells(row: Any) -> rx.Component:
        return rx.el.tr(rx.foreach(row, rx.el.td))

    return rx.el.div(
        rx.el.table(
            rx.el.caption(grid["title"], " ", _reveal(grid, grid["title"])),
            rx.el.thead(rx.el.tr(rx.foreach(grid["heads"], lambda head: rx.el.th(head, scope="col")))),
            rx.el.tbody(rx.foreach(grid["rows"].to(list[list[str]]), cells)),
            rx.cond(grid["totals"].to(list[str]).length() > 0, rx.el.tfoot(cells(grid["totals"].to(list[str])))),
            class_name="jr-table jr-form-grid",
        ),
        class_name="jr-table-wrap",
        tab_index=0,
    )
