"""The start page: what waits for this person, the own cases or days, and messages."""

from jointreview.ui.pages.work.page import PAGE

__all__ = ["PAGE"]
