"""The panels of the administration: staff, units, system."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.filters import search_line
from jointreview.ui.components.layout import facts, section_card
from jointreview.ui.components.lists import data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.admin.person import PersonState
from jointreview.ui.pages.admin.state import AdminState
from jointreview.ui.text import t

Seen: Any = AdminState
Person: Any = PersonState


def staff() -> rx.Component:
    """Everybody with posts, standing and browsers signed in."""
    heads = ("person", "posts", "standing", "sessions", "manage")
    return section_card(
        t("admin.panel_staff"),
        rx.el.div(
            search_line(
                "staff-search",
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
            data_table([t(f"admin.head_{head}") for head in heads], Seen.staff, _member, t("admin.panel_staff")),
            empty_state(t("admin.staff_none"), t("admin.staff_none_why"), icon="user-x"),
        ),
        actions=(
            rx.el.button(
                t("admin.add"),
                type="button",
                on_click=Person.open_add,
                id="add-staff",
                class_name="jr-button jr-primary",
            ),
        ),
    )


def _member(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(row["name"], class_name="jr-strong"),
            rx.el.div(row["login"], class_name="jr-soft"),
            rx.cond(row["contact"] != "", rx.el.div(row["contact"], class_name="jr-soft")),
        ),
        rx.el.td(
            rx.el.ul(
                rx.foreach(row["posts"].to(list[dict[str, str]]), lambda post: rx.el.li(post["text"])),
                rx.foreach(row["asked"].to(list[dict[str, str]]), _asked),
                class_name="jr-plain-list",
            )
        ),
        rx.el.td(chip(row["standing"], row["tone"])),
        rx.el.td(row["sessions"], rx.el.div(row["seen"], class_name="jr-soft")),
        rx.el.td(
            rx.el.button(
                t("admin.manage"),
                type="button",
                on_click=Person.open_person(row["id"].to(str)),
                aria_label=t("admin.manage_person", name=row["name"]),
                class_name="jr-button",
                custom_attrs={"data-testid": "manage-" + row["login"].to(str)},
            )
        ),
        key=row["id"],
        custom_attrs={
            "data-testid": "staff-" + row["login"].to(str),
            "data-active": rx.cond(row["active"], "true", "false"),
        },
    )


def _asked(post: Any) -> rx.Component:
    return rx.el.li(post["text"], " ", chip(t("rights.waits"), "warn"))


def units() -> rx.Component:
    """Every handling unit; those without officers first, as what they are: a fault."""
    heads = ("unit", "duties", "officers")
    return section_card(
        t("admin.panel_units"),
        rx.cond(
            Seen.empty_units > 0,
            rx.el.p(
                t("admin.units_empty", count=Seen.empty_units),
                role="alert",
                class_name="jr-note mb-3",
                id="units-empty",
                custom_attrs={"data-tone": "bad"},
            ),
            rx.el.p(t("admin.units_all"), class_name="jr-note mb-3", custom_attrs={"data-tone": "good"}),
        ),
        data_table([t(f"admin.head_{head}") for head in heads], Seen.units, _unit, t("admin.panel_units")),
    )


def _unit(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(row["name"], class_name="jr-strong"),
            rx.el.div(
                row["department"], rx.cond(row["phone"] != "", " · " + row["phone"].to(str), ""), class_name="jr-soft"
            ),
        ),
        rx.el.td(row["duties"]),
        rx.el.td(
            rx.cond(row["empty"], chip(t("admin.unit_empty"), "bad", "triangle-alert"), rx.el.span(row["officers"]))
        ),
        key=row["code"],
        custom_attrs={
            "data-testid": "unit-" + row["code"].to(str),
            "data-empty": rx.cond(row["empty"], "true", "false"),
        },
    )


def system() -> rx.Component:
    """The catalogue in force and whether everything the product needs is there."""
    return rx.fragment(
        section_card(
            t("admin.catalogue"),
            facts(
                (t("admin.catalogue_name"), Seen.catalogue["name"]),
                (t("admin.catalogue_version"), Seen.catalogue["version"]),
                (t("admin.catalogue_since"), Seen.catalogue["since"]),
                (t("admin.catalogue_holds"), Seen.catalogue["size"]),
                (t("admin.mode"), Seen.catalogue["mode"]),
            ),
            id="catalogue",
        ),
        section_card(
            t("admin.health"),
            rx.el.ul(rx.foreach(Seen.checks, _check), class_name="jr-plain-list", id="checks"),
            actions=(
                rx.el.button(
                    t("admin.look_again"),
                    type="button",
                    on_click=Seen.reread,
                    id="checks-again",
                    class_name="jr-button",
                ),
            ),
        ),
    )


def _check(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row["name"], class_name="jr-strong"),
            rx.el.div(row["detail"], class_name="jr-soft"),
            class_name="jr-row-text",
        ),
        chip(row["text"], row["tone"]),
        class_name="jr-row",
    )
