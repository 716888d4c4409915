"""The header of a case: names, standing in time, whose turn it is, and what may be done now."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.clock import clock_dialog
from jointreview.ui.components.marks import chip, lamp
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def header() -> rx.Component:
    """Project, number and state on the left; the acts of now on the right."""
    head = Seen.head
    return rx.el.header(
        rx.el.div(
            rx.el.h1(head["project"]),
            rx.el.p(
                rx.el.span(head["number"], id="case-number"),
                rx.cond(head["code"] != "", rx.el.span(head["code"])),
                rx.el.span(head["organisation"]),
                rx.cond(
                    head["project_href"] != "",
                    rx.el.a(
                        t("projects.to_project"), href=head["project_href"], class_name="jr-link", id="to-project"
                    ),
                ),
                class_name="jr-case-names",
            ),
            rx.el.div(
                rx.cond(head["stage"] != "", rx.el.span(head["stage"], class_name="jr-chip", id="case-stage")),
                chip(head["state"], head["tone"]),
                rx.cond(head["outcome"] != "", chip(head["outcome"], head["tone"])),
                rx.cond(head["filed"] != "", chip(head["filed"])),
                lamp(head["lamp"], head["days"]),
                _due(head),
                rx.cond(head["wanted"] != "", chip(head["wanted"], "warn")),
                class_name="jr-case-state",
                id="case-state",
            ),
            rx.cond(
                head["turn"] != "",
                rx.el.p(
                    rx.icon("hand", size=16, aria_hidden="true"),
                    rx.el.strong(head["turn"]),
                    rx.el.span(head["since"], class_name="jr-soft"),
                    class_name="jr-case-turn",
                    id="case-turn",
                ),
            ),
        ),
        rx.el.div(
            rx.foreach(Seen.forward, _button),
            _menu(),
            class_name="jr-actions jr-no-print",
            id="case-actions",
        ),
        class_name="jr-card jr-case-head",
        custom_attrs={"data-version": head["version"]},
    )


def _due(head: Any) -> rx.Component:
    return rx.cond(
        head["due"] != "",
        rx.el.span(
            rx.el.span(head["due"], class_name="jr-date"),
            clock_dialog(
                rx.el.button(
                    t("case.why_date"), type="button", class_name="jr-link jr-link-button jr-no-print", id="why-date"
                ),
                head["due"],
                Seen.days,
            ),
            class_name="jr-case-due",
        ),
    )


def _button(act: Any, index: Any) -> rx.Component:
    look = rx.cond(
        act["grave"],
        "jr-button jr-grave-button",
        rx.cond(index == 0, "jr-button jr-main-button", "jr-button"),
    )
    test = {"data-testid": "act-" + act["name"].to(str)}
    button = rx.cond(
        act["href"] != "",
        rx.el.a(act["title"], href=act["href"], class_name=look, custom_attrs=test),
        rx.el.button(
            act["title"],
            type="button",
            on_click=Seen.open_act(act["name"], act["target"]),
            class_name=look,
            custom_attrs=test,
        ),
    )
    return rx.cond(act["beside"].to(str) == Seen.panel, rx.fragment(), button)


def _menu() -> rx.Component:
    return rx.cond(
        Seen.rest.length() > 0,
        rx.menu.root(
            rx.menu.trigger(
                rx.el.button(
                    rx.icon("ellipsis", size=18, aria_hidden="true"),
                    t("case.more"),
                    type="button",
                    class_name="jr-button",
                    id="more-actions",
                )
            ),
            rx.menu.content(
                rx.foreach(
                    Seen.rest,
                    lambda act: rx.menu.item(
                        act["title"],
                        on_select=Seen.open_listed(act["name"], act["target"], act["href"]),
                        color_scheme=rx.cond(act["grave"], "red", "indigo"),
                        custom_attrs={"data-testid": "act-" + act["name"].to(str)},
                    ),
                ),
                align="end",
            ),
        ),
    )
