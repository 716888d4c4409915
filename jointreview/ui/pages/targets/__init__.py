"""Progress to the targets: figures, charts and tables that open the cases they count."""

from jointreview.ui.pages.targets.page import PAGE

__all__ = ["PAGE"]
