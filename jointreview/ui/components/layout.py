"""Headings and cards that give every page the same rhythm."""

from __future__ import annotations

import reflex as rx


def page_header(title: rx.Var | str, *actions: rx.Component, lead: rx.Var | str = "") -> rx.Component:
    """The page's one h1 with an optional sentence below and actions at its end."""
    return rx.el.div(
        rx.el.div(
            rx.el.h1(title),
            rx.el.p(lead, class_name="jr-lead") if not isinstance(lead, str) or lead else rx.fragment(),
        ),
        rx.el.div(*actions, class_name="jr-actions jr-no-print") if actions else rx.fragment(),
        class_name="jr-page-header",
    )


def section_card(title: rx.Var | str, *children: rx.Component, actions: tuple = (), **props) -> rx.Component:
    """A titled card; `actions` stand at the end of its heading."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title),
            rx.el.div(*actions, class_name="jr-actions jr-no-print") if actions else rx.fragment(),
            class_name="jr-card-head",
        ),
        *children,
        class_name="jr-card",
        **props,
    )


def facts(*pairs: tuple[rx.Var | str, rx.Var | str | rx.Component]) -> rx.Component:
    """A list of names and values."""
    return rx.el.dl(
        *[rx.el.div(rx.el.dt(name), rx.el.dd(value)) for name, value in pairs],
        class_name="jr-facts",
    )
