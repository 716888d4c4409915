"""Layers of constraints: which there are, their versions, loading, retiring, and where they lie."""

from jointreview.ui.pages.layers.page import PAGE

__all__ = ["PAGE"]
