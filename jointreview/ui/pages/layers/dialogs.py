"""The dialogs of the layers: a version from a file, a service, a picture; retiring a version with its reason."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.domain.layers import THEMES
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.fields import choice_entry, labelled, text_entry
from jointreview.ui.components.uploader import uploader
from jointreview.ui.pages.layers.state import LayersState
from jointreview.ui.text import t

Seen: Any = LayersState
_FORMATS = ["zip", "gpkg", "geojson", "json", "kml", "kmz", "dxf", "txt", "csv", "xlsx"]
_FILE: Any = Seen.form == "file"
_TILES: Any = Seen.form == "tiles"
_SERVICE: Any = Seen.form == "service"


def load_dialog() -> rx.Component:
    """What is loaded, from when to when, whose it is, under what terms."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(
                rx.cond(
                    _FILE, t("cmd.load_layer"), rx.cond(_TILES, t("cmd.define_tiles"), t("cmd.add_layer_service"))
                )
            ),
            rx.dialog.description(
                rx.cond(_FILE, t("layers.file_why"), rx.cond(_TILES, t("layers.tiles_why"), t("layers.service_why")))
            ),
            error_panel(Seen.faults),
            rx.el.form(
                rx.cond(_TILES, rx.fragment(), _which()),
                rx.cond(_TILES | Seen.own, _own()),
                rx.cond(_FILE, _file()),
                rx.cond(_TILES | _SERVICE, _address()),
                rx.cond(_TILES, rx.fragment(), _terms()),
                rx.el.div(
                    rx.dialog.close(
                        rx.el.button(t("ui.cancel"), type="button", id="layer-cancel", class_name="jr-button")
                    ),
                    rx.el.button(
                        t("layers.save"),
                        type="submit",
                        id="layer-save",
                        disabled=Seen.busy | (_FILE & (Seen.upload_id == 0)),
                        class_name="jr-button jr-primary",
                    ),
                    class_name="jr-dialog-actions",
                ),
                on_submit=Seen.save,
            ),
            max_width="640px",
            custom_attrs={"data-testid": "layer-dialog"},
        ),
        open=Seen.form != "",
        on_open_change=Seen.form_open_changed,
    )


def _entry(name: str, hint: str = "", **props: Any) -> rx.Component:
    """A field of the dialog, labelled by its name."""
    shown = t(f"layers.{hint}") if hint else ""
    return text_entry(f"layer-{name}", t(f"layers.field_{name}"), shown, name=name, **props)


def _which() -> rx.Component:
    chosen = rx.el.select(
        rx.el.option(t("layers.choose"), value=""),
        rx.foreach(Seen.codes, lambda o: rx.el.option(o["name"], value=o["value"].to(str))),
        rx.el.option(t("layers.own"), value="-"),
        id="layer-code",
        name="code",
        value=rx.cond(Seen.own, "-", Seen.code),
        on_change=Seen.choose_code,
    )
    return labelled(t("layers.layer"), chosen, "layer-code")


def _own() -> rx.Component:
    return rx.el.div(
        _entry("own_code", "code_hint", max_length=40),
        _entry("name_zh", max_length=80),
        _entry("name_en", max_length=80),
        rx.cond(
            _TILES,
            rx.fragment(),
            choice_entry(
                "layer-theme",
                t("layers.field_theme"),
                [(theme, t(f"layers.theme_{theme}")) for theme in THEMES],
                name="theme",
                default_value="other",
            ),
        ),
        class_name="jr-entries",
    )


def _file() -> rx.Component:
    repair = rx.el.input(
        type="checkbox", checked=Seen.repair, on_change=Seen.choose_repair, id="layer-repair", name="repair"
    )
    return rx.fragment(
        uploader(Seen.uploaded, accept=_FORMATS, label=t("layers.file"), hint=t("layers.file_hint"), id="layer-file"),
        rx.cond(Seen.upload_name != "", rx.el.p(Seen.upload_name, class_name="jr-soft", id="layer-file-name")),
        rx.el.div(
            _entry("name_field", "name_field_hint"),
            _entry("file_layer", "file_layer_hint"),
            _entry("declared_epsg", "crs_hint"),
            class_name="jr-entries",
        ),
        rx.el.label(repair, " ", t("layers.repair"), html_for="layer-repair"),
    )


def _address() -> rx.Component:
    return rx.el.div(
        _entry("url", "url_hint", max_length=500),
        rx.cond(
            _SERVICE,
            rx.fragment(_entry("type_name", max_length=200), _entry("name_field", max_length=60)),
            _entry("attribution", max_length=200),
        ),
        class_name="jr-entries",
    )


def _terms() -> rx.Component:
    return rx.el.div(
        _entry("effective_from", type="date"),
        _entry("effective_to", "open_end", type="date"),
        _entry("source", max_length=200),
        _entry("licence", "licence_hint", max_length=200),
        class_name="jr-entries",
    )


def retire_dialog() -> rx.Component:
    """Why a version no longer counts."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("cmd.retire_layer_version")),
            rx.dialog.description(t("layers.retire_why")),
            error_panel(Seen.retire_faults),
            rx.el.form(
                text_entry("layer-reason", t("layers.field_reason"), name="reason", max_length=300),
                rx.el.div(
                    rx.dialog.close(rx.el.button(t("ui.cancel"), type="button", class_name="jr-button")),
                    rx.el.button(
                        t("layers.retire"), type="submit", id="retire-confirm", class_name="jr-button jr-grave"
                    ),
                    class_name="jr-dialog-actions",
                ),
                on_submit=Seen.retire,
            ),
            max_width="480px",
        ),
        open=Seen.retiring != 0,
        on_open_change=Seen.retire_open_changed,
    )
