"""One member of staff: adding, opening and closing the account, the password shown once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.administration import AddStaff, GiveOneTimePassword, SetAccountActive
from jointreview.commands.executor import Outcome, execute
from jointreview.commands.identities import LinkIdentity, UnlinkIdentity
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused, refuse
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.pages.admin.rows import StaffRow
from jointreview.ui.pages.admin.state import READERS, AdminState
from jointreview.ui.text import say

_NOBODY = StaffRow(
    id="",
    name="",
    login="",
    contact="",
    active=True,
    standing="",
    tone="neutral",
    sessions=0,
    devices="",
    seen="",
    posts=[],
    asked=[],
    identities=[],
)


class PersonState(rx.State):
    """The dialogs of a person; `one_time` is a password on its only showing."""

    adding: bool = False
    add_role: str = "officer"
    add_faults: list[Fault] = []
    person: StaffRow = _NOBODY
    faults: list[Fault] = []
    one_time: str = ""
    one_time_for: str = ""

    @event
    @allow(*READERS)
    def load(self):
        """Every dialog is closed and no password is kept."""
        self.reset()

    @event
    @allow(*READERS)
    def open_add(self):
        """Open the form for a new member of staff."""
        self.adding, self.add_faults, self.add_role = True, [], "officer"

    @event
    @allow(*READERS)
    def add_open_changed(self, is_open: bool):
        """The form was closed."""
        self.adding = is_open

    @event
    @allow(*READERS)
    def choose_add_role(self, role: str):
        """The role of the new person decides whether a unit is asked for."""
        self.add_role = role[:20]

    @event
    @allow(*READERS)
    async def add(self, form: dict[str, Any]):
        """Add the person; the password is shown once."""
        wanted = {name: _text(form, name) for name in ("login", "name", "email", "mobile", "role", "unit", "title")}
        outcome = await self._run(lambda: AddStaff(**wanted), "add_faults")
        if outcome is None:
            return
        self.adding = False
        self.one_time, self.one_time_for = outcome.value["one_time_password"], f"{wanted['name']} ({wanted['login']})"
        await self._reread()

    @event
    @allow(*READERS)
    async def open_person(self, account_id: str):
        """Open one person's dialog."""
        rows = (await self.get_state(AdminState)).staff
        self.person = next((row for row in rows if row["id"] == account_id), _NOBODY)
        self.faults = []

    @event
    @allow(*READERS)
    def person_open_changed(self, is_open: bool):
        """The person's dialog was closed."""
        if not is_open:
            self.person = _NOBODY

    @event
    @allow(*READERS)
    async def open_or_close(self, active: bool):
        """Close or reopen the account."""
        account_id = self.person["id"]
        if await self._run(lambda: SetAccountActive(account_id=_id(account_id), active=active), "faults"):
            await self._reread()
            return await toasts.done(self, "admin.opened" if active else "admin.closed")
        return None

    @event
    @allow(*READERS)
    async def give_password(self):
        """Replace a forgotten password by one that is shown once."""
        person = self.person
        outcome = await self._run(lambda: GiveOneTimePassword(account_id=_id(person["id"])), "faults")
        if outcome is None:
            return
        self.one_time, self.one_time_for = outcome.value["one_time_password"], f"{person['name']} ({person['login']})"
        self.person = _NOBODY
        await self._reread()

    @event
    @allow(*READERS)
    async def link(self, form: dict[str, Any]):
        """An organisation's own sign-in opens this account from now on."""
        account_id = self.person["id"]
        wanted = {name: _text(form, name) for name in ("provider", "subject")}
        if await self._run(lambda: LinkIdentity(account_id=_id(account_id), **wanted), "faults"):
            await self._reread()
            return await toasts.done(self, "admin.identity_linked")
        return None

    @event
    @allow(*READERS)
    async def unlink(self, identity_id: str):
        """It opens this account no more."""
        if await self._run(lambda: UnlinkIdentity(identity_id=_id(identity_id)), "faults"):
            await self._reread()
            return await toasts.done(self, "admin.identity_unlinked")
        return None

    @event
    @allow(*READERS)
    def one_time_open_changed(self, is_open: bool):
        """The password has been seen; it is not kept."""
        if not is_open:
            self.one_time, self.one_time_for = "", ""

    @event
    @allow(*READERS)
    async def copied(self):
        """Say that the password is on the clipboard."""
        return await toasts.done(self, "admin.copied")

    async def _run(self, build: Callable[[], Command], shown_in: str) -> Outcome | None:
        """Run a command; what is wrong stands in the dialog, which keeps what was entered."""
        try:
            outcome = await asyncio.to_thread(execute, await actor_of(self), build())
        except Refused as refusal:
            prefix = "add" if shown_in == "add_faults" else "post"
            found = await faults_of(self, refusal)
            shown = [Fault(text=f["text"], where=f"{prefix}-{f['where']}" if f["where"] else "") for f in found]
            setattr(self, shown_in, shown)
            return None
        except pydantic.ValidationError:
            setattr(self, shown_in, [Fault(text=await say(self, "admin.bad_entry"), where="")])
            return None
        setattr(self, shown_in, [])
        return outcome

    async def _reread(self) -> None:
        panel = await self.get_state(AdminState)
        await panel._read()
        self.person = next((row for row in panel.staff if row["id"] == self.person["id"]), _NOBODY)


def _text(form: dict[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise refuse("account.unknown", kind="missing")
    return int(text)
