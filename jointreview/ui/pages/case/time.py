"""Time: the dates of the case, what may be asked for, every pause and extension, and each day with its reason."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.clock import day_list
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def time() -> rx.Component:
    """From the dates to the days."""
    return rx.fragment(
        section_card(
            t("timing.now"),
            rx.el.dl(rx.foreach(Seen.time_facts, _fact), class_name="jr-facts", id="time-facts"),
            rx.cond(Seen.provisional, rx.el.p(t("timing.provisional"), class_name="jr-answer", id="provisional")),
            rx.cond(
                Seen.time_acts.length() > 0,
                rx.el.div(rx.foreach(Seen.time_acts, _ask), class_name="jr-actions jr-no-print mt-3", id="time-acts"),
            ),
        ),
        section_card(t("timing.pauses"), _lines(Seen.pauses, "pauses", "pause"), id="pauses"),
        section_card(t("timing.extensions"), _lines(Seen.extensions, "extensions", "calendar-plus"), id="extensions"),
        rx.cond(
            Seen.days.length() > 0,
            section_card(
                t("timing.why"), rx.el.p(t("timing.why_lead"), class_name="jr-soft"), day_list(Seen.days), id="days"
            ),
        ),
    )


def _fact(fact: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(fact["label"]), rx.el.dd(fact["value"]))


def _ask(act: Any) -> rx.Component:
    return rx.el.button(
        act["title"],
        type="button",
        on_click=Seen.open_act(act["name"].to(str), act["target"].to(int)),
        class_name="jr-button",
        custom_attrs={"data-testid": "act-" + act["name"].to(str)},
    )


def _lines(lines: Any, name: str, icon: str) -> rx.Component:
    return rx.cond(
        lines.length() > 0,
        rx.el.ul(rx.foreach(lines, lambda line: _line(line, name)), class_name="jr-time-lines"),
        empty_state(t(f"timing.{name}_empty"), t(f"timing.{name}_empty_why"), icon=icon),
    )


def _line(line: Any, name: str) -> rx.Component:
    subject = line["key"].to(str).split(":")[1].to(int)
    return rx.el.li(
        rx.el.div(
            rx.el.h3(line["title"]),
            chip(line["status"], line["tone"]),
            rx.cond(line["warning"] != "", chip(line["warning"], "bad")),
            class_name="jr-item-head",
        ),
        rx.el.p(line["scope"], class_name="jr-soft"),
        rx.el.dl(
            *[_pair(t(f"timing.{key}"), line[field]) for key, field in _PAIRS],
            rx.cond(
                line["document"] != "",
                rx.el.div(
                    rx.el.dt(t("timing.document")),
                    rx.el.dd(download_link(line["document_no"], href=line["document"], class_name="jr-link")),
                ),
            ),
            class_name="jr-facts",
        ),
        rx.cond(
            line["acts"].to(list[dict[str, Any]]).length() > 0,
            rx.el.div(
                rx.foreach(
                    line["acts"].to(list[dict[str, Any]]),
                    lambda act: rx.el.button(
                        act["title"],
                        type="button",
                        on_click=Seen.open_about(act["name"].to(str), 0, subject),
                        class_name=rx.cond(act["grave"], "jr-button jr-grave-button", "jr-button jr-main-button"),
                        custom_attrs={"data-testid": "act-" + act["name"].to(str)},
                    ),
                ),
                class_name="jr-actions jr-no-print mt-3",
            ),
        ),
        class_name="jr-time-line",
        custom_attrs={"data-testid": f"{name}-" + line["key"].to(str)},
    )


_PAIRS = (
    ("length", "length"),
    ("reason", "reason"),
    ("basis", "basis"),
    ("evidence", "evidence"),
    ("by", "by"),
    ("approved", "decided"),
    ("result", "result"),
)


def _pair(label: Any, value: Any) -> rx.Component:
    return rx.cond(value != "", rx.el.div(rx.el.dt(label), rx.el.dd(value)))
