"""The page of organisations from top to bottom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import chip
from jointreview.ui.me import Me
from jointreview.ui.pages.organisation.agents import admit_dialog, agent_line, search_card
from jointreview.ui.pages.organisation.forms import register_form, request_form
from jointreview.ui.pages.organisation.state import READERS, OrganisationState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = OrganisationState
_CLERK: Any = Me.role == "clerk"


def content() -> rx.Component:
    """Organisations, for applicants and the window."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _organisations, "organisation.denied_why"),
        class_name="jr-narrow",
    )


def _organisations() -> rx.Component:
    return rx.fragment(
        page_header(
            t("organisation.title"),
            lead=rx.cond(_CLERK, t("organisation.lead_clerk"), t("organisation.lead")),
        ),
        rx.cond(
            Seen.loaded,
            rx.fragment(
                rx.cond(_CLERK | (Seen.requests.length() > 0), _requests()),
                rx.cond(_CLERK, search_card(), _own()),
                register_form(),
                rx.cond(_CLERK, rx.fragment(), request_form()),
                admit_dialog(),
            ),
            busy(),
        ),
    )


def _requests() -> rx.Component:
    return section_card(
        t("organisation.requests"),
        rx.el.p(t("organisation.requests_lead"), class_name="jr-soft mb-3"),
        rx.cond(
            Seen.requests.length() > 0,
            rx.el.ul(rx.foreach(Seen.requests, lambda agent: agent_line(agent, True)), id="requests"),
            rx.el.p(t("organisation.requests_none"), class_name="jr-soft", id="no-requests"),
        ),
    )


def _own() -> rx.Component:
    return rx.cond(
        Seen.organisations.length() > 0,
        rx.fragment(rx.foreach(Seen.organisations, _organisation)),
        rx.el.div(
            empty_state(t("organisation.none"), t("organisation.none_why"), icon="building-2"), class_name="mb-4"
        ),
    )


def _organisation(row: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                rx.el.h2(row["name"]),
                rx.el.span(row["credit_code"], class_name="jr-soft"),
            ),
            rx.el.div(
                chip(row["standing"], row["tone"]),
                rx.el.span(row["until"], class_name="jr-soft"),
                class_name="jr-actions",
            ),
            class_name="jr-card-head",
        ),
        rx.el.p(row["note"], class_name="jr-soft"),
        rx.cond(
            row["letter"] != "",
            rx.el.p(
                t("organisation.own_letter"),
                download_link(row["letter"], href=row["letter_href"].to(str), class_name="jr-link"),
            ),
        ),
        rx.cond(
            row["owner"],
            rx.el.div(
                rx.el.h3(t("organisation.agents"), class_name="jr-strong"),
                rx.el.ul(rx.foreach(row["agents"].to(list[dict[str, Any]]), lambda agent: agent_line(agent, False))),
                class_name="mt-4",
            ),
        ),
        class_name="jr-card",
        custom_attrs={"data-testid": "organisation-" + row["id"].to(str)},
    )


PAGE = Page("/organisation", "organisation.title", content, on_load=(OrganisationState.load,))
