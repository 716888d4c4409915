"""Choosing a small text file whose content goes into a form instead of the document store."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part

TEXT_FILE_JSX = browser_part(__name__, "text_file.jsx")


class TextFile(rx.NoSSRComponent):
    """The browser part; use `text_file`."""

    library = TEXT_FILE_JSX.importable_path
    tag = "TextFile"

    label: rx.Var[str]
    accept: rx.Var[str]
    most: rx.Var[int]
    on_text: rx.EventHandler[rx.event.passthrough_event_spec(dict)]
    on_too_large: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def text_file(on_text: Any, on_too_large: Any, **props: Any) -> rx.Component:
    """A button that reads a text file of at most `most` bytes; `on_text` gets `{name, text}`, the other its name."""
    return TextFile.create(on_text=on_text, on_too_large=on_too_large, **props)
