"""Organisations: those one acts for, registering one, asking to act for one, and admitting agents."""

from jointreview.ui.pages.organisation.page import PAGE

__all__ = ["PAGE"]
