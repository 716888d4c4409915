"""The year shown, the day being changed, the notice being imported."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.calendar_admin import ImportCalendar, SetCalendarDay
from jointreview.commands.executor import execute
from jointreview.domain.calendar import DayKind
from jointreview.domain.calendar_source import parse_day
from jointreview.domain.problems import Refused, refuse
from jointreview.queries.calendar import table_history, year_days, years_covered
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.calendar.preview import NoticeEffect, effect_of_day, effect_of_notice
from jointreview.ui.pages.calendar.rows import (
    ChangeRow,
    Month,
    MovedRow,
    YearRow,
    change_rows,
    kind_options,
    months,
    moved_rows,
    year_rows,
)
from jointreview.ui.text import lang_of, say

READERS = ("coordinator", "clerk", "officer", "leader", "supervisor", "admin")
# What somebody pasted beyond this is no notice of a year.
MOST_CSV = 200_000


class CalendarState(rx.State):
    """The page of the working-day table."""

    loaded: bool = False
    year: int = 0
    years: list[YearRow] = []
    provisional: bool = False
    summary: str = ""
    months: list[Month] = []
    history: list[ChangeRow] = []

    editing: bool = False
    day: str = ""
    kind: str = ""
    kinds: list[Option] = []
    day_now: str = ""
    moved: list[MovedRow] = []
    effect: str = ""
    faults: list[Fault] = []

    importing: bool = False
    csv: str = ""
    source: str = ""
    import_effect: str = ""
    import_moved: list[MovedRow] = []
    import_faults: list[Fault] = []
    _checked: bool = False

    @event
    @allow(*READERS)
    async def load(self):
        """Read the year of the address, or this year; read again when the table changes."""
        hub.subscribe(self, "calendar", refresh=CalendarState.refresh)
        asked = self.router.url.query_parameters.get("year", "")
        wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else settings().today().year
        self.editing = self.importing = False
        await self._read(wanted)

    @event
    @allow(*READERS)
    async def refresh(self):
        """Read the shown year again."""
        await self._read(self.year)

    @event
    @allow(*READERS)
    async def show_year(self, year: int):
        """Another year of the table."""
        await self._read(year)

    @event
    @allow("coordinator")
    async def edit(self, day: str):
        """Open the change of a day."""
        self.editing, self.faults = True, []
        await self._look_at(day)

    @event
    @allow("coordinator")
    async def choose_day(self, day: str):
        """Another day in the open change."""
        await self._look_at(day)

    @event
    @allow("coordinator")
    async def choose_kind(self, kind: str):
        """What the day shall be; says at once which due days move."""
        self.kind = kind if kind in {k["value"] for k in self.kinds} else self.kind
        await self._foresee()

    @event
    @allow("coordinator")
    def edit_open_changed(self, is_open: bool):
        """The dialog of a day was closed."""
        self.editing = is_open

    @event
    @allow("coordinator")
    async def save(self, form: dict[str, Any]):
        """Change the day; what is wrong stands in the dialog, which keeps what was entered."""
        try:
            command = SetCalendarDay(
                day=_day(self.day), kind=DayKind(self.kind), name=_text(form, "name"), source=_text(form, "source")
            )
            await asyncio.to_thread(execute, await actor_of(self), command)
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
            return None
        except pydantic.ValidationError as error:
            self.faults = await self._entries(error, "")
            return None
        self.editing = False
        await self._read(command.day.year)
        return await toasts.done(self, "calendar.day_saved", day=self.day)

    @event
    @allow("coordinator")
    def open_import(self):
        """Open the import of a notice; what was entered before is still there."""
        self.importing = True

    @event
    @allow("coordinator")
    def import_open_changed(self, is_open: bool):
        """The dialog of the import was closed."""
        self.importing = is_open

    @event
    @allow("coordinator")
    def take_file(self, file: dict[str, Any]):
        """The text of a chosen file comes into the form."""
        self.csv = str(file.get("text", ""))[:MOST_CSV]
        self._forget_check()

    @event
    @allow("coordinator")
    async def file_too_large(self, name: str):
        """The chosen file is no notice."""
        self.import_faults = [Fault(text=await say(self, "calendar.file_too_large", name=name[:80]), where="")]

    @event
    @allow("coordinator")
    async def check_notice(self, form: dict[str, Any]):
        """Read the notice and say what it would do; every faulty line is named."""
        self.csv, self.source = _text(form, "csv"), _text(form, "notice_source")
        self._forget_check()
        lang = await lang_of(self)
        try:
            notice = ImportCalendar(csv=self.csv, source=self.source)
            effect = await asyncio.to_thread(effect_of_notice, notice, settings().today())
        except Refused as refusal:
            self.import_faults = await faults_of(self, refusal)
            return
        except pydantic.ValidationError as error:
            self.import_faults = await self._entries(error, "notice-")
            return
        self.import_faults, self._checked = [], True
        self.import_moved, self.import_effect = moved_rows(effect.moved, lang), _notice_words(effect, lang)

    @event
    @allow("coordinator")
    def change_notice(self):
        """Back to the text of the notice."""
        self._forget_check()

    @event
    @allow("coordinator")
    async def import_notice(self):
        """Import the notice that was checked."""
        if not self._checked:
            return None
        try:
            notice = ImportCalendar(csv=self.csv, source=self.source)
            outcome = await asyncio.to_thread(execute, await actor_of(self), notice)
        except Refused as refusal:
            self.import_faults = await faults_of(self, refusal)
            self._forget_check()
            return None
        self.importing, self.csv, self.source = False, "", ""
        self._forget_check()
        await self._read(outcome.value["year"])
        return await toasts.done(self, "calendar.imported", **outcome.value)

    def _forget_check(self) -> None:
        self._checked, self.import_effect, self.import_moved = False, "", []

    async def _read(self, year: int) -> None:
        lang, today = await lang_of(self), settings().today()
        covered = await asyncio.to_thread(years_covered)
        known = {y.year: y for y in covered}
        self.year = year if year in known else min(known, key=lambda y: abs(y - year), default=today.year)
        self.years = year_rows(covered, lang)
        here = known.get(self.year)
        self.provisional = here is None or here.provisional
        self.summary = tr(lang, "calendar.summary", year=self.year, days=here.workdays) if here else ""
        self.months = months(await asyncio.to_thread(year_days, self.year, lang), lang, today)
        self.history = change_rows(await asyncio.to_thread(table_history, lang))
        self.loaded = True

    async def _look_at(self, day: str) -> None:
        found, lang = parse_day(day), await lang_of(self)
        if found is None:
            self.day, self.kinds, self.day_now, self.effect, self.moved = "", [], "", "", []
            return
        self.day, self.kinds = day, kind_options(found, lang)
        now = next(d for d in await asyncio.to_thread(year_days, found.year, lang) if d.day == found)
        words = tr(lang, "calendar.joint").join(part for part in (now.kind_name, now.name, now.source) if part)
        self.day_now = tr(lang, "calendar.day_now", now=words)
        self.kind = next(k["value"] for k in self.kinds if k["value"] != now.kind)
        await self._foresee()

    async def _foresee(self) -> None:
        day, lang = parse_day(self.day), await lang_of(self)
        if day is None:
            return
        moved = await asyncio.to_thread(effect_of_day, day, DayKind(self.kind), settings().today())
        self.moved = moved_rows(moved, lang)
        self.effect = tr(lang, "calendar.moves", count=len(moved)) if moved else tr(lang, "calendar.moves_none")

    async def _entries(self, error: pydantic.ValidationError, prefix: str) -> list[Fault]:
        """Entries missing or too long, each by its field."""
        lang, found = await lang_of(self), []
        for one in error.errors(include_input=False, include_url=False):
            name = str(one["loc"][-1]) if one["loc"] else ""
            key = name if name in ("source", "name", "csv") else "entry"
            found.append(Fault(text=tr(lang, f"calendar.bad_{key}"), where=f"{prefix}{name}"))
        return found


def _notice_words(effect: NoticeEffect, lang: str) -> str:
    moves = tr(lang, "calendar.moves", count=len(effect.moved)) if effect.moved else tr(lang, "calendar.moves_none")
    return tr(lang, "calendar.notice_effect", year=effect.year, changed=effect.changed, moves=moves)


def _text(form: dict[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _day(text: str) -> date:
    found = parse_day(text)
    if found is None:
        raise refuse("clock.bad_date", where="day", text=text[:20])
    return found
