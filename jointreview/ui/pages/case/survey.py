"""Survey: finding a half-day for the joint visit, the appointment itself, its team and who came."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import facts, section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.offering import booking
from jointreview.ui.pages.case.said import said
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def survey() -> rx.Component:
    """The planner for the coordinator, then every visit."""
    return rx.fragment(
        booking(),
        rx.cond(Seen.may_schedule, _planner()),
        rx.cond(
            Seen.visits.length() > 0,
            rx.fragment(rx.foreach(Seen.visits, _visit)),
            rx.cond(
                ~Seen.may_schedule,
                empty_state(said("case.visits_empty"), said("case.visits_empty_why"), icon="calendar-clock"),
            ),
        ),
    )


def _planner() -> rx.Component:
    return section_card(
        said("case.planner"),
        rx.el.p(t("case.planner_lead"), class_name="jr-soft"),
        rx.cond(
            Seen.slots.length() > 0,
            rx.el.div(
                rx.el.table(
                    rx.el.caption(said("case.planner"), class_name="jr-visually-hidden"),
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th(t("case.half_day"), scope="col"),
                            rx.foreach(Seen.units, lambda unit: rx.el.th(unit["name"], scope="col")),
                        )
                    ),
                    rx.el.tbody(rx.foreach(Seen.slots, _slot)),
                    class_name="jr-table jr-slots",
                    id="slots",
                ),
                class_name="jr-table-wrap",
                tab_index=0,
            ),
            empty_state(t("case.slots_empty"), t("case.slots_empty_why"), icon="calendar-x"),
        ),
        rx.cond(Seen.slot["key"] != "", _schedule()),
        actions=(
            rx.el.a(
                t("case.planner_trips"),
                href="/trips?cases=" + Seen.head["id"].to_string(),
                class_name="jr-button",
                id="planner-trips",
            ),
        ),
        id="planner",
    )


def _slot(slot: Any) -> rx.Component:
    chosen = Seen.slot["key"] == slot["key"]
    return rx.el.tr(
        rx.el.th(
            rx.el.div(slot["label"], class_name="jr-date"),
            rx.cond(
                slot["possible"],
                rx.el.button(
                    rx.cond(chosen, t("case.slot_chosen"), t("case.slot_choose")),
                    type="button",
                    on_click=Seen.choose_slot(slot["key"].to(str)),
                    class_name="jr-button jr-choice",
                    custom_attrs={
                        "aria-pressed": rx.cond(chosen, "true", "false"),
                        "data-testid": "slot-" + slot["key"].to(str),
                    },
                ),
            ),
            scope="row",
        ),
        rx.cond(
            slot["possible"],
            rx.foreach(slot["officers"], lambda one: rx.el.td(one["name"])),
            rx.el.td(slot["why"], col_span=Seen.units.length(), class_name="jr-soft"),
        ),
        custom_attrs={"data-possible": slot["possible"], "data-chosen": chosen},
    )


def _schedule() -> rx.Component:
    """Who goes on the chosen half-day, and where they meet."""
    return rx.el.form(
        rx.el.h3(t("case.schedule_on"), " ", Seen.slot["label"]),
        rx.el.ol(rx.foreach(Seen.slot["dates"].to(list[str]), rx.el.li), class_name="jr-preview", id="visit-preview"),
        rx.el.div(rx.foreach(Seen.units, _officer_choice), class_name="jr-facts"),
        rx.el.div(
            rx.el.label(t("case.meeting_point"), html_for="meeting_point"),
            rx.el.input(
                id="meeting_point", name="meeting_point", max_length=200, placeholder=t("case.meeting_point_hint")
            ),
            class_name="jr-field",
        ),
        rx.el.div(
            rx.el.button(
                said("cmd.schedule_visit"), type="submit", class_name="jr-button jr-main-button", id="schedule"
            ),
            class_name="jr-actions",
        ),
        on_submit=Seen.schedule,
        reset_on_submit=False,
        class_name="jr-schedule",
    )


def _officer_choice(unit: Any) -> rx.Component:
    name = "officer-" + unit["unit"].to(str)
    return rx.el.div(
        rx.el.label(unit["name"], html_for=name, class_name="jr-soft"),
        rx.el.select(
            rx.foreach(unit["officers"], lambda one: rx.el.option(one["label"], value=one["value"])),
            id=name,
            name=name,
            default_value=unit["chosen"],
            key=Seen.slot["key"].to(str) + name,
            required=True,
        ),
        class_name="jr-field",
    )


def _visit(visit: Any) -> rx.Component:
    return section_card(
        visit["when"],
        facts(
            (t("case.meeting_point"), visit["place"]),
            (t("case.site_contact"), visit["contact"]),
            (t("case.visit_number"), visit["number"]),
        ),
        rx.cond(visit["trip"] != "", _trip_papers(visit["trip"].to(str))),
        rx.cond(visit["reason"] != "", rx.el.p(visit["reason"], class_name="jr-answer")),
        rx.el.h3(t("case.team"), class_name="mt-3"),
        rx.el.div(rx.foreach(visit["members"], _member)),
        rx.cond(
            visit["gate"] != "",
            rx.el.button(
                t("onsite.gate_title"),
                type="button",
                on_click=rx.call_script("location.assign('" + visit["gate"].to(str) + "')"),
                class_name="jr-button",
                custom_attrs={"data-testid": "gate-code"},
            ),
        ),
        actions=(chip(visit["status"], visit["tone"]),),
        custom_attrs={"data-testid": "visit-" + visit["id"].to_string()},
    )


def _trip_papers(trip: Any) -> rx.Component:
    """What the car takes along, for who rides and who coordinates."""
    base = "/api/trips/" + trip
    return rx.el.div(
        *[
            rx.el.button(
                t(f"case.trip_{name}"),
                type="button",
                on_click=Seen.get_pdf(base + f"/{name}.pdf"),
                class_name="jr-button",
            )
            for name in ("dispatch", "attendance")
        ],
        download_link(t("case.trip_route"), href=base + "/route.html", class_name="jr-button"),
        class_name="jr-actions mt-3",
        custom_attrs={"data-testid": "trip-papers"},
    )


def _member(member: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(member["name"], class_name="jr-strong"),
            rx.el.span(member["unit_name"], class_name="jr-soft ml-2"),
            class_name="jr-row-text",
        ),
        rx.cond(member["reply"] != "", rx.el.span(member["reply"], class_name="jr-soft")),
        chip(member["attendance"], member["tone"]),
        rx.cond(
            member["reversible"],
            rx.el.button(
                t("cmd.reverse_absence"),
                type="button",
                on_click=Seen.open_about("ReverseAbsence", 0, member["member"]),
                class_name="jr-button",
            ),
        ),
        rx.cond(
            member["replaceable"],
            rx.el.button(
                t("cmd.replace_officer"),
                type="button",
                on_click=Seen.replace_officer(member["unit"].to(str)),
                class_name="jr-button",
                custom_attrs={"data-testid": "replace-" + member["unit"].to(str)},
            ),
        ),
        class_name="jr-row",
    )
