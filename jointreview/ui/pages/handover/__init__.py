"""Deputies and handover: a page for heads of departments, a panel of the administration."""

from jointreview.ui.pages.handover.page import PAGE

__all__ = ["PAGE"]
