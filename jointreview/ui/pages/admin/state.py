"""What the administration shows: one panel at a time, read when it is opened."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from jointreview.api.health import all_checks
from jointreview.catalog.loader import load_catalog
from jointreview.commands.providers import providers
from jointreview.queries.calendar import years_covered
from jointreview.queries.people import catalogue_in_force, staff, unit_staffing
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.pages.admin.jobs import JobsState
from jointreview.ui.pages.admin.outbox import OutboxState
from jointreview.ui.pages.admin.rows import (
    CheckRow,
    StaffRow,
    UnitRow,
    check_rows,
    staff_row,
    unit_row,
)
from jointreview.ui.pages.handover.state import HandoverState
from jointreview.ui.text import lang_of

READERS = ("admin",)
_IN_SIGHT = "document.querySelector('.jr-tab-here')?.scrollIntoView({inline: 'center', block: 'nearest'})"
PANELS = ("staff", "units", "handover", "outbox", "jobs", "system")


class AdminState(rx.State):
    """The panels of the administration."""

    loaded: bool = False
    panel: str = "staff"
    wanted: str = ""
    staff: list[StaffRow] = []
    unit_options: list[Option] = []
    provider_options: list[Option] = []
    units: list[UnitRow] = []
    empty_units: int = 0
    catalogue: dict[str, str] = {}
    checks: list[CheckRow] = []

    @event
    @allow(*READERS)
    async def load(self):
        """Open the panel of the address."""
        asked = self.router.url.query_parameters.get("panel", PANELS[0])
        self.panel = asked if asked in PANELS else PANELS[0]
        lang = await lang_of(self)
        catalog = load_catalog(settings().catalogue, settings().today())
        self.unit_options = [Option(value=u.code, name=u.name.in_(lang)) for u in catalog.units]
        self.provider_options = [Option(value=p.key, name=getattr(p.label, lang)) for p in providers()]
        await self._read()
        self.loaded = True
        return rx.call_script(_IN_SIGHT)

    @event
    @allow(*READERS)
    async def show(self, panel: str):
        """Another panel."""
        return rx.redirect(f"/admin?panel={panel}") if panel in PANELS else None

    @event
    @allow(*READERS)
    async def reread(self):
        """Read the open panel again, after somebody was changed or on request."""
        await self._read()

    @event
    @allow(*READERS)
    async def look_for(self, form: dict[str, Any]):
        """Members of staff by name, login, post or unit."""
        self.wanted = str(form.get("q", "")).strip()[:80]
        await self._read()

    async def _read(self) -> None:
        readers = {
            "staff": self._read_staff,
            "units": self._read_units,
            "handover": self._read_handover,
            "outbox": self._read_outbox,
            "jobs": self._read_jobs,
            "system": self._read_system,
        }
        await readers[self.panel](await lang_of(self))

    async def _read_staff(self, lang: str) -> None:
        found = await asyncio.to_thread(staff, self.wanted, lang, settings().current_time())
        self.staff = [staff_row(member, lang) for member in found]

    async def _read_units(self, lang: str) -> None:
        found = await asyncio.to_thread(unit_staffing, lang, settings().today())
        self.units = [unit_row(unit, lang) for unit in sorted(found, key=lambda u: bool(u.officers))]
        self.empty_units = sum(not unit.officers for unit in found)

    async def _read_handover(self, _lang: str) -> None:
        await (await self.get_state(HandoverState))._read()

    async def _read_outbox(self, _lang: str) -> None:
        await (await self.get_state(OutboxState))._read()

    async def _read_jobs(self, _lang: str) -> None:
        await (await self.get_state(JobsState))._read()

    async def _read_system(self, lang: str) -> None:
        today = settings().today()
        catalogue = await asyncio.to_thread(catalogue_in_force, lang, today)
        self.catalogue = {
            "name": catalogue.name,
            "version": f"{catalogue.code} {catalogue.version}",
            "since": catalogue.since.isoformat() if catalogue.since else "",
            "size": tr(
                lang,
                "admin.catalogue_size",
                units=catalogue.units,
                items=catalogue.items,
                materials=catalogue.materials,
            ),
            "mode": tr(lang, f"admin.mode_{settings().mode}"),
        }
        checks, years = await asyncio.gather(asyncio.to_thread(all_checks), asyncio.to_thread(years_covered))
        self.checks = check_rows(checks, years, today.year, lang)
