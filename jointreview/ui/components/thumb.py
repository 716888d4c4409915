"""The first page of a file in small, beside its name."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part

THUMB_JSX = browser_part(__name__, "thumb.jsx")


class Thumb(rx.NoSSRComponent):
    """The browser part; use `thumb`."""

    library = THUMB_JSX.importable_path
    tag = "Thumb"

    url: rx.Var[str]
    href: rx.Var[str]


def thumb(url: Any, href: Any) -> rx.Component:
    """A small picture from `url` that leads to `href`; a plain sheet where there is none."""
    return Thumb.create(url=url, href=href)
