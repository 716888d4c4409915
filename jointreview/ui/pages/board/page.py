"""The board from top to bottom: filters, then list and map side by side."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.case_map import case_map
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.fields import choice_entry
from jointreview.ui.components.filters import chip_row, filter_chip, filter_choice, row_keys, search_line
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.lists import busy
from jointreview.ui.components.paging import paging
from jointreview.ui.me import Me
from jointreview.ui.pages.board.state import READERS, BoardState
from jointreview.ui.pages.board.table import table
from jointreview.ui.shell import Page
from jointreview.ui.text import t
from jointreview.ui.theme import LAMPS

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = BoardState


def content() -> rx.Component:
    """The board, for those who may see cases."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _board, "board.denied_why"),
        class_name="jr-board",
    )


def _board() -> rx.Component:
    return rx.fragment(
        row_keys(rows=".jr-board-open", search="#board-text"),
        page_header(
            t("board.title"),
            rx.el.span(t("board.keys"), class_name="jr-soft jr-board-keys"),
            rx.cond(
                Me.role == "leader",
                rx.el.a(t("projects.nav"), href="/projects", class_name="jr-button", id="board-to-projects"),
            ),
            rx.el.a(t("mapspace.nav"), href=Seen.map_page, class_name="jr-button", id="board-to-map"),
            lead=rx.cond(Me.role == "officer", t("board.lead_officer"), t("board.lead")),
        ),
        _filters(),
        _sides(),
        rx.cond(Seen.loaded, _cases(), busy()),
    )


def _filters() -> rx.Component:
    return rx.el.section(
        chip_row(t("board.stages"), Seen.stages, _stage_chip),
        chip_row(t("board.lamps"), Seen.lamps, _lamp_chip),
        rx.el.div(
            search_line(
                "board-text", t("board.text"), t("board.text_hint"), Seen.text, Seen.look_for, t("board.look")
            ),
            choice_entry(
                "board-state",
                t("board.state"),
                Seen.states,
                value=Seen.chosen["state"],
                on_change=lambda value: Seen.narrow("state", value),
            ),
            _choice("turn", Seen.turns),
            rx.cond(Me.role != "officer", _choice("unit", Seen.units)),
            _choice("town", Seen.towns),
            filter_chip(t("board.week"), Seen.week, Seen.narrow("week", rx.cond(Seen.week, "0", "1")), "board-week"),
            rx.cond(
                Seen.narrowed,
                rx.el.a(t("board.clear"), href="/board", id="board-clear", class_name="jr-link jr-board-clear"),
            ),
            class_name="jr-filters",
        ),
        aria_label=t("board.filters"),
        class_name="jr-no-print",
    )


def _choice(name: str, options: Any) -> rx.Component:
    return filter_choice(
        f"board-{name}",
        t(f"board.{name}"),
        t("board.everything"),
        options,
        Seen.chosen[name],
        lambda value: Seen.narrow(name, value),
    )


def _stage_chip(stage: Any) -> rx.Component:
    return filter_chip(
        stage["name"],
        Seen.chosen["stage"] == stage["value"],
        Seen.toggle_stage(stage["value"].to(str)),
        "board-stage-" + stage["value"].to(str),
    )


def _lamp_chip(chip: Any) -> rx.Component:
    marks = [
        (name, rx.icon(icon, size=15, color=colour, aria_hidden="true")) for name, (colour, icon, _) in LAMPS.items()
    ]
    return filter_chip(
        chip["text"],
        Seen.chosen["lamp"] == chip["value"],
        Seen.toggle_lamp(chip["value"].to(str)),
        "board-lamp-" + chip["value"].to(str),
        rx.match(chip["value"], *marks, rx.fragment()),
    )


def _sides() -> rx.Component:
    """List or map, on a phone."""

    def side(name: str) -> rx.Component:
        return rx.el.button(
            t(f"board.side_{name}"),
            type="button",
            id=f"board-side-{name}",
            on_click=Seen.show_side(name),
            class_name="jr-button jr-choice",
            custom_attrs={"aria-pressed": rx.cond(Seen.side == name, "true", "false")},
        )

    return rx.el.div(side("list"), side("map"), class_name="jr-board-sides jr-no-print")


def _cases() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.cond(
                Seen.total > 0,
                rx.fragment(table(), paging(Seen.page, Seen.pages, Seen.total, Seen.turn_to, "board")),
                _nothing(),
            ),
            class_name="jr-board-list",
        ),
        rx.el.aside(
            case_map(
                url=Seen.map_url,
                selected=Seen.selected,
                on_select=Seen.choose,
                height="100%",
                tiles=Seen.tiles,
                empty=t("board.map_empty"),
            ),
            aria_label=t("board.map"),
            class_name="jr-board-map jr-no-print",
        ),
        class_name="jr-board-body",
        custom_attrs={"data-side": Seen.side},
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Seen.narrowed,
        empty_state(
            t("board.none_here"),
            t("board.none_here_why"),
            rx.el.a(t("board.clear"), href="/board", class_name="jr-button", id="board-clear-all"),
            icon="filter-x",
        ),
        empty_state(t("board.none"), rx.cond(Me.role == "officer", t("board.none_officer_why"), t("board.none_why"))),
    )


PAGE = Page("/board", "board.title", content, on_load=(BoardState.load,))
