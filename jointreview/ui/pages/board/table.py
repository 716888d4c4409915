"""The board's table: one line a case, sortable heads, departments as small marks with labels."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.marks import lamp
from jointreview.ui.pages.board.state import BoardState
from jointreview.ui.text import t
from jointreview.ui.theme import LAMPS

Seen: Any = BoardState

# Each head with the orders it offers: name of the text, order of the query.
_HEADS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("project", "project"), ("number", "number")),
    (("stage", ""), ("standing", "")),
    (("turn", "since"),),
    (("clock", "urgent"),),
    (("due", "due"),),
    (("departments", ""),),
)
_SAID = {"yes": "check", "with": "check-check", "no": "x", "none": "minus", "silent": "ellipsis"}


def table() -> rx.Component:
    """The rows of this page; each opens its case."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(t("board.caption"), class_name="jr-visually-hidden"),
            rx.el.thead(rx.el.tr(*[_head(*parts) for parts in _HEADS])),
            rx.el.tbody(rx.foreach(Seen.rows, _row)),
            class_name="jr-table jr-board-table",
            id="board-table",
        ),
        _legend(),
        class_name="jr-board-table-wrap",
    )


def _legend() -> rx.Component:
    """What the marks of the departments mean: lamps while they work, signs once they have spoken."""
    return rx.el.details(
        rx.el.summary(t("board.legend")),
        rx.el.ul(
            *[
                rx.el.li(rx.el.span(rx.icon(icon, size=15, color=colour), aria_hidden="true"), t(text))
                for colour, icon, text in LAMPS.values()
            ],
            *[
                rx.el.li(
                    rx.el.span(rx.icon(icon, size=15), aria_hidden="true"),
                    t(f"board.mark_{name}"),
                    custom_attrs={"data-mark": name},
                )
                for name, icon in _SAID.items()
            ],
        ),
        class_name="jr-board-legend",
        id="board-legend",
    )


def _head(*parts: tuple[str, str]) -> rx.Component:
    orders = [order for _, order in parts if order]
    sorted_here: Any = rx.Var.create(orders).contains(Seen.chosen["sort"]) if orders else rx.Var.create(False)
    return rx.el.th(
        *[
            _sort(name, order) if order else rx.el.span(t(f"board.head_{name}"), class_name="jr-head")
            for name, order in parts
        ],
        scope="col",
        custom_attrs={"aria-sort": rx.cond(sorted_here, "ascending", "none")},
    )


def _sort(name: str, order: str) -> rx.Component:
    text = t(f"board.head_{name}")
    return rx.el.button(
        text,
        rx.cond(Seen.chosen["sort"] == order, rx.icon("arrow-down", size=13, aria_hidden="true")),
        type="button",
        on_click=Seen.narrow("sort", order),
        title=t("board.sort_by", name=text),
        class_name="jr-sort",
        custom_attrs={"data-testid": f"board-sort-{order}"},
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.a(row["project"], href=row["href"].to(str), title=row["organisation"], class_name="jr-board-open"),
            rx.el.div(rx.el.span(row["number"], class_name="jr-date"), " · ", row["town"], class_name="jr-soft"),
        ),
        rx.el.td(row["stage"], rx.el.div(row["state"], class_name="jr-soft"), class_name="jr-board-stage"),
        rx.el.td(rx.el.div(row["turn"]), rx.el.div(row["since"], class_name="jr-soft"), class_name="jr-date"),
        rx.el.td(
            rx.cond(
                (row["lamp"] == "") | (row["lamp"] == "done"),
                rx.el.span(row["lamp_name"], class_name="jr-soft"),
                lamp(row["lamp"]),
            ),
            rx.el.div(row["days"], class_name="jr-soft"),
        ),
        rx.el.td(row["due"], class_name="jr-date"),
        rx.el.td(
            rx.el.ul(rx.foreach(row["dots"].to(list[dict[str, str]]), _dot), class_name="jr-dots"),
            rx.el.div(row["spoken"], class_name="jr-soft"),
        ),
        id="row-" + row["id"].to(str),
        key=row["id"],
        custom_attrs={
            "data-late": rx.cond(row["late"], "true", "false"),
            "data-selected": rx.cond(Seen.selected == row["id"], "true", "false"),
            "data-lamp": row["lamp"],
            "data-testid": "board-row",
        },
    )


def _dot(dot: Any) -> rx.Component:
    marks = [(name, rx.icon(icon, size=15, color=colour)) for name, (colour, icon, _) in LAMPS.items()]
    marks += [(name, rx.icon(icon, size=15)) for name, icon in _SAID.items()]
    return rx.el.li(
        rx.el.span(rx.match(dot["mark"], *marks, rx.fragment()), aria_hidden="true"),
        rx.el.span(dot["label"], class_name="jr-visually-hidden"),
        title=dot["label"],
        custom_attrs={"data-mark": dot["mark"], "data-unit": dot["unit"]},
    )
