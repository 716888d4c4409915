"""The page of rights from top to bottom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.models.identity import KEEPER_ROLES, ROLES
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.faults import confirm_dialog, error_panel
from jointreview.ui.components.fields import choice_entry, text_entry
from jointreview.ui.components.filters import search_line
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy, data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.components.paging import paging
from jointreview.ui.pages.rights.state import PANELS, READERS, RightsState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = RightsState
_ROLES = tuple(role for role in ROLES if role not in ("applicant", *KEEPER_ROLES))


def content() -> rx.Component:
    """Rights, for the security officer."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _rights, "rights.denied_why"),
    )


def _rights() -> rx.Component:
    return rx.fragment(
        page_header(t("rights.title"), lead=t("rights.lead")),
        rx.el.div(
            *[_tab(name) for name in PANELS],
            role="tablist",
            aria_label=t("rights.title"),
            class_name="jr-tabs jr-no-print",
        ),
        rx.cond(
            Seen.loaded,
            rx.el.div(
                rx.match(Seen.panel, ("policy", _policy()), ("personal", _personal()), _people()),
                id="panel",
                role="tabpanel",
                aria_labelledby="tab-" + Seen.panel,
            ),
            busy(),
        ),
        _person_dialog(),
    )


def _tab(name: str) -> rx.Component:
    here = Seen.panel == name
    return rx.el.button(
        t(f"rights.panel_{name}"),
        role="tab",
        type="button",
        id=f"tab-{name}",
        aria_controls="panel",
        on_click=Seen.show(name),
        class_name=rx.cond(here, "jr-tab jr-tab-here", "jr-tab"),
        custom_attrs={"aria-selected": rx.cond(here, "true", "false")},
    )


def _people() -> rx.Component:
    heads = [t(f"admin.head_{head}") for head in ("person", "posts", "standing", "sessions", "manage")]
    return rx.fragment(
        section_card(
            t("rights.asked"),
            rx.cond(
                Seen.asked.length() > 0,
                rx.el.ul(rx.foreach(Seen.asked, _asked), class_name="jr-plain-list", id="asked-posts"),
                rx.el.p(t("rights.asked_none"), class_name="jr-soft"),
            ),
        ),
        section_card(
            t("rights.held"),
            rx.el.div(
                search_line(
                    "rights-search",
                    t("admin.staff_search"),
                    t("admin.staff_search_hint"),
                    Seen.wanted,
                    Seen.look_for,
                    t("admin.look"),
                ),
                class_name="jr-filters",
            ),
            rx.cond(
                Seen.staff.length() > 0,
                data_table(heads, Seen.staff, _member, t("rights.held")),
                empty_state(t("admin.staff_none"), t("rights.staff_none_why"), icon="user-x"),
            ),
        ),
    )


def _asked(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row["person"], class_name="jr-strong"),
            rx.el.div(row["text"], class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        rx.el.button(
            t("rights.grant"),
            type="button",
            on_click=Seen.grant(row["id"].to(str)),
            class_name="jr-button jr-primary",
            custom_attrs={"data-testid": "grant-" + row["id"].to(str)},
        ),
        rx.el.button(
            t("rights.decline"),
            type="button",
            on_click=Seen.end_post(row["id"].to(str)),
            class_name="jr-button jr-grave",
            custom_attrs={"data-testid": "decline-" + row["id"].to(str)},
        ),
        key=row["id"],
        class_name="jr-row",
    )


def _member(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(row["name"], class_name="jr-strong"),
            rx.el.div(row["login"], class_name="jr-soft"),
        ),
        rx.el.td(
            rx.el.ul(rx.foreach(row["posts"].to(list[dict[str, str]]), _post), class_name="jr-plain-list"),
        ),
        rx.el.td(chip(row["standing"], row["tone"])),
        rx.el.td(row["sessions"], rx.el.div(row["seen"], class_name="jr-soft")),
        rx.el.td(
            rx.el.button(
                t("admin.manage"),
                type="button",
                on_click=Seen.open_person(row["id"].to(str)),
                aria_label=t("admin.manage_person", name=row["name"]),
                class_name="jr-button",
                custom_attrs={"data-testid": "manage-" + row["login"].to(str)},
            )
        ),
        key=row["id"],
        custom_attrs={"data-testid": "staff-" + row["login"].to(str)},
    )


def _post(post: Any) -> rx.Component:
    end = t("admin.end_post")
    return rx.el.li(
        rx.el.span(post["text"], class_name="jr-row-text"),
        confirm_dialog(
            rx.el.button(
                end,
                type="button",
                class_name="jr-plain-button",
                custom_attrs={"data-testid": "end-post-" + post["id"].to(str)},
            ),
            end,
            t("admin.end_post_why", post=post["text"]),
            end,
            Seen.end_post(post["id"].to(str)),
            grave=True,
        ),
        class_name="jr-row",
    )


def _person_dialog() -> rx.Component:
    role = Seen.post_role
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(Seen.person_name),
            rx.dialog.description(t("rights.person_lead")),
            error_panel(Seen.faults),
            rx.el.form(
                rx.el.div(
                    choice_entry(
                        "post-role",
                        t("account.role"),
                        [(r, t(f"account.role_{r}")) for r in _ROLES],
                        t("admin.role_hint"),
                        name="role",
                        value=role,
                        on_change=Seen.choose_post_role,
                    ),
                    rx.cond(
                        (role == "officer") | (role == "leader"),
                        choice_entry("post-unit", t("admin.unit"), Seen.unit_options, name="unit"),
                    ),
                    text_entry(
                        "post-title", t("admin.post_title"), t("admin.post_title_hint"), name="title", max_length=64
                    ),
                    class_name="jr-entries",
                ),
                rx.el.button(t("admin.add_post"), type="submit", id="post-add", class_name="jr-button"),
                on_submit=Seen.add_post,
                reset_on_submit=True,
            ),
            rx.el.h3(t("rights.access"), class_name="jr-strong mt-4"),
            rx.el.div(
                _deed("end-sessions", "rights.end_sessions", "rights.end_sessions_why", Seen.end_sessions),
                _deed("reset-factor", "rights.reset_factor", "rights.reset_factor_why", Seen.reset_factor),
                class_name="jr-actions mt-2",
            ),
            rx.el.div(
                rx.dialog.close(
                    rx.el.button(t("admin.close"), type="button", id="person-close", class_name="jr-button")
                ),
                class_name="jr-dialog-actions",
            ),
            max_width="640px",
            custom_attrs={"data-testid": "rights-dialog"},
        ),
        open=Seen.person_id != "",
        on_open_change=Seen.person_open_changed,
    )


def _deed(name: str, text: str, why: str, handler: Any) -> rx.Component:
    return confirm_dialog(
        rx.el.button(t(text), type="button", id=name, class_name="jr-button jr-grave"),
        t(text),
        t(why, name=Seen.person_name),
        t(text),
        handler,
        grave=True,
    )


def _policy() -> rx.Component:
    return section_card(
        t("rights.panel_policy"),
        rx.el.p(t("rights.policy_lead"), class_name="jr-soft mb-3"),
        rx.el.dl(
            rx.foreach(
                Seen.policy,
                lambda row: rx.el.div(rx.el.dt(row["name"]), rx.el.dd(row["value"]), class_name="jr-fact"),
            ),
            class_name="jr-facts",
            id="policy",
        ),
    )


def _personal() -> rx.Component:
    heads = [t(f"admin.head_{head}") for head in ("when", "who", "what", "subject", "details")]
    return section_card(
        t("rights.panel_personal"),
        rx.el.p(t("rights.personal_lead"), class_name="jr-soft mb-3"),
        rx.cond(
            Seen.looks.length() > 0,
            rx.fragment(
                data_table(heads, Seen.looks, _look, t("rights.panel_personal")),
                paging(Seen.looks_at, Seen.looks_pages, Seen.looks_total, Seen.turn_looks, "looks"),
            ),
            empty_state(t("admin.audit_none"), t("rights.personal_none_why"), icon="eye-off"),
        ),
    )


def _look(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row["when"], class_name="jr-date"),
        rx.el.td(row["who"]),
        rx.el.td(row["what"]),
        rx.el.td(row["subject"]),
        rx.el.td(row["details"], class_name="jr-soft"),
    )


PAGE = Page("/rights", "rights.title", content, on_load=(RightsState.load,))
