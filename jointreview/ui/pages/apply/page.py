"""The page on which an application begins, from top to bottom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy
from jointreview.ui.me import Me
from jointreview.ui.pages.apply.state import ApplyState
from jointreview.ui.pages.apply.style import STYLE
from jointreview.ui.shell import Page
from jointreview.ui.text import t

INPUT = "apply-input"
_organisations: Any = ApplyState.organisations
_stage_rows: Any = ApplyState.stages


def content() -> rx.Component:
    """For whom, which project, start; and the way in for invited parties."""
    return rx.el.div(
        rx.el.style(STYLE),
        page_header(t("apply.title"), lead=t("apply.lead")),
        rx.cond(
            ApplyState.ready,
            rx.fragment(
                rx.cond(ApplyState.invitation != "", _invited(True), rx.fragment()),
                _stages(),
                _organisation(),
                _project(),
                rx.cond((Me.role == "applicant") & (ApplyState.invitation == ""), _invited(False), rx.fragment()),
            ),
            busy(),
        ),
        class_name="apply",
    )


def _stages() -> rx.Component:
    return section_card(
        t("apply.stage"),
        rx.el.p(t("apply.stage_lead"), class_name="jr-soft mb-3"),
        rx.el.div(
            rx.foreach(_stage_rows, _stage_choice),
            role="radiogroup",
            aria_label=t("apply.stage"),
            class_name="apply-stages",
        ),
        rx.el.p(ApplyState.answers_text, id="answers-carried", role="status", class_name="apply-carried"),
        rx.el.p(rx.el.a(t("apply.to_wizard"), href="/guides/wizard", class_name="jr-link", target="_self")),
        id="stages",
    )


def _stage_choice(row: Any) -> rx.Component:
    chosen = rx.cond(ApplyState.stage == row["number"], "true", "false")
    return rx.el.button(
        rx.el.span(row["name"], class_name="jr-strong"),
        rx.el.span(row["text"], class_name="jr-soft"),
        rx.el.span(row["days"], class_name="jr-soft"),
        type="button",
        role="radio",
        id="stage-" + row["number"].to_string(),
        on_click=ApplyState.choose_stage(row["number"].to(int)),
        class_name="jr-button jr-choice apply-stage",
        custom_attrs={"aria-checked": chosen, "aria-pressed": chosen},
    )


def _organisation() -> rx.Component:
    return section_card(
        t("apply.organisation"),
        rx.cond(Me.role == "clerk", _search(), rx.fragment()),
        rx.cond(
            _organisations.length() > 0,
            rx.el.div(
                rx.foreach(_organisations, _organisation_choice),
                role="radiogroup",
                aria_label=t("apply.organisation"),
                class_name="apply-organisations",
            ),
            rx.cond(
                Me.role == "applicant",
                rx.el.div(
                    rx.el.p(t("apply.no_organisation"), class_name="jr-strong"),
                    rx.el.p(t("apply.no_organisation_why"), class_name="jr-soft"),
                    id="no-organisation",
                ),
                rx.el.p(t("apply.search_organisation_hint"), class_name="jr-soft"),
            ),
        ),
        rx.cond(
            ApplyState.registering | ((_organisations.length() == 0) & (Me.role == "applicant")),
            _register(),
            rx.el.button(
                t("apply.other_organisation"),
                on_click=ApplyState.open_register,
                id="register-open",
                type="button",
                class_name="apply-link",
            ),
        ),
        id="organisations",
    )


def _search() -> rx.Component:
    return _field(
        "organisation-search",
        t("apply.search_organisation"),
        rx.el.input(
            id="organisation-search",
            type="search",
            class_name=INPUT,
            on_change=ApplyState.find_organisation.debounce(400),
        ),
    )


def _organisation_choice(row: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(row["name"], class_name="jr-strong"),
        rx.el.span(row["credit_code"], class_name="jr-soft"),
        type="button",
        role="radio",
        id="organisation-" + row["id"].to_string(),
        on_click=ApplyState.choose(row["id"].to(int)),
        class_name="jr-button jr-choice apply-organisation",
        custom_attrs={
            "aria-checked": rx.cond(ApplyState.organisation_id == row["id"], "true", "false"),
            "aria-pressed": rx.cond(ApplyState.organisation_id == row["id"], "true", "false"),
        },
    )


def _register() -> rx.Component:
    return rx.el.form(
        error_panel(ApplyState.register_faults),
        rx.el.div(
            _field(
                "new-credit-code",
                t("apply.credit_code"),
                rx.el.input(id="new-credit-code", name="credit_code", class_name=INPUT, auto_complete="off"),
                t("apply.credit_code_help"),
            ),
            _field(
                "new-name",
                t("apply.organisation_name"),
                rx.el.input(id="new-name", name="name", class_name=INPUT, auto_complete="organization"),
                t("apply.organisation_name_help"),
            ),
            class_name="apply-two",
        ),
        rx.el.div(
            rx.el.button(t("apply.register"), type="submit", id="register", class_name="jr-button"),
            rx.el.a(t("apply.to_organisation"), href="/organisation", class_name="jr-link"),
            class_name="jr-actions",
        ),
        on_submit=ApplyState.register,
        class_name="apply-register",
    )


def _project() -> rx.Component:
    return section_card(
        t("apply.project"),
        error_panel(ApplyState.faults),
        rx.el.form(
            rx.el.div(
                _field(
                    "project-code",
                    t("apply.project_code"),
                    rx.el.input(
                        id="project-code",
                        name="project_code",
                        class_name=INPUT,
                        auto_complete="off",
                        spell_check=False,
                        placeholder="2101-320681-89-01-556677",
                        default_value=ApplyState.project_code,
                        on_change=ApplyState.look_at_code.debounce(400),
                        custom_attrs={"aria-describedby": "project-code-says"},
                    ),
                    t("apply.project_code_help"),
                    rx.el.div(
                        ApplyState.code_text,
                        id="project-code-says",
                        role="status",
                        class_name="apply-says",
                        custom_attrs={"data-kind": ApplyState.code_state},
                    ),
                ),
                rx.cond(
                    ApplyState.code_state == "own",
                    rx.fragment(),
                    _field(
                        "project-name",
                        t("apply.project_name"),
                        rx.el.input(id="project-name", name="project_name", class_name=INPUT, auto_complete="off"),
                        t("apply.project_name_help"),
                    ),
                ),
                class_name="apply-two",
            ),
            rx.cond(Me.role == "clerk", _walk_in(), rx.fragment()),
            rx.el.div(
                rx.el.button(t("apply.start"), type="submit", id="start", class_name="apply-primary"),
                rx.el.span(t("apply.start_why"), class_name="jr-soft"),
                class_name="jr-actions",
            ),
            on_submit=ApplyState.create,
            class_name="apply-form",
        ),
    )


def _walk_in() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("apply.walk_in"), class_name="jr-strong"),
        rx.el.div(
            _field(
                "walk-in-name",
                t("apply.walk_in_name"),
                rx.el.input(id="walk-in-name", name="walk_in_name", class_name=INPUT, auto_complete="off"),
            ),
            _field(
                "walk-in-mobile",
                t("apply.walk_in_mobile"),
                rx.el.input(
                    id="walk-in-mobile", name="walk_in_mobile", type="tel", class_name=INPUT, auto_complete="off"
                ),
            ),
            class_name="apply-two",
        ),
        rx.el.label(
            rx.el.input(type="checkbox", name="paper", id="paper"),
            rx.el.span(t("apply.paper")),
            class_name="apply-check",
        ),
        rx.el.p(t("apply.paper_help"), class_name="jr-soft"),
    )


def _invited(open_now: bool) -> rx.Component:
    return section_card(
        t("apply.invited"),
        rx.el.p(t("apply.invited_now" if open_now else "apply.invited_lead"), class_name="jr-soft mb-3"),
        error_panel(ApplyState.invitation_faults),
        rx.el.form(
            _field(
                "invitation-code",
                t("apply.invitation_code"),
                rx.el.input(
                    id="invitation-code",
                    name="code",
                    class_name=INPUT,
                    auto_complete="off",
                    default_value=ApplyState.invitation,
                ),
            ),
            rx.el.button(
                t("apply.invitation_accept"),
                type="submit",
                id="invitation-accept",
                class_name="apply-primary" if open_now else "jr-button",
            ),
            on_submit=ApplyState.accept,
            class_name="apply-invitation",
        ),
        id="invitation",
    )


def _field(
    field_id: str, label: rx.Var, entry: rx.Component, help_text: Any = "", *more: rx.Component
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=field_id, class_name="apply-label"),
        entry,
        *more,
        rx.el.p(help_text, class_name="jr-soft") if not isinstance(help_text, str) or help_text else rx.fragment(),
    )


PAGE = Page("/apply", "apply.title", content, on_load=(ApplyState.load,))
