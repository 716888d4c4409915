"""The parts of my account about standing in: posts lent to me, my deputies, leave, and how I am told of things."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypedDict

import pydantic
import reflex as rx

from jointreview.commands.deputies import LENDERS, EndDeputy, NameDeputy, TakeLeave
from jointreview.commands.executor import execute
from jointreview.commands.outbox import ChooseNotices
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused
from jointreview.notify.channels import WISHES
from jointreview.queries.outbox import notice_choices, stored_wishes
from jointreview.queries.standing_in import StandingIn, lendable_posts, standing_in
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, confirm_dialog, error_panel, faults_of
from jointreview.ui.components.fields import choice_entry, text_entry
from jointreview.ui.components.filters import Option
from jointreview.ui.components.layout import section_card
from jointreview.ui.me import Me, actor_of
from jointreview.ui.text import lang_of, say, t


class DelegationRow(TypedDict):
    """A delegation in words."""

    id: str
    text: str
    days: str


class WishRow(TypedDict):
    """A channel and what is wanted of it."""

    channel: str
    name: str
    wish: str


class StandingState(rx.State):
    """Deputies, leave and notices of the account."""

    may_lend: bool = False
    rows: list[DelegationRow] = []
    posts: list[Option] = []
    post: str = ""
    deputies: list[Option] = []
    leave_deputies: list[Option] = []
    wishes: list[WishRow] = []
    faults: list[Fault] = []
    leave_faults: list[Fault] = []

    @event
    @allow_any
    async def load(self):
        """Read everything again."""
        self.faults, self.leave_faults = [], []
        await self._read()

    @event
    @allow(*LENDERS)
    async def choose_post(self, post: str):
        """The post decides who fits."""
        self.post = post[:10]
        await self._read()

    @event
    @allow(*LENDERS)
    async def name_deputy(self, form: dict[str, Any]):
        """Somebody stands in from a day to a day."""
        wanted = {name: form.get(f"deputy-{name}", "") for name in ("from_on", "until_on", "deputy_id", "reason")}
        if await self._run(lambda: NameDeputy(post_id=self.post, **wanted), "faults", "deputy"):
            return await toasts.done(self, "people.deputy_named")
        return None

    @event
    @allow(*LENDERS)
    async def end_deputy(self, delegation_id: str):
        """The deputy no longer stands in."""
        if await self._run(lambda: EndDeputy(delegation_id=delegation_id), "faults", "deputy"):
            return await toasts.done(self, "people.deputy_ended")
        return None

    @event
    @allow(*LENDERS)
    async def take_leave(self, form: dict[str, Any]):
        """Leave, with a deputy where one is named."""
        names = ("from_on", "until_on", "from_half", "until_half", "note")
        wanted = {name: form.get(f"leave-{name}", "") for name in names}
        deputy = form.get("leave-deputy_id") or None
        if await self._run(lambda: TakeLeave(deputy_id=deputy, **wanted), "leave_faults", "leave"):
            return await toasts.done(self, "people.leave_taken")
        return None

    @event
    @allow_any
    async def choose_wish(self, channel: str, wish: str):
        """Another way of being told by one channel; what was chosen of the others stays."""
        stored = await asyncio.to_thread(stored_wishes, (await actor_of(self)).account_id)
        if await self._run(lambda: ChooseNotices(**{**stored, channel: wish}), "faults", "deputy"):
            return await toasts.done(self, "people.notices_chosen")
        return None

    async def _run(self, build: Callable[[], Command], shown_in: str, prefix: str) -> bool:
        """Run a command; what is wrong stands above the form."""
        try:
            await asyncio.to_thread(execute, await actor_of(self), build())
        except Refused as refusal:
            found = await faults_of(self, refusal)
            shown = [Fault(text=f["text"], where=f"{prefix}-{f['where']}" if f["where"] else "") for f in found]
            setattr(self, shown_in, shown)
            return False
        except pydantic.ValidationError:
            setattr(self, shown_in, [Fault(text=await say(self, "people.incomplete"), where="")])
            return False
        setattr(self, shown_in, [])
        await self._read()
        return True

    async def _read(self) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        chosen = await asyncio.to_thread(notice_choices, actor.account_id)
        self.wishes = [WishRow(channel=c, name=tr(lang, f"people.channel_{c}"), wish=w) for c, w in chosen.items()]
        self.may_lend = actor.role in LENDERS and not actor.acting_for
        if actor.role not in LENDERS:
            self.rows, self.posts, self.deputies, self.leave_deputies = [], [], [], []
            return
        found = await asyncio.to_thread(standing_in, actor.account_id, settings().today())
        self.rows = [_row(delegation, lang) for delegation in found]
        posts = await asyncio.to_thread(lendable_posts, actor.account_id)
        self.posts = [Option(value=str(p.post_id), name=p.title or tr(lang, f"account.role_{p.role}")) for p in posts]
        if self.post not in {p["value"] for p in self.posts}:
            self.post = self.posts[0]["value"] if self.posts else ""
        people = {p.post_id: {str(d.account_id): d.name for d in p.deputies} for p in posts}
        everybody = {key: name for fitting in people.values() for key, name in fitting.items()}
        fitting = people.get(int(self.post), {}) if self.post else {}
        self.deputies = [Option(value=key, name=name) for key, name in fitting.items()]
        self.leave_deputies = [Option(value="", name=tr(lang, "people.no_deputy"))]
        self.leave_deputies += [Option(value=key, name=name) for key, name in everybody.items()]


def _row(found: StandingIn, lang: str) -> DelegationRow:
    post = found.title or tr(lang, f"account.role_{found.role}")
    key = "people.row_mine" if found.mine else "people.row_lent"
    days = tr(lang, "people.row_days", from_on=found.from_on.isoformat(), until_on=found.until_on.isoformat())
    return DelegationRow(
        id=str(found.delegation_id),
        text=tr(lang, key, name=found.other, post=post),
        days=f"{days} {found.reason}".strip(),
    )


# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = StandingState


def standing_sections() -> rx.Component:
    """Deputies and leave for those who hold posts that are lent; notices where a channel reaches the person."""
    return rx.fragment(
        rx.match(Me.role, *[(role, rx.fragment(_deputies(), _leave())) for role in LENDERS], rx.fragment()),
        rx.cond(Seen.wishes.length() > 0, _notices()),
    )


def _deputies() -> rx.Component:
    return section_card(
        t("people.deputies"),
        rx.el.p(t("people.deputies_lead"), class_name="jr-soft mb-3"),
        error_panel(Seen.faults),
        rx.cond(
            Seen.rows.length() > 0,
            rx.el.div(rx.foreach(Seen.rows, _delegation), id="delegations"),
            rx.el.p(t("people.no_delegations"), class_name="jr-soft"),
        ),
        rx.cond(Seen.may_lend, _name_form(), rx.el.p(t("people.lend_as_yourself"), class_name="jr-soft")),
        id="deputies",
    )


def _name_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            choice_entry("deputy-post", t("account.post"), Seen.posts, value=Seen.post, on_change=Seen.choose_post),
            choice_entry("deputy-deputy_id", t("people.deputy"), Seen.deputies, required=True),
            text_entry("deputy-from_on", t("people.from_on"), type="date", required=True),
            text_entry("deputy-until_on", t("people.until_on"), type="date", required=True),
            text_entry("deputy-reason", t("people.reason"), max_length=200),
            class_name="jr-entries",
        ),
        rx.el.button(t("cmd.name_deputy"), type="submit", id="deputy-save", class_name="jr-button mt-3"),
        on_submit=Seen.name_deputy,
        reset_on_submit=False,
    )


def _delegation(row: Any) -> rx.Component:
    end = t("cmd.end_deputy")
    return rx.el.div(
        rx.el.div(
            rx.el.div(row["text"], class_name="jr-strong"),
            rx.el.div(row["days"], class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        confirm_dialog(
            rx.el.button(end, type="button", class_name="jr-button"),
            end,
            t("people.end_why", what=row["text"]),
            end,
            Seen.end_deputy(row["id"].to(str)),
        ),
        class_name="jr-row",
    )


def _leave() -> rx.Component:
    halves = [("am", t("people.am")), ("pm", t("people.pm"))]
    return section_card(
        t("people.leave"),
        rx.el.p(t("people.leave_lead"), class_name="jr-soft mb-3"),
        error_panel(Seen.leave_faults),
        rx.el.form(
            rx.el.div(
                text_entry("leave-from_on", t("people.from_on"), type="date", required=True),
                choice_entry("leave-from_half", t("people.from_half"), halves, default_value="am"),
                text_entry("leave-until_on", t("people.until_on"), type="date", required=True),
                choice_entry("leave-until_half", t("people.until_half"), halves[::-1], default_value="pm"),
                choice_entry("leave-deputy_id", t("people.deputy"), Seen.leave_deputies),
                text_entry("leave-note", t("people.reason"), max_length=100),
                class_name="jr-entries",
            ),
            rx.el.button(t("cmd.take_leave"), type="submit", id="leave-save", class_name="jr-button mt-3"),
            on_submit=Seen.take_leave,
            reset_on_submit=False,
        ),
        id="leave",
    )


def _notices() -> rx.Component:
    return section_card(
        t("people.notices"),
        rx.el.p(t("people.notices_lead"), class_name="jr-soft mb-3"),
        rx.el.div(rx.foreach(Seen.wishes, _wish), class_name="jr-entries"),
        id="notices",
    )


def _wish(row: Any) -> rx.Component:
    channel = row["channel"].to(str)
    return choice_entry(
        "notices-" + channel,
        row["name"],
        [(wish, t(f"people.wish_{wish}")) for wish in WISHES],
        value=row["wish"],
        on_change=lambda wish: Seen.choose_wish(channel, wish),
    )
