"""The workspace map: every case of the reader's rights by place."""

from jointreview.ui.pages.map.page import PAGE

__all__ = ["PAGE"]
