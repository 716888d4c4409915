"""The start page from top to bottom."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.slots import slot_strip
from jointreview.ui.me import Me
from jointreview.ui.pages.work.cases import invitation, new_application, own_cases
from jointreview.ui.pages.work.inbox import bell, inbox
from jointreview.ui.pages.work.state import WorkState
from jointreview.ui.pages.work.tasks import tasks
from jointreview.ui.pages.work.trip_state import TripsState
from jointreview.ui.pages.work.trips import leaves, own_trips
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """Tasks first; beside them the own days or the invitation, and messages."""
    applicant = Me.role == "applicant"
    return rx.fragment(
        rx.el.link(rel="stylesheet", href="/work.css", precedence="default"),
        page_header(t("nav.work"), bell(), rx.cond(applicant, new_application()), lead=t("ui.work_lead")),
        rx.el.div(
            rx.el.div(own_trips(), leaves(), tasks(), rx.cond(applicant, own_cases()), class_name="jr-work-main"),
            rx.el.aside(
                rx.cond(Me.role == "officer", _own_days()),
                rx.cond(applicant, invitation()),
                inbox(),
                class_name="jr-work-side",
            ),
            class_name="jr-work",
        ),
    )


def _own_days() -> rx.Component:
    return section_card(
        t("work.slots"),
        rx.el.p(t("work.slots_why"), class_name="jr-soft mb-3"),
        slot_strip(WorkState.days, WorkState.mark_busy, WorkState.clear_busy),
        rx.el.p(rx.el.a(t("calendars.link"), href="/account#calendar-feed", class_name="jr-link"), class_name="mt-3"),
        id="own-days",
    )


PAGE = Page("/", "nav.work", content, on_load=(WorkState.load, TripsState.load))
