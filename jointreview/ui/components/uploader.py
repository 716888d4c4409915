"""Sending files: chooser, drag and drop, phone camera, progress, retry; optionally a command for each file."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

HTTP_JSX = browser_part(__name__, "signature_http.jsx")
UPLOADER_JSX = browser_part(__name__, "uploader.jsx")
PARTS = [
    browser_part(__name__, name)
    for name in ("upload_db.jsx", "upload_running.jsx", "upload_send.jsx", "upload_worker.js")
]
"""What the browser part imports: each must be linked for the build."""
PACKAGES = ["hash-wasm@4.12.0"]
"""npm packages of the browser part, for every component that contains it."""


class Uploader(rx.NoSSRComponent):
    """The browser part; use `uploader`, which fills in the texts."""

    library = UPLOADER_JSX.importable_path
    tag = "Uploader"
    lib_dependencies: list[str] = PACKAGES

    accept: rx.Var[list[str]]
    multiple: rx.Var[bool]
    camera: rx.Var[bool]
    label: rx.Var[str]
    hint: rx.Var[str]
    disabled: rx.Var[bool]
    command: rx.Var[str]
    args: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, str]]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """`on_uploaded` gets what became of each file."""
        return super().get_event_triggers() | {"on_uploaded": rx.event.passthrough_event_spec(dict)}


def uploader(on_uploaded: Any, **props: Any) -> rx.Component:
    """A place to send files.

    `on_uploaded` is called for each file with `{upload_id, name, upload, result}`: `upload` is the server's answer
    to the file, `result` to the command. Props: `accept` (extensions without dot), `multiple`, `camera` (a button
    for the phone's camera), `label`, `hint`, `disabled`, `id` (of the file input), `command` and `args` (run for
    each file with `upload_id` added). Refusals stay beside their file with a button to try again.
    """
    return Uploader.create(on_uploaded=on_uploaded, texts=jsx_texts("upload"), **props)
