"""The page of progress from top to bottom: filters, opened figure, targets, what will be late, charts, tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.filters import filter_choice
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import chip
from jointreview.ui.components.paging import paging
from jointreview.ui.pages.targets import charts
from jointreview.ui.pages.targets.state import READERS, TargetsState
from jointreview.ui.pages.targets.tables import table
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = TargetsState


def content() -> rx.Component:
    """Progress, for those who answer for it."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        rx.el.link(rel="stylesheet", href="/targets.css", precedence="default"),
        only_for(READERS, _targets, "targets.denied_why"),
        class_name="jr-targets",
    )


def _targets() -> rx.Component:
    return rx.fragment(
        page_header(
            t("targets.title"),
            download_link(
                rx.icon("download", size=16, aria_hidden="true"),
                t("targets.export"),
                href=Seen.export,
                id="targets-export",
                class_name="jr-button",
            ),
            rx.el.button(
                rx.cond(Seen.with_tables, t("targets.hide_tables"), t("targets.show_tables")),
                type="button",
                id="targets-tables",
                on_click=Seen.switch_tables(),
                class_name="jr-button",
                custom_attrs={"aria-pressed": rx.cond(Seen.with_tables, "true", "false")},
            ),
            lead=rx.cond(Seen.own, t("targets.lead_own"), t("targets.lead")),
        ),
        rx.cond(Seen.loaded, _loaded(), busy()),
    )


def _loaded() -> rx.Component:
    return rx.fragment(
        _filters(),
        rx.cond(Seen.listing, _list()),
        _headlines(),
        _outlook(),
        rx.el.div(
            _chart("days", charts.days_chart),
            _chart("months", lambda: charts.rate_chart("months")),
            _chart("stages", charts.stages_chart),
            _chart("time", charts.time_chart),
            _chart("round_months", lambda: charts.rate_chart("round_months"), wide=True),
            _chart("units", charts.units_chart, wide=True),
            class_name="jr-charts",
        ),
        _projects(),
    )


def _filters() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            _choice("stage", Seen.options["stage"]),
            rx.cond(Seen.own, rx.fragment(), _choice("unit", Seen.options["unit"])),
            _choice("track", Seen.options["track"]),
            _choice("town", Seen.options["town"]),
            _choice("since", Seen.options["months"]),
            _choice("until", Seen.options["months"]),
            rx.cond(
                Seen.narrowed,
                rx.el.a(t("targets.clear"), href="/targets", id="targets-clear", class_name="jr-link jr-board-clear"),
            ),
            rx.el.span(Seen.as_of, class_name="jr-soft jr-targets-as-of"),
            class_name="jr-filters",
        ),
        aria_label=t("targets.filters"),
        class_name="jr-no-print",
    )


def _choice(name: str, options: Any) -> rx.Component:
    return filter_choice(
        f"targets-{name}",
        t(f"targets.{name}"),
        t("targets.everything"),
        options,
        Seen.chosen[name],
        lambda value: Seen.narrow(name, value),
    )


def _list() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(Seen.list_title, id="targets-list-title"),
            rx.el.span(Seen.list_counted, class_name="jr-soft", id="targets-list-counted"),
            rx.el.a(
                rx.icon("x", size=16, aria_hidden="true"),
                t("targets.list_close"),
                href=Seen.list_close,
                class_name="jr-button jr-no-print",
                id="targets-list-close",
            ),
            class_name="jr-card-head",
        ),
        rx.cond(
            Seen.list_count > 0,
            rx.fragment(
                table(Seen.list_table, "cases"),
                rx.cond(
                    Seen.list_pages > 1,
                    paging(Seen.list_page, Seen.list_pages, Seen.list_count, Seen.turn_to, "targets-list"),
                ),
            ),
            empty_state(t("targets.list_none"), t("targets.list_none_why"), icon="search-x"),
        ),
        id="targets-list",
        aria_labelledby="targets-list-title",
        class_name="jr-card jr-targets-list",
    )


def _headlines() -> rx.Component:
    return rx.el.section(
        rx.foreach(Seen.headlines, _headline),
        aria_label=t("targets.grid_headline"),
        class_name="jr-headlines",
        id="targets-headlines",
    )


def _headline(figure: Any) -> rx.Component:
    return rx.el.article(
        rx.el.h2(figure["title"]),
        rx.el.p(
            rx.el.span(figure["value"], class_name="jr-headline-value"),
            rx.el.span(figure["unit"], class_name="jr-soft"),
            rx.match(
                figure["met"],
                ("yes", _verdict("check", "targets.met")),
                ("no", _verdict("triangle-alert", "targets.missed")),
                rx.fragment(),
            ),
            class_name="jr-headline-figure",
            custom_attrs={"data-met": figure["met"]},
        ),
        rx.el.p(figure["target"], class_name="jr-strong"),
        rx.el.p(
            _maybe_link(figure["counted"], figure["href"]),
            rx.foreach(
                figure["more"].to(list[dict[str, str]]),
                lambda more: rx.fragment(" · ", _maybe_link(more["text"], more["href"])),
            ),
        ),
        rx.el.p(figure["formula"], class_name="jr-soft jr-formula"),
        class_name="jr-card jr-headline",
        custom_attrs={"data-testid": "headline-" + figure["key"].to(str)},
    )


def _verdict(icon: str, text: str) -> rx.Component:
    return rx.el.span(rx.icon(icon, size=15, aria_hidden="true"), t(text), class_name="jr-headline-verdict")


def _maybe_link(text: Any, href: Any) -> rx.Component:
    return rx.cond(href != "", rx.el.a(text, href=href, class_name="jr-link"), rx.el.span(text))


def _outlook() -> rx.Component:
    return section_card(
        t("targets.late_if"),
        rx.cond(
            Seen.outlooks.length() > 0,
            rx.el.ul(rx.foreach(Seen.outlooks, _line), class_name="jr-outlooks"),
            rx.el.p(t("targets.late_none"), id="targets-outlook-none"),
        ),
        rx.cond(Seen.outlooks_more != "", rx.el.p(Seen.outlooks_more, class_name="jr-soft")),
        rx.el.p(Seen.tables["outlook"]["formula"], class_name="jr-soft jr-formula"),
        actions=(
            rx.cond(
                Seen.outlooks.length() > 0,
                rx.el.button(
                    t("targets.show_expected_cases"),
                    type="button",
                    on_click=Seen.open_figure("expected"),
                    class_name="jr-button",
                    id="targets-expected",
                ),
            ),
        ),
        id="targets-outlook",
    )


def _line(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(line["sure"], chip(line["verdict"], "bad"), chip(line["verdict"], "warn")),
            rx.el.span(line["who"], class_name="jr-strong"),
            rx.el.a(line["case"], href=line["href"].to(str), class_name="jr-link"),
            rx.el.span(t("targets.outlook_dates", due=line["due"], day=line["expected"]), class_name="jr-date"),
            class_name="jr-outlook-head",
        ),
        rx.el.p(line["reason"], class_name="jr-soft"),
        custom_attrs={"data-testid": "outlook"},
    )


def _chart(key: str, draw: Callable[[], rx.Component], wide: bool = False) -> rx.Component:
    shown = Seen.tables[key]
    return rx.el.section(
        rx.el.div(rx.el.h2(shown["title"]), class_name="jr-card-head"),
        rx.cond(
            Seen.bars[key].length() > 0,
            rx.fragment(
                rx.el.div(draw(), class_name="jr-chart jr-no-print", aria_hidden="true"),
                rx.el.div(
                    table(shown, key),
                    class_name="jr-chart-table",
                    custom_attrs={"data-open": rx.cond(Seen.with_tables, "true", "false")},
                ),
            ),
            rx.el.p(t("targets.nothing"), class_name="jr-soft"),
        ),
        rx.el.p(shown["formula"], class_name="jr-soft jr-formula"),
        class_name="jr-card jr-chart-card",
        custom_attrs={"data-wide": "true" if wide else "false", "data-testid": f"chart-{key}"},
    )


def _projects() -> rx.Component:
    shown = Seen.tables["projects"]
    return section_card(
        shown["title"],
        rx.cond(
            shown["rows"].length() > 0,
            table(shown, "projects"),
            rx.el.p(t("targets.nothing"), class_name="jr-soft"),
        ),
        rx.cond(Seen.projects_more != "", rx.el.p(Seen.projects_more, class_name="jr-soft")),
        rx.el.p(shown["formula"], class_name="jr-soft jr-formula"),
        id="targets-projects",
    )


PAGE = Page("/targets", "targets.title", content, on_load=(TargetsState.load,))
