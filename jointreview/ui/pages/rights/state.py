"""What the security officer sees and does: posts asked for, posts held, sessions, second factors, policy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypedDict

import pydantic
import reflex as rx

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import execute
from jointreview.commands.registry import Command
from jointreview.commands.rights import AddPost, EndPost, EndSessions, GrantPost, ResetSecondFactor
from jointreview.domain.problems import Refused, refuse
from jointreview.queries.people import audit_page, policy, staff
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.admin.rows import AuditRow, StaffRow, audit_row, post_text, staff_row
from jointreview.ui.text import lang_of, say

READERS = ("security",)
PANELS = ("people", "policy", "personal")


class AskedRow(TypedDict):
    """A post the administrator asked for."""

    id: str
    person: str
    text: str


class PolicyRow(TypedDict):
    """One rule in force and what it is set to."""

    name: str
    value: str


class RightsState(rx.State):
    """The panels of rights; `person` is the one whose dialog is open."""

    loaded: bool = False
    panel: str = "people"
    wanted: str = ""
    asked: list[AskedRow] = []
    staff: list[StaffRow] = []
    unit_options: list[Option] = []
    policy: list[PolicyRow] = []
    looks: list[AuditRow] = []
    looks_total: int = 0
    looks_at: int = 1
    looks_pages: int = 1
    person_id: str = ""
    person_name: str = ""
    post_role: str = "officer"
    faults: list[Fault] = []

    @event
    @allow(*READERS)
    async def load(self):
        """Open the panel of the address and follow what the administrator asks for."""
        self.reset()
        panel = self.router.url.query_parameters.get("panel", PANELS[0])
        self.panel = panel if panel in PANELS else PANELS[0]
        lang = await lang_of(self)
        catalog = load_catalog(settings().catalogue, settings().today())
        self.unit_options = [Option(value=u.code, name=u.name.in_(lang)) for u in catalog.units]
        hub.subscribe(self, "rights", refresh=RightsState.refresh)
        await self._read()
        self.loaded = True

    @event
    @allow(*READERS)
    async def refresh(self):
        """Read the open panel again."""
        await self._read()

    @event
    @allow(*READERS)
    async def show(self, panel: str):
        """Another panel."""
        return rx.redirect(f"/rights?panel={panel}") if panel in PANELS else None

    @event
    @allow(*READERS)
    async def look_for(self, form: dict[str, Any]):
        """Members of staff by name, login, post or unit."""
        self.wanted = str(form.get("q", "")).strip()[:80]
        await self._read()

    @event
    @allow(*READERS)
    async def turn_looks(self, page: int):
        """Another page of the looks at personal data."""
        self.looks_at = page
        await self._read()

    @event
    @allow(*READERS)
    async def open_person(self, account_id: str):
        """Open one person's dialog."""
        found = next((row for row in self.staff if row["id"] == account_id), None)
        self.person_id, self.person_name = (found["id"], found["name"]) if found else ("", "")
        self.faults, self.post_role = [], "officer"

    @event
    @allow(*READERS)
    async def person_open_changed(self, is_open: bool):
        """The dialog was closed."""
        if not is_open:
            self.person_id = ""

    @event
    @allow(*READERS)
    async def choose_post_role(self, role: str):
        """The role decides whether a unit is asked for."""
        self.post_role = role[:20]

    @event
    @allow(*READERS)
    async def add_post(self, form: dict[str, Any]):
        """One more post for the person."""
        sent = {name: str(form.get(name) or "").strip() for name in ("role", "unit", "title")}
        return await self._done(lambda: AddPost(account_id=_id(self.person_id), **sent), "admin.post_added")

    @event
    @allow(*READERS)
    async def grant(self, post_id: str):
        """Give the post the administrator asked for."""
        return await self._done(lambda: GrantPost(post_id=_id(post_id)), "rights.granted")

    @event
    @allow(*READERS)
    async def end_post(self, post_id: str):
        """Take a post, or do not give it."""
        return await self._done(lambda: EndPost(post_id=_id(post_id)), "admin.post_ended")

    @event
    @allow(*READERS)
    async def end_sessions(self):
        """Sign the person out everywhere."""
        return await self._done(lambda: EndSessions(account_id=_id(self.person_id)), "rights.sessions_ended")

    @event
    @allow(*READERS)
    async def reset_factor(self):
        """The person's device is lost."""
        return await self._done(lambda: ResetSecondFactor(account_id=_id(self.person_id)), "rights.factor_reset")

    async def _done(self, build: Callable[[], Command], said: str) -> Any:
        try:
            await asyncio.to_thread(execute, await actor_of(self), build())
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
            return None if self.person_id else await toasts.refused(self, refusal)
        except pydantic.ValidationError:
            self.faults = [Fault(text=await say(self, "admin.bad_entry"), where="")]
            return None
        self.faults = []
        await self._read()
        return await toasts.done(self, said)

    async def _read(self) -> None:
        lang = await lang_of(self)
        if self.panel == "policy":
            self.policy = [PolicyRow(name=name, value=value) for name, value in policy(lang)]
        elif self.panel == "personal":
            found = await asyncio.to_thread(audit_page, "personal", "", self.looks_at, lang)
            self.looks = [audit_row(entry) for entry in found.entries]
            self.looks_total, self.looks_at, self.looks_pages = found.total, found.page, found.pages
        else:
            members = await asyncio.to_thread(staff, "", lang, settings().current_time())
            self.asked = [
                AskedRow(id=str(post.id), person=f"{one.name} ({one.login})", text=post_text(post, lang))
                for one in members
                for post in one.asked
            ]
            shown = await asyncio.to_thread(staff, self.wanted, lang, settings().current_time())
            self.staff = [staff_row(member, lang) for member in shown]


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise refuse("account.unknown", kind="missing")
    return int(text)
