"""An applicant's part of the start page: the own cases with their way, and joining by invitation."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip, lamp
from jointreview.ui.pages.work.state import WorkState
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
_CARDS: Any = WorkState.cards


def new_application() -> rx.Component:
    """The way to a new application."""
    return rx.el.a(
        rx.icon("plus", size=18, aria_hidden="true"),
        t("work.new_application"),
        href="/apply",
        id="new-application",
        class_name="jr-button jr-main-button",
    )


def own_cases() -> rx.Component:
    """The cases as cards."""
    return rx.el.section(
        rx.el.div(rx.el.h2(t("work.my_cases")), class_name="jr-group-head"),
        rx.cond(
            _CARDS.length() > 0,
            rx.el.div(rx.foreach(WorkState.cards, _card), class_name="jr-cards"),
            rx.cond(
                WorkState.loaded,
                empty_state(t("work.no_cases"), t("work.no_cases_why"), new_application(), icon="file-plus-2"),
            ),
        ),
        id="my-cases",
    )


def _card(card: Any) -> rx.Component:
    return rx.el.a(
        rx.el.div(
            rx.el.span(card["project"], class_name="jr-mycase-name"),
            rx.el.span(card["number"], class_name="jr-soft jr-date"),
            class_name="jr-mycase-top",
        ),
        rx.el.ol(rx.foreach(card["steps"].to(list[dict[str, str]]), _step), class_name="jr-steps"),
        rx.el.div(
            rx.el.span(
                chip(card["state"], "neutral"), " ", chip(card["turn"], rx.cond(card["mine"], "accent", "neutral"))
            ),
            rx.el.span(card["since"], class_name="jr-soft"),
            class_name="jr-mycase-top",
        ),
        rx.cond(
            card["due"] != "",
            rx.el.div(
                lamp(card["lamp"]), rx.el.span(card["due"], class_name="jr-soft jr-date"), class_name="jr-mycase-top"
            ),
        ),
        href=card["href"].to(str),
        class_name="jr-mycase-card",
        custom_attrs={"data-testid": "case-" + card["case_id"].to(str)},
    )


def _step(step: Any) -> rx.Component:
    return rx.el.li(
        step["name"],
        rx.el.span(" ", step["label"], class_name="jr-visually-hidden"),
        custom_attrs={"data-step": step["standing"]},
    )


def invitation() -> rx.Component:
    """Joining a case with a code."""
    return section_card(
        t("work.have_code"),
        rx.el.p(t("work.have_code_why"), class_name="jr-soft mb-3"),
        error_panel(WorkState.code_faults, t("work.code_not_taken")),
        rx.el.form(
            rx.el.input(
                name="code",
                id="code",
                custom_attrs={"data-testid": "invitation-code"},
                aria_label=t("work.code"),
                placeholder=t("work.code"),
                auto_complete="off",
                max_length=40,
                required=True,
            ),
            rx.el.button(t("work.join"), type="submit", id="invitation-join", class_name="jr-button"),
            on_submit=WorkState.join,
            class_name="jr-code-form",
        ),
    )
