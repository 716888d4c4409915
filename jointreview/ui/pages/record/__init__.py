"""The record: the auditor's page of what was done, its export and whether the chain holds."""

from jointreview.ui.pages.record.page import PAGE

__all__ = ["PAGE"]
