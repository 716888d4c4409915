"""The page of a head of department: the work of the unit's people and who stands in for whom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.lists import busy
from jointreview.ui.pages.handover.panel import handover
from jointreview.ui.pages.handover.state import HandoverState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = HandoverState


def content() -> rx.Component:
    """For heads; the administrator has it among the panels of the administration."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(("leader",), _page, "handover.denied_why"),
    )


def _page() -> rx.Component:
    return rx.fragment(
        page_header(t("handover.title"), lead=t("handover.lead")),
        rx.cond(Seen.loaded, handover(), busy()),
    )


PAGE = Page("/handover", "handover.title", content, on_load=(HandoverState.load,))
