"""The list of projects: each with the stage it has reached, time and permits."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.projects.list import READERS
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.filters import filter_choice, search_line
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.lists import busy
from jointreview.ui.components.paging import paging
from jointreview.ui.me import Me
from jointreview.ui.pages.projects.state import ProjectsState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = ProjectsState
_HEADS = ("project", "stages", "used", "span", "permits")


def content() -> rx.Component:
    """The list, for everybody who has cases."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        rx.el.link(rel="stylesheet", href="/projects.css", precedence="default"),
        only_for(READERS, _list, "projects.not_for_you"),
        class_name="jr-projects",
    )


def _list() -> rx.Component:
    return rx.fragment(
        page_header(
            t("projects.title"),
            lead=rx.match(
                Me.role,
                ("applicant", t("projects.lead_own")),
                ("officer", t("projects.lead_unit")),
                ("leader", t("projects.lead_unit")),
                t("projects.lead"),
            ),
        ),
        rx.el.section(
            search_line(
                "projects-text",
                t("projects.text"),
                t("projects.text_hint"),
                Seen.text,
                Seen.look_for,
                t("projects.look"),
            ),
            filter_choice(
                "projects-stage",
                t("projects.stage"),
                t("projects.everything"),
                Seen.stages,
                Seen.stage,
                lambda value: Seen.choose_stage(value),
            ),
            rx.cond(
                Seen.narrowed,
                rx.el.a(t("projects.clear"), href="/projects", id="projects-clear", class_name="jr-link"),
            ),
            aria_label=t("board.filters"),
            class_name="jr-filters jr-no-print",
        ),
        rx.cond(
            Seen.loaded,
            rx.cond(
                Seen.total > 0,
                rx.fragment(_table(), paging(Seen.page, Seen.pages, Seen.total, Seen.turn_to, "projects")),
                _nothing(),
            ),
            busy(),
        ),
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Seen.narrowed,
        empty_state(t("projects.none_here"), t("projects.none_here_why"), icon="filter-x"),
        empty_state(
            t("projects.none"),
            rx.match(
                Me.role,
                ("officer", t("projects.none_unit_why")),
                ("leader", t("projects.none_unit_why")),
                t("projects.none_why"),
            ),
            icon="route",
        ),
    )


def _table() -> rx.Component:
    return rx.el.div(
        rx.el.table(
            rx.el.caption(t("projects.caption"), class_name="jr-visually-hidden"),
            rx.el.thead(rx.el.tr(*[rx.el.th(t(f"projects.head_{name}"), scope="col") for name in _HEADS])),
            rx.el.tbody(rx.foreach(Seen.rows, _row)),
            class_name="jr-table jr-board-table jr-projects-table",
            id="projects-table",
        ),
        class_name="jr-board-table-wrap",
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.a(row["name"], href=row["href"].to(str), class_name="jr-board-open"),
            rx.el.div(
                rx.el.span(row["code"], class_name="jr-date"), " · ", row["organisation"], class_name="jr-soft"
            ),
        ),
        rx.el.td(
            rx.el.ol(rx.foreach(row["marks"].to(list[dict[str, str]]), _mark), class_name="jr-road-marks"),
            rx.el.div(row["stage"], class_name="jr-soft"),
        ),
        rx.el.td(_head("used"), row["used"], class_name="jr-date"),
        rx.el.td(_head("span"), row["span"], class_name="jr-date"),
        rx.el.td(_head("permits"), row["permits"], class_name="jr-date"),
        key=row["id"],
        custom_attrs={"data-testid": "project-row"},
    )


def _head(name: str) -> rx.Component:
    return rx.el.span(t(f"projects.head_{name}"), class_name="jr-cell-name", aria_hidden="true")


def _mark(mark: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(mark["number"], aria_hidden="true"),
        rx.el.span(mark["text"], class_name="jr-visually-hidden"),
        title=mark["text"],
        custom_attrs={"data-mark": mark["mark"]},
    )


PAGE = Page("/projects", "projects.title", content, on_load=(ProjectsState.load,))
