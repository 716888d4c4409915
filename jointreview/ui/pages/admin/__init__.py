"""Administration: staff, handling units, the system's health, and the record of what was done outside cases."""

from jointreview.ui.pages.admin.page import PAGE

__all__ = ["PAGE"]
