"""Texts of the workspace in the words for the kind of case that is open."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t_kind


def said(key: str) -> rx.Var:
    """A text as it is said of the kind of case that is open."""
    return t_kind(key, Seen.head["kind"])
