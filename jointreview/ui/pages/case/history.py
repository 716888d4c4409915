"""History: every event of the case with who, in which post, when, and for which day it counts."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def history() -> rx.Component:
    """The newest first."""
    return section_card(
        t("case.panel_history"),
        rx.cond(
            Seen.events.length() > 0,
            rx.el.ol(rx.foreach(Seen.events, _event), class_name="jr-timeline", id="history"),
            empty_state(t("case.history_empty"), t("case.history_empty_why"), icon="history"),
        ),
    )


def _event(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(line["title"]),
            rx.cond(line["backfilled"], chip(t("case.backfilled"), "warn")),
            class_name="jr-item-head",
        ),
        rx.cond(line["details"] != "", rx.el.p(line["details"])),
        rx.el.p(
            rx.el.span(line["who"]),
            " · ",
            rx.el.span(line["when"], class_name="jr-date"),
            rx.cond(line["business"] != "", rx.el.span(" · ", line["business"])),
            class_name="jr-soft",
        ),
        key=line["key"],
        custom_attrs={"data-fresh": line["fresh"], "data-testid": "event-" + line["key"].to(str)},
    )
