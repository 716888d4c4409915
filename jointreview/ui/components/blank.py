"""The empty state: why there is nothing here and what comes next."""

from __future__ import annotations

import reflex as rx


def empty_state(title: rx.Var | str, why: rx.Var | str, *actions: rx.Component, icon: str = "inbox") -> rx.Component:
    """Say in one sentence why a list is empty and what comes next; `actions` are links or buttons."""
    return rx.el.div(
        rx.icon(icon, size=40, stroke_width=1.4, aria_hidden="true"),
        rx.el.h2(title),
        rx.el.p(why),
        rx.el.div(*actions, class_name="jr-actions") if actions else rx.fragment(),
        class_name="jr-empty",
    )
