"""The dialogs of a member of staff: adding, managing, and the password shown once."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.models.identity import KEEPER_ROLES, ROLES
from jointreview.ui.components.faults import confirm_dialog, error_panel
from jointreview.ui.components.fields import choice_entry, text_entry
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.admin.person import PersonState
from jointreview.ui.pages.admin.state import AdminState
from jointreview.ui.text import t

Person: Any = PersonState
Seen: Any = AdminState
_ROLES = tuple(role for role in ROLES if role not in ("applicant", *KEEPER_ROLES))


def add_dialog() -> rx.Component:
    """A new member of staff with a first post."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("admin.add")),
            rx.dialog.description(t("admin.add_lead")),
            error_panel(Person.add_faults),
            rx.el.form(
                rx.el.div(
                    text_entry("add-name", t("account.name"), name="name", required=True, auto_complete="off"),
                    text_entry(
                        "add-login",
                        t("account.login"),
                        t("account.login_hint"),
                        name="login",
                        required=True,
                        auto_complete="off",
                    ),
                    *_post_entries("add", Person.add_role, Person.choose_add_role),
                    text_entry(
                        "add-mobile", t("account.mobile"), t("account.mobile_hint"), name="mobile", type="tel"
                    ),
                    text_entry("add-email", t("account.email"), t("account.email_hint"), name="email", type="email"),
                    class_name="jr-entries",
                ),
                _buttons(
                    "add-cancel",
                    rx.el.button(t("admin.add_now"), type="submit", id="add-save", class_name="jr-button jr-primary"),
                ),
                on_submit=Person.add,
                reset_on_submit=False,
            ),
            max_width="680px",
            custom_attrs={"data-testid": "add-dialog"},
        ),
        open=Person.adding,
        on_open_change=Person.add_open_changed,
    )


def _post_entries(prefix: str, role: Any, on_role: Any) -> list[rx.Component]:
    """Role, unit (officers only) and title of a post."""
    return [
        choice_entry(
            f"{prefix}-role",
            t("account.role"),
            [(r, t(f"account.role_{r}")) for r in _ROLES],
            t("admin.role_hint"),
            name="role",
            value=role,
            on_change=on_role,
        ),
        rx.cond(
            (role == "officer") | (role == "leader"),
            choice_entry(f"{prefix}-unit", t("admin.unit"), Seen.unit_options, name="unit"),
        ),
        text_entry(f"{prefix}-title", t("admin.post_title"), t("admin.post_title_hint"), name="title", max_length=64),
    ]


def person_dialog() -> rx.Component:
    """One person's posts, account and password."""
    person = Person.person
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(person["name"]),
            rx.dialog.description(person["login"], " · ", person["devices"]),
            rx.el.div(chip(person["standing"], person["tone"]), class_name="mt-2 mb-3"),
            error_panel(Person.faults),
            rx.el.h3(t("admin.posts"), class_name="jr-strong"),
            rx.cond(
                person["posts"].length() > 0,
                rx.el.ul(rx.foreach(person["posts"], _post), class_name="jr-plain-list", id="person-posts"),
                rx.el.p(t("admin.posts_none"), class_name="jr-soft"),
            ),
            rx.el.p(t("admin.posts_by_security"), class_name="jr-soft"),
            rx.el.h3(t("admin.account"), class_name="jr-strong mt-4"),
            rx.el.div(_password(person), _account(person), class_name="jr-actions mt-2"),
            rx.cond((Seen.provider_options.length() > 0) | (person["identities"].length() > 0), _identities(person)),
            rx.el.div(
                rx.dialog.close(
                    rx.el.button(t("admin.close"), type="button", id="person-close", class_name="jr-button")
                ),
                class_name="jr-dialog-actions",
            ),
            max_width="640px",
            custom_attrs={"data-testid": "person-dialog"},
        ),
        open=person["id"] != "",
        on_open_change=Person.person_open_changed,
    )


def _post(post: Any) -> rx.Component:
    return rx.el.li(rx.el.span(post["text"], class_name="jr-row-text"), class_name="jr-row")


def _identities(person: Any) -> rx.Component:
    """By which sign-ins of organisations the account opens, and the form for one more."""
    return rx.el.section(
        rx.el.h3(t("admin.identities"), class_name="jr-strong mt-4"),
        rx.el.p(t("admin.identities_lead"), class_name="jr-soft"),
        rx.el.ul(rx.foreach(person["identities"], _identity), class_name="jr-plain-list", id="person-identities"),
        rx.cond(
            Seen.provider_options.length() > 0,
            rx.el.form(
                rx.el.div(
                    choice_entry(
                        "post-provider", t("admin.identity_provider"), Seen.provider_options, name="provider"
                    ),
                    text_entry(
                        "post-subject",
                        t("admin.identity_subject"),
                        t("admin.identity_subject_hint"),
                        name="subject",
                        required=True,
                        max_length=255,
                        auto_complete="off",
                    ),
                    class_name="jr-entries",
                ),
                rx.el.button(t("admin.identity_link"), type="submit", id="link-identity", class_name="jr-button"),
                on_submit=Person.link,
                reset_on_submit=True,
            ),
        ),
        id="person-sign-ins",
    )


def _identity(identity: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(identity["text"], class_name="jr-row-text"),
        rx.el.button(
            t("admin.identity_unlink"), type="button", on_click=Person.unlink(identity["id"]), class_name="jr-button"
        ),
        class_name="jr-row",
        key=identity["id"],
    )


def _password(person: Any) -> rx.Component:
    deed = t("admin.give_password")
    return confirm_dialog(
        rx.el.button(deed, type="button", id="give-password", class_name="jr-button"),
        deed,
        t("admin.give_password_why", name=person["name"]),
        deed,
        Person.give_password,
    )


def _account(person: Any) -> rx.Component:
    close = t("admin.close_account")
    return rx.cond(
        person["active"],
        confirm_dialog(
            rx.el.button(close, type="button", id="close-account", class_name="jr-button jr-grave"),
            close,
            t("admin.close_account_why", name=person["name"]),
            close,
            Person.open_or_close(False),
            grave=True,
        ),
        rx.el.button(
            t("admin.open_account"),
            type="button",
            on_click=Person.open_or_close(True),
            id="open-account",
            class_name="jr-button",
        ),
    )


def one_time_dialog() -> rx.Component:
    """A password on its only showing: closing the dialog forgets it."""
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(t("admin.one_time")),
            rx.alert_dialog.description(t("admin.one_time_why", name=Person.one_time_for)),
            rx.el.div(
                rx.el.code(Person.one_time, id="one-time-password", class_name="jr-one-time"),
                rx.el.button(
                    rx.icon("copy", size=16, aria_hidden="true"),
                    t("admin.copy"),
                    type="button",
                    on_click=[rx.set_clipboard(Person.one_time), Person.copied],
                    id="one-time-copy",
                    class_name="jr-button",
                ),
                class_name="jr-actions mt-4",
            ),
            rx.el.div(
                rx.alert_dialog.cancel(
                    rx.el.button(t("admin.one_time_done"), id="one-time-done", class_name="jr-button jr-primary")
                ),
                class_name="jr-dialog-actions",
            ),
            max_width="480px",
        ),
        open=Person.one_time != "",
        on_open_change=Person.one_time_open_changed,
    )


def _buttons(cancel_id: str, confirm: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.dialog.close(rx.el.button(t("ui.cancel"), type="button", id=cancel_id, class_name="jr-button")),
        confirm,
        class_name="jr-dialog-actions",
    )
