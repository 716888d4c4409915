"""The empty state: why there is nothing here and what comes next."""

from __future__ import annotations

import reflex as rx


def empty_state(title: rx.Var | str, why: rx.Var | str, *actions: rx.Component, icon: str = "inbox") -> rx.Component:
    """Say in one sentence why a list is empty and what comes next; `actions` are links or buttons."""
    return _blank(rx.el.h2(title), why, *actions, icon=icon)


def empty_page(title: rx.Var | str, why: rx.Var | str, *actions: rx.Component, icon: str) -> rx.Component:
    """The same for a page that has nothing else to show: the title is the page's heading."""
    return _blank(rx.el.h1(title), why, *actions, icon=icon)


def _blank(title: rx.Component, why: rx.Var | str, *actions: rx.Component, icon: str) -> rx.Component:
    return rx.el.div(
        rx.icon(icon, size=40, stroke_width=1.4, aria_hidden="true"),
        title,
        rx.el.p(why),
        rx.el.div(*actions, class_name="jr-actions") if actions else rx.fragment(),
        class_name="jr-empty",
    )
