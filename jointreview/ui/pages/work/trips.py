"""The next surveys of an officer with accept, decline, swap and leave; the leaves before the head of a unit."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.work.trip_state import Trips
from jointreview.ui.text import t


def own_trips() -> rx.Component:
    """The officer's surveys; nothing while there are none."""
    return rx.cond(
        Trips.trips.length() > 0,
        section_card(
            t("booking.my_trips"),
            rx.el.ul(rx.foreach(Trips.trips, _trip), class_name="jr-mytrips"),
            id="my-trips",
        ),
    )


def leaves() -> rx.Component:
    """What the head of the unit has to decide."""
    return rx.cond(
        Trips.leaves.length() > 0,
        section_card(
            t("booking.leaves"), rx.el.ul(rx.foreach(Trips.leaves, _leave), class_name="jr-mytrips"), id="leaves"
        ),
    )


def _trip(trip: Any) -> rx.Component:
    key = trip["key"].to(str)
    return rx.el.li(
        rx.el.div(
            rx.el.strong(trip["when"], class_name="jr-date"),
            chip(trip["reply"], trip["tone"]),
            rx.cond(trip["leave"] != "", chip(trip["leave"], "neutral")),
            class_name="jr-mytrip-head",
        ),
        rx.el.div(trip["title"], " ", trip["car"], class_name="jr-soft jr-date"),
        rx.el.ol(rx.foreach(trip["stops"].to(list[str]), rx.el.li), class_name="jr-mytrip-stops"),
        rx.cond(trip["due"] != "", rx.el.p(trip["due"], class_name="jr-soft")),
        rx.el.div(
            rx.cond(
                trip["may_accept"],
                rx.el.button(
                    t("cmd.accept_trip"),
                    type="button",
                    on_click=Trips.accept(key),
                    class_name="jr-button jr-main-button",
                    custom_attrs={"data-testid": "accept-" + key},
                ),
            ),
            rx.cond(
                trip["may_decline"], _unfold("decline", key, t("cmd.decline_trip"), Trips.decline(key), _reason())
            ),
            rx.cond(
                trip["colleagues"].to(list[Any]).length() > 0,
                _unfold(
                    "swap",
                    key,
                    t("cmd.swap_trip"),
                    Trips.swap(key),
                    _choice("colleague", t("booking.colleague"), trip["colleagues"], required=True),
                    _reason(),
                ),
            ),
            rx.cond(
                trip["may_leave"],
                _unfold("leave", key, t("cmd.ask_leave"), Trips.ask_leave(key), _kind(), _reason()),
            ),
            class_name="jr-mytrip-acts",
        ),
        key=key,
        custom_attrs={"data-testid": "mytrip-" + key},
    )


def _leave(leave: Any) -> rx.Component:
    key = leave["key"].to(str)
    return rx.el.li(
        rx.el.strong(leave["text"]),
        rx.el.p(leave["reason"]),
        rx.el.div(
            _unfold(
                "approve",
                key,
                t("cmd.approve_leave"),
                Trips.approve(key),
                _choice("substitute", t("booking.substitute"), leave["substitutes"], required=False),
            ),
            _unfold("refuse", key, t("cmd.refuse_leave"), Trips.refuse(key), _reason()),
            class_name="jr-mytrip-acts",
        ),
        key=key,
        custom_attrs={"data-testid": "leave-" + key},
    )


def _unfold(name: str, key: Any, title: Any, on_submit: Any, *fields: rx.Component) -> rx.Component:
    """An act that asks something: its fields appear below its name."""
    return rx.el.details(
        rx.el.summary(title, class_name="jr-button", custom_attrs={"data-testid": f"{name}-" + key}),
        rx.el.form(
            *fields,
            rx.el.button(
                title,
                type="submit",
                class_name="jr-button jr-main-button",
                custom_attrs={"data-testid": f"{name}-send-" + key},
            ),
            on_submit=on_submit,
            reset_on_submit=False,
            class_name="jr-mytrip-form",
        ),
    )


def _reason() -> rx.Component:
    return rx.el.label(
        t("case.field_reason"),
        rx.el.input(name="reason", required=True, min_length=4, max_length=300),
        class_name="jr-field",
    )


def _kind() -> rx.Component:
    return rx.el.label(
        t("booking.kind"),
        rx.el.select(
            rx.el.option(t("booking.kind_duty"), value="duty"),
            rx.el.option(t("booking.kind_emergency"), value="emergency"),
            name="kind",
        ),
        class_name="jr-field",
    )


def _choice(name: str, title: Any, options: Any, required: bool) -> rx.Component:
    none = () if required else (rx.el.option(t("booking.in_writing"), value=""),)
    return rx.el.label(
        title,
        rx.el.select(
            *none,
            rx.foreach(options.to(list[dict[str, str]]), lambda o: rx.el.option(o["label"], value=o["value"])),
            name=name,
            required=required,
        ),
        class_name="jr-field",
    )
