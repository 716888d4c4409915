"""The matrix of departments: each item across documents, site and opinion, with its lamp and why it takes part."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.marks import chip, lamp
from jointreview.ui.text import t


def matrix(rows: Any) -> rx.Component:
    """A table of departments' items; on a phone every row becomes a card with the column's name before each value."""
    heads = ("matrix.unit", "matrix.documents", "matrix.site", "matrix.opinion", "matrix.clock")
    return rx.el.table(
        rx.el.caption(t("matrix.caption"), class_name="jr-visually-hidden"),
        rx.el.thead(rx.el.tr(*[rx.el.th(t(head), scope="col") for head in heads])),
        rx.el.tbody(rx.foreach(rows, _row)),
        class_name="jr-table jr-matrix",
        id="matrix",
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.div(row["unit"], class_name="jr-strong"),
            rx.el.div(row["item"], class_name="jr-soft"),
            rx.el.details(
                rx.el.summary(t("matrix.why")),
                rx.el.p(row["because"]),
                rx.cond(row["officer"] != "", rx.el.p(t("matrix.officer"), row["officer"])),
                rx.cond(row["phone"] != "", rx.el.p(t("matrix.phone"), row["phone"])),
                class_name="jr-matrix-why jr-no-print",
            ),
            scope="row",
        ),
        _cell("matrix.documents", chip(row["documents"], row["documents_tone"])),
        _cell("matrix.site", chip(row["site"], row["site_tone"])),
        _cell(
            "matrix.opinion",
            rx.el.div(
                chip(row["opinion"], row["opinion_tone"]),
                rx.cond(row["number"] != "", rx.el.div(row["number"], class_name="jr-soft jr-matrix-number")),
            ),
        ),
        _cell("matrix.clock", lamp(row["lamp"], row["days"])),
        key=row["key"],
        custom_attrs={"data-fresh": row["fresh"], "data-testid": "matrix-row-" + row["key"].to(str)},
    )


def _cell(head: str, content: rx.Component) -> rx.Component:
    return rx.el.td(rx.el.span(t(head), class_name="jr-cell-head", aria_hidden="true"), content)
