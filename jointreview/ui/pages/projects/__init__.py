"""Projects: the list, and the whole road of one."""

from jointreview.ui.pages.projects.page import PAGE
from jointreview.ui.pages.projects.road import ROAD

__all__ = ["PAGE", "ROAD"]
