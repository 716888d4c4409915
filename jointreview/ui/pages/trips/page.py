"""The page of the trip board."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.trips.desk import PLANNERS
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.trip_board import trip_board
from jointreview.ui.pages.trips.state import TripBoardState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = TripBoardState


def content() -> rx.Component:
    """The board, for those who plan trips."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        rx.el.link(rel="stylesheet", href="/trips.css", precedence="default"),
        only_for(PLANNERS, _board, "tripboard.denied_why"),
        class_name="jr-trips-page",
    )


def _board() -> rx.Component:
    return rx.fragment(
        page_header(
            t("tripboard.title"),
            rx.el.a(t("areas.title"), href="/areas", class_name="jr-button", id="trips-to-areas"),
            rx.el.a(t("mapspace.title"), href="/map", class_name="jr-button", id="trips-to-map"),
            lead=t("tripboard.lead"),
        ),
        trip_board(loaded=Seen.loaded, tick=Seen.tick, tiles=Seen.tiles, chosen=Seen.chosen),
    )


PAGE = Page("/trips", "tripboard.title", content, on_load=(TripBoardState.load,))
