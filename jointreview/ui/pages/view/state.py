"""Which document is open; the page reads again when the case changes or the pages of the document are ready."""

from __future__ import annotations

import asyncio
import re

import reflex as rx

from jointreview.domain.problems import Refused
from jointreview.jobs.previews import topic
from jointreview.queries.previews import viewer
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow_any, event
from jointreview.ui.me import actor_of

_PATH = re.compile(r"/cases/(\d{1,9})/view/([md]\d{1,9})/?")


class ViewState(rx.State):
    """The open document; what is read of it lies in the browser part, which asks with every tick."""

    case_key: str = ""
    what: str = ""
    tick: int = 0

    @event
    @allow_any
    async def load(self):
        """Open the document of the address."""
        found = _PATH.fullmatch(self.router.url.path)
        self.case_key, self.what = (found[1], found[2]) if found else ("", "")
        self.tick += 1
        if found is None:
            return
        topics = [f"case:{self.case_key}"]
        actor = await actor_of(self)
        try:
            shown = await asyncio.to_thread(
                viewer, actor, int(self.case_key), self.what, "zh", settings().current_time()
            )
            topics.append(topic(shown["digest"]))
        except Refused:
            # The browser part asks too and says why.
            pass
        hub.subscribe(self, *topics, refresh=ViewState.refresh)

    @event
    @allow_any
    async def refresh(self):
        """Something changed: have the browser part read again."""
        self.tick += 1
