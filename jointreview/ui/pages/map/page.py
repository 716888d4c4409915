"""The workspace map from top to bottom: filters, then map, list and panel side by side."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.denied import only_for
from jointreview.ui.components.fields import choice_entry
from jointreview.ui.components.filters import chip_row, filter_chip, filter_choice, row_keys, search_line
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.map_space import map_space
from jointreview.ui.me import Me
from jointreview.ui.pages.map.state import READERS, MapState
from jointreview.ui.shell import Page
from jointreview.ui.text import t, t_by
from jointreview.ui.theme import LAMPS

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = MapState
Mine: Any = Me


def content() -> rx.Component:
    """The map, for those who may see cases and for applicants with their own."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        rx.el.link(rel="stylesheet", href="/mapspace.css", precedence="default"),
        only_for(READERS, _map, "mapspace.denied_why", at_once=True),
        class_name="jr-board jr-mapspace-page",
    )


def _map() -> rx.Component:
    return rx.fragment(
        row_keys(rows=".jr-mapspace-row", search="#map-text"),
        page_header(
            t("mapspace.title"),
            rx.cond(
                Seen.board_url != "",
                rx.el.a(t("board.nav"), href=Seen.board_url, class_name="jr-button", id="map-to-board"),
            ),
            lead=rx.cond(
                Mine.role == "",
                "\u00a0",
                t_by(
                    Mine.role,
                    {"applicant": "mapspace.lead_applicant", "coordinator": "mapspace.lead"},
                    otherwise="mapspace.lead_staff",
                ),
            ),
        ),
        _filters(),
        map_space(
            query=Seen.query,
            narrowed=Seen.narrowed,
            tick=Seen.tick,
            tiles=Seen.tiles,
            can_trip=Seen.can_trip,
            who=Me.name,
            today=Seen.today,
            board_url=Seen.board_url,
            loaded=Seen.loaded,
        ),
    )


def _filters() -> rx.Component:
    return rx.el.section(
        chip_row(t("board.lamps"), Seen.lamps, _lamp_chip),
        rx.el.div(
            search_line(
                "map-text", t("mapspace.search"), t("board.text_hint"), Seen.text, Seen.look_for, t("board.look")
            ),
            choice_entry(
                "map-state",
                t("board.state"),
                Seen.states,
                value=Seen.chosen["state"],
                on_change=lambda value: Seen.narrow("state", value),
            ),
            _choice("stage", Seen.stages, t("mapspace.stage")),
            rx.cond((Me.role != "officer") & (Me.role != "applicant"), _choice("unit", Seen.units, t("board.unit"))),
            _choice("town", Seen.towns, t("board.town")),
            filter_chip(t("board.week"), Seen.week, Seen.narrow("week", rx.cond(Seen.week, "0", "1")), "map-week"),
            rx.cond(
                Seen.narrowed,
                rx.el.a(t("board.clear"), href="/map", id="map-clear", class_name="jr-link jr-board-clear"),
            ),
            class_name="jr-filters",
        ),
        aria_label=t("board.filters"),
        class_name="jr-no-print",
    )


def _choice(name: str, options: Any, label: Any) -> rx.Component:
    return filter_choice(
        f"map-{name}",
        label,
        t("board.everything"),
        options,
        Seen.chosen[name],
        lambda value: Seen.narrow(name, value),
    )


def _lamp_chip(chip: Any) -> rx.Component:
    marks = [
        (name, rx.icon(icon, size=15, color=colour, aria_hidden="true")) for name, (colour, icon, _) in LAMPS.items()
    ]
    return filter_chip(
        chip["name"],
        Seen.chosen["lamp"] == chip["value"],
        Seen.toggle_lamp(chip["value"].to(str)),
        "map-lamp-" + chip["value"].to(str),
        rx.match(chip["value"], *marks, rx.fragment()),
    )


PAGE = Page("/map", "mapspace.title", content, on_load=(MapState.load,))
