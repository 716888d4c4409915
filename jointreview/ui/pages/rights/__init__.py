"""Rights: the security officer's page of posts, sessions, second factors, policy and looks at personal data."""

from jointreview.ui.pages.rights.page import PAGE

__all__ = ["PAGE"]
