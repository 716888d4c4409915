"""A document of a case, page by page."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.components.viewer import viewer
from jointreview.ui.pages.view.state import ViewState
from jointreview.ui.shell import Page


def content() -> rx.Component:
    """The viewer; it reads what it shows itself, as its reader."""
    return viewer(case_id=ViewState.case_key, what=ViewState.what, tick=ViewState.tick)


PAGE = Page("/cases/[id]/view/[what]", "preview.title", content, on_load=(ViewState.load,))
