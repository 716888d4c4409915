"""The working-day table: a year at a glance, changes of days with what they move, the notice of a year."""

from jointreview.ui.pages.calendar.page import PAGE

__all__ = ["PAGE"]
