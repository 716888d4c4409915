"""What the start page knows, and the few things done on it directly."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.inbox import mark_all_read
from jointreview.commands.parties import AcceptInvitation
from jointreview.commands.visits import ClearBusy, MarkBusy
from jointreview.domain.problems import Refused, refuse
from jointreview.models.actor import Actor
from jointreview.queries.inbox import messages, unread_count
from jointreview.queries.my_cases import my_cases
from jointreview.queries.my_work import my_work
from jointreview.queries.own_days import own_days
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.slots import SlotDay
from jointreview.ui.me import actor_of
from jointreview.ui.pages.work.rows import (
    CardRow,
    MessageRow,
    TaskGroup,
    card_rows,
    message_rows,
    slot_days,
    task_groups,
)
from jointreview.ui.text import lang_of

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class WorkState(rx.State):
    """The start page of one person."""

    loaded: bool = False
    groups: list[TaskGroup] = []
    cards: list[CardRow] = []
    days: list[SlotDay] = []
    messages: list[MessageRow] = []
    unread: int = 0
    code_faults: list[Fault] = []

    @event
    @allow_any
    async def load(self):
        """Read everything; read again when a case or the own account changes."""
        actor = await actor_of(self)
        topics = ["board", f"account:{actor.account_id}"]
        if actor.unit:
            topics.append(f"work:unit:{actor.unit}")
        hub.subscribe(self, *topics, refresh=WorkState.refresh)
        self.code_faults = []
        await self._read(actor)

    @event
    @allow_any
    async def refresh(self):
        """Read again what the page shows."""
        await self._read(await actor_of(self))

    @event
    @allow("officer")
    async def mark_busy(self, day: str, half: str):
        """The officer is not available on a half-day."""
        return await self._half_day(MarkBusy, day, half)

    @event
    @allow("officer")
    async def clear_busy(self, day: str, half: str):
        """The officer is available again."""
        return await self._half_day(ClearBusy, day, half)

    @event
    @allow_any
    async def read_all(self):
        """Every message counts as read."""
        actor = await actor_of(self)
        await asyncio.to_thread(mark_all_read, actor)
        await self._read(actor)

    @event
    @allow("applicant")
    async def join(self, form: dict[str, Any]):
        """A responsible party enters its invitation code and comes to its part of the form."""
        try:
            command = _invitation(str(form.get("code", "")))
            outcome = await asyncio.to_thread(execute, await actor_of(self), command)
        except Refused as refusal:
            self.code_faults = await faults_of(self, refusal)
            return None
        self.code_faults = []
        return rx.redirect(f"/cases/{outcome.case_id}/form")

    async def _half_day(self, kind: type[MarkBusy] | type[ClearBusy], day: str, half: str):
        actor = await actor_of(self)
        try:
            await asyncio.to_thread(execute, actor, kind(day=_day(day), half=half))
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        finally:
            await self._read(actor)

    async def _read(self, actor: Actor) -> None:
        lang, now = await lang_of(self), settings().current_time()
        today = now.astimezone(_SHANGHAI).date()
        self.groups = task_groups(await asyncio.to_thread(my_work, actor, now), lang, today)
        if actor.role == "applicant":
            self.cards = card_rows(await asyncio.to_thread(my_cases, actor, now), lang)
        if actor.role == "officer":
            self.days = slot_days(await asyncio.to_thread(own_days, actor, today), lang)
        self.messages = message_rows(await asyncio.to_thread(messages, actor), lang)
        self.unread = await asyncio.to_thread(unread_count, actor)
        self.loaded = True


def _invitation(code: str) -> AcceptInvitation:
    """The command of a code as people type it: spaces, hyphens and small letters are theirs."""
    try:
        return AcceptInvitation(code="".join(c for c in code.upper() if c.isalnum()))
    except pydantic.ValidationError:
        raise refuse("commands.no_such_invitation", where="code", kind="missing") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("clock.bad_date", text=text) from None
