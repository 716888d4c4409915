"""The trip board, for those who plan the joint surveys."""

from jointreview.ui.pages.trips.page import PAGE

__all__ = ["PAGE"]
