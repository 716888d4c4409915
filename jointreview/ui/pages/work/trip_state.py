"""What the start page knows of the reader's surveys, and answering them."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.registry import Command
from jointreview.commands.trip_leave import ApproveLeave, AskLeave, RefuseLeave
from jointreview.commands.trip_replies import AcceptTrip, DeclineTrip, SwapTrip
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.problems import Problem, Refused
from jointreview.queries.my_trips import LeaveAsked, MyTrip, leaves_asked, my_trips
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.me import actor_of
from jointreview.ui.pages.work.rows import day_text
from jointreview.ui.text import lang_of


class Named(TypedDict):
    """Somebody to choose."""

    value: str
    label: str


class TripRow(TypedDict):
    """A survey of one's own in words; `open` while the answer is waited for."""

    key: str
    when: str
    title: str
    car: str
    reply: str
    tone: str
    due: str
    stops: list[str]
    colleagues: list[Named]
    may_accept: bool
    may_decline: bool
    may_leave: bool
    leave: str


class LeaveRow(TypedDict):
    """A leave to decide, in words."""

    key: str
    text: str
    reason: str
    substitutes: list[Named]


TONES = {"accepted": "good", "declined": "bad", "silent": "neutral", "waiting": "accent"}


class TripsState(rx.State):
    """The surveys of one officer, or the leaves before the head of a unit."""

    trips: list[TripRow] = []
    leaves: list[LeaveRow] = []

    _seats: dict[str, dict[str, int]] = {}

    @event
    @allow_any
    async def load(self):
        """Read, and again when a trip or the own account changes."""
        actor = await actor_of(self)
        topics = ["trips", f"account:{actor.account_id}"]
        if actor.unit:
            topics.append(f"work:unit:{actor.unit}")
        hub.subscribe(self, *topics, refresh=TripsState.refresh)
        await self._read()

    @event
    @allow_any
    async def refresh(self):
        """Read again."""
        await self._read()

    async def _read(self) -> None:
        actor, lang, now = await actor_of(self), await lang_of(self), settings().current_time()
        found = await asyncio.to_thread(my_trips, actor, now)
        self._seats = {_key(one): _about(one) for one in found}
        self.trips = [trip_row(one, lang) for one in found]
        self.leaves = [leave_row(one, lang) for one in await asyncio.to_thread(leaves_asked, actor)]

    @event
    @allow("officer")
    async def accept(self, key: str):
        """Receive the notice and take part."""
        return await self._answer(key, AcceptTrip, {})

    @event
    @allow("officer")
    async def decline(self, key: str, form: dict[str, Any]):
        """Cannot come, with the reason."""
        return await self._answer(key, DeclineTrip, {"reason": form.get("reason")})

    @event
    @allow("officer")
    async def swap(self, key: str, form: dict[str, Any]):
        """A free colleague goes instead."""
        return await self._answer(
            key, SwapTrip, {"colleague_id": form.get("colleague") or 0, "reason": form.get("reason")}
        )

    @event
    @allow("officer")
    async def ask_leave(self, key: str, form: dict[str, Any]):
        """Ask the head of the unit to be excused."""
        return await self._answer(key, AskLeave, {"kind": form.get("kind"), "reason": form.get("reason")})

    @event
    @allow("leader")
    async def approve(self, key: str, form: dict[str, Any]):
        """Approve; nobody chosen: the opinion is given in writing."""
        return await self._run(ApproveLeave, {"leave_id": key, "substitute_id": form.get("substitute") or 0})

    @event
    @allow("leader")
    async def refuse(self, key: str, form: dict[str, Any]):
        """Do not approve, with the reason."""
        return await self._run(RefuseLeave, {"leave_id": key, "reason": form.get("reason")})

    async def _answer(self, key: str, kind: type[Command], said: dict[str, Any]) -> Any:
        return await self._run(kind, {**self._seats.get(key, {}), **said})

    async def _run(self, kind: type[Command], values: dict[str, Any]) -> Any:
        try:
            await asyncio.to_thread(execute, await actor_of(self), kind.model_validate(values))
        except pydantic.ValidationError:
            return await toasts.refused(self, Refused(Problem("case.fill_in")))
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        finally:
            await self._read()
        return await toasts.done(self, "booking.answered")


def _key(one: MyTrip) -> str:
    return f"trip-{one.trip_id}" if one.trip_id else f"visit-{one.visit_id}"


def _about(one: MyTrip) -> dict[str, int]:
    return {"trip_id": one.trip_id, "visit_id": one.visit_id, "revision": one.revision}


def _when(one: MyTrip | LeaveAsked, lang: str) -> str:
    return f"{day_text(lang, one.day)} {tr(lang, f'rules.half_{one.half}')}"


def trip_row(one: MyTrip, lang: str) -> TripRow:
    """A survey in words."""
    waiting = one.reply == "waiting" and one.due is not None
    leave_open = one.leave in ("", "refused")
    return TripRow(
        key=_key(one),
        when=_when(one, lang),
        title=one.number,
        car=one.car,
        reply=tr(lang, f"booking.reply_{one.reply}"),
        tone=TONES[one.reply],
        due=tr(lang, "booking.answer_until", due=f"{one.due:%m-%d %H:%M}") if waiting and one.due else "",
        stops=[_stop_text(stop.arrive, stop.project, stop.number) for stop in one.stops],
        colleagues=[Named(value=str(value), label=label) for value, label in one.colleagues],
        may_accept=one.reply != "accepted",
        may_decline=one.reply == "waiting",
        may_leave=one.leave_left and leave_open and one.reply != "waiting",
        leave=tr(lang, f"booking.leave_{one.leave}") if one.leave else "",
    )


def _stop_text(arrive: int | None, project: str, number: str) -> str:
    return " · ".join(part for part in (clock_time(arrive) if arrive is not None else "", project, number) if part)


def leave_row(one: LeaveAsked, lang: str) -> LeaveRow:
    """A leave to decide in words."""
    kind = tr(lang, f"booking.kind_{one.kind}")
    return LeaveRow(
        key=str(one.id),
        text=tr(lang, "booking.leave_text", name=one.name, when=_when(one, lang), kind=kind),
        reason=one.reason,
        substitutes=[Named(value=str(value), label=label) for value, label in one.substitutes],
    )


# For components: Reflex turns the attributes of the class into vars, which no checker follows.
Trips: Any = TripsState
