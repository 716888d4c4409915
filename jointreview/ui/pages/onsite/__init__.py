"""The page an officer uses standing on a site."""

from jointreview.ui.pages.onsite.page import PAGE

__all__ = ["PAGE"]
