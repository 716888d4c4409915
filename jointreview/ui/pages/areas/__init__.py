"""Parts of the city and the officers who survey them."""

from jointreview.ui.pages.areas.page import PAGE

__all__ = ["PAGE"]
