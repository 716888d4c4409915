"""What the page of supervision shows, by its address, and the acts on the card that is open."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.domain.problems import Refused
from jointreview.queries import dossier
from jointreview.queries.dossier import views
from jointreview.queries.supervision.cards import card_list
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.one import ACTS, TITLES, card_detail
from jointreview.queries.supervision.readers import READERS
from jointreview.queries.supervision.rules import rule_lines
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.downloads import FETCH
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.case.asking import built, dialog_of, faults_in
from jointreview.ui.pages.case.present import NO_DIALOG
from jointreview.ui.pages.supervision.rows import (
    NO_DETAIL,
    Detail,
    Line,
    RuleRow,
    Tally,
    detail,
    lines,
    options,
    rule_rows,
    tallies,
)
from jointreview.ui.text import lang_of

_CHOICES = ("rule", "unit", "stage", "month")
# On a wide screen the card stands beside the list already.
_IN_SIGHT = "if (matchMedia('(max-width: 1180px)').matches) document.getElementById('card-detail')?.scrollIntoView()"


class SupervisionState(rx.State):
    """One view of the cards; `narrowed` tells that fewer are shown than as the page opens."""

    loaded: bool = False
    view: str = "cards"
    rows: list[Line] = []
    total: int = 0
    page: int = 1
    pages: int = 1
    tallies: list[Tally] = []
    rules: list[Option] = []
    units: list[Option] = []
    stages: list[Option] = []
    months: list[Option] = []
    chosen: dict[str, str] = {}
    text: str = ""
    narrowed: bool = False
    export_href: str = "/api/supervision.xlsx"
    back_href: str = "/supervision"
    rule_rows: list[RuleRow] = []
    one: Detail = NO_DETAIL
    one_missing: bool = False
    dialog: views.Dialog = NO_DIALOG
    dialog_faults: list[Fault] = []
    busy: bool = False
    _filters: CardFilters = CardFilters()
    _key: str = ""

    @event
    @allow(*READERS)
    async def load(self):
        """Read what the address asks for; read again when a card changes."""
        hub.subscribe(self, "supervision", refresh=SupervisionState.refresh)
        asked = self.router.url.query_parameters
        self.view = "rules" if asked.get("view") == "rules" else "cards"
        self._filters = CardFilters.from_address(asked)
        self.dialog, self.dialog_faults, self.busy = NO_DIALOG, [], False
        await self._read()
        return rx.call_script(_IN_SIGHT) if self.one["id"] else None

    @event
    @allow(*READERS)
    async def refresh(self):
        """Read again what the page shows."""
        await self._read()

    @event
    @allow(*READERS)
    def narrow(self, name: str, value: str):
        """Set one of the choices."""
        if name not in _CHOICES:
            return None
        filters = self._in_address()
        asked = {**vars(filters), "q": filters.text, name: value}
        return rx.redirect(CardFilters.from_address(asked).but().href())

    @event
    @allow(*READERS)
    def look_for(self, form: dict[str, Any]):
        """Show only what holds these words."""
        return rx.redirect(self._in_address().but(text=str(form.get("q", "")).strip()[:80]).href())

    @event
    @allow(*READERS)
    def turn_to(self, page: int):
        """Another page of the same view."""
        return rx.redirect(self._in_address().but(page=min(max(page, 1), self.pages)).href())

    def _in_address(self) -> CardFilters:
        """What the person sees in the address: it may be newer than what this page was last read with."""
        return CardFilters.from_address(self.router.url.query_parameters)

    @event
    @allow(*READERS)
    async def open_act(self, name: str):
        """Open the dialog of an act on the card that is shown."""
        if name not in ACTS or not self.one["id"]:
            return
        actor, lang = await actor_of(self), await lang_of(self)
        found = await asyncio.to_thread(card_detail, actor, self.one["id"], lang, settings().current_time())
        if found is None or name not in found.acts:
            await self._read()
            return
        about = {"card_id": found.row.id}
        offered = await asyncio.to_thread(
            dossier.offered, actor, found.row.case_id, lang, settings().current_time(), name, about
        )
        self._key, self.dialog_faults, self.busy = str(uuid4()), [], False
        self.dialog = dialog_of(lang, name, offered, about=about)

    @event
    @allow(*READERS)
    def close_act(self):
        """Leave without doing it."""
        self.dialog, self.dialog_faults, self.busy = NO_DIALOG, [], False

    @event
    @allow(*READERS)
    def act_open_changed(self, is_open: bool):
        """The dialog was left by its cross, by Escape or by a click outside."""
        if not is_open:
            return SupervisionState.close_act
        return None

    @event
    @allow(*READERS)
    async def run(self, form: dict[str, Any]):
        """Do what the open dialog says; refused, it stays open with every reason."""
        name, lang, actor = self.dialog["name"], await lang_of(self), await actor_of(self)
        if name not in ACTS:
            return
        self.busy, self.dialog_faults = True, []
        yield
        try:
            found = await asyncio.to_thread(card_detail, actor, self.one["id"], lang, settings().current_time())
            if found is not None:
                command = built(name, found.row.case_id, {"card_id": found.row.id}, form, [])
                await asyncio.to_thread(execute, actor, command, idempotency_key=self._key)
        except pydantic.ValidationError as error:
            self.busy, self.dialog_faults = False, faults_in(lang, error)
            return
        except Refused as refusal:
            self.busy, self.dialog_faults = False, await faults_of(self, refusal)
            self._key = str(uuid4())
            await self._read()
            return
        self.close_act()
        await self._read()
        yield await toasts.done(self, "case.done", title=tr(lang, TITLES[name]))

    @event
    @allow(*READERS)
    async def get_pdf(self, href: str):
        """Fetch the notice as PDF; when the server has none its message says how to get it."""
        if not href.startswith("/api/"):
            return None
        return rx.call_script(FETCH.replace("HREF", json.dumps(href)), callback=SupervisionState.pdf_answered)

    @event
    @allow(*READERS)
    async def pdf_answered(self, message: str):
        """Nothing to say when the file came."""
        return rx.toast.warning(message, duration=12000) if message else None

    async def _read(self) -> None:
        actor, lang, filters, now = (
            await actor_of(self),
            await lang_of(self),
            self._filters,
            settings().current_time(),
        )
        if self.view == "rules":
            self.rule_rows = rule_rows(await asyncio.to_thread(rule_lines, actor, lang, now), lang)
            self.one, self.one_missing, self.loaded = NO_DETAIL, False, True
            return
        found = await asyncio.to_thread(card_list, actor, filters, lang, now)
        self.rows, self.total, self.page, self.pages = (
            lines(found, filters, lang),
            found.total,
            found.page,
            found.pages,
        )
        self.tallies = tallies(found, filters, lang)
        self.rules = options(found.rules, filters.rule, lang)
        self.units = options(found.units, filters.unit, lang)
        self.stages = options(found.stages, str(filters.stage), lang)
        self.months = options(found.months, filters.month, lang)
        self.chosen = {name: str(getattr(filters, name) or "") for name in _CHOICES}
        self.text, self.narrowed = filters.text, filters.narrowing != CardFilters()
        query = filters.narrowing.address()
        self.export_href = f"/api/supervision.xlsx?{query}" if query else "/api/supervision.xlsx"
        self.back_href = filters.but(page=found.page).href()
        one = await asyncio.to_thread(card_detail, actor, filters.card, lang, now)
        self.one = detail(one, filters, lang)
        self.one_missing = bool(filters.card) and one is None
        self.loaded = True


# For components: Reflex turns the attributes of the class into vars, which no checker follows.
Seen: Any = SupervisionState
