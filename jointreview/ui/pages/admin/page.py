"""The administration from top to bottom: tabs, the open panel, the dialogs of a person."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header
from jointreview.ui.components.lists import busy
from jointreview.ui.pages.admin.dialogs import add_dialog, one_time_dialog, person_dialog
from jointreview.ui.pages.admin.jobs import jobs
from jointreview.ui.pages.admin.outbox import outbox
from jointreview.ui.pages.admin.panels import staff, system, units
from jointreview.ui.pages.admin.person import PersonState
from jointreview.ui.pages.admin.state import PANELS, READERS, AdminState
from jointreview.ui.pages.handover.panel import handover
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = AdminState


def content() -> rx.Component:
    """The administration, for the administrator."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _administration, "admin.denied_why"),
    )


def _administration() -> rx.Component:
    return rx.fragment(
        page_header(t("admin.title"), lead=t("admin.lead")),
        rx.el.div(
            *[_tab(name) for name in PANELS],
            role="tablist",
            aria_label=t("admin.title"),
            class_name="jr-tabs jr-no-print",
        ),
        rx.cond(
            Seen.loaded,
            rx.el.div(
                rx.match(
                    Seen.panel,
                    ("units", units()),
                    ("handover", handover()),
                    ("outbox", outbox()),
                    ("jobs", jobs(Seen.reread)),
                    ("system", system()),
                    staff(),
                ),
                id="panel",
                role="tabpanel",
                aria_labelledby="tab-" + Seen.panel,
            ),
            busy(),
        ),
        add_dialog(),
        person_dialog(),
        one_time_dialog(),
    )


def _tab(name: str) -> rx.Component:
    here = Seen.panel == name
    return rx.el.button(
        t(f"admin.panel_{name}"),
        role="tab",
        type="button",
        id=f"tab-{name}",
        aria_controls="panel",
        on_click=Seen.show(name),
        class_name=rx.cond(here, "jr-tab jr-tab-here", "jr-tab"),
        custom_attrs={"aria-selected": rx.cond(here, "true", "false")},
    )


PAGE = Page("/admin", "admin.title", content, on_load=(AdminState.load, PersonState.load))
