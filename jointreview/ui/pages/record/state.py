"""What the auditor sees: lines of the record by person, kind and day, and whether every chain holds."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from jointreview.queries.people import AUDIT_GROUPS, audit_page
from jointreview.queries.record import checked
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.pages.admin.rows import AuditRow, audit_row
from jointreview.ui.text import lang_of

READERS = ("auditor",)


class RecordState(rx.State):
    """The record with its filters, and the last check of the chains."""

    loaded: bool = False
    rows: list[AuditRow] = []
    groups: list[Option] = []
    group: str = ""
    wanted: str = ""
    since: str = ""
    until: str = ""
    total: int = 0
    at: int = 1
    pages: int = 1
    xlsx: str = ""
    csv: str = ""
    checking: bool = False
    verdict: str = ""
    tone: str = "neutral"
    faults: list[str] = []

    @event
    @allow(*READERS)
    async def load(self):
        """Open the record at its newest line."""
        self.reset()
        lang = await lang_of(self)
        self.groups = [Option(value=g, name=tr(lang, f"admin.group_{g}")) for g in AUDIT_GROUPS]
        await self._read()
        self.loaded = True

    @event
    @allow(*READERS)
    async def look_for(self, form: dict[str, Any]):
        """Lines of a person or thing."""
        self.wanted, self.at = str(form.get("q", "")).strip()[:80], 1
        await self._read()

    @event
    @allow(*READERS)
    async def choose_group(self, group: str):
        """Lines of one kind."""
        self.group, self.at = group if group in AUDIT_GROUPS else "", 1
        await self._read()

    @event
    @allow(*READERS)
    async def choose_since(self, day: str):
        """Lines from a day on."""
        self.since, self.at = day if _day(day) else "", 1
        await self._read()

    @event
    @allow(*READERS)
    async def choose_until(self, day: str):
        """Lines up to a day."""
        self.until, self.at = day if _day(day) else "", 1
        await self._read()

    @event
    @allow(*READERS)
    async def turn_to(self, page: int):
        """Another page."""
        self.at = page
        await self._read()

    @event
    @allow(*READERS)
    async def verify(self):
        """Walk every chain now."""
        self.checking = True
        yield
        found = await asyncio.to_thread(checked, await lang_of(self))
        self.verdict, self.faults = found.words, list(found.faults)
        self.tone = "bad" if found.faults else "good"
        self.checking = False

    async def _read(self) -> None:
        lang = await lang_of(self)
        since, until = _day(self.since), _day(self.until)
        found = await asyncio.to_thread(audit_page, self.group, self.wanted, self.at, lang, since, until)
        self.rows = [audit_row(entry) for entry in found.entries]
        self.total, self.at, self.pages = found.total, found.page, found.pages
        asked = {"group": self.group, "q": self.wanted, "since": self.since, "until": self.until}
        query = urlencode({name: value for name, value in asked.items() if value})
        self.xlsx, self.csv = f"/api/record.xlsx?{query}", f"/api/record.csv?{query}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
