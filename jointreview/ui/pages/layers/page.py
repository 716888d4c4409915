"""The page of the layers from top to bottom: the list, the layer looked at, background pictures."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.layer_list import KEEPER_ROLES
from jointreview.ui.components.case_map import case_map
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy, data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.me import Me
from jointreview.ui.pages.layers.dialogs import load_dialog, retire_dialog
from jointreview.ui.pages.layers.state import LayersState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = LayersState
_HEADS = ("layer", "state", "dated", "holds", "source")
_ADMIN: Any = Me.role == "admin"


def content() -> rx.Component:
    """The layers, for those who keep some."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(KEEPER_ROLES, _layers, "layers.denied_why"),
    )


def _layers() -> rx.Component:
    return rx.fragment(
        page_header(t("layers.title"), _acts(), lead=t("layers.lead")),
        rx.cond(
            Seen.loaded,
            rx.fragment(
                section_card(
                    t("layers.all"),
                    data_table(
                        [
                            t("layers.layer"),
                            t("layers.state"),
                            t("layers.dated"),
                            t("layers.holds"),
                            t("layers.source"),
                        ],
                        Seen.layers,
                        _row,
                        t("layers.all"),
                    ),
                    id="layers",
                ),
                rx.cond(Seen.shown["code"] != "", _shown()),
                rx.cond(_ADMIN, _pictures()),
            ),
            busy(),
        ),
        load_dialog(),
        retire_dialog(),
    )


def _acts() -> rx.Component:
    return rx.fragment(
        rx.cond(
            _ADMIN,
            rx.fragment(
                _open("service", t("cmd.add_layer_service")),
                _open("tiles", t("cmd.define_tiles")),
            ),
        ),
        rx.cond(
            Seen.codes.length() > 0,
            rx.el.button(
                t("cmd.load_layer"),
                type="button",
                on_click=Seen.open_form("file", ""),
                id="load-layer",
                class_name="jr-button jr-primary",
            ),
        ),
    )


def _open(form: str, title: Any) -> rx.Component:
    return rx.el.button(
        title, type="button", on_click=Seen.open_form(form, ""), id=f"open-{form}", class_name="jr-button"
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.button(
                row["name"],
                type="button",
                on_click=Seen.look_at(row["code"].to(str)),
                class_name="jr-link jr-strong",
                custom_attrs={"data-testid": "layer-" + row["code"].to(str)},
            ),
            rx.el.div(
                rx.cond(row["required"] != "", chip(row["required"], "accent")),
                rx.cond(row["restricted"] != "", chip(row["restricted"], "neutral", "lock")),
                class_name="jr-chip-row",
            ),
        ),
        rx.el.td(chip(row["state"], row["tone"])),
        rx.el.td(row["dated"]),
        rx.el.td(row["count"]),
        rx.el.td(row["source"]),
    )


def _shown() -> rx.Component:
    layer = Seen.shown
    return section_card(
        layer["name"],
        rx.el.p(layer["theme_name"], " · ", layer["code"], " · ", layer["basis"], class_name="jr-soft"),
        rx.el.div(
            rx.el.div(
                rx.cond(
                    layer["versions"].to(list[dict[str, Any]]).length() > 0,
                    rx.el.ul(
                        rx.foreach(layer["versions"].to(list[dict[str, Any]]), _version),
                        class_name="jr-plain-list",
                        id="layer-versions",
                    ),
                    rx.el.p(t("layers.never_loaded"), class_name="jr-soft"),
                ),
                rx.cond(
                    layer["keeps"],
                    rx.el.button(
                        t("layers.load_version"),
                        type="button",
                        on_click=Seen.open_form("file", layer["code"].to(str)),
                        id="load-version",
                        class_name="jr-button",
                    ),
                ),
            ),
            rx.cond(
                layer["map_url"] != "",
                rx.el.div(case_map(url=layer["map_url"].to(str), height="340px"), class_name="jr-layer-map"),
                rx.cond(layer["hidden"], rx.el.p(t("layers.hidden"), class_name="jr-note", id="layer-hidden")),
            ),
            class_name="jr-layer-body",
        ),
        id="layer-shown",
    )


def _version(version: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                rx.el.strong(version["title"]), " ", chip(version["state"], version["tone"]), " ", version["days"]
            ),
            rx.el.div(version["said"]),
            rx.el.div(version["loaded"], class_name="jr-soft"),
            rx.cond(version["retired"] != "", rx.el.div(version["retired"], class_name="jr-soft")),
            rx.cond(
                version["repaired"].to(list[str]).length() > 0,
                rx.el.details(
                    rx.el.summary(t("layers.repaired")),
                    rx.el.ul(rx.foreach(version["repaired"].to(list[str]), rx.el.li)),
                ),
            ),
            class_name="jr-row-text",
        ),
        rx.cond(
            version["retirable"],
            rx.el.button(
                t("layers.retire"),
                type="button",
                on_click=Seen.ask_retire(version["id"].to(int)),
                class_name="jr-button jr-grave",
                custom_attrs={"data-testid": "retire-" + version["id"].to_string()},
            ),
        ),
        class_name="jr-row",
    )


def _pictures() -> rx.Component:
    return section_card(
        t("layers.pictures"),
        rx.cond(
            Seen.pictures.length() > 0,
            rx.el.ul(rx.foreach(Seen.pictures, _picture), class_name="jr-plain-list"),
            rx.el.p(t("layers.pictures_none"), class_name="jr-soft"),
        ),
        id="pictures",
    )


def _picture(picture: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(picture["name"]), rx.el.div(picture["said"], class_name="jr-soft"), class_name="jr-row-text"
        ),
        rx.el.button(
            t("layers.retire"),
            type="button",
            on_click=Seen.retire_picture(picture["id"].to(int)),
            class_name="jr-button jr-grave",
        ),
        class_name="jr-row",
    )


PAGE = Page("/layers", "layers.title", content, on_load=(LayersState.load,))
