"""The day of an officer on site, as a phone takes it along."""

from jointreview.ui.pages.today.page import PAGE

__all__ = ["PAGE"]
