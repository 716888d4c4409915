"""The banner that says the connection is gone and comes back by itself."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from jointreview.ui.text import t


def connection_banner() -> rx.Component:
    """A quiet bar while the server cannot be reached; nothing is greyed out."""
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            rx.icon("wifi-off", size=18, aria_hidden="true"),
            rx.el.span(t("ui.offline")),
            role="status",
            class_name="jr-offline",
        ),
    )
