"""Today's visits in the order of the route; the page needs no state of the server and opens without it."""

from __future__ import annotations

from jointreview.ui.components.checklist import pocket
from jointreview.ui.me import Me
from jointreview.ui.shell import Page

PAGE = Page("/onsite", "onsite.day_title", pocket, on_load=(Me.refresh,))
