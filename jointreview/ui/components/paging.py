"""Turning the pages of a long list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from jointreview.ui.text import t


def paging(page: Any, pages: Any, total: Any, go: Callable[[Any], Any], name: str) -> rx.Component:
    """How many there are, and earlier and later pages where there are several; `go(page)` is the event."""
    return rx.el.nav(
        rx.el.span(t("board.total", total=total), class_name="jr-soft", id=f"{name}-total"),
        rx.cond(
            pages > 1,
            rx.el.div(
                rx.el.button(
                    t("board.page_before"),
                    type="button",
                    id=f"{name}-before",
                    disabled=page <= 1,
                    on_click=go(page - 1),
                    class_name="jr-button",
                ),
                rx.el.span(t("board.page_of", page=page, pages=pages), class_name="jr-date"),
                rx.el.button(
                    t("board.page_after"),
                    type="button",
                    id=f"{name}-after",
                    disabled=page >= pages,
                    on_click=go(page + 1),
                    class_name="jr-button",
                ),
                class_name="jr-actions",
            ),
        ),
        aria_label=t("board.paging"),
        class_name="jr-paging jr-no-print",
    )
