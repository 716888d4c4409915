"""The board: every case one may see, as a list and on the map, narrowed by filters that stand in the address."""

from jointreview.ui.pages.board.page import PAGE

__all__ = ["PAGE"]
