"""My account: own particulars, language, password and the browsers one is signed in with."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from jointreview.commands import identity
from jointreview.domain.problems import Refused
from jointreview.queries.accounts import OwnSession, own_account, own_sessions, second_factor_of
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.layout import facts, page_header, section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.leaving import leave_for
from jointreview.ui.me import Me, actor_of
from jointreview.ui.pages.calendar_feed import FeedState, calendar_section
from jointreview.ui.pages.map_keys import MapKeysState, map_keys_section
from jointreview.ui.pages.standing import StandingState, standing_sections
from jointreview.ui.shell import Page, role_name
from jointreview.ui.text import Lang, lang_of, switch_language, t

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class SessionRow(TypedDict):
    """A signed-in browser as the page shows it."""

    digest: str
    browser: str
    since: str
    here: bool


class AccountState(rx.State):
    """What the account page shows."""

    login: str = ""
    email: str = ""
    mobile: str = ""
    factor: str = ""
    sessions: list[SessionRow] = []

    @event
    @allow_any
    async def load(self):
        """Read the account; read again when it changes anywhere."""
        actor = await actor_of(self)
        hub.subscribe(self, f"account:{actor.account_id}", refresh=AccountState.load)
        account = await asyncio.to_thread(own_account, actor.account_id)
        self.login, self.email, self.mobile = account.login, account.email, account.mobile
        factor = await asyncio.to_thread(second_factor_of, actor.account_id)
        here, lang = (await self.get_state(Me))._digest, await lang_of(self)
        on = tr(lang, "factor.account_on", count=factor.codes_left)
        self.factor = on if factor.confirmed else tr(lang, "factor.account_off")
        sessions = await asyncio.to_thread(own_sessions, actor.account_id)
        self.sessions = [_session_row(session, here, lang) for session in sessions]

    @event
    @allow_any
    async def end_session(self, digest: str):
        """Sign another browser out."""
        try:
            await asyncio.to_thread(identity.revoke_session, (await actor_of(self)).account_id, digest)
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        return await toasts.done(self, "account.session_ended")

    @event
    @allow_any
    async def choose_language(self, language: str):
        """Remember the language for letters and notices, then load the pages in it."""
        try:
            await asyncio.to_thread(identity.set_language, (await actor_of(self)).account_id, language)
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        return switch_language(language)


def _session_row(session: OwnSession, here: str, lang: str) -> SessionRow:
    since = f"{session.created_at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"
    return SessionRow(
        digest=session.digest,
        browser=_browser(session.user_agent) or tr(lang, "account.browser_unknown"),
        since=tr(lang, "account.session_since", when=since),
        here=session.digest == here,
    )


def _browser(user_agent: str) -> str:
    """The browser's and system's names in a user agent, as far as people know them."""
    names = ("Edg/", "MicroMessenger", "Firefox/", "Chrome/", "Safari/")
    systems = ("Android", "iPhone", "Windows", "Mac OS X", "HarmonyOS", "Linux")
    browser = next((name.rstrip("/") for name in names if name in user_agent), "").replace("Edg", "Edge")
    return " · ".join(part for part in (browser, next((s for s in systems if s in user_agent), "")) if part)


def content() -> rx.Component:
    """The page from top to bottom."""
    return rx.fragment(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        page_header(t("nav.account")),
        _particulars(),
        standing_sections(),
        calendar_section(),
        map_keys_section(),
        _language(),
        _password(),
        _second_factor(),
        _sessions(),
    )


def _particulars() -> rx.Component:
    unknown = t("account.not_given")
    return section_card(
        t("account.particulars"),
        facts(
            (t("account.name"), Me.name),
            (t("account.login"), AccountState.login),
            (t("account.role"), role_name(Me.role)),
            (t("account.post"), rx.cond(Me.post_title != "", Me.post_title, unknown)),
            (t("account.email"), rx.cond(AccountState.email != "", AccountState.email, unknown)),
            (t("account.mobile"), rx.cond(AccountState.mobile != "", AccountState.mobile, unknown)),
        ),
    )


def _language() -> rx.Component:
    def choice(code: str, name: str, tag: str) -> rx.Component:
        return rx.el.button(
            name,
            lang=tag,
            on_click=AccountState.choose_language(code),
            class_name="jr-button jr-choice",
            custom_attrs={"aria-pressed": rx.cond(Lang.lang == code, "true", "false")},
        )

    return section_card(
        t("account.language"),
        rx.el.p(t("account.language_lead"), class_name="jr-soft mb-3"),
        rx.el.div(choice("zh", "简体中文", "zh-CN"), choice("en", "English", "en"), class_name="jr-actions"),
    )


def _password() -> rx.Component:
    return section_card(
        t("account.password"),
        rx.el.div(
            rx.el.p(t("account.password_lead"), class_name="jr-soft jr-row-text"),
            rx.el.button(t("account.password_change"), on_click=leave_for("/password"), class_name="jr-button"),
            class_name="jr-row",
        ),
    )


def _second_factor() -> rx.Component:
    return section_card(
        t("factor.setup"),
        rx.el.div(
            rx.el.div(
                rx.el.div(AccountState.factor, class_name="jr-strong", id="second-factor"),
                rx.el.div(t("factor.account_lead"), class_name="jr-soft"),
                class_name="jr-row-text",
            ),
            rx.el.button(t("factor.manage"), on_click=leave_for("/second/setup"), class_name="jr-button"),
            class_name="jr-row",
        ),
    )


def _sessions() -> rx.Component:
    return section_card(t("account.sessions"), rx.foreach(AccountState.sessions, _session))


def _session(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(row["browser"], class_name="jr-strong"),
            rx.el.div(row["since"], class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        rx.cond(
            row["here"],
            chip(t("account.session_here"), "accent"),
            rx.el.button(
                t("account.session_end"),
                on_click=AccountState.end_session(row["digest"].to(str)),
                class_name="jr-button",
            ),
        ),
        class_name="jr-row",
    )


PAGE = Page(
    "/account",
    "nav.account",
    content,
    on_load=(AccountState.load, StandingState.load, FeedState.load, MapKeysState.load),
)
