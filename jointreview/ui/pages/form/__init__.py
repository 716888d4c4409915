"""The page of the one form: filing, putting right what was asked for, and signing for invited parties."""

from jointreview.ui.pages.form.page import PAGE

__all__ = ["PAGE"]
