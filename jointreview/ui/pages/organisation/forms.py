"""The two forms of organisations: registering one, and asking to act for one that is known."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.fields import text_entry
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.uploader import uploader
from jointreview.ui.me import Me
from jointreview.ui.pages.organisation.state import OrganisationState
from jointreview.ui.text import t

Seen: Any = OrganisationState
_LETTER_KINDS = ["pdf", "jpg", "png"]
_CLERK: Any = Me.role == "clerk"


def register_form() -> rx.Component:
    """Enter an organisation that is not known here yet."""
    return section_card(
        t("organisation.register"),
        rx.el.p(
            rx.cond(_CLERK, t("organisation.register_lead_clerk"), t("organisation.register_lead")),
            class_name="jr-soft",
        ),
        error_panel(Seen.faults["register"]),
        rx.el.form(
            rx.el.div(
                _code("register"),
                text_entry(
                    "register-name",
                    t("organisation.name"),
                    t("organisation.name_hint"),
                    name="name",
                    max_length=200,
                    required=True,
                    auto_complete="organization",
                ),
                class_name="jr-entries",
            ),
            rx.cond(_CLERK, rx.fragment(), _letter("register", Seen.register_letter)),
            _submit("register", t("organisation.register_now")),
            on_submit=Seen.register,
            reset_on_submit=False,
            key="register-" + Seen.emptied["register"].to_string(),
        ),
        id="register",
    )


def request_form() -> rx.Component:
    """Ask to act for an organisation somebody registered before."""
    return section_card(
        t("organisation.request"),
        rx.el.p(t("organisation.request_lead"), class_name="jr-soft"),
        error_panel(Seen.faults["request"]),
        rx.el.form(
            rx.el.div(_code("request"), class_name="jr-entries"),
            _letter("request", Seen.request_letter),
            _submit("request", t("organisation.request_now")),
            on_submit=Seen.request,
            reset_on_submit=False,
            key="request-" + Seen.emptied["request"].to_string(),
        ),
        id="request",
    )


def _code(form: str) -> rx.Component:
    return rx.el.div(
        text_entry(
            f"{form}-code",
            t("organisation.credit_code"),
            t("organisation.credit_code_hint"),
            name="credit_code",
            max_length=60,
            required=True,
            auto_complete="off",
            spell_check=False,
            on_change=lambda value: Seen.look_at_code(form, value).debounce(300),
            aria_describedby=f"{form}-code-says",
        ),
        rx.el.p(
            Seen.code_says[form],
            id=f"{form}-code-says",
            role="status",
            class_name="jr-says",
            custom_attrs={"data-ok": rx.cond(Seen.code_ok[form], "true", "false")},
        ),
    )


def _letter(form: str, on_uploaded: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(t("organisation.letter"), class_name="jr-strong"),
        rx.el.p(t("organisation.letter_hint"), class_name="jr-soft mb-2"),
        rx.cond(
            Seen.letters[form] != "",
            rx.el.p(
                rx.icon("file-check", size=18, aria_hidden="true"),
                Seen.letters[form],
                class_name="jr-sent",
                id=f"{form}-letter-sent",
            ),
        ),
        uploader(on_uploaded, accept=_LETTER_KINDS, multiple=False, camera=True, id=f"{form}-letter"),
    )


def _submit(form: str, text: Any) -> rx.Component:
    return rx.el.div(
        rx.el.button(text, type="submit", id=f"{form}-submit", class_name="jr-button jr-primary"),
        class_name="jr-actions mt-4",
    )
