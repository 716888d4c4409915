"""Lists: tables that scroll, files, timelines and progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from jointreview.ui.text import t


def data_table(
    heads: Sequence[rx.Var | str], rows: rx.Var, row: Callable[[rx.Var], rx.Component], caption: rx.Var | str = ""
) -> rx.Component:
    """A table whose body is `row`, a line of plain cells, for each of `rows`.

    On a phone every line becomes a block with the column's name before each value.
    """
    titled = isinstance(caption, rx.Var) or bool(caption)
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="jr-visually-hidden") if titled else rx.fragment(),
            rx.el.thead(rx.el.tr(*[rx.el.th(head, scope="col") for head in heads])),
            rx.el.tbody(rx.foreach(rows, lambda item: _with_names(row(item), heads))),
            class_name="jr-table jr-blocks",
        ),
        class_name="jr-table-wrap",
        tab_index=0,
    )


def _with_names(line: rx.Component, heads: Sequence[rx.Var | str]) -> rx.Component:
    """The line with each column's name inside its cell, shown where the table has no heads."""
    for cell, head in zip(line.children, heads, strict=True):
        cell.children.insert(0, rx.el.span(head, class_name="jr-cell-head", aria_hidden="true"))
    return line


def timeline(items: rx.Var, entry: Callable[[rx.Var], rx.Component]) -> rx.Component:
    """Events in order; `entry` is usually `timeline_entry` of one item."""
    return rx.el.ol(rx.foreach(items, lambda item: rx.el.li(entry(item))), class_name="jr-timeline")


def timeline_entry(when: Any, who: Any, what: Any, *more: rx.Component) -> rx.Component:
    """One event: what happened, who did it in which post, and when."""
    return rx.el.div(
        rx.el.div(what, class_name="jr-strong"),
        rx.el.div(rx.el.span(who), " · ", rx.el.span(when, class_name="jr-date"), class_name="jr-soft"),
        *more,
    )


def progress(done: rx.Var | int, of: rx.Var | int, label: rx.Var | str) -> rx.Component:
    """How far something has come, as a bar and in words."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(label), rx.el.span(done, " / ", of, class_name="jr-date"), class_name="jr-progress-text"
        ),
        rx.el.progress(value=done, max=of, aria_label=label),
        class_name="jr-progress",
    )


def busy(what: rx.Var | str | None = None) -> rx.Component:
    """Something takes longer than a moment: a turning mark and what is being done."""
    return rx.el.div(
        rx.spinner(size="2"),
        rx.el.span(what if what is not None else t("ui.loading")),
        role="status",
        class_name="jr-busy",
    )
