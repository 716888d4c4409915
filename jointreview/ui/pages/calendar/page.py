"""The page of the working-day table from top to bottom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import chip
from jointreview.ui.me import Me
from jointreview.ui.pages.calendar.dialogs import day_dialog, import_dialog
from jointreview.ui.pages.calendar.state import READERS, CalendarState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = CalendarState
_KINDS = ("workday", "makeup", "weekend", "holiday")
_COORDINATOR: Any = Me.role == "coordinator"
_KEEPER: Any = _COORDINATOR | (Me.role == "admin")


def content() -> rx.Component:
    """The table, for staff."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _calendar, "calendar.denied_why"),
    )


def _calendar() -> rx.Component:
    return rx.fragment(
        page_header(
            t("calendar.title"),
            rx.cond(_KEEPER, rx.el.a(t("areas.title"), href="/areas", class_name="jr-button", id="to-areas")),
            rx.cond(_COORDINATOR, _acts()),
            lead=rx.cond(_COORDINATOR, t("calendar.lead_editor"), t("calendar.lead")),
        ),
        rx.cond(
            Seen.loaded,
            rx.fragment(
                _years(),
                rx.cond(
                    Seen.provisional,
                    rx.el.p(
                        t("calendar.provisional_why"),
                        class_name="jr-note jr-year-note",
                        id="provisional-note",
                        custom_attrs={"data-tone": "warn"},
                    ),
                ),
                _legend(),
                rx.el.div(
                    rx.foreach(Seen.months, _month),
                    class_name="jr-year",
                    id="year",
                    custom_attrs={"data-provisional": rx.cond(Seen.provisional, "true", "false")},
                ),
                _history(),
            ),
            busy(),
        ),
        rx.cond(_COORDINATOR, rx.fragment(day_dialog(), import_dialog())),
    )


def _acts() -> rx.Component:
    return rx.fragment(
        rx.el.button(
            t("calendar.change"), type="button", on_click=Seen.edit(""), id="change-day", class_name="jr-button"
        ),
        rx.el.button(
            t("calendar.import"),
            type="button",
            on_click=Seen.open_import,
            id="import-notice",
            class_name="jr-button jr-primary",
        ),
    )


def _years() -> rx.Component:
    return rx.el.div(
        rx.foreach(Seen.years, _year),
        role="group",
        aria_label=t("calendar.years"),
        class_name="jr-chip-row jr-no-print",
    )


def _year(row: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(row["text"]),
        type="button",
        on_click=Seen.show_year(row["year"].to(int)),
        class_name="jr-button jr-choice jr-filter-chip",
        custom_attrs={
            "aria-pressed": rx.cond(Seen.year == row["year"], "true", "false"),
            "data-testid": "year-" + row["year"].to_string(),
        },
    )


def _legend() -> rx.Component:
    return rx.el.div(
        rx.el.strong(Seen.summary, id="year-summary"),
        *[
            rx.el.span(
                rx.el.span(
                    t(f"calendar.mark_{kind}") if kind != "workday" else "1",
                    class_name="jr-day jr-day-sample",
                    aria_hidden="true",
                    custom_attrs={"data-kind": kind},
                ),
                t(f"views.kind_{kind}"),
                class_name="jr-legend-entry",
            )
            for kind in _KINDS
        ],
        rx.cond(Seen.provisional, chip(t("calendar.provisional"), "warn", "circle-dashed")),
        class_name="jr-legend",
    )


def _month(month: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            month["name"], rx.cond(Seen.provisional, rx.el.span(t("calendar.provisional"), class_name="jr-soft"))
        ),
        rx.el.div(
            *[rx.el.span(t(f"views.weekday_{n}"), class_name="jr-weekday", aria_hidden="true") for n in range(1, 8)],
            rx.cond(
                month["gap"].to(int) > 0,
                rx.el.span(style={"grid_column": "span " + month["gap"].to_string()}, aria_hidden="true"),
            ),
            rx.foreach(month["days"].to(list[dict[str, Any]]), _day),
            class_name="jr-month-days",
        ),
        class_name="jr-month",
    )


def _day(cell: Any) -> rx.Component:
    shown = (
        rx.el.span(cell["n"], aria_hidden="true"),
        rx.cond(cell["mark"] != "", rx.el.span(cell["mark"], class_name="jr-day-mark", aria_hidden="true")),
        rx.el.span(cell["label"], class_name="jr-visually-hidden"),
    )
    attributes = {
        "data-kind": cell["kind"],
        "data-testid": "day-" + cell["day"].to(str),
        "aria-current": rx.cond(cell["today"], "date", "false"),
    }
    return rx.cond(
        _COORDINATOR,
        # 365 stops of the tabulator key would be a wall: by keyboard a day is chosen in "change a day".
        rx.el.button(
            *shown,
            type="button",
            tab_index=-1,
            title=cell["label"],
            on_click=Seen.edit(cell["day"].to(str)),
            class_name="jr-day",
            custom_attrs=attributes,
        ),
        rx.el.span(*shown, title=cell["label"], class_name="jr-day", custom_attrs=attributes),
    )


def _history() -> rx.Component:
    return section_card(
        t("calendar.history"),
        rx.cond(
            Seen.history.length() > 0,
            rx.el.ul(rx.foreach(Seen.history, _change), id="calendar-history"),
            rx.el.p(t("calendar.history_none"), class_name="jr-soft"),
        ),
    )


def _change(change: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(change["text"], class_name="jr-row-text"),
        rx.el.span(change["who"], " · ", rx.el.span(change["when"], class_name="jr-date"), class_name="jr-soft"),
        class_name="jr-row",
    )


PAGE = Page("/calendar", "calendar.title", content, on_load=(CalendarState.load,))
