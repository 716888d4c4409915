"""The dialog of an act: what it means in words, what it asks, what is wrong; and the viewer of photographs."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.uploader import uploader
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def action_dialog(seen: Any = Seen, files: bool = True) -> rx.Component:
    """One dialog for every act; it stays open with what was entered until the server has taken it.

    `seen` is the state that holds `dialog`, `dialog_faults` and `busy` and handles `run`, `close_act` and
    `act_open_changed`; without `files` none of its acts asks for files.
    """
    dialog = seen.dialog
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(dialog["title"]),
            rx.dialog.description(dialog["text"]),
            rx.cond(
                dialog["preview"].length() > 0,
                rx.el.ol(rx.foreach(dialog["preview"], rx.el.li), class_name="jr-preview", id="act-preview"),
            ),
            error_panel(seen.dialog_faults),
            rx.el.form(
                rx.foreach(dialog["fields"], lambda field: _field(field, files)),
                rx.el.div(
                    rx.el.button(
                        t("ui.cancel"),
                        type="button",
                        on_click=seen.close_act,
                        class_name="jr-button",
                        id="act-cancel",
                    ),
                    rx.el.button(
                        rx.cond(seen.busy, t("case.busy"), dialog["confirm"]),
                        type="submit",
                        disabled=seen.busy,
                        class_name=rx.cond(dialog["grave"], "jr-button jr-grave-button", "jr-button jr-main-button"),
                        id="act-confirm",
                    ),
                    class_name="jr-dialog-actions",
                ),
                on_submit=seen.run,
                reset_on_submit=False,
                custom_attrs={"data-draft": dialog["name"]},  # what is typed is kept by the tab (frame.js)
            ),
            max_width="560px",
            custom_attrs={"data-testid": "act-dialog"},
        ),
        open=seen.dialog["name"] != "",
        on_open_change=seen.act_open_changed,
    )


def _field(field: Any, files: bool) -> rx.Component:
    name = field["name"].to(str)
    uploads = (("photos", _upload(photos=True)), ("file", _upload(photos=False))) if files else ()
    common: dict[str, Any] = {"id": name, "name": name, "required": field["required"]}
    return rx.el.div(
        rx.el.label(field["label"], html_for=name),
        rx.match(
            field["kind"],
            ("long", rx.el.textarea(rows=4, default_value=field["value"], **common)),
            ("number", rx.el.input(type="number", min="1", step="1", default_value=field["value"], **common)),
            ("date", rx.el.input(type="date", default_value=field["value"], **common)),
            (
                "select",
                rx.el.select(
                    rx.foreach(field["options"], lambda o: rx.el.option(o["label"], value=o["value"])),
                    default_value=field["value"],
                    **common,
                ),
            ),
            *uploads,
            rx.el.input(type="text", default_value=field["value"], **common),
        ),
        rx.cond(field["hint"] != "", rx.el.p(field["hint"], class_name="jr-soft")),
        class_name="jr-field",
    )


def _upload(photos: bool) -> rx.Component:
    pictures = {"accept": ["jpg", "jpeg", "png"], "camera": True, "multiple": True}
    return rx.fragment(
        uploader(Seen.uploaded, id="act-upload", **(pictures if photos else {"multiple": False})),
        rx.foreach(
            Seen.uploads,
            lambda file: rx.el.p(
                rx.icon("check", size=15, aria_hidden="true"), file["label"], class_name="jr-uploaded"
            ),
        ),
    )


def photo_viewer() -> rx.Component:
    """A photograph in full size."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(Seen.photo["name"], size="3"),
            rx.el.img(src=Seen.photo["href"], alt=Seen.photo["name"], class_name="jr-photo-full"),
            rx.el.div(
                rx.el.a(t("case.photo_original"), href=Seen.photo["href"], target="_blank", class_name="jr-link"),
                rx.dialog.close(rx.el.button(t("case.close"), class_name="jr-button", id="photo-close")),
                class_name="jr-dialog-actions",
            ),
            max_width="960px",
            aria_describedby="",
        ),
        open=Seen.photo["href"] != "",
        on_open_change=Seen.photo_open_changed,
    )


def photos(list_of: Any) -> rx.Component:
    """Thumbnails that open the viewer."""
    return rx.cond(
        list_of.length() > 0,
        rx.el.div(
            rx.foreach(
                list_of,
                lambda photo: rx.el.button(
                    rx.el.img(src=photo["href"], alt=photo["name"], loading="lazy"),
                    type="button",
                    on_click=Seen.view_photo(photo["href"].to(str), photo["name"].to(str)),
                    class_name="jr-thumb",
                ),
            ),
            class_name="jr-thumbs",
        ),
    )
