"""What the page on site knows and asks: the case as its officer reads it, and the contact's number on demand."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from jointreview.domain.problems import Refused
from jointreview.queries.access import reveal
from jointreview.queries.onsite import onsite_page
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of


class OnSiteState(rx.State):
    """The page of one case on site."""

    data: dict[str, Any] = {}
    account: str = ""
    case_key: str = ""
    mobile: str = ""
    faults: list[Fault] = []

    @event
    @allow_any
    async def load(self):
        """Open the page of the case in the address; read again when the case changes."""
        actor = await actor_of(self)
        self.account, self.mobile, self.data, self.faults = str(actor.account_id), "", {}, []
        self.case_key = self._case_in_address()
        hub.subscribe(self, f"case:{self.case_key}", refresh=OnSiteState.refresh)
        await self._read()

    @event
    @allow("officer")
    async def refresh(self):
        """Read again what the page shows."""
        await self._read()

    @event
    @allow("officer")
    async def show_mobile(self):
        """Show the contact's number to this officer, and record who asked (requirements §6.4)."""
        actor = await actor_of(self)
        try:
            self.mobile = await asyncio.to_thread(reveal, actor, self._case_id(), "S11.site_mobile")
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        return None

    def _case_in_address(self) -> str:
        """The case's id in the address of the page, as far as it is a number."""
        parts = self.router.url.path.strip("/").split("/")
        return parts[1] if len(parts) > 1 and parts[1].isdigit() else "0"

    def _case_id(self) -> int:
        return int(self.case_key or 0)

    async def _read(self) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        try:
            self.data = await asyncio.to_thread(onsite_page, actor, self._case_id(), lang, settings().current_time())
            self.faults = []
        except Refused as refusal:
            self.data, self.faults = {}, await faults_of(self, refusal)
