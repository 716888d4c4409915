"""Which case the form page shows, and that somebody changed it; everything else goes over HTTP."""

from __future__ import annotations

import asyncio
import re

import reflex as rx

from jointreview.queries.application import may_open_application
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.me import actor_of

_PATH = re.compile(r"/cases/(\d{1,12})/form/?")


class FormState(rx.State):
    """The case of the address."""

    status: str = "loading"
    case_id: int = 0
    tick: int = 0

    @event
    @allow("applicant", "clerk")
    async def load(self):
        """Open the form of the case in the address and follow it live."""
        found = _PATH.fullmatch(self.router.url.path)
        case_id = int(found[1]) if found else 0
        actor = await actor_of(self)
        if not await asyncio.to_thread(may_open_application, actor, case_id):
            self.status, self.case_id = "missing", 0
            return
        hub.subscribe(self, f"case:{case_id}", refresh=FormState.changed)
        self.status, self.case_id = "ready", case_id

    @event
    @allow("applicant", "clerk")
    def changed(self):
        """The case changed: the form asks the server for what is new."""
        self.tick += 1
