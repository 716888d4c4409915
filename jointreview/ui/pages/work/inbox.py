"""Messages on the start page: how many are unread, the newest of them, each leading to its case."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.work.state import WorkState
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
_MESSAGES: Any = WorkState.messages
_AT_FIRST = 6


def bell() -> rx.Component:
    """The way down to the messages, with the unread count."""
    return rx.el.a(
        rx.icon("bell", size=18, aria_hidden="true"),
        t("work.messages"),
        rx.cond(WorkState.unread > 0, rx.el.strong(WorkState.unread, id="unread-count"), rx.fragment()),
        href="#messages",
        id="bell",
        class_name="jr-button",
    )


def inbox() -> rx.Component:
    """The newest messages."""
    return section_card(
        t("work.messages"),
        rx.cond(
            _MESSAGES.length() > 0,
            rx.fragment(
                rx.el.ul(rx.foreach(_MESSAGES[:_AT_FIRST], _message), class_name="jr-messages"),
                rx.cond(_MESSAGES.length() > _AT_FIRST, _earlier()),
            ),
            rx.el.p(t("work.no_messages"), class_name="jr-soft"),
        ),
        actions=(
            rx.cond(
                WorkState.unread > 0,
                rx.el.button(
                    t("work.read_all"),
                    type="button",
                    on_click=WorkState.read_all,
                    id="read-all",
                    class_name="jr-button",
                ),
            ),
        ),
        id="messages",
    )


def _earlier() -> rx.Component:
    return rx.el.details(
        rx.el.summary(t("work.more_messages"), id="more-messages"),
        rx.el.ul(rx.foreach(_MESSAGES[_AT_FIRST:], _message), class_name="jr-messages"),
    )


def _message(message: Any) -> rx.Component:
    return rx.el.li(
        rx.el.a(message["text"], href=message["href"].to(str), class_name="jr-message-text"),
        rx.el.span(message["when"], class_name="jr-soft jr-date"),
        " ",
        rx.cond(message["unread"], chip(t("work.unread"), "accent")),
        custom_attrs={
            "data-unread": rx.cond(message["unread"], "true", "false"),
            "data-testid": "message-" + message["key"].to(str),
        },
    )
