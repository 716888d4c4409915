"""On the account page: keys by which QGIS and other programs read the person's map."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from jointreview.commands import access_tokens
from jointreview.domain.problems import Refused
from jointreview.queries.accounts import OwnToken, own_tokens
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, error_panel, faults_of
from jointreview.ui.components.fields import text_entry
from jointreview.ui.components.layout import section_card
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of, t

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class KeyRow(TypedDict):
    """A key as the page shows it."""

    id: str
    name: str
    about: str


class MapKeysState(rx.State):
    """The person's keys; `fresh` is a new one, shown until the page is told that it was kept."""

    rows: list[KeyRow] = []
    fresh: str = ""
    faults: list[Fault] = []
    address: str = ""

    @event
    @allow_any
    async def load(self):
        """Read the keys; a new one that was shown is not shown again."""
        actor = await actor_of(self)
        hub.subscribe(self, f"account:{actor.account_id}", refresh=MapKeysState.refresh)
        self.fresh, self.faults = "", []
        await self._read()

    @event
    @allow_any
    async def refresh(self):
        """Read again: a key was made or ended, here or elsewhere."""
        await self._read()

    async def _read(self) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        found = await asyncio.to_thread(own_tokens, actor.account_id)
        self.rows = [_row(token, lang) for token in found]
        self.address = f"{settings().address}/ogc"

    @event
    @allow_any
    async def make(self, form: dict[str, Any]):
        """A new key for what was said."""
        try:
            name = str(form.get("map-key-name", ""))
            self.fresh = await asyncio.to_thread(access_tokens.make_token, await actor_of(self), name)
            self.faults = []
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)

    @event
    @allow_any
    def kept(self):
        """The new key was kept: it is not shown again."""
        self.fresh = ""

    @event
    @allow_any
    async def end(self, key: int):
        """End a key."""
        try:
            await asyncio.to_thread(access_tokens.revoke_token, (await actor_of(self)).account_id, key)
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        return await toasts.done(self, "account.token_ended")


def _row(token: OwnToken, lang: str) -> KeyRow:
    def day(moment: Any) -> str:
        return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d}"

    used = tr(lang, "account.token_used", when=day(token.used_at)) if token.used_at else ""
    parts = [
        tr(lang, "account.token_post", post=token.post) if token.post else "",
        tr(lang, "account.token_since", since=day(token.created_at), until=day(token.expires_at)),
        used or tr(lang, "account.token_unused"),
    ]
    return KeyRow(id=str(token.id), name=token.name, about=" · ".join(part for part in parts if part))


def map_keys_section() -> rx.Component:
    """The keys in use, and making one."""
    return section_card(
        t("account.tokens"),
        rx.el.p(t("account.tokens_lead"), class_name="jr-soft mb-3"),
        rx.el.p(t("account.tokens_address"), " ", rx.el.code(MapKeysState.address, id="map-key-address")),
        rx.cond(MapKeysState.fresh != "", _fresh(), _new()),
        rx.foreach(MapKeysState.rows, _key),
        id="map-keys",
    )


def _new() -> rx.Component:
    return rx.el.form(
        error_panel(MapKeysState.faults),
        rx.el.div(
            text_entry("map-key-name", t("account.token_label"), max_length=80, auto_complete="off"),
            rx.el.button(t("account.token_make"), type="submit", id="map-key-make", class_name="jr-button"),
            class_name="jr-search-line",
        ),
        on_submit=MapKeysState.make,
        reset_on_submit=False,
    )


def _fresh() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("account.token_made"), class_name="jr-strong"),
        rx.el.code(MapKeysState.fresh, id="map-key-fresh", class_name="jr-one-time"),
        rx.el.div(
            rx.el.button(
                t("account.token_copied"), on_click=MapKeysState.kept, id="map-key-kept", class_name="jr-button"
            ),
            class_name="jr-actions",
        ),
        role="status",
        class_name="jr-form-stack",
    )


def _key(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(row["name"], class_name="jr-strong"),
            rx.el.div(row["about"], class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        rx.el.button(t("account.token_end"), on_click=MapKeysState.end(row["id"].to(int)), class_name="jr-button"),
        class_name="jr-row",
        custom_attrs={"data-testid": "map-key"},
    )
