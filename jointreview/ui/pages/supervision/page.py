"""The page of supervision from top to bottom: counts, filters, the list beside the open card; or the rules."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.supervision.readers import ALL_CARDS, READERS
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.filters import filter_choice, row_keys, search_line
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import card_mark, chip, lamp
from jointreview.ui.components.paging import paging
from jointreview.ui.me import Me
from jointreview.ui.pages.case.dialog import action_dialog
from jointreview.ui.pages.supervision.detail import card_panel
from jointreview.ui.pages.supervision.rules import rules
from jointreview.ui.pages.supervision.state import Seen
from jointreview.ui.shell import Page
from jointreview.ui.text import t

_HEADS = ("card", "case", "unit", "reply_due", "state")


def content() -> rx.Component:
    """Supervision, for those whom a card can concern."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        rx.el.link(rel="stylesheet", href="/supervision.css", precedence="default"),
        only_for(READERS, _supervision, "supervision.denied_why"),
        class_name="jr-supervision",
    )


def _supervision() -> rx.Component:
    sees_all: Any = rx.Var.create(list(ALL_CARDS)).contains(Me.role)
    return rx.fragment(
        row_keys(rows=".jr-board-open", search="#supervision-text"),
        page_header(
            t("supervision.title"),
            rx.cond(Seen.view == "cards", _export()),
            lead=rx.cond(sees_all, t("supervision.lead"), t("supervision.lead_own")),
        ),
        _views(),
        rx.cond(
            Seen.loaded,
            rx.cond(Seen.view == "rules", rules(), rx.fragment(_tallies(), _filters(), _cards())),
            busy(),
        ),
        action_dialog(Seen, files=False),
    )


def _export() -> rx.Component:
    return download_link(
        rx.icon("file-spreadsheet", size=16, aria_hidden="true"),
        t("supervision.export"),
        href=Seen.export_href,
        class_name="jr-button",
        id="supervision-export",
    )


def _views() -> rx.Component:
    def view(name: str, href: str) -> rx.Component:
        here = Seen.view == name
        return rx.el.a(
            t(f"supervision.tab_{name}"),
            href=href,
            id=f"view-{name}",
            class_name=rx.cond(here, "jr-tab jr-tab-here", "jr-tab"),
            custom_attrs={"aria-current": rx.cond(here, "page", "false")},
        )

    return rx.el.nav(
        view("cards", "/supervision"),
        view("rules", "/supervision?view=rules"),
        aria_label=t("supervision.views"),
        class_name="jr-tabs jr-no-print",
    )


def _tallies() -> rx.Component:
    """Counts that lead to what they count."""
    return rx.el.nav(
        rx.foreach(Seen.tallies, _tally), aria_label=t("supervision.counts"), class_name="jr-tallies jr-no-print"
    )


def _tally(one: Any) -> rx.Component:
    return rx.el.a(
        rx.el.span(rx.cond(one["mark"] != "", card_mark(one["mark"]), rx.el.span(one["name"]))),
        rx.el.span(one["count"], class_name="jr-tally-count"),
        href=one["href"].to(str),
        class_name="jr-tally",
        custom_attrs={
            "aria-current": rx.cond(one["here"], "true", "false"),
            "data-testid": "tally-" + one["test"].to(str),
        },
    )


def _filters() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            search_line(
                "supervision-text",
                t("supervision.filter_text"),
                t("supervision.text_hint"),
                Seen.text,
                Seen.look_for,
                t("board.look"),
            ),
            _choice("rule", Seen.rules),
            rx.cond(Seen.units.length() > 1, _choice("unit", Seen.units)),
            _choice("stage", Seen.stages),
            _choice("month", Seen.months),
            rx.cond(
                Seen.narrowed,
                rx.el.a(
                    t("board.clear"), href="/supervision", id="supervision-clear", class_name="jr-link jr-board-clear"
                ),
            ),
            class_name="jr-filters",
        ),
        aria_label=t("board.filters"),
        class_name="jr-no-print",
    )


def _choice(name: str, options: Any) -> rx.Component:
    return filter_choice(
        f"supervision-{name}",
        t(f"supervision.filter_{name}"),
        t("supervision.everything"),
        options,
        Seen.chosen[name],
        lambda value: Seen.narrow(name, value),
    )


def _cards() -> rx.Component:
    open_card = (Seen.one["id"] > 0) | Seen.one_missing
    return rx.el.div(
        rx.el.div(
            rx.cond(
                Seen.total > 0,
                rx.fragment(_table(), paging(Seen.page, Seen.pages, Seen.total, Seen.turn_to, "supervision")),
                _nothing(),
            ),
            class_name="jr-supervision-list",
        ),
        card_panel(),
        class_name="jr-supervision-body",
        custom_attrs={"data-open": rx.cond(open_card, "true", "false")},
    )


def _table() -> rx.Component:
    return rx.el.div(
        rx.el.table(
            rx.el.caption(t("supervision.title"), class_name="jr-visually-hidden"),
            rx.el.thead(rx.el.tr(*[rx.el.th(t(f"supervision.column_{name}"), scope="col") for name in _HEADS])),
            rx.el.tbody(rx.foreach(Seen.rows, _row)),
            class_name="jr-table jr-board-table",
            id="cards-table",
        ),
        class_name="jr-board-table-wrap",
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(
                card_mark(row["colour"]),
                rx.el.a(row["rule"], href=row["href"].to(str), class_name="jr-board-open"),
                class_name="jr-card-line",
            ),
            rx.el.div(row["facts"], class_name="jr-soft jr-supervision-facts"),
        ),
        rx.el.td(rx.el.div(row["project"]), rx.el.div(row["case"], class_name="jr-soft jr-date")),
        rx.el.td(rx.el.div(row["unit"]), rx.el.div(row["person"], class_name="jr-soft")),
        rx.el.td(
            rx.el.div(lamp(row["lamp"])),
            rx.el.div(row["due"], class_name="jr-date"),
            rx.el.div(t("supervision.since"), " ", row["happened"], class_name="jr-soft jr-date"),
        ),
        rx.el.td(
            chip(row["state"], row["tone"]),
            rx.cond(row["groundless"], rx.el.div(t("supervision.groundless_short"), class_name="jr-soft")),
        ),
        id="row-" + row["id"].to(str),
        key=row["id"],
        custom_attrs={
            "data-late": rx.cond(row["late"], "true", "false"),
            "data-selected": rx.cond(row["here"], "true", "false"),
            "data-colour": row["colour"],
            "data-testid": "card-row",
        },
    )


def _nothing() -> rx.Component:
    sees_all: Any = rx.Var.create(list(ALL_CARDS)).contains(Me.role)
    return rx.cond(
        Seen.narrowed,
        empty_state(
            t("supervision.none_here"),
            t("supervision.none_here_why"),
            rx.el.a(t("board.clear"), href="/supervision", class_name="jr-button", id="supervision-clear-all"),
            icon="filter-x",
        ),
        empty_state(
            t("supervision.none"),
            rx.cond(sees_all, t("supervision.none_why"), t("supervision.none_own_why")),
            icon="shield-check",
        ),
    )


PAGE = Page("/supervision", "supervision.title", content, on_load=(Seen.load,))
