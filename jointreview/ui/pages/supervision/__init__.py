"""Supervision: the cards one may see as a list with filters, one card with its story and acts, and the rules."""

from jointreview.ui.pages.supervision.page import PAGE

__all__ = ["PAGE"]
