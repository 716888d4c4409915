"""The page of survey areas: which officers know which towns or which polygon."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.commands.survey_areas import MOST_CHARACTERS
from jointreview.queries.survey_areas import KEEPERS
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import chip
from jointreview.ui.components.text_file import text_file
from jointreview.ui.pages.areas.state import Seen
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """The areas, for who keeps them."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/work.css", precedence="default"),
        only_for(KEEPERS, _areas, "areas.denied_why"),
    )


def _areas() -> rx.Component:
    return rx.fragment(
        page_header(
            t("areas.title"),
            rx.el.button(
                t("areas.new"),
                type="button",
                on_click=Seen.write(0),
                id="new-area",
                class_name="jr-button jr-main-button",
            ),
            lead=t("areas.lead"),
        ),
        rx.cond(Seen.writing, _form()),
        rx.cond(
            Seen.loaded,
            rx.cond(
                Seen.rows.length() > 0,
                section_card(t("areas.all"), rx.el.ul(rx.foreach(Seen.rows, _row), class_name="jr-mytrips")),
                empty_state(t("areas.empty"), t("areas.empty_why"), icon="map"),
            ),
            busy(),
        ),
    )


def _row(area: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(area["name"]),
            rx.cond(area["polygon"], chip(t("areas.has_polygon"), "neutral")),
            rx.el.button(
                t("areas.change"), type="button", on_click=Seen.write(area["id"].to(int)), class_name="jr-button"
            ),
            class_name="jr-mytrip-head",
        ),
        rx.el.div(area["where"], class_name="jr-soft"),
        rx.el.div(area["officers"]),
        custom_attrs={"data-testid": "area-" + area["id"].to_string()},
    )


def _form() -> rx.Component:
    return section_card(
        t("areas.one"),
        error_panel(Seen.faults),
        rx.el.form(
            rx.el.label(
                t("areas.name"),
                rx.el.input(name="name", default_value=Seen.name, required=True, max_length=40, id="area-name"),
                class_name="jr-field",
            ),
            _ticks(t("areas.towns"), Seen.towns, Seen.chosen_towns, Seen.toggle_town),
            rx.el.label(
                t("areas.polygon"),
                rx.el.textarea(
                    name="polygon",
                    default_value=Seen.polygon,
                    key=Seen.polygon,
                    rows=3,
                    max_length=MOST_CHARACTERS,
                    id="area-polygon",
                ),
                class_name="jr-field",
            ),
            text_file(
                Seen.take_file,
                Seen.file_too_large,
                id="area-file",
                label=t("areas.file"),
                accept=".geojson,.json,application/geo+json",
                most=MOST_CHARACTERS,
            ),
            _ticks(t("areas.officers"), Seen.people, Seen.chosen_people, Seen.toggle_person),
            rx.el.div(
                rx.el.button(t("areas.keep"), type="submit", id="area-keep", class_name="jr-button jr-main-button"),
                rx.el.button(t("ui.cancel"), type="button", on_click=Seen.leave, class_name="jr-button"),
                rx.cond(
                    Seen.known,
                    rx.el.button(t("areas.drop"), type="button", on_click=Seen.drop, class_name="jr-button"),
                ),
                class_name="jr-actions",
            ),
            on_submit=Seen.keep,
            reset_on_submit=False,
        ),
        id="area-form",
    )


def _ticks(title: Any, options: Any, chosen: Any, toggle: Any) -> rx.Component:
    """Any number of choices, each a button that is pressed or not."""

    def tick(option: Any) -> rx.Component:
        value = option["value"].to(str)
        return rx.el.button(
            option["label"],
            type="button",
            on_click=toggle(value),
            class_name="jr-button jr-choice",
            custom_attrs={"aria-pressed": rx.cond(chosen.contains(value), "true", "false")},
        )

    return rx.el.fieldset(
        rx.el.legend(title),
        rx.el.div(rx.foreach(options, tick), class_name="jr-chip-row jr-area-ticks"),
        class_name="jr-field",
    )


PAGE = Page("/areas", "areas.title", content, on_load=(Seen.load,))
