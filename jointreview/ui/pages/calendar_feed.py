"""The part of my account about the calendar subscription: switched on, made anew, switched off; shown once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from jointreview.commands.calendar_feeds import close_feed, open_feed
from jointreview.domain.problems import Refused
from jointreview.queries.calendar_feed import feed_state
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import confirm_dialog
from jointreview.ui.components.fields import text_entry
from jointreview.ui.components.layout import section_card
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of, t

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class FeedState(rx.State):
    """The account's calendar address; the address itself only until the page is left."""

    is_open: bool = False
    made: str = ""
    read: str = ""
    address: str = ""
    subscription: str = ""

    @event
    @allow_any
    async def load(self):
        """Read how the address stands; one that was shown is not shown again."""
        self.address = self.subscription = ""
        await self._read()

    @event
    @allow_any
    async def open_address(self):
        """Switch the address on, or make a new one: shown this once."""
        was_open = self.is_open
        secret = await asyncio.to_thread(open_feed, (await actor_of(self)).account_id)
        self.address = f"{settings().address}/api/calendar/{secret}.ics"
        self.subscription = f"webcal:{self.address.partition(':')[2]}"
        await self._read()
        return await toasts.done(self, "calendars.renewed" if was_open else "calendars.opened")

    @event
    @allow_any
    async def close_address(self):
        """Switch the address off."""
        self.address = self.subscription = ""
        try:
            await asyncio.to_thread(close_feed, (await actor_of(self)).account_id)
        except Refused as refusal:
            await self._read()
            return await toasts.refused(self, refusal)
        await self._read()
        return await toasts.done(self, "calendars.closed")

    @event
    @allow_any
    async def copied(self):
        """Say that the address is on the clipboard."""
        return await toasts.done(self, "calendars.copied")

    async def _read(self) -> None:
        found, lang = await asyncio.to_thread(feed_state, (await actor_of(self)).account_id), await lang_of(self)
        self.is_open = found.made_at is not None
        self.made = tr(lang, "calendars.on", made=_minute(found.made_at)) if found.made_at else ""
        self.read = (
            tr(lang, "calendars.last_read", read=_minute(found.read_at))
            if found.read_at
            else tr(lang, "calendars.never_read")
        )


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"


# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = FeedState


def calendar_section() -> rx.Component:
    """The subscription with its address, where it has just been made."""
    return section_card(
        t("calendars.heading"),
        rx.el.p(t("calendars.lead"), class_name="jr-soft mb-3"),
        rx.cond(Seen.is_open, _open(), _closed()),
        rx.cond(Seen.address != "", _address()),
        id="calendar-feed",
    )


def _closed() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("calendars.off"), class_name="jr-row-text"),
        rx.el.button(
            t("calendars.open"), type="button", on_click=Seen.open_address, id="feed-open", class_name="jr-button"
        ),
        class_name="jr-row",
    )


def _open() -> rx.Component:
    renew, close = t("calendars.renew"), t("calendars.close")
    return rx.el.div(
        rx.el.div(
            rx.el.div(Seen.made, class_name="jr-strong"),
            rx.el.div(Seen.read, class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        rx.el.div(
            confirm_dialog(
                rx.el.button(renew, type="button", id="feed-renew", class_name="jr-button"),
                renew,
                t("calendars.renew_why"),
                renew,
                Seen.open_address,
            ),
            confirm_dialog(
                rx.el.button(close, type="button", id="feed-close", class_name="jr-button jr-grave"),
                close,
                t("calendars.close_why"),
                close,
                Seen.close_address,
                grave=True,
            ),
            class_name="jr-actions",
        ),
        class_name="jr-row",
    )


def _address() -> rx.Component:
    """The address to copy, or for this device at one tap."""
    return rx.el.div(
        text_entry(
            "feed-address",
            t("calendars.address"),
            value=Seen.address,
            read_only=True,
            custom_attrs={"spellCheck": "false"},
        ),
        rx.el.div(
            rx.el.button(
                rx.icon("copy", size=16, aria_hidden="true"),
                t("calendars.copy"),
                type="button",
                on_click=[rx.set_clipboard(Seen.address), Seen.copied],
                id="feed-copy",
                class_name="jr-button jr-primary",
            ),
            rx.el.a(
                t("calendars.subscribe"),
                href=Seen.subscription,
                custom_attrs={"reloadDocument": True},
                class_name="jr-button",
            ),
            class_name="jr-actions mt-3",
        ),
        rx.el.p(t("calendars.address_once"), class_name="jr-soft mt-3"),
        rx.el.p(t("calendars.how"), class_name="jr-soft mt-2"),
        class_name="mt-4",
        role="status",
    )
