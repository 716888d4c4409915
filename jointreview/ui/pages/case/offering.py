"""Booking by the applicant: a calm grid of half-days, the point of entry on the map, and the visit acknowledged."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.entry_map import entry_map
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import facts, section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.offering_state import Offer
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def booking() -> rx.Component:
    """The half-days to offer while a survey is wanted, else the visit that is booked."""
    return rx.fragment(
        rx.cond(Offer.seen["wanted"], _offer()),
        rx.cond(Offer.seen["booked"]["when"] != "", _booked()),
    )


def _offer() -> rx.Component:
    return section_card(
        t("booking.title"),
        rx.el.p(t("booking.lead"), " ", t("booking.least", count=Offer.seen["least"]), class_name="jr-soft"),
        error_panel(Offer.faults),
        rx.el.ol(
            rx.foreach(Offer.seen["days"].to(list[dict[str, Any]]), _day), class_name="jr-offer", id="offer-days"
        ),
        rx.el.p(
            rx.el.span("", class_name="jr-offer-key", custom_attrs={"data-common": "true"}),
            t("booking.common"),
            rx.el.span("", class_name="jr-offer-key", custom_attrs={"data-common": "false"}),
            t("booking.not_common"),
            class_name="jr-soft jr-offer-legend",
        ),
        rx.el.h3(t("booking.entry"), class_name="mt-3"),
        rx.el.p(t("booking.entry_why"), class_name="jr-soft"),
        entry_map(url=Seen.map_url, lon=Offer.lon, lat=Offer.lat, on_pick=Offer.pick),
        rx.el.p(
            rx.cond(Offer.marked, rx.fragment(Offer.lon, ", ", Offer.lat), t("booking.entry_none")),
            class_name="jr-soft jr-date",
            id="offer-entry",
        ),
        rx.el.form(
            rx.el.div(
                rx.el.label(t("booking.note"), html_for="offer-note"),
                rx.el.textarea(
                    id="offer-note", name="note", rows=2, max_length=300, default_value=Offer.seen["note"]
                ),
                class_name="jr-field",
            ),
            rx.el.div(
                rx.el.button(
                    t("booking.send", count=Offer.chosen.length()),
                    type="submit",
                    class_name="jr-button jr-main-button",
                    id="offer-send",
                ),
                class_name="jr-actions",
            ),
            on_submit=Offer.offer,
            reset_on_submit=False,
        ),
        id="offering",
    )


def _day(day: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(day["title"], class_name="jr-date"),
            rx.el.span(day["weekday"], class_name="jr-soft"),
            class_name="jr-offer-day",
        ),
        rx.foreach(day["halves"].to(list[dict[str, Any]]), _half),
    )


def _half(half: Any) -> rx.Component:
    key = half["key"].to(str)
    taken = Offer.chosen.contains(key)
    return rx.el.button(
        rx.el.span(half["title"]),
        rx.cond(taken, rx.icon("check", size=16, aria_hidden="true")),
        type="button",
        on_click=Offer.toggle(key),
        aria_label=half["label"],
        title=half["label"],
        class_name="jr-offer-half",
        custom_attrs={
            "aria-pressed": rx.cond(taken, "true", "false"),
            "data-common": rx.cond(half["common"], "true", "false"),
            "data-testid": "offer-" + key,
        },
    )


def _booked() -> rx.Component:
    booked = Offer.seen["booked"]
    return section_card(
        t("booking.booked"),
        error_panel(Offer.faults),
        facts(
            (t("booking.when"), booked["when"]),
            (t("booking.arrival_title"), booked["arrival"]),
            (t("case.meeting_point"), booked["place"]),
        ),
        rx.el.h3(t("booking.who"), class_name="mt-3"),
        rx.el.ul(
            rx.foreach(booked["units"].to(list[str]), lambda unit: rx.el.li(chip(unit, "neutral"))),
            class_name="jr-offer-units",
        ),
        rx.cond(
            booked["may_acknowledge"],
            rx.el.div(
                rx.el.button(
                    t("booking.acknowledge"),
                    type="button",
                    on_click=Offer.acknowledge,
                    class_name="jr-button jr-main-button",
                    id="acknowledge",
                ),
                class_name="jr-actions",
            ),
        ),
        actions=(rx.cond(booked["acknowledged"], chip(t("booking.acknowledged_mark"), "good")),),
        id="booked",
    )
