"""Agents: one line each with the letter and what may be done, the admission, the window's search."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.faults import confirm_dialog, error_panel
from jointreview.ui.components.fields import text_entry
from jointreview.ui.components.filters import search_line
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip, person_chip
from jointreview.ui.pages.organisation.state import OrganisationState
from jointreview.ui.text import t

Seen: Any = OrganisationState


def agent_line(agent: Any, with_organisation: bool) -> rx.Component:
    """A person with standing, letter and acts; among requests the organisation is named too."""
    firm = rx.el.div(agent["organisation"], " · ", agent["credit_code"], class_name="jr-strong")
    return rx.el.li(
        rx.el.div(
            firm if with_organisation else rx.fragment(),
            person_chip(agent["name"], phone=agent["mobile"]),
            rx.el.div(
                rx.cond(agent["until"] != "", agent["until"], agent["asked"]),
                rx.cond(
                    agent["letter"] != "",
                    rx.el.span(
                        " · ",
                        download_link(
                            agent["letter"],
                            href=agent["letter_href"].to(str),
                            custom_attrs={"data-testid": "letter-" + agent["id"].to(str)},
                            class_name="jr-link",
                        ),
                    ),
                    rx.el.span(" · ", t("organisation.without_letter")),
                ),
                class_name="jr-soft",
            ),
            class_name="jr-row-text",
        ),
        chip(agent["standing"], agent["tone"]),
        rx.el.div(_admit(agent), _end(agent), class_name="jr-actions"),
        class_name="jr-row",
        custom_attrs={"data-testid": "agent-" + agent["id"].to(str)},
    )


def _admit(agent: Any) -> rx.Component:
    return rx.cond(
        agent["may_admit"],
        rx.el.button(
            t("organisation.admit"),
            type="button",
            on_click=Seen.ask_admit(
                agent["id"].to(str), agent["name"].to(str) + " · " + agent["organisation"].to(str)
            ),
            class_name="jr-button jr-primary",
            custom_attrs={"data-testid": "admit-" + agent["id"].to(str)},
        ),
    )


def _end(agent: Any) -> rx.Component:
    deed = rx.cond(agent["may_admit"], t("organisation.turn_down"), t("organisation.end"))
    return rx.cond(
        agent["may_end"],
        confirm_dialog(
            rx.el.button(
                deed,
                type="button",
                class_name="jr-button jr-grave",
                custom_attrs={"data-testid": "end-" + agent["id"].to(str)},
            ),
            deed,
            t("organisation.end_why", name=agent["name"], organisation=agent["organisation"]),
            deed,
            Seen.end(agent["id"].to(str)),
            grave=True,
        ),
    )


def admit_dialog() -> rx.Component:
    """Until when somebody may act; an empty day means until the authority is ended."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("organisation.admit")),
            rx.dialog.description(Seen.admitting_text),
            error_panel(Seen.admit_faults),
            rx.el.form(
                rx.el.div(
                    text_entry(
                        "valid_until", t("organisation.valid_until"), t("organisation.valid_until_hint"), type="date"
                    ),
                    class_name="jr-form-stack",
                ),
                rx.el.div(
                    rx.dialog.close(
                        rx.el.button(t("ui.cancel"), type="button", id="admit-cancel", class_name="jr-button")
                    ),
                    rx.el.button(
                        t("organisation.admit_now"),
                        type="submit",
                        id="admit-confirm",
                        class_name="jr-button jr-primary",
                    ),
                    class_name="jr-dialog-actions",
                ),
                on_submit=Seen.admit,
                reset_on_submit=False,
            ),
            max_width="480px",
        ),
        open=Seen.admitting != "",
        on_open_change=Seen.admit_open_changed,
    )


def search_card() -> rx.Component:
    """The window looks for an organisation and sees who acts for it."""
    return section_card(
        t("organisation.search"),
        search_line(
            "organisation-search",
            t("organisation.search_label"),
            t("organisation.search_hint"),
            Seen.wanted,
            Seen.look_for,
            t("organisation.look"),
        ),
        rx.cond(
            Seen.wanted != "",
            rx.cond(
                Seen.found.length() > 0,
                rx.foreach(Seen.found, _found),
                rx.el.p(t("organisation.search_none"), class_name="jr-soft mt-3", id="search-none"),
            ),
        ),
    )


def _found(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h3(row["name"], " ", rx.el.span(row["credit_code"], class_name="jr-soft"), class_name="jr-strong"),
        rx.cond(
            row["agents"].to(list[dict[str, Any]]).length() > 0,
            rx.el.ul(rx.foreach(row["agents"].to(list[dict[str, Any]]), lambda agent: agent_line(agent, False))),
            rx.el.p(t("organisation.no_agents"), class_name="jr-soft"),
        ),
        class_name="mt-4",
        custom_attrs={"data-testid": "found-" + row["id"].to(str)},
    )
