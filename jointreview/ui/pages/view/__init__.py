"""The page on which a document is read."""

from jointreview.ui.pages.view.page import PAGE

__all__ = ["PAGE"]
