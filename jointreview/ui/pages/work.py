"""My work: what waits for this person, by due date."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import page_header
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """Nothing waits yet, and why."""
    return rx.fragment(
        page_header(t("nav.work"), lead=t("ui.work_lead")),
        empty_state(t("ui.work_empty"), t("ui.work_empty_why")),
    )


PAGE = Page("/", "nav.work", content)
