"""The page for an address that leads nowhere."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.components.blank import empty_page
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """Say so, and the way back."""
    return empty_page(
        t("ui.missing"),
        t("ui.missing_why"),
        rx.el.a(t("nav.work"), href="/", class_name="jr-button"),
        icon="map-pin-off",
    )


PAGE = Page("404", "ui.missing", content)
