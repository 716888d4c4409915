"""The page on which an application begins."""

from jointreview.ui.pages.apply.page import PAGE

__all__ = ["PAGE"]
